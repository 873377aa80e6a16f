"""What a read sheet would do to the catalogue, judged row by row in a handful of statements.

A row is *unchanged* when the price in force on its first day already says the same until the same day.  The facts of a
product come from its first whole row in the sheet, so a sheet that contradicts itself cannot flip them for ever.
What we have a price for in the sheet's markets, from the sheet's vendors, and the sheet does not name, is *gone*.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeAlias, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from portal.catalogue.models import (
    Plan,
    PriceSheet,
    Product,
    PurchasePrice,
    RecommendedPrice,
    SheetError,
    SheetRow,
    Verdict,
)
from portal.core.clock import today
from portal.core.db import db
from portal.core.words import N_

Price: TypeAlias = type[PurchasePrice] | type[RecommendedPrice]

REVIEWED = {"reviewed": True, "synchronize_session": False}
"""For statements the fences cannot take in: each names its tenant in every join, and row-level security stands behind."""
FACTS = ("name", "family", "vendor", "summary", "unit", "tags")
PLAN_KEY = ("term", "billing", "segment")
LINES = (Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED, Verdict.BROKEN)
DUPLICATE = N_("Says again what line %(line)s says; that line is taken.")


def think_in_sets() -> None:
    """Let PostgreSQL join whole sets until this transaction ends.

    It has no statistics of rows that were written a moment ago, takes them for one, and would walk them in nested loops:
    1,437 rows took 16 s that way, and a tenth of it this way.
    """
    db.session.execute(select(func.set_config("enable_nestloop", "off", True)))


def judge(sheet: PriceSheet) -> None:
    """Judge every row of the sheet anew and count what it would do."""
    think_in_sets()
    _forget(sheet)
    _refuse_duplicates(sheet)
    _compare(sheet)
    sheet.valid_from = db.session.scalar(select(func.min(SheetRow.valid_from)).where(_whole(SheetRow, sheet)))
    _miss(sheet)
    _count(sheet)


def rows_of(sheet: PriceSheet, *verdicts: Verdict) -> ColumnElement[bool]:
    mine = and_(SheetRow.tenant_id == sheet.tenant_id, SheetRow.sheet_id == sheet.id)
    return and_(mine, SheetRow.verdict.in_(verdicts)) if verdicts else mine


def forget_rows(sheet: PriceSheet) -> None:
    """Drop everything that was read."""
    for kind in (SheetRow, SheetError):
        mine = and_(kind.tenant_id == sheet.tenant_id, kind.sheet_id == sheet.id)
        db.session.execute(delete(kind).where(mine), execution_options=REVIEWED)


def _forget(sheet: PriceSheet) -> None:
    db.session.execute(delete(SheetRow).where(rows_of(sheet, Verdict.GONE)), execution_options=REVIEWED)
    judged = (Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED)
    db.session.execute(
        update(SheetRow).where(rows_of(sheet, *judged)).values(verdict=Verdict.UNJUDGED), execution_options=REVIEWED
    )


def _refuse_duplicates(sheet: PriceSheet) -> None:
    same = (*(getattr(SheetRow, name) for name in ("code", *PLAN_KEY, "market", "currency", "valid_from")),)
    numbered = (
        select(
            SheetRow.id,
            SheetRow.line,
            func.min(SheetRow.line).over(partition_by=same).label("first"),
        )
        .where(rows_of(sheet, Verdict.UNJUDGED))
        .subquery()
    )
    again = select(numbered).where(numbered.c.line > numbered.c.first).cte("again")
    reason = func.jsonb_build_object(
        "text", DUPLICATE, "values", func.jsonb_build_object("line", again.c.first), type_=SheetError.reason.type
    )
    errors = (
        select(literal(sheet.tenant_id), again.c.id, literal(sheet.id), again.c.line, literal(""), literal(""), reason)
        .order_by(again.c.line)
        .limit(sheet.room_for_faults)
    )
    columns = ["tenant_id", "id", "sheet_id", "line", "column", "value", "reason"]
    db.session.execute(insert(SheetError).from_select(columns, errors), execution_options=REVIEWED)
    twice = select(numbered.c.id).where(numbered.c.line > numbered.c.first)
    refused = db.session.execute(
        update(SheetRow).where(rows_of(sheet), SheetRow.id.in_(twice)).values(verdict=Verdict.BROKEN),
        execution_options=REVIEWED,
    )
    count = cast("CursorResult[Any]", refused).rowcount
    sheet.read_whole -= count
    sheet.read_broken += count
    sheet.faults += count


def leads(sheet: PriceSheet) -> Select[Any]:
    """The first whole row of each product: the one whose facts count."""
    return (
        select(SheetRow.id)
        .ext(distinct_on(SheetRow.code))
        .where(rows_of(sheet), SheetRow.verdict != Verdict.BROKEN, SheetRow.verdict != Verdict.GONE)
        .order_by(SheetRow.code, SheetRow.line)
    )


def is_plan_of(plan: Any, row: Any) -> ColumnElement[bool]:
    return and_(plan.tenant_id == row.tenant_id, *(getattr(plan, name) == getattr(row, name) for name in PLAN_KEY))


def is_price_of(price: Any, plan: Any, row: Any) -> ColumnElement[bool]:
    """The price is one of the plan's in the row's market and currency."""
    return and_(
        price.tenant_id == plan.tenant_id,
        price.plan_id == plan.id,
        price.market == row.market,
        price.currency == row.currency,
    )


def in_force(price: Any, day: Any) -> ColumnElement[bool]:
    return and_(price.valid_from <= day, or_(price.valid_until.is_(None), price.valid_until >= day))


def _compare(sheet: PriceSheet) -> None:
    judged = _judgement(sheet).subquery()
    known = and_(judged.c.known, judged.c.facts_stay, ~judged.c.moves_purchase, ~judged.c.moves_recommended)
    db.session.execute(
        update(SheetRow)
        .where(SheetRow.tenant_id == sheet.tenant_id, SheetRow.id == judged.c.id)
        .values(
            verdict=case(
                (known, literal(Verdict.UNCHANGED, SheetRow.verdict.type)),
                (judged.c.purchase_before.is_not(None), literal(Verdict.CHANGED, SheetRow.verdict.type)),
                else_=literal(Verdict.NEW, SheetRow.verdict.type),
            ),
            purchase_before=judged.c.purchase_before,
            recommended_before=judged.c.recommended_before,
            moves_purchase=judged.c.moves_purchase,
            moves_recommended=judged.c.moves_recommended,
        ),
        execution_options=REVIEWED,
    )


def _judgement(sheet: PriceSheet) -> Select[*tuple[Any, ...]]:
    """Beside each unjudged row: what the catalogue says today."""
    row = aliased(SheetRow, select(SheetRow).where(rows_of(sheet, Verdict.UNJUDGED)).subquery())
    paid, advised = aliased(PurchasePrice), aliased(RecommendedPrice)
    position = func.row_number().over(partition_by=row.code, order_by=row.line)
    facts_same = and_(*(getattr(Product, name) == getattr(row, name) for name in FACTS))
    living = and_(Product.discontinued_on.is_(None), Plan.discontinued_on.is_(None))
    return (
        select(
            row.id,
            func.coalesce(and_(Plan.id.is_not(None), living), False).label("known"),
            or_(position > 1, func.coalesce(facts_same, False)).label("facts_stay"),
            paid.amount.label("purchase_before"),
            advised.amount.label("recommended_before"),
            _moves(PurchasePrice, paid, row, row.purchase).label("moves_purchase"),
            _moves(RecommendedPrice, advised, row, row.recommended).label("moves_recommended"),
        )
        .select_from(row)
        .outerjoin(Product, and_(Product.tenant_id == row.tenant_id, Product.code == row.code))
        .outerjoin(Plan, and_(is_plan_of(Plan, row), Plan.product_id == Product.id))
        .outerjoin(paid, and_(is_price_of(paid, Plan, row), in_force(paid, row.valid_from)))
        .outerjoin(advised, and_(is_price_of(advised, Plan, row), in_force(advised, row.valid_from)))
    )


def _moves(kind: Price, price: Any, row: Any, amount: Any) -> ColumnElement[bool]:
    """Whether the row says another amount or another last day than the price in force on its first day."""
    end = func.least(row.valid_until, _next_begins(kind, price, row) - 1)  # least() passes over nulls
    return case(
        (amount.is_(None), price.amount.is_not(None)),
        else_=or_(price.amount.is_distinct_from(amount), price.valid_until.is_distinct_from(end)),
    )


def _next_begins(kind: Price, price: Any, row: Any) -> Any:
    later = aliased(kind)
    return (
        select(func.min(later.valid_from))
        .where(
            later.tenant_id == price.tenant_id,
            later.plan_id == price.plan_id,
            later.market == price.market,
            later.currency == price.currency,
            later.valid_from > row.valid_from,
            is_ever_valid(later),
        )
        .correlate_except(later)
        .scalar_subquery()
    )


def _miss(sheet: PriceSheet) -> None:
    """Write down what the sheet no longer names, as rows without a line."""
    mine, named = aliased(SheetRow), aliased(SheetRow)
    markets = select(mine.market, mine.currency).where(_whole(mine, sheet)).distinct()
    vendors = select(mine.vendor).where(_whole(mine, sheet)).distinct()
    is_named = (
        select(named.id)
        .where(named.tenant_id == sheet.tenant_id, named.sheet_id == sheet.id, named.code == Product.code)
        .where(is_plan_of(Plan, named), named.market.in_((PurchasePrice.market, "")))
        .where(named.currency.in_((PurchasePrice.currency, "")))
        .exists()
    )
    values: dict[str, Any] = {
        "tenant_id": Product.tenant_id,
        "id": func.gen_random_uuid(),
        "sheet_id": literal(sheet.id),
        "line": literal(0),
        "verdict": literal(Verdict.GONE, SheetRow.verdict.type),
        **{name: getattr(Product, name) for name in ("code", "slug", *FACTS)},
        **{name: getattr(Plan, name) for name in PLAN_KEY},
        "market": PurchasePrice.market,
        "currency": PurchasePrice.currency,
        "purchase_before": PurchasePrice.amount,
        "moves_purchase": literal(value=True),
        "moves_recommended": literal(value=True),
    }
    gone = (
        select(*(column.label(name) for name, column in values.items()))
        .ext(distinct_on(PurchasePrice.plan_id, PurchasePrice.market, PurchasePrice.currency))
        .select_from(PurchasePrice)
        .join(Plan, and_(Plan.tenant_id == PurchasePrice.tenant_id, Plan.id == PurchasePrice.plan_id))
        .join(Product, and_(Product.tenant_id == Plan.tenant_id, Product.id == Plan.product_id))
        .where(PurchasePrice.tenant_id == sheet.tenant_id, is_valid_after(PurchasePrice, last_day(sheet)))
        .where(tuple_(PurchasePrice.market, PurchasePrice.currency).in_(markets), Product.vendor.in_(vendors))
        .where(~is_named)
        .order_by(PurchasePrice.plan_id, PurchasePrice.market, PurchasePrice.currency, PurchasePrice.valid_from)
    )
    db.session.execute(insert(SheetRow).from_select(list(values), gone), execution_options=REVIEWED)


def _whole(row: Any, sheet: PriceSheet) -> ColumnElement[bool]:
    return and_(
        row.tenant_id == sheet.tenant_id,
        row.sheet_id == sheet.id,
        row.verdict.not_in((Verdict.BROKEN, Verdict.GONE)),
    )


def is_ever_valid(price: Any) -> ColumnElement[bool]:
    """Not taken back before its first day."""
    return or_(price.valid_until.is_(None), price.valid_until >= price.valid_from)


def is_valid_after(price: Any, day: date) -> ColumnElement[bool]:
    return and_(or_(price.valid_until.is_(None), price.valid_until > day), is_ever_valid(price))


def last_day(sheet: PriceSheet) -> date:
    """The last day of what the sheet no longer names: the one before it begins, never in the past."""
    begins = max(sheet.valid_from or today(), today())
    return begins - timedelta(days=1)


def _count(sheet: PriceSheet) -> None:
    by_verdict = select(SheetRow.verdict, func.count()).where(rows_of(sheet)).group_by(SheetRow.verdict)
    counts: dict[str, int] = {verdict.value: count for verdict, count in db.session.execute(by_verdict)}
    products = select(func.count(SheetRow.code.distinct())).where(_whole(SheetRow, sheet))
    counts["unread"] = sheet.read_broken - counts.get(Verdict.BROKEN.value, 0)
    counts[Verdict.BROKEN.value] = sheet.read_broken
    counts["products"] = db.session.scalar(products) or 0
    counts["lines"] = sum(counts.get(v.value, 0) for v in LINES)
    sheet.counts = counts
    sheet.markets = _markets(sheet)


def _markets(sheet: PriceSheet) -> list[str]:
    question = select(SheetRow.market, SheetRow.currency).where(_whole(SheetRow, sheet)).distinct()
    return [f"{market} · {currency}" for market, currency in sorted(db.session.execute(question))]
