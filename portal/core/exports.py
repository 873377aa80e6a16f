"""A list as a file: what the page shows, as filtered, without pages.  CSV for programs, XLSX for people.

    return listed("accounts/list.html", gettext("Accounts"), COLUMNS, listing=asked, page=queries.accounts(asked))

A cell that a spreadsheet would run (it begins with = + - @ or a control character) is defused by an apostrophe in CSV and
is plain text in XLSX.  Decimals stay decimals and days stay days, so that both can be reckoned with.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from xlsxwriter import Workbook

from portal.core.clock import today
from portal.core.keys import slug
from portal.core.listing import Listing
from portal.core.web import render

CSV, XLSX = "csv", "xlsx"
_TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head (a message id), and what stands in it for a row."""

    title: str
    value: Callable[[Any], Any]


def listed(
    template: str, name: str, columns: Sequence[Column], *, listing: Listing, page: Iterable[Any], **context: Any
) -> ResponseReturnValue:
    """The page of a list, or the file that was asked for instead; `name` is the reader's word for it."""
    if listing.form:
        return download(listing, name, columns, page)
    return render(template, listing=listing, page=page, files=True, **context)


def download(asked: Listing, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    """The list as a file."""
    heads = [gettext(column.title) for column in columns]
    table = ([column.value(row) for column in columns] for row in rows)
    content = _workbook(name, heads, table) if asked.form == XLSX else _lines(heads, table)
    answer = Response(content, content_type=_TYPES[asked.form])
    file = f"{slug(name, longest=60) or 'list'}-{today().isoformat()}.{asked.form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def _lines(heads: Sequence[str], table: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with its mark, for spreadsheets that would guess otherwise."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_plain(value) for value in row] for row in table)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(_zone()).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RUNS) else text


def _workbook(name: str, heads: Sequence[str], table: Iterable[Sequence[Any]]) -> bytes:
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        sheet = book.add_worksheet("".join(letter for letter in name if letter not in r"[]:*?/\'")[:31])
        styles = {
            "head": book.add_format({"bold": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        sheet.write_row(0, 0, heads, styles["head"])
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(table, start=1):
            for place, value in enumerate(row):
                _put(sheet, number, place, value, styles)
        sheet.autofit(_WIDEST * 7)
    return file.getvalue()


def _put(sheet: Any, row: int, column: int, value: Any, styles: dict[str, Any]) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value.astimezone(_zone()).replace(tzinfo=None), styles["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles["day"])
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif isinstance(value, bool):
        sheet.write_string(row, column, _plain(value))
    elif value is not None and value != "":
        sheet.write_string(row, column, str(value))


def _zone() -> ZoneInfo:
    return ZoneInfo(g.here.house.time_zone)
