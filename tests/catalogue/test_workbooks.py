"""A price sheet as an Excel workbook: the same rows, the same line numbers, the same refusals."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from xlsxwriter import Workbook

from portal.catalogue.models import Verdict
from portal.catalogue.sheets.containers import text_of
from portal.catalogue.sheets.layout import COLUMNS
from portal.catalogue.sheets.look import look_at
from portal.catalogue.sheets.rows import Row, read_rows
from portal.core.errors import Invalid
from tests.catalogue.sheets import GOOD, imported, sheet
from tests.catalogue.test_importing import taken_in
from tests.world import House

HALF_A_SECOND, A_FEW_SECONDS = 0.5, 4
TYPED = {
    "SkuId": 2,
    "UnitPrice": 92.16,
    "ERP Price": 115,
    "EffectiveStartDate": datetime(2026, 11, 1),  # noqa: DTZ001 - workbooks know no zones
    "EffectiveEndDate": datetime(9999, 11, 30, 23, 59),  # noqa: DTZ001
}


def workbook(
    *rows: Mapping[str, Any], above: int = 0, besides: tuple[str, ...] = (), columns: tuple[str, ...] = COLUMNS
) -> bytes:
    """The sheet as somebody saved it from Excel: numbers and dates as such."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        book.set_properties({"created": datetime(2026, 11, 1)})  # noqa: DTZ001 - the same bytes whenever it is made
        for name in ("Prices", *besides):
            page = book.add_worksheet(name)
            if name != "Prices":
                page.write(0, 0, "Notes")
                continue
            page.write_row(above, 0, columns)
            for number, row in enumerate(rows, start=above + 1):
                page.write_row(number, 0, [(GOOD | row).get(column, "") for column in columns])
    return file.getvalue()


def read(content: bytes) -> list[Row]:
    layout = look_at(io.BytesIO(content)).layout()
    assert layout.is_settled
    return [row for row, _ in read_rows(io.BytesIO(b"".join(text_of(io.BytesIO(content)))), layout)]


@pytest.mark.parametrize("row", [{}, TYPED])
def test_a_workbook_is_read_as_its_csv_is(row: dict[str, Any]) -> None:
    (found,) = read(workbook(row))
    assert found.is_whole, found.faults
    assert found.line == 2
    assert found.facts["purchase"] == Decimal(str(row.get("UnitPrice", "8.00")))
    assert (found.facts["valid_from"], found.facts["valid_until"]) == (date(2026, 11, 1), None)


def test_rows_keep_the_numbers_they_have_in_the_workbook() -> None:
    rows = read(workbook({}, {"UnitPrice": "oops", "SkuDescription": "two\nlines"}, {}, above=3))
    assert [(row.line, row.is_whole) for row in rows] == [(5, True), (6, False), (7, True)]


def test_other_pages_of_a_workbook_do_not_matter_and_empty_cells_at_the_end_neither() -> None:
    assert read(workbook({"Segment": "Commercial"}, besides=("Read me", "Legal")))[0].is_whole
    (row,) = read(workbook({}, columns=(*COLUMNS, "PreviousValues")))
    assert row.is_whole


def test_a_workbook_becomes_the_same_catalogue_as_its_csv(meridian: House) -> None:
    rows = [{"SkuId": f"{number:04}"} for number in range(1, 30)]
    with meridian.office():
        imported(sheet(*rows), "november.csv")
        again = imported(workbook(*rows), "november.xlsx")
        assert (again.changes, again.count(Verdict.UNCHANGED)) == (0, 29)


def test_the_error_sheet_of_a_workbook_names_its_rows(meridian: House) -> None:
    taken = taken_in(meridian, workbook({}, {"UnitPrice": -3}, {"UnitPrice": "1e400"}), "december.xlsx")
    errors = meridian.client().get(f"/price-sheets/{taken.key}/errors.csv").text
    assert '"3","UnitPrice","\'-3","A price cannot be negative."' in errors
    assert '"4","UnitPrice","1e400","Not an amount like 1234.56' in errors


def tampered(change: Mapping[str, bytes]) -> bytes:
    """A good workbook, some of whose parts are others."""
    good, bad = zipfile.ZipFile(io.BytesIO(workbook({}))), io.BytesIO()
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in good.infolist():
            archive.writestr(one.filename, change.get(one.filename, good.read(one)))
        for name in change.keys() - set(good.namelist()):
            archive.writestr(name, change[name])
    return bad.getvalue()


PAGE = "xl/worksheets/sheet1.xml"
ELSEWHERE = "prices/sheet1.bin"
BOOK_PLACES = "xl/_rels/workbook.xml.rels"
START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
REFUSED = {
    "a page that is a bomb": ({PAGE: START + b" " * (150 << 20)}, "more than a sheet can hold"),
    "words that are a bomb": ({"xl/sharedStrings.xml": b" " * (100 << 20)}, "more than a sheet can hold"),
    "a million columns": (
        {PAGE: START + b"<row>" + b"".join(b"<c><v>%d</v></c>" % n for n in range(1_000_000)) + b"</row>" + END},
        "rows without end",
    ),
    "entities": ({PAGE: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + START + END}, "cannot be read"),
    "no XML": ({PAGE: b"\x00\x01\x02"}, "cannot be read"),
    "half a page": ({PAGE: START + b"<row><c><v>1"}, "cannot be read"),
    "no such word": ({PAGE: START + b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>' + END}, "cannot be read"),
    "no number of a row": ({PAGE: START + b'<row r="nine"><c><v>1</v></c></row>' + END}, "cannot be read"),
    "an empty page": ({PAGE: START + END}, "empty"),
    "no styles": ({"xl/styles.xml": b"<styles"}, "cannot be read"),
    "no book": ({"xl/workbook.xml": b"<workbook/>"}, "."),
    "facts about it that are a bomb": ({"docProps/core.xml": b"<b/>" * (20 << 20)}, "more than a sheet can hold"),
    "a directory that is a bomb": ({"[Content_Types].xml": b"<b/>" * (20 << 20)}, "more than a sheet can hold"),
    "a bomb in many parts": (
        {f"xl/worksheets/sheet{number}.xml": b" " * (4 << 20) for number in range(2, 130)},
        "more than a sheet can hold",
    ),
    "a page where nobody looks for one": (
        {
            ELSEWHERE: START + b'<row r="1"><c><v>1</v></c></row>' + END,
            BOOK_PLACES: zipfile.ZipFile(io.BytesIO(workbook({})))
            .read(BOOK_PLACES)
            .replace(b"worksheets/sheet1.xml", f"/{ELSEWHERE}".encode()),
        },
        "This workbook cannot be read",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_workbook_that_can_be_no_sheet_is_refused_at_once(what: str) -> None:
    change, said = REFUSED[what]
    content = tampered(change)
    began = time.process_time()
    with pytest.raises(Invalid, match=said) as refused:
        look_at(io.BytesIO(content))
    assert time.process_time() - began < HALF_A_SECOND
    assert refused.value.field == "file"


def test_a_row_far_below_leaves_the_memory_alone_and_the_clock_nearly() -> None:
    far = (
        START + b'<row r="1"><c t="inlineStr"><is><t>x</t></is></c></row><row r="999999999"><c><v>1</v></c></row>' + END
    )
    began = time.process_time()
    with pytest.raises(Invalid, match="one column"):
        look_at(io.BytesIO(tampered({PAGE: far})))
    assert time.process_time() - began < A_FEW_SECONDS


def test_two_price_sheets_in_one_workbook_are_named() -> None:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        for name in ("US", "DE"):
            book.add_worksheet(name).write_row(0, 0, COLUMNS)
    with pytest.raises(Invalid, match="several price sheets: US, DE"):
        look_at(io.BytesIO(file.getvalue()))


def test_a_workbook_that_lost_its_beginning_is_damaged() -> None:
    """Its directory says that the page begins before the file does."""
    whole = workbook({})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        begins = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    with pytest.raises(Invalid, match="cannot be read"):
        read(whole[:4] + whole[begins + 5 :])
