"""Price sheets in every form they come in: separators, encodings, archives, ways of writing numbers and dates."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
import zlib
from datetime import date
from decimal import Decimal

import pytest

from portal.catalogue.sheets import containers, values
from portal.catalogue.sheets.containers import text_of
from portal.catalogue.sheets.layout import COLUMNS, Layout
from portal.catalogue.sheets.look import look_at
from portal.catalogue.sheets.rows import Row, read_rows
from portal.catalogue.sheets.spelling import Spelling, of_days, of_numbers
from portal.core.errors import Invalid
from tests.catalogue.sheets import DE, US, sheet

LATER = ("ChangeIndicator", *COLUMNS, "PreviousValues")
HALF_A_SECOND = 0.5


def layout_of(content: bytes) -> Layout:
    return look_at(io.BytesIO(content)).layout()


def read(content: bytes, layout: Layout | None = None) -> list[Row]:
    text = b"".join(text_of(io.BytesIO(content)))
    return [row for row, _ in read_rows(io.BytesIO(text), layout or layout_of(content))]


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


FORMS = {
    "19 columns": lambda: sheet({}),
    "21 columns": lambda: sheet({"ChangeIndicator": "Updated"}, columns=LATER),
    "UTF-8 with its mark": lambda: sheet({}, bom=b"\xef\xbb\xbf"),
    "UTF-16 LE": lambda: b"\xff\xfe" + sheet({}).decode().encode("utf-16-le"),
    "UTF-16 BE": lambda: b"\xfe\xff" + sheet({}).decode().encode("utf-16-be"),
    "UTF-16 LE without its mark": lambda: sheet({}).decode().encode("utf-16-le"),
    "UTF-16 BE without its mark": lambda: sheet({}).decode().encode("utf-16-be"),
    "semicolons": lambda: sheet({}).replace(b'","', b'";"'),
    "tabs": lambda: sheet({}).replace(b'","', b'"\t"'),
    "line feeds alone": lambda: sheet({}).replace(b"\r\n", b"\n"),
    "nothing quoted": lambda: sheet({"SkuDescription": "Mail"}).replace(b'"', b""),
    "gzip": lambda: gzip.compress(sheet({})),
    "gzip of UTF-16": lambda: gzip.compress(sheet({}).decode().encode("utf-16")),
    "zip": lambda: zipped(sheet_csv=sheet({})),
    "zip made on a Mac": lambda: zipped(sheet_csv=sheet({}), __MACOSX___sheet_csv=b"x"),
    "zip with a note": lambda: zipped(sheet_csv=sheet({}), note_pdf=b"%PDF"),
    "names written otherwise": lambda: sheet({}).replace(b'"ERP Price"', b'"erp_price"'),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_sheet_is_recognised_in_every_form(form: str) -> None:
    content = FORMS[form]()
    assert layout_of(content).is_settled
    (row,) = read(content)
    assert row.is_whole, row.faults
    assert (row.facts["purchase"], row.facts["recommended"]) == (Decimal("8.00"), Decimal("10.00"))
    assert (row.facts["valid_from"], row.facts["valid_until"]) == (date(2026, 11, 1), None)


@pytest.mark.parametrize("name", [US, DE])
def test_the_vendors_sheets_are_read_whole_from_utf_16_and_packed(name: object) -> None:
    text = US.read_text(encoding="utf-8")
    rows = read(gzip.compress(text.replace('","', '"\t"').encode("utf-16")))
    assert len(rows) == 1437
    assert all(row.is_whole for row in rows)


def test_broken_utf_16_breaks_one_line() -> None:
    content = sheet({"SkuTitle": "Lumen\u2603"}, {}).decode().encode("utf-16-le")
    broken = content.replace("\u2603".encode("utf-16-le"), b"\x00\xd8")
    assert [row.is_whole for row in read(broken)] == [False, True]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["1.00", "2.50"], Spelling.POINT),
        (["12,50"], Spelling.COMMA),
        (["1.234,50"], Spelling.COMMA),
        (["1,234.50"], Spelling.POINT),
        (["1.234.567"], Spelling.COMMA),
        (["0.125"], Spelling.POINT),
        (["1234.567"], Spelling.POINT),
        (["12", "100"], ""),
        (["1,234"], None),
        (["1.234", "12"], None),
        (["1,234", "7,5"], Spelling.COMMA),
        (["1,5", "1.5"], None),
        ([], ""),
    ],
)
def test_a_column_of_numbers_tells_its_decimal_sign_or_is_asked_about(
    cells: list[str], told: Spelling | str | None
) -> None:
    assert of_numbers(cells) == told


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["11/1/2026 12:00:00 AM", "11/30/2026"], Spelling.MONTH_FIRST),
        (["1/11/2026", "30/11/2026"], Spelling.DAY_FIRST),
        (["1.11.2026"], Spelling.DAY_FIRST),
        (["2026-11-01T00:00:00Z"], Spelling.YEAR_FIRST),
        (["11/1/2026"], None),
        (["30/11/2026", "11/30/2026"], None),
        (["30/11/2026", *["11/30/2026"] * 30], Spelling.MONTH_FIRST),
        (["", "soon"], ""),
    ],
)
def test_a_column_of_dates_tells_its_order_or_is_asked_about(cells: list[str], told: Spelling | str | None) -> None:
    assert of_days(cells) == told


GERMAN = {
    "UnitPrice": "1.234,50",
    "ERP Price": "1543,13",
    "EffectiveStartDate": "01.11.2026",
    "EffectiveEndDate": "31.12.2026",
}


def test_a_sheet_with_decimal_commas_and_days_first_is_read_so() -> None:
    content = sheet(GERMAN).replace(b'","', b'";"')
    assert layout_of(content).is_settled
    (row,) = read(content)
    assert (row.facts["purchase"], row.facts["recommended"]) == (Decimal("1234.50"), Decimal("1543.13"))
    assert (row.facts["valid_from"], row.facts["valid_until"]) == (date(2026, 11, 1), date(2026, 12, 31))


def test_a_column_that_can_be_read_two_ways_is_not_guessed() -> None:
    layout = layout_of(sheet({"UnitPrice": "1,234", "ERP Price": "1,543"}))
    assert layout.open_spellings == ["UnitPrice", "ERP Price"]


def test_a_column_without_a_sign_follows_its_neighbour() -> None:
    assert layout_of(sheet({"UnitPrice": "8", "ERP Price": "10,50"})).spellings["UnitPrice"] is Spelling.COMMA
    assert layout_of(sheet({"UnitPrice": "8", "ERP Price": ""})).spellings["UnitPrice"] is Spelling.POINT


def test_two_columns_of_dates_that_contradict_each_other_are_asked_about() -> None:
    layout = layout_of(sheet({"EffectiveStartDate": "13/1/2026"}, {}, {}))
    assert layout.open_spellings == ["EffectiveStartDate", "EffectiveEndDate"]


def test_dates_that_can_be_read_two_ways_are_not_guessed_beside_decimal_commas() -> None:
    ambiguous = GERMAN | {"EffectiveStartDate": "11/1/2026", "EffectiveEndDate": ""}
    assert layout_of(sheet(ambiguous)).open_spellings == ["EffectiveStartDate", "EffectiveEndDate"]
    assert layout_of(sheet({"EffectiveEndDate": ""})).is_settled


@pytest.mark.parametrize(
    ("text", "spelling", "amount"),
    [
        ("1,234.56", Spelling.POINT, "1234.56"),
        ("1,234,567", Spelling.POINT, "1234567"),
        ("1.234,56", Spelling.COMMA, "1234.56"),
        ("0,5", Spelling.COMMA, "0.5"),
    ],
)
def test_an_amount_is_read_as_its_column_writes(text: str, spelling: Spelling, amount: str) -> None:
    assert values.price(text, spelling) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("1,234", Spelling.POINT),
        ("1.234", Spelling.COMMA),
        ("1,23.45", Spelling.POINT),
        ("12345,678.9", Spelling.POINT),
        ("NaN", Spelling.COMMA),
        ("1e400", Spelling.COMMA),
        ("Infinity", Spelling.POINT),
        ("-1,00", Spelling.COMMA),
        ("(1.00)", Spelling.POINT),
        ("99999999999,00", Spelling.COMMA),
        ("0x10", Spelling.POINT),
        ("1_000", Spelling.POINT),
    ],
)
def test_an_amount_that_could_be_another_is_refused(text: str, spelling: Spelling) -> None:
    with pytest.raises(values.Unreadable):
        values.price(text, spelling)


def test_a_sku_keeps_the_zeros_a_spreadsheet_took() -> None:
    assert read(sheet({"SkuId": "2"}))[0].facts["code"] == "CFQ7TTC0TEST:0002"


def bomb_of_gzip() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(sheet({}))
    return start + b"".join(packer.compress(b" " * (1 << 20)) for _ in range(120)) + packer.flush()


def many_files() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(3_000):
            archive.writestr(f"{number}.csv", b"")
    return packed.getvalue()


def locked() -> bytes:
    content = bytearray(zipped(sheet_csv=sheet({})))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


REFUSED = {
    "a gzip bomb": (bomb_of_gzip, "more than 200 times its size"),
    "a zip bomb": (lambda: zipped(bomb_csv=sheet({}) + b" " * (120 << 20)), "more than 200 times its size"),
    "too many files": (many_files, "more than 1000 files"),
    "several sheets": (lambda: zipped(a_csv=sheet({}), b_csv=sheet({})), "holds 2 files: a.csv, b.csv"),
    "an archive in an archive": (lambda: gzip.compress(gzip.compress(sheet({}))), "another archive"),
    "a locked archive": (locked, "locked with a password"),
    "an empty archive": (zipped, "archive is empty"),
    "a cut-off gzip": (lambda: gzip.compress(US.read_bytes())[:5_000], "damaged or was cut off"),
    "a cut-off zip": (lambda: zipped(a_csv=US.read_bytes())[:-100], "damaged or was cut off"),
    "a damaged zip": (lambda: zipped(a_csv=US.read_bytes()).replace(b"PK\x03\x04", b"PK\x03\x05"), "damaged"),
    "a million columns": (lambda: b'"a",' * 1_000_000 + b"\r\n", "no price sheet"),
    "nothing but NULs": (lambda: b"\x00" * (1 << 20), "not text"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_can_be_no_sheet_is_refused_at_once_with_the_remedy(what: str) -> None:
    make, said = REFUSED[what]
    content = make()
    began = time.process_time()
    with pytest.raises(Invalid, match=said) as refused:
        look_at(io.BytesIO(content))
    assert time.process_time() - began < HALF_A_SECOND
    assert refused.value.field == "file"


def test_a_bomb_behind_a_good_beginning_is_refused_while_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MOST_PLAIN", 1 << 20)
    with pytest.raises(Invalid, match="larger than 1 MB"):
        list(text_of(io.BytesIO(gzip.compress(US.read_bytes() * 4, 1))))


def test_rows_of_a_million_columns_are_broken_rows() -> None:
    content = sheet({}) + b"," * 1_000_000 + b"\r\n" + sheet({}).split(b"\r\n")[1] + b"\r\n"
    assert [row.is_whole for row in read(content)] == [True, False, True]
