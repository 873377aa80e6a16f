"""What a read sheet would do to the catalogue, judged row by row in a handful of statements.

A row is *unchanged* when the price in force on its first day already says the same until the same day.  The facts of a
product come from its first whole row in the sheet, so a sheet that contradicts itself cannot flip them for ever.
What we have a price for in the sheet's markets, from the sheet's vendors, and the sheet does not name, is *gone*.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, literal, or_, select, update
from sqlalchemy.orm import aliased

from portal.catalogue import queries
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
from portal.catalogue.models.sheets import BIG_RISE, MOVING
from portal.catalogue.sheets.duplicates import refuse_duplicates
from portal.catalogue.sheets.missing import note_missing
from portal.catalogue.sheets.sets import (
    FACTS,
    REVIEWED,
    Price,
    in_force,
    is_ever_valid,
    is_plan_of,
    is_price_of,
    leads,
    rows_of,
    think_in_sets,
    whole_rows,
)
from portal.core.clock import today
from portal.core.db import db
from portal.tenants.models import Tenant

LINES = (*MOVING, Verdict.UNCHANGED, Verdict.BROKEN)
STRETCH = 50_000
"""Lines that are judged in one transaction: a few seconds of work."""
HUNDRED, MOST_PERCENT = literal(Decimal(100)), literal(Decimal(1_000_000))
MOST_VENDORS = 100


def judge(sheet: PriceSheet) -> None:
    """Judge every row of the sheet anew and count what it would do."""
    while judge_on(sheet):
        db.session.flush()


def judge_on(sheet: PriceSheet) -> bool:
    """Judge the next lines.  False when all are judged and counted."""
    think_in_sets()
    if sheet.judged_line is None:
        db.session.execute(delete(SheetRow).where(rows_of(sheet, Verdict.GONE)), execution_options=REVIEWED)
        refuse_duplicates(sheet)
        sheet.judged_line = 0
    _compare(sheet, sheet.judged_line, sheet.judged_line + STRETCH)
    sheet.judged_line += STRETCH
    if sheet.judged_line < sheet.read_line:
        return True
    sheet.judged_line = None
    sheet.valid_from = db.session.scalar(select(func.min(SheetRow.begins)).where(whole_rows(SheetRow, sheet)))
    note_missing(sheet)
    _count(sheet)
    sheet.judged = _ground(sheet)
    return False


def still_stands(sheet: PriceSheet) -> bool:
    """Whether comparing again would tell the same: nothing that anybody sees has changed since, and it is the same day."""
    return sheet.judged_line is None and bool(sheet.judged) and sheet.judged == _ground(sheet)


def _ground(sheet: PriceSheet) -> dict[str, Any]:
    """What a comparison stands on: the catalogue as it is, today, and the day before which no price begins."""
    stamp = db.session.scalar(select(Tenant.stamp).where(Tenant.id == sheet.tenant_id))
    floor, twin = floor_of(sheet), queries.twin_of(sheet)
    return {
        "stamp": stamp,
        "day": today().isoformat(),
        "floor": floor.isoformat() if floor else None,
        "twin": twin.applied_at.isoformat() if twin and twin.applied_at else None,
    }


def forget_rows(sheet: PriceSheet) -> None:
    """Drop everything that was read."""
    for kind in (SheetRow, SheetError):
        mine = and_(kind.tenant_id == sheet.tenant_id, kind.sheet_id == sheet.id)
        db.session.execute(delete(kind).where(mine), execution_options=REVIEWED)


def _compare(sheet: PriceSheet, after: int, end: int) -> None:
    """Judge the whole rows behind line `after` up to `end`."""
    here = and_(whole_rows(SheetRow, sheet), SheetRow.line > after, SheetRow.line <= end)
    judged = _judgement(sheet, here).subquery()
    stays = and_(judged.c.known, judged.c.facts_stay, ~judged.c.moves_purchase, ~judged.c.moves_recommended)
    verdict = case(
        (or_(stays, judged.c.over), _said(Verdict.UNCHANGED)),
        (judged.c.purchase_before.is_(None), _said(Verdict.NEW)),
        (judged.c.after > judged.c.before, _said(Verdict.UP)),
        (judged.c.after < judged.c.before, _said(Verdict.DOWN)),
        else_=_said(Verdict.CHANGED),
    )
    moved = and_(judged.c.before > 0, judged.c.after != judged.c.before, ~judged.c.over)
    percent = func.least((judged.c.after - judged.c.before) * HUNDRED / judged.c.before, MOST_PERCENT)
    names = ("begins", "purchase_before", "recommended_before", "moves_purchase", "moves_recommended")
    db.session.execute(
        update(SheetRow)
        .where(SheetRow.tenant_id == sheet.tenant_id, SheetRow.id == judged.c.id)
        .values(verdict=verdict, percent=case((moved, percent)), **{name: judged.c[name] for name in names}),
        execution_options=REVIEWED,
    )


def _said(verdict: Verdict) -> ColumnElement[Verdict]:
    return literal(verdict, SheetRow.verdict.type)


def _judgement(sheet: PriceSheet, here: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Beside each of these rows: what the catalogue says today.

    The price that tells up from down is the unit price, and where that stays, the recommended one.
    """
    begins = SheetRow.valid_from if (floor := floor_of(sheet)) is None else func.greatest(SheetRow.valid_from, floor)
    row: Any = select(*SheetRow.__table__.c, begins.label("start")).where(here).subquery()
    lead = leads(sheet).subquery()
    paid, advised = aliased(PurchasePrice), aliased(RecommendedPrice)
    facts_same = and_(*(getattr(Product, name) == row.c[name] for name in FACTS))
    living = and_(Product.discontinued_on.is_(None), Plan.discontinued_on.is_(None))
    by_purchase = or_(paid.amount.is_distinct_from(row.c.purchase), advised.amount.is_(None))
    return (
        select(
            row.c.id,
            row.c.start.label("begins"),
            func.coalesce(row.c.valid_until < row.c.start, False).label("over"),
            func.coalesce(and_(Plan.id.is_not(None), living), False).label("known"),
            or_(lead.c.id.is_(None), Product.by_hand.is_(True), func.coalesce(facts_same, False)).label("facts_stay"),
            paid.amount.label("purchase_before"),
            advised.amount.label("recommended_before"),
            case((by_purchase, paid.amount), else_=advised.amount).label("before"),
            case((by_purchase, row.c.purchase), else_=row.c.recommended).label("after"),
            _moves(PurchasePrice, paid, row, row.c.purchase).label("moves_purchase"),
            _moves(RecommendedPrice, advised, row, row.c.recommended).label("moves_recommended"),
        )
        .select_from(row)
        .outerjoin(lead, lead.c.id == row.c.id)
        .outerjoin(Product, and_(Product.tenant_id == row.c.tenant_id, Product.code == row.c.code))
        .outerjoin(Plan, and_(is_plan_of(Plan, row.c), Plan.product_id == Product.id))
        .outerjoin(paid, and_(is_price_of(paid, Plan, row.c), in_force(paid, row.c.start)))
        .outerjoin(advised, and_(is_price_of(advised, Plan, row.c), in_force(advised, row.c.start)))
    )


def floor_of(sheet: PriceSheet) -> date | None:
    """The day before which no price of the sheet begins: the one it is applied on, or the same file was."""
    if sheet.starts_on:
        return sheet.starts_on
    twin = queries.twin_of(sheet)
    return twin.starts_on if twin else None


def _moves(kind: Price, price: Any, row: Any, amount: Any) -> ColumnElement[bool]:
    """Whether the row says another amount or another last day than the price in force on its first day."""
    end = func.least(row.c.valid_until, _next_begins(kind, price, row) - 1)  # least() passes over nulls
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
            later.valid_from > row.c.start,
            is_ever_valid(later),
        )
        .correlate_except(later)
        .scalar_subquery()
    )


def _count(sheet: PriceSheet) -> None:
    by_verdict = select(SheetRow.verdict, func.count()).where(rows_of(sheet)).group_by(SheetRow.verdict)
    counts: dict[str, int] = {verdict.value: count for verdict, count in db.session.execute(by_verdict)}
    products = select(func.count(SheetRow.code.distinct())).where(whole_rows(SheetRow, sheet))
    counts["unread"] = sheet.read_broken - counts.get(Verdict.BROKEN.value, 0)
    counts[Verdict.BROKEN.value] = sheet.read_broken
    counts["products"] = db.session.scalar(products) or 0
    counts["lines"] = sum(counts.get(v.value, 0) for v in LINES)
    rises = select(func.count()).where(rows_of(sheet, Verdict.UP), SheetRow.percent > BIG_RISE)
    counts["big"] = db.session.scalar(rises) or 0
    sheet.counts = counts
    vendors = select(SheetRow.vendor).where(whole_rows(SheetRow, sheet)).distinct().order_by(SheetRow.vendor)
    sheet.vendors = list(db.session.scalars(vendors.limit(MOST_VENDORS)))
    sheet.markets = _markets(sheet)


def _markets(sheet: PriceSheet) -> list[str]:
    question = select(SheetRow.market, SheetRow.currency).where(whole_rows(SheetRow, sheet)).distinct()
    return [f"{market} · {currency}" for market, currency in sorted(db.session.execute(question))]
