"""The error sheet: what could not be taken, as a CSV file that is written while it is sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from flask_babel import gettext, to_user_timezone
from sqlalchemy import Row

from portal.catalogue import queries
from portal.catalogue.models import PriceSheet
from portal.core import keys
from portal.core.words import told

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def file_name(sheet: PriceSheet) -> str:
    """`errors-price-sheet-2026-11-us-usd-2026-11-22.csv`: of which sheet, and when that was uploaded."""
    name = keys.slug(PurePath(sheet.name).stem, longest=80) or "price-sheet"
    return f"errors-{name}-{to_user_timezone(sheet.created_at):%Y-%m-%d}.csv"


def lines(sheet: PriceSheet) -> Iterator[str]:
    """Its lines, in the reader's language.  What they are read for is settled now, not when they are sent."""
    return _lines(sheet, queries.all_errors(sheet))


def _lines(sheet: PriceSheet, errors: Iterator[Row[Any]]) -> Iterator[str]:
    yield BOM + line_of(gettext("Line"), gettext("Column"), gettext("Value"), gettext("Reason"))
    for error in errors:
        yield line_of(str(error.line), error.column, error.value, told(error.reason))
    if sheet.unlisted_faults:
        yield line_of("", "", "", unlisted(sheet))


def unlisted(sheet: PriceSheet) -> str:
    """That not every error is listed; empty when every one is."""
    if not sheet.unlisted_faults:
        return ""
    listed, more = (f"{count:,}" for count in (sheet.faults - sheet.unlisted_faults, sheet.unlisted_faults))
    return str(gettext("The first %(listed)s errors are listed; %(more)s more are not.", listed=listed, more=more))


def line_of(*cells: str) -> str:
    """One line of a CSV file, every cell quoted and defused."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([defused(cell) for cell in cells])
    return line.getvalue()


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
