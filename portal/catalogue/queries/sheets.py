"""Price sheets, their rows and their errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import or_, select

from portal.catalogue.models import (
    PriceSheet,
    SheetError,
    SheetRow,
    SheetState,
    Verdict,
)
from portal.core.db import Page, db, page
from portal.core.listing import Listing

SHEET_SORTS: dict[str, Any] = {"name": PriceSheet.name, "created": PriceSheet.created_at, "state": PriceSheet.state}
ROW_SORTS: dict[str, Any] = {"line": SheetRow.line, "name": SheetRow.name, "purchase": SheetRow.purchase}


def sheets(listing: Listing) -> Page[PriceSheet]:
    wanted = select(PriceSheet)
    if listing.search:
        wanted = wanted.where(PriceSheet.name.ilike(listing.pattern))
    if state := listing.filters.get("state"):
        wanted = wanted.where(PriceSheet.state == SheetState(state))
    return page(listing.ordered(wanted, PriceSheet.id), number=listing.number)


def twin_of(sheet: PriceSheet) -> PriceSheet | None:
    """The same file, applied before."""
    same = select(PriceSheet).where(PriceSheet.sha == sheet.sha, PriceSheet.id != sheet.id)
    return db.session.scalar(
        same.where(PriceSheet.state == SheetState.APPLIED).order_by(PriceSheet.applied_at.desc()).limit(1)
    )


def rows(sheet: PriceSheet, verdict: Verdict, listing: Listing) -> Page[SheetRow]:
    """The rows of one verdict."""
    wanted = select(SheetRow).where(SheetRow.sheet_id == sheet.id, SheetRow.verdict == verdict)
    if listing.search:
        wanted = wanted.where(or_(SheetRow.name.ilike(listing.pattern), SheetRow.code.ilike(listing.pattern)))
    return page(listing.ordered(wanted, SheetRow.line, SheetRow.id), number=listing.number)


def errors(sheet: PriceSheet, listing: Listing) -> Page[SheetError]:
    wanted = select(SheetError).where(SheetError.sheet_id == sheet.id)
    if listing.search:
        wanted = wanted.where(or_(SheetError.value.ilike(listing.pattern), SheetError.column.ilike(listing.pattern)))
    return page(wanted.order_by(SheetError.line, SheetError.id), number=listing.number)


def all_errors(sheet: PriceSheet) -> Iterator[SheetError]:
    """Every error of the sheet, read a thousand at a time."""
    wanted = select(SheetError).where(SheetError.sheet_id == sheet.id).order_by(SheetError.line, SheetError.id)
    yield from db.session.scalars(wanted.execution_options(yield_per=1000))


def applied_sheets() -> Sequence[PriceSheet]:
    """What a price list may be filled from, newest first."""
    applied = select(PriceSheet).where(PriceSheet.state == SheetState.APPLIED)
    return db.session.scalars(applied.order_by(PriceSheet.applied_at.desc()).limit(50)).all()
