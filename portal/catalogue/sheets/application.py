"""A judged sheet becomes the catalogue: in sets, a stretch of lines at a time, so that any size takes the same memory.

Every statement says what must be, not what to do: running one again changes nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import aliased

from portal.catalogue.models import Plan, PriceSheet, Product, PurchasePrice, RecommendedPrice, SheetRow, Verdict
from portal.catalogue.sheets.missing import last_day
from portal.catalogue.sheets.sets import (
    FACTS,
    PLAN_KEY,
    REVIEWED,
    Price,
    in_force,
    is_ever_valid,
    is_plan_of,
    is_price_of,
    leads,
    rows_of,
    think_in_sets,
)
from portal.core.clock import now
from portal.core.db import db

STRETCH = 20_000
"""Changing rows in one transaction: a few seconds of work."""
MOVING = (Verdict.NEW, Verdict.CHANGED)


def next_stretch(sheet: PriceSheet) -> int | None:
    """The last line of the next stretch that changes something, or None when nothing is left."""
    lines = (
        select(SheetRow.line)
        .where(rows_of(sheet, *MOVING), SheetRow.line > sheet.applied_line)
        .order_by(SheetRow.line)
        .limit(STRETCH)
        .subquery()
    )
    end: int | None = db.session.scalar(select(func.max(lines.c.line)))
    return end


def apply_stretch(sheet: PriceSheet, end: int) -> None:
    """Write the lines behind `sheet.applied_line` up to `end`: products, their plans, the prices of both kinds."""
    think_in_sets()
    stretch = and_(rows_of(sheet, *MOVING), SheetRow.line > sheet.applied_line, SheetRow.line <= end)
    _open_products(sheet, stretch)
    _mend_products(sheet, stretch)
    _open_plans(stretch)
    _revive_plans(stretch)
    for kind in (PurchasePrice, RecommendedPrice):
        _write_prices(kind, stretch)
        _straighten(kind, stretch)
    _end_recommendations(stretch)
    sheet.applied_line = end


def _run(statement: Any) -> None:
    db.session.execute(statement, execution_options=REVIEWED)


def _open_products(sheet: PriceSheet, stretch: ColumnElement[bool]) -> None:
    known, namesake = aliased(Product), aliased(Product)
    is_known = select(known.id).where(known.tenant_id == SheetRow.tenant_id, known.code == SheetRow.code).exists()
    slug_taken = (
        select(namesake.id).where(namesake.tenant_id == SheetRow.tenant_id, namesake.slug == SheetRow.slug).exists()
    )
    nth = func.row_number().over(partition_by=SheetRow.slug, order_by=SheetRow.line)
    own_slug = SheetRow.slug.op("||")("-").op("||")(func.left(func.md5(SheetRow.code), 8))
    values: dict[str, Any] = {
        **{name: getattr(SheetRow, name) for name in ("tenant_id", "id", "code", *FACTS)},
        "slug": case((or_(slug_taken, nth > 1), own_slug), else_=SheetRow.slug),
        "created_at": literal(now()),
    }
    fresh = select(*(column.label(name) for name, column in values.items())).where(
        stretch, SheetRow.id.in_(leads(sheet)), ~is_known
    )
    _run(insert(Product).from_select(list(values), fresh).on_conflict_do_nothing())


def _mend_products(sheet: PriceSheet, stretch: ColumnElement[bool]) -> None:
    """New words from the first row of each; whatever is named again is sold again."""
    is_lead = and_(stretch, SheetRow.id.in_(leads(sheet)))
    same = and_(Product.tenant_id == SheetRow.tenant_id, Product.code == SheetRow.code)
    differs = or_(*(getattr(Product, name) != getattr(SheetRow, name) for name in FACTS))
    _run(update(Product).where(same, is_lead, differs).values({name: getattr(SheetRow, name) for name in FACTS}))
    _run(update(Product).where(same, stretch, Product.discontinued_on.is_not(None)).values(discontinued_on=None))


def _open_plans(stretch: ColumnElement[bool]) -> None:
    known = aliased(Plan)
    is_known = select(known.id).where(is_plan_of(known, SheetRow), known.product_id == Product.id).exists()
    key = [getattr(SheetRow, name) for name in PLAN_KEY]
    fresh = (
        select(SheetRow.tenant_id, SheetRow.id, Product.id, *key)
        .ext(distinct_on(Product.id, *key))
        .join(Product, and_(Product.tenant_id == SheetRow.tenant_id, Product.code == SheetRow.code))
        .where(stretch, ~is_known)
        .order_by(Product.id, *key, SheetRow.line)
    )
    columns = ["tenant_id", "id", "product_id", *PLAN_KEY]
    _run(insert(Plan).from_select(columns, fresh).on_conflict_do_nothing())


def _is_row_of_plan() -> ColumnElement[bool]:
    product = and_(Product.tenant_id == SheetRow.tenant_id, Product.code == SheetRow.code)
    return and_(product, Plan.product_id == Product.id, is_plan_of(Plan, SheetRow))


def _revive_plans(stretch: ColumnElement[bool]) -> None:
    dead = Plan.discontinued_on.is_not(None)
    _run(update(Plan).where(_is_row_of_plan(), stretch, dead).values(discontinued_on=None))


def _write_prices(kind: Price, stretch: ColumnElement[bool]) -> None:
    amount, moves = _column_of(kind)
    fresh = (
        select(
            SheetRow.tenant_id,
            SheetRow.id,
            Plan.id,
            SheetRow.market,
            SheetRow.currency,
            amount,
            SheetRow.valid_from,
            SheetRow.valid_until,
        )
        .select_from(SheetRow)
        .join(Product, and_(Product.tenant_id == SheetRow.tenant_id, Product.code == SheetRow.code))
        .join(Plan, and_(is_plan_of(Plan, SheetRow), Plan.product_id == Product.id))
        .where(stretch, moves, amount.is_not(None))
    )
    columns = ["tenant_id", "id", "plan_id", "market", "currency", "amount", "valid_from", "valid_until"]
    written = insert(kind).from_select(columns, fresh)
    _run(
        written.on_conflict_do_update(
            index_elements=["tenant_id", "plan_id", "market", "currency", "valid_from"],
            set_={"amount": written.excluded.amount, "valid_until": written.excluded.valid_until},
        )
    )


def _column_of(kind: Price) -> tuple[Any, Any]:
    """The row's amount for this kind of price, and whether it moves."""
    if kind is PurchasePrice:
        return SheetRow.purchase, SheetRow.moves_purchase
    return SheetRow.recommended, SheetRow.moves_recommended


def _straighten(kind: Price, stretch: ColumnElement[bool]) -> None:
    """Let each price of the touched plans end where the next begins."""
    _, moves = _column_of(kind)
    touched = select(Plan.id).where(_is_row_of_plan(), stretch, moves)
    price = aliased(kind)
    begins = func.lead(price.valid_from).over(
        partition_by=(price.plan_id, price.market, price.currency), order_by=price.valid_from
    )
    following = (
        select(price.tenant_id, price.id, begins.label("begins"))
        .where(price.plan_id.in_(touched), is_ever_valid(price))
        .subquery()
    )
    last = following.c.begins - 1
    _run(
        update(kind)
        .where(kind.tenant_id == following.c.tenant_id, kind.id == following.c.id)
        .where(or_(kind.valid_until.is_(None), kind.valid_until > last), following.c.begins.is_not(None))
        .values(valid_until=last)
    )


def _end_recommendations(stretch: ColumnElement[bool]) -> None:
    """A row without a recommended price ends the one in force."""
    _run(
        update(RecommendedPrice)
        .where(_is_row_of_plan(), stretch, SheetRow.moves_recommended, SheetRow.recommended.is_(None))
        .where(is_price_of(RecommendedPrice, Plan, SheetRow), in_force(RecommendedPrice, SheetRow.valid_from))
        .values(valid_until=SheetRow.valid_from - 1)
    )


def end_missing(sheet: PriceSheet) -> None:
    """What the sheet no longer names ends the day before it begins; what has no price any more is discontinued."""
    think_in_sets()
    gone, last = rows_of(sheet, Verdict.GONE), last_day(sheet)
    for kind in (PurchasePrice, RecommendedPrice):
        _run(
            update(kind)
            .where(_is_row_of_plan(), gone, is_price_of(kind, Plan, SheetRow))
            .where(or_(kind.valid_until.is_(None), kind.valid_until > last))
            .values(valid_until=last)
        )
    _discontinue(gone, last)


def _discontinue(gone: ColumnElement[bool], last: date) -> None:
    price, plan = aliased(PurchasePrice), aliased(Plan)
    is_priced = (
        select(price.id)
        .where(price.tenant_id == Plan.tenant_id, price.plan_id == Plan.id, is_ever_valid(price))
        .where(or_(price.valid_until.is_(None), price.valid_until > last))
        .exists()
    )
    ends = {"discontinued_on": last + timedelta(days=1)}
    _run(update(Plan).where(_is_row_of_plan(), gone, Plan.discontinued_on.is_(None), ~is_priced).values(ends))
    is_sold = (
        select(plan.id)
        .where(plan.tenant_id == Product.tenant_id, plan.product_id == Product.id, plan.discontinued_on.is_(None))
        .exists()
    )
    same = and_(Product.tenant_id == SheetRow.tenant_id, Product.code == SheetRow.code)
    _run(update(Product).where(same, gone, Product.discontinued_on.is_(None), ~is_sold).values(ends))
