"""A judged sheet becomes the catalogue: in sets, a stretch of lines at a time, so that any size takes the same memory.

Every statement says what must be, not what to do: running one again changes nothing.  Each leaves a trace to undo it by.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from portal.catalogue.categories import sort_in
from portal.catalogue.models import Plan, PriceSheet, Product, PurchasePrice, RecommendedPrice, SheetRow, Verdict
from portal.catalogue.models.sheets import MOVING
from portal.catalogue.sheets.missing import last_day
from portal.catalogue.sheets.sets import (
    FACTS,
    PLAN_KEY,
    Price,
    in_force,
    is_ever_valid,
    is_plan_of,
    is_price_of,
    is_row_of_plan,
    is_row_of_product,
    leads,
    rows_of,
    think_in_sets,
)
from portal.catalogue.sheets.tracing import add, change
from portal.core.clock import now
from portal.core.db import db

STRETCH = 20_000
"""Changing rows in one transaction: a few seconds of work."""
NO_DAY = cast(null(), Date)


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
    sort_in()
    _mend_products(sheet, stretch)
    _open_plans(sheet, stretch)
    _revive_plans(sheet, stretch)
    for kind in (PurchasePrice, RecommendedPrice):
        _write_prices(sheet, kind, stretch)
        _straighten(sheet, kind, stretch)
    _end_recommendations(sheet, stretch)
    sheet.applied_line = end


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
    fresh = select(*(column.label(name) for name, column in values.items()))
    add(sheet, Product, fresh.where(stretch, SheetRow.id.in_(leads(sheet)), ~is_known))


def _mend_products(sheet: PriceSheet, stretch: ColumnElement[bool]) -> None:
    """New words from the first row of each, unless they are somebody's own; whatever is named again is sold again."""
    is_lead = and_(stretch, SheetRow.id.in_(leads(sheet)))
    differs = or_(*(getattr(Product, name) != getattr(SheetRow, name) for name in FACTS))
    facts = select(Product.id, *(getattr(SheetRow, name).label(name) for name in FACTS))
    change(sheet, Product, facts.where(is_row_of_product(), is_lead, differs, Product.by_hand.is_(False)))
    back = select(Product.id, NO_DAY.label("discontinued_on")).where(is_row_of_product(), stretch)
    change(sheet, Product, back.where(Product.discontinued_on.is_not(None)).distinct())


def _open_plans(sheet: PriceSheet, stretch: ColumnElement[bool]) -> None:
    known = aliased(Plan)
    is_known = select(known.id).where(is_plan_of(known, SheetRow), known.product_id == Product.id).exists()
    key = [getattr(SheetRow, name) for name in PLAN_KEY]
    fresh = (
        select(SheetRow.tenant_id, SheetRow.id, Product.id.label("product_id"), *key)
        .ext(distinct_on(Product.id, *key))
        .join(Product, is_row_of_product())
        .where(stretch, ~is_known)
        .order_by(Product.id, *key, SheetRow.line)
    )
    add(sheet, Plan, fresh)


def _revive_plans(sheet: PriceSheet, stretch: ColumnElement[bool]) -> None:
    back = select(Plan.id, NO_DAY.label("discontinued_on")).where(is_row_of_plan(), stretch)
    change(sheet, Plan, back.where(Plan.discontinued_on.is_not(None)).distinct())


def _write_prices(sheet: PriceSheet, kind: Price, stretch: ColumnElement[bool]) -> None:
    amount, moves = _column_of(kind)
    told = and_(is_row_of_plan(), stretch, moves, amount.is_not(None))
    corrected = (
        select(kind.id, amount.label("amount"), SheetRow.valid_until)
        .where(told, is_price_of(kind, Plan, SheetRow), kind.valid_from == SheetRow.begins)
        .where(or_(kind.amount != amount, kind.valid_until.is_distinct_from(SheetRow.valid_until)))
    )
    change(sheet, kind, corrected)
    values: dict[str, Any] = {
        **{name: getattr(SheetRow, name) for name in ("tenant_id", "id", "market", "currency", "valid_until")},
        "plan_id": Plan.id,
        "amount": amount,
        "valid_from": SheetRow.begins,
    }
    add(sheet, kind, select(*(column.label(name) for name, column in values.items())).where(told))


def _column_of(kind: Price) -> tuple[Any, Any]:
    """The row's amount for this kind of price, and whether it moves."""
    if kind is PurchasePrice:
        return SheetRow.purchase, SheetRow.moves_purchase
    return SheetRow.recommended, SheetRow.moves_recommended


def _straighten(sheet: PriceSheet, kind: Price, stretch: ColumnElement[bool]) -> None:
    """Let each price of the touched plans end where the next begins."""
    _, moves = _column_of(kind)
    touched = select(Plan.id).where(is_row_of_plan(), stretch, moves)
    begins = func.lead(kind.valid_from).over(
        partition_by=(kind.plan_id, kind.market, kind.currency), order_by=kind.valid_from
    )
    following = (
        select(kind.id, kind.valid_until.label("until"), begins.label("begins"))
        .where(kind.tenant_id == sheet.tenant_id, kind.plan_id.in_(touched), is_ever_valid(kind))
        .subquery()
    )
    last = following.c.begins - 1
    overlaps = or_(following.c.until.is_(None), following.c.until > last)
    wanted: Select[Any] = select(following.c.id, last.label("valid_until"))
    change(sheet, kind, wanted.where(following.c.begins.is_not(None), overlaps))


def _end_recommendations(sheet: PriceSheet, stretch: ColumnElement[bool]) -> None:
    """A row without a recommended price ends the one in force."""
    ended = (
        select(RecommendedPrice.id, (SheetRow.begins - 1).label("valid_until"))
        .where(is_row_of_plan(), stretch, SheetRow.moves_recommended, SheetRow.recommended.is_(None))
        .where(is_price_of(RecommendedPrice, Plan, SheetRow), in_force(RecommendedPrice, SheetRow.begins))
    )
    change(sheet, RecommendedPrice, ended)


def end_missing(sheet: PriceSheet) -> None:
    """What the sheet no longer names ends the day before it begins; what has no price any more is discontinued."""
    think_in_sets()
    gone, last = rows_of(sheet, Verdict.GONE), last_day(sheet)
    for kind in (PurchasePrice, RecommendedPrice):
        ended = select(kind.id, literal(last).label("valid_until")).where(is_row_of_plan(), gone)
        still = or_(kind.valid_until.is_(None), kind.valid_until > last)
        change(sheet, kind, ended.where(is_price_of(kind, Plan, SheetRow), still))
    _discontinue(sheet, gone, last)


def _discontinue(sheet: PriceSheet, gone: ColumnElement[bool], last: date) -> None:
    price, plan = aliased(PurchasePrice), aliased(Plan)
    is_priced = (
        select(price.id)
        .where(price.tenant_id == Plan.tenant_id, price.plan_id == Plan.id, is_ever_valid(price))
        .where(or_(price.valid_until.is_(None), price.valid_until > last))
        .exists()
    )
    ends = literal(last + timedelta(days=1)).label("discontinued_on")
    plans = select(Plan.id, ends).where(is_row_of_plan(), gone, Plan.discontinued_on.is_(None), ~is_priced)
    change(sheet, Plan, plans.distinct())
    is_sold = (
        select(plan.id)
        .where(plan.tenant_id == Product.tenant_id, plan.product_id == Product.id, plan.discontinued_on.is_(None))
        .exists()
    )
    products = select(Product.id, ends).where(is_row_of_product(), gone, Product.discontinued_on.is_(None), ~is_sold)
    change(sheet, Product, products.distinct())
