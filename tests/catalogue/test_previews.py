"""What a sheet would do, before it does: up, down, new, discontinued, by how much; filtered, sorted, as a file."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.catalogue.models import PriceSheet, Product, PurchasePrice, SheetRow, Verdict
from portal.core.db import db
from tests.catalogue.sheets import imported, sheet
from tests.catalogue.test_importing import taken_in
from tests.queries import MOST, counted
from tests.world import House

DECEMBER = {"EffectiveStartDate": "12/1/2026 12:00:00 AM"}
BEFORE = [
    {"SkuId": "0001", "SkuTitle": "Lumen One"},
    {"SkuId": "0002", "SkuTitle": "Lumen Two"},
    {"SkuId": "0003", "SkuTitle": "Lumen Three"},
    {"SkuId": "0004", "SkuTitle": "Lumen Four", "Segment": "Education"},
    {"SkuId": "0005", "SkuTitle": "Lumen Five"},
    {"SkuId": "0006", "SkuTitle": "Lumen Six", "Publisher": "Halo"},
]
AFTER = [
    BEFORE[0] | {"UnitPrice": "8.40", "ERP Price": "10.50"} | DECEMBER,
    BEFORE[1] | {"UnitPrice": "12.00"} | DECEMBER,
    BEFORE[2] | {"UnitPrice": "7.00"} | DECEMBER,
    BEFORE[3] | {"ERP Price": "11.00"} | DECEMBER,
    BEFORE[5] | {"SkuTitle": "Lumen Sextet"},
    {"SkuId": "0007", "SkuTitle": "Lumen Seven"} | DECEMBER,
    {"SkuId": "0008", "UnitPrice": "-1"} | DECEMBER,
]


@pytest.fixture
def previewed(meridian: House) -> PriceSheet:
    with meridian.office():
        imported(sheet(*BEFORE))
    return taken_in(meridian, sheet(*AFTER), "december.csv")


def rows_of(house: House, verdict: Verdict) -> list[tuple[str, Decimal | None]]:
    with house.office():
        found = select(SheetRow.name, SheetRow.percent).where(SheetRow.verdict == verdict).order_by(SheetRow.line)
        newest = select(PriceSheet.id).where(PriceSheet.name == "december.csv").scalar_subquery()
        return [(name, percent) for name, percent in db.session.execute(found.where(SheetRow.sheet_id == newest))]


def test_each_row_is_told_apart_by_what_it_would_do(meridian: House, previewed: PriceSheet) -> None:
    counts = {verdict: previewed.count(verdict) for verdict in Verdict if previewed.count(verdict)}
    assert counts == {
        Verdict.UP: 3,
        Verdict.DOWN: 1,
        Verdict.CHANGED: 1,
        Verdict.NEW: 1,
        Verdict.GONE: 1,
        Verdict.BROKEN: 1,
    }
    assert rows_of(meridian, Verdict.UP) == [
        ("Lumen One", Decimal(5)),
        ("Lumen Two", Decimal(50)),
        ("Lumen Four", Decimal(10)),  # the unit price stays: by the recommended one
    ]
    assert rows_of(meridian, Verdict.DOWN) == [("Lumen Three", Decimal("-12.5"))]
    assert rows_of(meridian, Verdict.CHANGED) == [("Lumen Sextet", None)]
    assert rows_of(meridian, Verdict.GONE) == [("Lumen Five", None)]


def test_the_preview_shows_old_new_and_per_cent_and_marks_big_rises(meridian: House, previewed: PriceSheet) -> None:
    page = meridian.client().get(f"/price-sheets/{previewed.key}?show=up&sort=-percent").text
    assert page.index("Lumen Two") < page.index("Lumen Four") < page.index("Lumen One")
    assert "$8.00" in page
    assert "$8.40" in page
    assert "+5&nbsp;%" in page
    assert "1 price rises by more than 20 %" in page
    assert page.count("Big rise") == 1
    assert "show=up&amp;" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("show=up&segment=education", ["Lumen Four"]),
        ("show=up&rise=big", ["Lumen Two"]),
        ("show=up&q=one", ["Lumen One"]),
        ("show=up&vendor=Halo", []),
        ("show=changed&vendor=Halo", ["Lumen Sextet"]),
        ("show=gone", ["Lumen Five"]),
        ("show=up&market=nonsense&segment=nonsense&vendor=nonsense", ["Lumen One", "Lumen Two", "Lumen Four"]),
    ],
)
def test_a_preview_can_be_searched_and_filtered_and_taken_along(
    meridian: House, previewed: PriceSheet, query: str, names: list[str]
) -> None:
    address = f"/price-sheets/{previewed.key}?{query}"
    page = meridian.client().get(address).text
    assert [name for name in (row["SkuTitle"] for row in (*BEFORE, *AFTER[4:6])) if f"<b>{name}</b>" in page] == names
    file = meridian.client().get(f"{address}&format=csv")
    found = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert [line["Name"] for line in found] == names
    assert meridian.client().get(f"{address}&format=xlsx").data.startswith(b"PK")


def test_a_file_of_the_preview_has_amounts_to_reckon_with(meridian: House, previewed: PriceSheet) -> None:
    file = meridian.client().get(f"/price-sheets/{previewed.key}?show=up&format=csv")
    assert file.headers["Content-Disposition"] == 'attachment; filename="price-up-december-2026-11-22.csv"'
    (first, *_) = csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff")))
    assert (first["Unit price before"], first["Unit price"], first["Change %"]) == ("8.0000", "8.4000", "5.0000")
    assert (first["Valid from"], first["Market"], first["Currency"]) == ("2026-12-01", "US", "USD")


def test_several_markets_and_currencies_in_one_file_can_be_told_apart(meridian: House) -> None:
    german = {"Market": "DE", "Currency": "EUR", "UnitPrice": "7.40"}
    read = taken_in(meridian, sheet({}, german, {"Market": "FR", "Currency": "EUR"}))
    assert read.markets == ["DE · EUR", "FR · EUR", "US · USD"]
    page = meridian.client().get(f"/price-sheets/{read.key}?show=new&market=DE-EUR").text
    assert "7.40" in page
    assert "$8.00" not in page


def test_a_price_for_nothing_that_costs_something_now_has_no_per_cent(meridian: House) -> None:
    with meridian.office():
        imported(sheet({"UnitPrice": "0"}))
    read = taken_in(meridian, sheet({} | DECEMBER), "december.csv")
    assert read.count(Verdict.UP) == 1
    assert rows_of(meridian, Verdict.UP) == [("Lumen Mail Plan 1", None)]


def test_the_preview_asks_few_questions(meridian: House, previewed: PriceSheet) -> None:
    client = meridian.client()
    client.get(f"/price-sheets/{previewed.key}")
    with counted(meridian.app) as asked:
        client.get(f"/price-sheets/{previewed.key}?show=up")
    assert len(asked) <= MOST


def test_a_name_made_by_hand_is_not_overwritten(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        product = db.session.scalars(select(Product)).one()
        product.name, product.by_hand = "Our own words", True
        db.session.flush()
        later = imported(sheet({"UnitPrice": "9.00"} | DECEMBER))
        assert later.count(Verdict.UP) == 1
        db.session.refresh(product)
        assert product.name == "Our own words"
        assert date(2026, 12, 1) in db.session.scalars(select(PurchasePrice.valid_from)).all()
