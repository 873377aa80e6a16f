"""What a read sheet would do to the catalogue, judged row by row in a handful of statements.

A row is *unchanged* when the price in force on its first day already says the same until the same day.  The facts of a
product come from its first whole row in the sheet, so a sheet that contradicts itself cannot flip them for ever.
What we have a price for in the sheet's markets, from the sheet's vendors, and the sheet does not name, is *gone*.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, literal, or_, select, update
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
    rows_of,
    think_in_sets,
    whole_rows,
)
from portal.core.db import db

LINES = (Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED, Verdict.BROKEN)


def judge(sheet: PriceSheet) -> None:
    """Judge every row of the sheet anew and count what it would do."""
    think_in_sets()
    _forget(sheet)
    refuse_duplicates(sheet)
    _compare(sheet)
    sheet.valid_from = db.session.scalar(select(func.min(SheetRow.valid_from)).where(whole_rows(SheetRow, sheet)))
    note_missing(sheet)
    _count(sheet)


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


def _count(sheet: PriceSheet) -> None:
    by_verdict = select(SheetRow.verdict, func.count()).where(rows_of(sheet)).group_by(SheetRow.verdict)
    counts: dict[str, int] = {verdict.value: count for verdict, count in db.session.execute(by_verdict)}
    products = select(func.count(SheetRow.code.distinct())).where(whole_rows(SheetRow, sheet))
    counts["unread"] = sheet.read_broken - counts.get(Verdict.BROKEN.value, 0)
    counts[Verdict.BROKEN.value] = sheet.read_broken
    counts["products"] = db.session.scalar(products) or 0
    counts["lines"] = sum(counts.get(v.value, 0) for v in LINES)
    sheet.counts = counts
    sheet.markets = _markets(sheet)


def _markets(sheet: PriceSheet) -> list[str]:
    question = select(SheetRow.market, SheetRow.currency).where(whole_rows(SheetRow, sheet)).distinct()
    return [f"{market} · {currency}" for market, currency in sorted(db.session.execute(question))]
