"""Price sheets, their rows and their errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, or_, select, tuple_

from portal.catalogue.models import (
    PriceSheet,
    SheetError,
    SheetRow,
    SheetState,
    Verdict,
)
from portal.core.db import Page, db, page
from portal.core.listing import Listing
from portal.core.scope import Scope, acting, acting_scope

SHEET_SORTS: dict[str, Any] = {"name": PriceSheet.name, "created": PriceSheet.created_at, "state": PriceSheet.state}
AT_ONCE = 500
"""Errors read at once."""
ROW_SORTS: dict[str, Any] = {"line": SheetRow.line, "name": SheetRow.name, "purchase": SheetRow.purchase}


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
