"""Price sheets, their rows and their errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, or_, select, tuple_

from portal.catalogue.models import (
    PriceSheet,
    SheetError,
    SheetMapping,
    SheetRow,
    SheetState,
    Verdict,
)
from portal.catalogue.models.products import Segment
from portal.catalogue.models.sheets import BIG_RISE
from portal.catalogue.sheets.layout import fingerprint
from portal.core.db import Page, db, page
from portal.core.listing import Listing
from portal.core.scope import Scope, acting, acting_scope

SHEET_SORTS: dict[str, Any] = {"name": PriceSheet.name, "created": PriceSheet.created_at, "state": PriceSheet.state}
AT_ONCE = 500
"""Errors read at once."""
ROW_SORTS: dict[str, Any] = {
    "line": SheetRow.line,
    "name": SheetRow.name,
    "purchase": SheetRow.purchase,
    "percent": SheetRow.percent,
}
ROW_FILES = 1_000
"""Rows that are read at once for a file."""


def sheets(listing: Listing) -> Page[PriceSheet]:
    wanted = select(PriceSheet)
    if listing.search:
        wanted = wanted.where(PriceSheet.name.ilike(listing.pattern))
    if state := listing.filters.get("state"):
        wanted = wanted.where(PriceSheet.state == SheetState(state))
    return listing.page(wanted, PriceSheet.id)


def twin_of(sheet: PriceSheet) -> PriceSheet | None:
    """The same file, applied before."""
    same = select(PriceSheet).where(PriceSheet.sha == sheet.sha, PriceSheet.id != sheet.id)
    return db.session.scalar(
        same.where(PriceSheet.state == SheetState.APPLIED).order_by(PriceSheet.applied_at.desc()).limit(1)
    )


def being_written(sheet: PriceSheet) -> str | None:
    """The name of another sheet that is changing the catalogue now."""
    writing = PriceSheet.state.in_((SheetState.APPLYING, SheetState.UNDOING))
    return db.session.scalar(select(PriceSheet.name).where(writing, PriceSheet.id != sheet.id).limit(1))


def mapping_of(header: Sequence[str]) -> SheetMapping | None:
    """What was said of an earlier file with this header."""
    return db.session.scalar(select(SheetMapping).where(SheetMapping.header == fingerprint(header)))


def rows(sheet: PriceSheet, verdict: Verdict, listing: Listing) -> Page[SheetRow]:
    """The rows of one verdict."""
    return listing.page(_rows(sheet, verdict, listing), SheetRow.line, SheetRow.id)


def _rows(sheet: PriceSheet, verdict: Verdict, listing: Listing) -> Select[SheetRow]:
    wanted = select(SheetRow).where(SheetRow.sheet_id == sheet.id, SheetRow.verdict == verdict)
    if listing.search:
        wanted = wanted.where(or_(SheetRow.name.ilike(listing.pattern), SheetRow.code.ilike(listing.pattern)))
    chosen = listing.filters
    if place := chosen.get("market"):
        market, currency = place.split("-")
        wanted = wanted.where(SheetRow.market == market, SheetRow.currency == currency)
    if segment := chosen.get("segment"):
        wanted = wanted.where(SheetRow.segment == Segment(segment))
    if vendor := chosen.get("vendor"):
        wanted = wanted.where(SheetRow.vendor == vendor)
    if chosen.get("rise"):
        wanted = wanted.where(SheetRow.percent > BIG_RISE)
    return wanted


def all_rows(sheet: PriceSheet, verdict: Verdict, listing: Listing) -> Iterator[SheetRow]:
    """Every one of them in the order of the file, a page in memory at a time, each in a session of its own."""
    wanted = _rows(sheet, verdict, listing).order_by(SheetRow.line, SheetRow.id).limit(ROW_FILES)
    return _rows_page_by_page(wanted, acting_scope())


def _rows_page_by_page(wanted: Select[SheetRow], scope: Scope) -> Iterator[SheetRow]:
    behind: list[Any] = []
    while True:
        with acting(scope):
            found = db.session.scalars(wanted.where(*behind)).all()
        yield from found
        if len(found) < ROW_FILES:
            return
        behind = [tuple_(SheetRow.line, SheetRow.id) > (found[-1].line, found[-1].id)]


def errors(sheet: PriceSheet, listing: Listing) -> Page[SheetError]:
    wanted = select(SheetError).where(SheetError.sheet_id == sheet.id)
    if listing.search:
        wanted = wanted.where(or_(SheetError.value.ilike(listing.pattern), SheetError.column.ilike(listing.pattern)))
    return page(wanted.order_by(SheetError.line, SheetError.id), number=listing.number)


def all_errors(sheet: PriceSheet) -> Iterator[Row[Any]]:
    """Every listed error (line, column, value, reason), a page in memory at a time.

    Each page is a session of its own: whoever takes them slowly keeps no transaction open.
    """
    error = SheetError
    columns = (error.line, error.column, error.value, error.reason, error.id)
    wanted = select(*columns).where(error.sheet_id == sheet.id).order_by(error.line, error.id)
    return _page_by_page(wanted.limit(AT_ONCE), acting_scope())


def _page_by_page(wanted: Select[Any], scope: Scope) -> Iterator[Row[Any]]:
    behind: list[Any] = []
    while True:
        with acting(scope):
            found = db.session.execute(wanted.where(*behind)).all()
        yield from found
        if len(found) < AT_ONCE:
            return
        behind = [tuple_(SheetError.line, SheetError.id) > (found[-1].line, found[-1].id)]


def applied_sheets() -> Sequence[PriceSheet]:
    """What a price list may be filled from, newest first."""
    applied = select(PriceSheet).where(PriceSheet.state == SheetState.APPLIED)
    return db.session.scalars(applied.order_by(PriceSheet.applied_at.desc()).limit(50)).all()
