"""What is no longer sold, where its reader may know of it: his own products, and those his list speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from portal.catalogue.models import Plan, Product, ProductState
from portal.catalogue.prices import Good, GoodPlan, Terms
from portal.catalogue.prices.goods import plan_from
from portal.core.db import db
from portal.core.scope import acting_scope

Ended = tuple[Good, GoodPlan]
"""A product with one plan that is not sold any more, as far as lists show it: without prices."""


def ended_plans(terms: Terms, on: date) -> Iterator[Ended]:
    """All that was discontinued by that day, in order of names: one's own, and what the list names.  One statement."""
    mine = or_(Product.tenant_id == acting_scope().tenant_id, Product.id.in_(named_by(terms)))
    yield from _asked(on, mine, Product.archived_at.is_(None))


def ended_plan(product_id: UUID, word: str, on: date) -> Ended | None:
    """One plan, if it was discontinued by that day.  One statement."""
    return next((one for one in _asked(on, Product.id == product_id) if one[1].word == word), None)


def named_by(terms: Terms) -> frozenset[UUID]:
    """The products of which the list says something: only what was in the range could be spoken of."""
    return terms.inside | terms.outside | terms.featured | frozenset(terms.ways)


def _asked(on: date, *which: ColumnElement[bool]) -> Iterator[Ended]:
    gone = or_(Product.state == ProductState.DISCONTINUED, Product.discontinued_on <= on, Plan.discontinued_on <= on)
    same = and_(Plan.tenant_id == Product.tenant_id, Plan.product_id == Product.id)
    wanted = select(Product, Plan).join(Plan, same).where(gone, *which)
    for product, plan in db.session.execute(wanted.order_by(Product.name, Product.id, Plan.term, Plan.segment)):
        shown = plan_from(str(plan.id), (plan.term, plan.billing, plan.segment), ())
        yield _good(product, shown), shown


def _good(product: Product, plan: GoodPlan) -> Good:
    names = ("id", "tenant_id", "code", "slug", "name", "family", "vendor", "summary", "unit", "kind")
    described = {name: getattr(product, name) for name in names}
    return Good(**described, type_key="", category="", categories=(), created_at=product.created_at, plans=[plan])
