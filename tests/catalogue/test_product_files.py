"""Products as a file: written out, edited, read in again."""

from __future__ import annotations

import csv
import gzip
import io
import time
import zipfile
from typing import Any

import pytest
from sqlalchemy import select
from xlsxwriter import Workbook

from portal.catalogue import actions
from portal.catalogue.files import reading
from portal.catalogue.models import Product, ProductImport, ProductState, ProductType, SheetState
from portal.core.db import db
from portal.core.errors import Invalid
from tests.browsing import Browser
from tests.catalogue.sheets import imported, sheet
from tests.catalogue.test_pages import carried_out
from tests.catalogue.test_workbooks import END, PAGE, START, tampered
from tests.world import House


@pytest.fixture
def office(meridian: House) -> Browser:
    return Browser(meridian.client())


def lines(*rows: dict[str, str], heads: tuple[str, ...] = ()) -> bytes:
    text = io.StringIO(newline="")
    heads = heads or tuple(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, heads)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def sent(office: Browser, house: House, content: bytes, name: str = "products.csv") -> Browser:
    """Upload it, have it read, and look at it."""
    office.open("/products/imports/new")
    assert office.send(files={"file": (io.BytesIO(content), name)}).status_code == 303, office.summary
    address = office.answer.location
    carried_out(house)
    office.open(address)
    return office


def applied(office: Browser, house: House) -> Browser:
    button = next(one for one in office.page.select("main button") if one.get_text().strip().startswith("Write"))
    office.send(button=" ".join(button.get_text(" ").split()))
    address = office.answer.location
    carried_out(house)
    office.open(address)
    return office


def by_code(house: House, code: str) -> Product:
    with house.office():
        return db.session.scalars(select(Product).where(Product.code == code)).one()


QUAY = {"code": "QB-1", "name": "Quay Backup", "unit": "device", "least": "2", "state": "active", "category": "storage"}


def test_good_lines_go_in_and_broken_ones_are_listed(office: Browser, meridian: House) -> None:
    broken = [
        {**QUAY, "code": "B1", "least": "two"},
        {**QUAY, "code": "B2", "category": "nowhere"},
        {**QUAY, "code": ""},
        {**QUAY, "code": "B3", "kind": "friend"},
        {**QUAY, "name": "again"},
        {"code": "B4", "unit": "device"},
    ]
    page = sent(office, meridian, lines(QUAY, *broken))
    assert "1 new, 0 changed, 0 unchanged, 6 broken" in page.text
    listed = " ".join(page.rows())
    for said in (
        "3 Least quantity two Write a whole number",
        "There is none of this code",
        "Line 2 has this code already",
    ):
        assert said in listed
    assert "8 Name – This is needed." in listed
    done = applied(page, meridian)
    assert "Applied" in done.page.h1.get_text()
    row = by_code(meridian, "QB-1")
    assert (row.name, row.least, row.state, row.by_hand) == ("Quay Backup", 2, ProductState.ACTIVE, True)
    with meridian.office():
        assert len(db.session.scalars(select(Product)).all()) == 1


def test_what_was_written_out_changes_nothing_when_it_is_read_in(office: Browser, meridian: House) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002", "SkuTitle": 'Lumen, "two"', "SkuDescription": "=1+1"}))
        asks = [{"code": "space", "name": "Space", "answer": "number", "unit": "GB", "choices": [], "required": True}]
        kind = ProductType(code="backup", name="Backup", characteristics=asks)
        db.session.add(kind)
        words = {"name": "Quay", "code": "+Q", "unit": "device", "description": "- a\n- b", "type": kind}
        actions.add_product(**words, characteristics={"space": "1.5"})
    content = office.client.get("/products/export").data
    assert b"'=1+1" in content
    page = sent(office, meridian, content)
    assert "0 new, 0 changed, 3 unchanged, 0 broken" in page.text
    assert "Nothing in this file would change anything." in page.text


def workbook(*pages: tuple[str, list[list[Any]]]) -> bytes:
    """A workbook as somebody saved it: numbers as such."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        for title, rows in pages:
            page = book.add_worksheet(title)
            for number, cells in enumerate(rows):
                page.write_row(number, 0, cells)
    return file.getvalue()


def test_a_workbook_that_was_written_out_changes_nothing_when_it_is_read_in(office: Browser, meridian: House) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002", "SkuTitle": 'Lumen, "two"', "SkuDescription": "=1+1"}))
        words = {"name": "Quay", "code": "0042", "unit": "device", "description": "- a\n- b", "least": 5}
        actions.add_product(**words)
    content = office.client.get("/products/export?format=xlsx").data
    assert content.startswith(b"PK")
    page = sent(office, meridian, content, "products.xlsx")
    assert "0 new, 0 changed, 3 unchanged, 0 broken" in page.text


def test_a_workbook_goes_in_as_its_csv_does_and_its_faults_name_its_rows(office: Browser, meridian: House) -> None:
    heads = ["Code", "Name", "Mengeneinheit", "least", "Beschreibung"]
    good = ["QB-1", "Quay Backup", "device", 2, "first\nsecond"]
    rows = [heads, good, [], [7001, "Seven", "device", "two", ""], ["QB-3", "Quay Vault", "device", 1, ""]]
    page = sent(office, meridian, workbook(("Read me", [["Products of the quay"]]), ("Data", rows)), "p.xlsx")
    assert "2 new, 0 changed, 0 unchanged, 1 broken" in page.text
    broken = next(row for row in page.page.select("table tbody tr") if "two" in row.get_text())
    assert broken.select_one("td").get_text(strip=True) == "4"
    applied(office, meridian)
    made = by_code(meridian, "QB-1")
    assert (made.least, made.description) == (2, "first\nsecond")


def test_of_a_large_workbook_only_the_beginning_is_read_in_a_request() -> None:
    rows = [["code", "name", "unit"], *([f"Q{number}", "Quay " * 30, "device"] for number in range(9_000))]
    content = workbook(("Products", rows))
    began = time.process_time()
    reading.read_heads(io.BytesIO(content))
    looked = time.process_time()
    assert len(reading.read_file(io.BytesIO(content))[0]) == 9_000
    assert looked - began < (time.process_time() - looked) / 2


def test_a_file_written_in_german_is_read_in_english(office: Browser, meridian: House) -> None:
    content = lines({"Code": "QB-1", "Name": "Quay", "Mengeneinheit": "Gerät", "Farbe": "rot"})
    page = sent(office, meridian, content)
    assert "1 new" in page.text
    assert "nobody knows these columns: Farbe" in page.text


def test_a_changed_line_shows_before_and_after_and_is_written_once(office: Browser, meridian: House) -> None:
    with meridian.office():
        actions.add_product(name="Quay", code="QB-1", unit="device", vendor="Q")
    content = lines({"code": "QB-1", "name": "Quay Backup", "state": "discontinued"})
    page = sent(office, meridian, content)
    assert "Name: Quay → Quay Backup" in page.rows()[0]
    applied(page, meridian)
    row = by_code(meridian, "QB-1")
    assert (row.name, row.vendor, row.state) == ("Quay Backup", "Q", ProductState.DISCONTINUED)
    assert "1 unchanged" in sent(office, meridian, content).text


def test_what_a_price_sheet_says_stays_and_the_rest_is_taken(office: Browser, meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        code = db.session.scalars(select(Product.code)).one()
    page = sent(office, meridian, lines({"code": code, "name": "Forged", "category": "security", "least": "5"}))
    assert "Forged" not in page.rows()[0].partition("Category")[2]
    applied(page, meridian)
    row = by_code(meridian, code)
    assert (row.name, row.least) == ("Lumen Mail Plan 1", 5)


def test_answers_are_judged_by_the_type(office: Browser, meridian: House) -> None:
    asks = [
        {"code": "space", "name": "Space", "answer": "number", "unit": "GB", "choices": [], "required": False},
        {"code": "site", "name": "Site", "answer": "choice", "unit": "", "choices": ["North"], "required": False},
    ]
    with meridian.office():
        db.session.add(ProductType(code="backup", name="Backup", characteristics=asks))
    rows = [
        {**QUAY, "type": "backup", "answers": "space=5; site=North"},
        *(
            {**QUAY, "code": f"B{at}", "type": "backup", "answers": said}
            for at, said in enumerate(("space=NaN", "space=1e400", "site=South", "colour=red", "space"))
        ),
    ]
    page = sent(office, meridian, lines(*rows))
    assert "1 new, 0 changed, 0 unchanged, 5 broken" in page.text


def test_a_new_product_needs_a_name_and_a_unit(office: Browser, meridian: House) -> None:
    page = sent(office, meridian, lines({"code": "B4", "unit": "device"}))
    assert "A new product needs this." in page.rows()[0]


def test_a_file_is_discarded_and_then_writes_nothing(office: Browser, meridian: House) -> None:
    page = sent(office, meridian, lines(QUAY))
    address = page.path
    page.send(button="Discard")
    page.open(address)
    assert "Discarded" in page.page.h1.get_text()
    with meridian.office():
        assert db.session.scalars(select(ProductImport.state)).one() is SheetState.DISCARDED
        assert db.session.scalars(select(Product)).all() == []


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("products.csv", b"code,name\n" + b"0" * (60 << 20))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "“code”"),
        (b"name,unit\nQuay,device\n", "“code”"),
        (b"code,Code\na,b\n", "one of the two columns"),
        (b"code,name\n" + b"Q,Quay\n" * 100 + b"R\0,x\n", "no text has"),
        (b"code" + b",x" * 1_000_000 + b"\n", "at most 60"),
        (b"code,name\n" + b"".join(b"C%d,x\n" % number for number in range(10_002)), "in parts"),
        (gzip.compress(b"code\n" + b"0" * (60 << 20)), "times its size"),
        (bomb(), "times its size"),
        (b"%PDF-1.7 something", "PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "Excel"),
        (workbook(("A", [["code", "name"]]), ("B", [["code", "name"]])), "several pages of products: A, B"),
        (workbook(("A", [["name", "unit"]])), "“code”"),
        (workbook(("A", [["code", *(f"x{number}" for number in range(70))]])), "at most 60"),
        (tampered({PAGE: START + b" " * (150 << 20)}), "more than a sheet can hold"),
        (tampered({PAGE: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + START + END}), "cannot be read"),
    ],
    ids=[
        "empty",
        "no code",
        "twice",
        "NUL",
        "million columns",
        "too many lines",
        "gz bomb",
        "zip bomb",
        "pdf",
        "xls",
        "two pages",
        "no code in a book",
        "columns of a book",
        "book bomb",
        "entities",
    ],
)
def test_what_is_no_file_of_products_is_refused_with_its_reason(content: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        reading.read_file(io.BytesIO(content))
    assert said in refused.value.line.plain
    assert refused.value.field == "file"


def test_a_refused_file_changes_nothing(office: Browser, meridian: House) -> None:
    office.open("/products/imports/new")
    assert office.send(files={"file": (io.BytesIO(b"name\nx\n"), "x.csv")}).status_code == 422
    assert "file" in office.errors
    with meridian.office():
        assert db.session.scalars(select(ProductImport)).all() == []


def test_nobody_else_sees_a_file(office: Browser, meridian: House, north: House, south: House) -> None:
    address = sent(office, meridian, lines(QUAY)).path
    assert north.client().get(address).status_code == 404
    assert south.client().get("/products/imports/new").status_code == 403  # Basic
    assert meridian.client("sales").get("/products/export").status_code == 403
    assert north.client().get("/products/export?format=xlsx").status_code == 200
