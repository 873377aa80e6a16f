"""Price sheets as they really come, and as they come when something went wrong."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.models import Billing, Segment, Term
from portal.catalogue.sheets import values
from portal.catalogue.sheets.containers import text_of
from portal.catalogue.sheets.layout import COLUMNS
from portal.catalogue.sheets.look import look_at
from portal.catalogue.sheets.records import LONGEST_LINE, Record, Records
from portal.catalogue.sheets.rows import Row, read_rows, slug
from portal.catalogue.sheets.values import Unreadable
from portal.core.errors import Invalid
from tests.catalogue.sheets import DE, US, sheet

SHEETS = (US, DE)


def read(content: bytes) -> list[Row]:
    stream = io.BytesIO(content)
    layout = look_at(stream).layout()
    return [row for row, _ in read_rows(io.BytesIO(b"".join(text_of(stream))), layout)]


def reasons(content: bytes) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.reason.plain) for row in read(content) for fault in row.faults]


@pytest.mark.parametrize("name", SHEETS)
def test_the_vendors_sheets_are_read_whole(name: Path) -> None:
    rows = read(name.read_bytes())
    assert len(rows) == 1437
    assert all(row.is_whole for row in rows)
    assert len({row.facts["code"] for row in rows}) == 383


def test_a_row_says_what_is_sold_for_how_long_and_at_which_price() -> None:
    (row,) = read(sheet({}))
    assert row.line == 2
    assert row.facts["code"] == "CFQ7TTC0TEST:0001"
    assert (row.facts["term"], row.facts["billing"], row.facts["segment"]) == (
        Term.YEAR,
        Billing.MONTHLY,
        Segment.COMMERCIAL,
    )
    assert (row.facts["purchase"], row.facts["recommended"]) == (Decimal("8.00"), Decimal("10.00"))
    assert (row.facts["valid_from"], row.facts["valid_until"]) == (date(2026, 11, 1), None)
    assert row.facts["summary"] == 'Mail; includes "core" services.'
    assert row.facts["unit"] == "licence"


def test_a_byte_order_mark_is_not_part_of_the_first_column() -> None:
    assert read(sheet({}, bom=b"\xef\xbb\xbf"))[0].is_whole


def test_columns_may_stand_in_another_order_and_more_may_follow() -> None:
    content = sheet({}, columns=("ChangeIndicator", *reversed(COLUMNS), "PreviousValues"))
    assert read(content)[0].is_whole


def test_an_empty_recommended_price_is_none_and_not_zero() -> None:
    assert read(sheet({"ERP Price": ""}))[0].facts["recommended"] is None


@pytest.mark.parametrize("missing", ["UnitPrice", "Segment"])
def test_a_missing_column_is_named(missing: str) -> None:
    content = sheet({}, columns=tuple(column for column in COLUMNS if column != missing))
    with pytest.raises(Invalid, match=f"The column {missing} is missing") as refused:
        look_at(io.BytesIO(content))
    assert refused.value.field == "file"


@pytest.mark.parametrize("missing", ["ERP Price", "Tags"])
def test_a_column_that_may_be_missing_is_asked_for(missing: str) -> None:
    content = sheet({}, columns=tuple(column for column in COLUMNS if column != missing))
    assert look_at(io.BytesIO(content)).layout().open_columns == [missing]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"name;price\r\n", "none of its 19 columns"),
        (b"one,two\r\n1,2\r\n", "none of its 19 columns"),
        (b"PK\x03\x04\x14\x00\x08\x00", "damaged or was cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "an Excel workbook"),
        (b"\x1f\x8b\x08\x00\x00", "damaged or was cut off"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not text"),
        (b"\x00" * 5000, "not text"),
        (b"\xff\xfeP\x00r\x00o\x00", "one column"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<html><body>Sign in, please</body></html>", "a web page"),
        (b'<?xml version="1.0"?>\n<rows/>', "a web page"),
        (b"ProductTitle\r\nLumen\r\n", "one column"),
        (b'"' + b"x" * 100_000, "no price sheet"),
        (b"\n" * 100_000 + b"a,b", "empty lines"),
        (b"a," * 500 + b"b\r\n", "501 columns"),
        (b'"ProductTitle","Prod', "cut off"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        look_at(io.BytesIO(content))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("UnitPrice", "", "Is empty"),
        ("UnitPrice", "-1.00", "negative"),
        ("UnitPrice", "NaN", "Not an amount"),
        ("UnitPrice", "1e400", "Not an amount"),
        ("UnitPrice", "1,152", "Not an amount"),
        ("UnitPrice", "1.152,00", "Not an amount"),
        ("UnitPrice", "\u0663.\u0660", "Not an amount"),
        ("UnitPrice", "10000000", "decimal point"),
        ("UnitPrice", "1.00005", "More than four digits"),
        ("ERP Price", "-5", "negative"),
        ("Currency", "USDT", "Not a currency"),
        ("Market", "USA", "two letters"),
        ("TermDuration", "P2W", "Unknown term"),
        ("BillingPlan", "Weekly", "Unknown billing"),
        ("BillingPlan", "Triennial", "longer than the term"),
        ("Segment", "Aliens", "Unknown segment"),
        ("EffectiveStartDate", "November 1st", "month/day/year"),
        ("EffectiveStartDate", "13/13/2026 12:00:00 AM", "no such day"),
        ("EffectiveStartDate", "2/29/2026", "no such day"),
        ("EffectiveEndDate", "10/31/2026 11:59:59 PM", "Ends before it begins"),
        ("SkuTitle", "", "Is empty"),
        ("SkuTitle", "x" * 201, "Longer than 200"),
        ("SkuTitle", "Nul\x00l", "cannot be printed"),
        ("SkuTitle", "Right\u202eleft", "cannot be printed"),
        ("SkuDescription", "d" * 4001, "Longer than 4000"),
        ("PricingTierRangeMin", "25", "number of units"),
    ],
)
def test_a_broken_cell_is_named_with_line_column_and_reason(column: str, value: str, said: str) -> None:
    content = sheet({}, {column: value}, {})
    ((line, named, reason),) = reasons(content)
    assert (line, named) == (3, column)
    assert said in reason
    assert [row.is_whole for row in read(content)] == [True, False, True]


@pytest.mark.parametrize("kept", [40, 120, 190])
def test_a_file_that_was_cut_off_says_so_at_its_last_line(kept: int) -> None:
    first, second = sheet({}, {"SkuTitle": "Büro"}).split(b"\r\n")[:2]
    content = b"\r\n".join((first, second, second[:kept]))
    ((line, column, reason),) = reasons(content)
    assert (line, column) == (3, "")
    assert "The file ends in the middle of this line" in reason
    assert read(content[:-1] + b"\r\n")[0].is_whole


def test_a_last_line_without_its_end_is_whole() -> None:
    assert all(row.is_whole for row in read(sheet({}, {}).rstrip(b"\r\n")))


def test_endless_empty_lines_are_broken_lines() -> None:
    rows = read(sheet({}) + b"\r\n" * 5_000 + sheet({}).split(b"\r\n")[1])
    assert [row.is_whole for row in rows] == [True, *[False] * 4, True]
    assert "empty lines" in rows[1].faults[0].reason.plain


def test_a_broken_price_still_mentions_its_plan() -> None:
    (row,) = read(sheet({"UnitPrice": "oops"}))
    assert row.is_mentioned
    assert not row.is_whole


def test_one_forgotten_quotation_mark_costs_one_line() -> None:
    lines = sheet(*[{"SkuId": f"{number:04}"} for number in range(60)]).split(b"\r\n")
    lines[5] = lines[5].replace(b'"Lumen Mail Plan 1"', b'"Lumen Mail Plan 1')
    rows = read(b"\r\n".join(lines))
    assert [row.line for row in rows if not row.is_whole] == [6]
    assert sum(row.is_whole for row in rows) == 59


def test_two_forgotten_quotation_marks_cost_two_lines() -> None:
    lines = sheet(*[{"SkuId": f"{number:04}"} for number in range(20)]).split(b"\r\n")
    for number in (4, 9):
        lines[number] = lines[number].replace(b'"USD"', b'USD"')
    rows = read(b"\r\n".join(lines))
    assert [row.line for row in rows if not row.is_whole] == [5, 10]
    assert sum(row.is_whole for row in rows) == 18


def test_a_description_may_have_lines_of_its_own() -> None:
    first, second = read(sheet({"SkuDescription": "one\ntwo\r\nthree"}, {}))
    assert first.facts["summary"] == "one two three"
    assert (first.line, second.line) == (2, 5)


def test_a_row_with_too_few_columns_is_broken_and_the_next_is_not() -> None:
    content = sheet({}) + b"only,three,cells\r\n" + sheet({}).split(b"\r\n")[1]
    assert reasons(content) == [(3, "", "3 columns instead of 19.")]
    assert sum(row.is_whole for row in read(content)) == 2


def test_a_line_without_end_is_refused_and_does_not_fill_the_memory() -> None:
    content = sheet({}) + b"x" * (LONGEST_LINE * 3) + b"\r\n" + sheet({}).split(b"\r\n")[1]
    ((line, column, reason),) = reasons(content)
    assert (line, column) == (3, "")
    assert "longer than" in reason
    assert sum(row.is_whole for row in read(content)) == 2


def test_letters_of_another_encoding_are_refused_line_by_line() -> None:
    content = sheet({"SkuTitle": "Büro"}, {}).replace("Büro".encode(), "Büro".encode("latin-1"))
    ((line, _, reason),) = reasons(content)
    assert line == 2
    assert "UTF-8" in reason


def test_reading_goes_on_where_it_stopped() -> None:
    content = sheet(*[{"SkuId": f"{number:04}", "SkuDescription": "a\nb"} for number in range(10)])
    stream = io.BytesIO(content)
    header = look_at(stream).layout()
    whole = list(read_rows(stream, header))
    for stop in range(1, 10):
        record = whole[stop - 1][1]
        rest = [row for row, _ in read_rows(io.BytesIO(content), header, start=record.end, line=record.next_line)]
        assert [row.line for row in rest] == [row.line for row, _ in whole[stop:]]
        assert [row.facts for row in rest] == [row.facts for row, _ in whole[stop:]]


@given(st.binary(max_size=3000))
def test_any_bytes_end_in_records_that_cover_the_file(content: bytes) -> None:
    records: list[Record] = list(Records(io.BytesIO(content)))
    ends = [record.end for record in records]
    assert ends == sorted(set(ends))
    assert all(end <= len(content) for end in ends)
    assert all(record.fields or record.fault for record in records)


@given(st.text(max_size=40))
def test_a_price_is_a_plain_decimal_or_refused(text: str) -> None:
    try:
        amount = values.price(text)
    except Unreadable:
        return
    assert Decimal(0) <= amount < values.DEAREST
    assert amount.as_tuple().exponent != "n"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Microsoft 365 Business Premium", "microsoft-365-business-premium"),
        ("Büro & Café (Plan 1)", "buero-cafe-plan-1"),
        ("漢字", "product"),
        ("--", "product"),
    ],
)
def test_a_slug_is_plain_letters(name: str, address: str) -> None:
    assert slug(name) == address
