"""An Excel workbook of the vendor's layout, as the text of a CSV sheet: one line for each row, so that line numbers agree.

A workbook is a ZIP archive of XML.  What it unpacks to is measured, and no row of it may be endless, before the reader is
let at it: that takes every row into memory whole.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, BinaryIO

from openpyxl import load_workbook

from portal.catalogue.sheets.layout import known_places
from portal.core.errors import Invalid
from portal.core.words import N_, say

BOOK = "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"
MOST_XML, MOST_STRINGS, MOST_OTHER = 400 << 20, 64 << 20, 16 << 20
MOST_TOGETHER = MOST_XML + MOST_STRINGS + MOST_OTHER
DENSEST, UNWATCHED = 200, 4 << 20
LONGEST_ROW = 4 << 20
"""Bytes of XML.  A row of 21 columns has about two thousand."""
MOST_COLUMNS, MOST_ROWS = 61, 1_048_576
LINES_AT_ONCE = 500
PIECE = 1 << 18
LAST_EXACT = 10**15

warnings.filterwarnings("ignore", module="openpyxl")  # what it leaves out: styles, validations, drawings

DAMAGED = N_("This workbook cannot be read. Open it in Excel, save it again as .xlsx or as CSV UTF-8, and upload that.")
BOMB = N_("This workbook unpacks to more than a sheet can hold. Save the sheet alone, as CSV UTF-8.")
ENDLESS = N_("This workbook has rows without end. Save the sheet alone, as CSV UTF-8.")
SEVERAL = N_("This workbook holds several price sheets: %(names)s. Save each as a file of its own.")
EMPTY = N_("Choose a sheet with rows: this file is empty.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in a workbook: the page whose first row has most of the known columns."""

    known: Callable[[Sequence[str]], int]  # how many columns of a row of heads are known
    several: str  # what is said of a workbook that holds several such pages
    breaks: bool = False  # whether a cell keeps its line breaks


PRICES = Wanted(lambda heads: len(known_places(heads)), SEVERAL)


def measure(archive: zipfile.ZipFile) -> None:
    """Whether it may be read at all, told from its directory: every part, because any may be named as any.  Raises Invalid."""
    parts = archive.infolist()
    together = sum(one.file_size for one in parts)
    if together > MOST_TOGETHER or any(_is_too_much(one) for one in parts):
        raise Invalid(BOMB, field="file")


def _is_too_much(one: zipfile.ZipInfo) -> bool:
    most = MOST_XML if _is_page(one.filename) else MOST_STRINGS if one.filename == STRINGS else MOST_OTHER
    dense = one.file_size > UNWATCHED and one.file_size > DENSEST * max(one.compress_size, 1)
    return one.file_size > most or dense


def _is_page(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def lines_of(stream: BinaryIO, archive: zipfile.ZipFile, wanted: Wanted, *, all_of_it: bool) -> Iterator[bytes]:
    """The lines of the wanted page as CSV in UTF-8, some hundred at a time."""
    _refuse_endless_rows(archive, most=MOST_XML if all_of_it else LONGEST_ROW * 2)
    stream.seek(0)
    try:
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        _refuse_hidden_pages(book)
        yield from _written(_rows(_sheet_of(book, wanted), breaks=wanted.breaks))
    except Invalid:
        raise
    except Exception as error:
        raise Invalid(DAMAGED, field="file") from error  # whatever a reader of foreign XML stumbles over


def _refuse_endless_rows(archive: zipfile.ZipFile, *, most: int) -> None:
    for one in archive.infolist():
        if not _is_page(one.filename):
            continue
        try:
            with archive.open(one) as member:
                _walk(member, most)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
            raise Invalid(DAMAGED, field="file") from None


def _refuse_hidden_pages(book: Any) -> None:
    """A book may say of any part that it is a page: one whose rows nobody has looked through is not read."""
    if not all(_is_page(sheet._worksheet_path) for sheet in book.worksheets):  # noqa: SLF001 - told nowhere else
        raise Invalid(DAMAGED, field="file")


def _walk(member: Any, most: int) -> None:
    """Look at the first bytes of a sheet's XML for the ends of its rows, and for a document type: none has any."""
    read = since = 0
    while read < most and (piece := member.read(PIECE)):
        if not read and b"<!" in piece[:4096].replace(b"<!--", b""):
            raise Invalid(DAMAGED, field="file")
        read += len(piece)
        end = piece.rfind(b"row>")
        since = since + len(piece) if end < 0 else len(piece) - end
        if since > LONGEST_ROW:
            raise Invalid(ENDLESS, field="file")


def _sheet_of(book: Any, wanted: Wanted) -> Any:
    """The one sheet with the known columns; the first, when none has any."""
    known: dict[str, int] = {}
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        first = next((row for _, row in zip(range(20), _rows(sheet), strict=False) if any(row)), [])
        known[sheet.title] = wanted.known(first)
    found = [sheet for sheet in book.worksheets if known[sheet.title] == max(known.values())]
    if not found:
        raise Invalid(EMPTY, field="file")
    if len(found) > 1 and known[found[0].title]:
        raise Invalid(say(wanted.several, names=", ".join(str(one.title)[:40] for one in found[:5])), field="file")
    return found[0]


def _rows(sheet: Any, *, breaks: bool = False) -> Iterator[list[str]]:
    for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True):
        if row.count(None) == len(row):  # a million of them may stand between two rows
            yield []
            continue
        cells = [_text(cell, breaks=breaks) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _written(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """The rows as wide as the first of them, so that empty cells at the end are none too few."""
    text, width, waiting, empty = io.StringIO(newline=""), 0, 0, 0
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        if not row:
            empty += 1  # what follows the last row is not written
            continue
        text.write("\n" * empty)
        width, empty, waiting = width or len(row), 0, waiting + 1
        writer.writerow(row + [""] * (width - len(row)))
        if waiting >= LINES_AT_ONCE:
            yield text.getvalue().encode("utf-8", "replace")
            text.seek(0)
            text.truncate()
            waiting = 0
    yield text.getvalue().encode("utf-8", "replace")


def _text(value: Any, *, breaks: bool) -> str:
    """A cell as a CSV sheet would write it: numbers with a point, dates with the year first, line breaks if wanted."""
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value.split("\n")) if "\n" in value and not breaks else value
    if isinstance(value, (datetime, date)):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float):
        return _number(value)
    return str(value)


def _number(value: float) -> str:
    """Without an exponent, and without the `.0` of a whole number."""
    if not isfinite(value):
        return str(value)
    if value.is_integer() and abs(value) < LAST_EXACT:
        return str(int(value))
    return format(Decimal(repr(value)), "f")
