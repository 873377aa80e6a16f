"""The catalogue's lists as files: whole, as filtered, with amounts one can reckon with."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import PriceList
from portal.core.db import db
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_shop import asking
from tests.queries import MOST
from tests.world import House


@pytest.fixture
def stocked(meridian: House, south: House) -> House:
    """Forty products; South sells them at recommended prices."""
    rows = [{"SkuId": f"{number:04}", "SkuTitle": f"Lumen {number:02}"} for number in range(1, 41)]
    with meridian.office():
        imported(sheet(*rows))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        actions.first_sell_list()
    return meridian


def lines(house: House, address: str) -> list[dict[str, str]]:
    answer = house.client().get(address)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_a_file_of_products_has_all_of_them_and_ones_own_cost(stocked: House, south: House) -> None:
    found = lines(south, "/products?format=csv")
    assert len(found) == 40
    assert (found[0]["Name"], found[0]["Cost"], found[0]["Recommended"], found[0]["Currency"]) == (
        "Lumen 01",
        "8.40",
        "10.0000",
        "USD",
    )
    assert [line["Name"] for line in lines(south, "/products?q=lumen+3&format=csv")] == [
        f"Lumen 3{digit}" for digit in range(10)
    ]


def test_a_file_of_a_price_list_has_prices_margins_and_how_they_are_made(stocked: House, south: House) -> None:
    with south.office():
        key = db.session.scalars(select(PriceList)).one().key
    found = lines(south, f"/price-lists/{key}?format=csv")
    assert len(found) == 40
    assert (found[0]["Price"], found[0]["Margin %"], found[0]["Priced"]) == ("10.00", "16.0", "Recommended price")


def test_files_of_price_lists_and_price_sheets(stocked: House) -> None:
    assert [line["Name"] for line in lines(stocked, "/price-lists?format=csv")] == ["US Retail"]
    (found,) = lines(stocked, "/price-sheets?format=csv")
    assert (found["Name"], found["State"]) == ("sheet.csv", "Applied")


@pytest.mark.parametrize("address", ["/products", "/price-lists", "/price-sheets"])
def test_a_file_asks_no_more_than_a_page_and_is_offered_on_it(stocked: House, address: str) -> None:
    client = stocked.client()
    assert "format=xlsx" in client.get(address).text
    with asking(stocked) as asked:
        assert client.get(f"{address}?format=xlsx").data.startswith(b"PK")
    assert len(asked) <= MOST
