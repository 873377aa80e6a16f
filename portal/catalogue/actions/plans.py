"""Plans and prices that are typed by hand, of products that come from no sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy import or_, select, update

from portal.audit import record
from portal.catalogue.models import Billing, Plan, Product, PurchasePrice, RecommendedPrice, Segment, Term
from portal.catalogue.prices.rounding import KEPT, nearest
from portal.core.clock import today
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.money import Money
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

ANY_MARKET = ""
"""The market of prices that hold in every one."""
Price: TypeAlias = PurchasePrice | RecommendedPrice
KINDS: tuple[Any, ...] = (PurchasePrice, RecommendedPrice)
_UNSEEN = {"synchronize_session": False}


def add_plan(product: Product, *, term: Term, billing: Billing, segment: Segment) -> Plan:
    """One more way to buy it.  Raises Invalid when there is one like it."""
    refuse_unless_by_hand(product)
    same = (Plan.term == term, Plan.billing == billing, Plan.segment == segment)
    if db.session.scalar(select(Plan.id).where(Plan.product_id == product.id, *same)) is not None:
        raise Invalid(say(N_("Choose another plan: the product has this one.")), field="billing")
    plan = Plan(product_id=product.id, term=term, billing=billing, segment=segment)
    db.session.add(plan)
    raise_stamp()
    record("plan.added", plan, after={"term": term, "billing": billing, "segment": segment}, whole=product)
    return plan


def end_plan(plan: Plan) -> None:
    """No longer sold: its prices end, as they do when a sheet no longer names them.  What customers have is renewed."""
    if plan.discontinued_on is not None:
        raise Conflict(say(N_("The plan is discontinued already.")))
    plan.discontinued_on = today()
    for kind in KINDS:
        still = or_(kind.valid_until.is_(None), kind.valid_until >= today())
        ends = update(kind).where(kind.plan_id == plan.id, still).values(valid_until=_eve(today()))
        db.session.execute(ends, execution_options=_UNSEEN)
    raise_stamp()
    record("plan.discontinued", plan, whole=plan.product)


def resume_plan(plan: Plan) -> None:
    """Sold again, at the prices that ended with it."""
    if plan.discontinued_on is None:
        raise Conflict(say(N_("The plan is sold already.")))
    for kind in KINDS:
        ended = (kind.plan_id == plan.id, kind.valid_until == _eve(plan.discontinued_on))
        db.session.execute(update(kind).where(*ended).values(valid_until=None), execution_options=_UNSEEN)
    plan.discontinued_on = None
    raise_stamp()
    record("plan.resumed", plan, whole=plan.product)


def _eve(day: date) -> date:
    return day - timedelta(days=1)


def price_plan(plan: Plan, *, cost: Money, recommended: Money | None, valid_from: date) -> None:
    """What it costs and what is recommended from a day on, in any market.  Raises Conflict, Invalid at the field.

    What was said for later days is taken back: the newest word counts from its day on.
    """
    refuse_unless_by_hand(plan.product)
    if plan.discontinued_on is not None:
        raise Conflict(say(N_("Sell the plan again first: it is discontinued.")))
    if recommended is not None and recommended.currency != cost.currency:
        raise Invalid(say(N_("Use one currency for both.")), field="currency")
    _write(PurchasePrice, plan, cost, cost.currency, valid_from)
    _write(RecommendedPrice, plan, recommended, cost.currency, valid_from)
    raise_stamp()
    after: dict[str, Any] = {"purchase": cost, "recommended": recommended, "valid_from": valid_from}
    record("plan.priced", plan, after=after, whole=plan.product)


def _write(kind: type[Price], plan: Plan, amount: Money | None, currency: str, day: date) -> None:
    mine = (kind.plan_id == plan.id, kind.market == ANY_MARKET, kind.currency == currency)
    standing: Sequence[Price] = db.session.scalars(select(kind).where(*mine)).all()  # type: ignore[assignment]
    for price in standing:
        if price.valid_from >= day:
            db.session.delete(price)
        elif price.valid_until is None or price.valid_until >= day:
            price.valid_until = _eve(day)
    db.session.flush()
    if amount is not None:
        words = {"market": ANY_MARKET, "currency": currency, "amount": nearest(amount.amount, KEPT), "valid_from": day}
        db.session.add(kind(plan_id=plan.id, **words))


def refuse_unless_by_hand(product: Product) -> None:
    """Raises Conflict when its sheets say what it costs."""
    if not product.by_hand:
        raise Conflict(say(N_("Its price sheets say how this product is sold and what it costs.")))
    if product.archived:
        raise Conflict(say(N_("Restore the product first: an archived one does not change.")))
