"""The preview of a sheet as a file: CSV of any length is written while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import PurePath
from typing import Any

from flask_babel import gettext

from portal.catalogue import queries
from portal.catalogue.error_sheet import BOM, line_of
from portal.catalogue.models import PriceSheet, SheetRow, Verdict
from portal.catalogue.models.products import BILLINGS, SEGMENTS, TERMS
from portal.catalogue.models.sheets import VERDICTS
from portal.core import keys
from portal.core.clock import today
from portal.core.exports import Column
from portal.core.listing import Listing
from portal.core.words import N_


def _said(name: str) -> Any:
    return lambda row: getattr(row, name)


def _word(words: dict[Any, str], name: str) -> Any:
    return lambda row: str(gettext(words[getattr(row, name)]))


SHEET_ROWS = (
    Column(N_("Name"), _said("name")),
    Column(N_("Code"), _said("code")),
    Column(N_("Vendor"), _said("vendor")),
    Column(N_("Term"), _word(TERMS, "term")),
    Column(N_("Billing"), _word(BILLINGS, "billing")),
    Column(N_("Segment"), _word(SEGMENTS, "segment")),
    Column(N_("Market"), _said("market")),
    Column(N_("Currency"), _said("currency")),
    Column(N_("Unit price before"), _said("purchase_before")),
    Column(N_("Unit price"), _said("purchase")),
    Column(N_("Change %"), _said("percent")),
    Column(N_("Recommended before"), _said("recommended_before")),
    Column(N_("Recommended"), _said("recommended")),
    Column(N_("Valid from"), _said("begins")),
    Column(N_("Valid to"), _said("valid_until")),
    Column(N_("Line"), _said("line")),
)


def file_name(sheet: PriceSheet, verdict: Verdict) -> str:
    """`price-up-price-sheet-2026-12-us-usd-2026-11-28.csv`: what, of which sheet, and when it was looked at."""
    name = keys.slug(PurePath(sheet.name).stem, longest=80) or "price-sheet"
    return f"{keys.slug(gettext(VERDICTS[verdict]), longest=40)}-{name}-{today():%Y-%m-%d}.csv"


def lines(sheet: PriceSheet, verdict: Verdict, listing: Listing) -> Iterator[str]:
    """Its lines, in the reader's language; the question is settled now, not when they are sent."""
    return _lines(queries.all_rows(sheet, verdict, listing))


def _lines(rows: Iterator[SheetRow]) -> Iterator[str]:
    yield BOM + line_of(*(gettext(column.title) for column in SHEET_ROWS))
    for row in rows:
        yield line_of(*(_plain(column.value(row)) for column in SHEET_ROWS))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
