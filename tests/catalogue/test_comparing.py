"""Two versions of a list beside each other, and why something of the range has no price."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from portal.catalogue import actions
from portal.catalogue.models import Breadth, Rounding, Rule
from portal.catalogue.prices import Way
from portal.core.db import db
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_shop import asking
from tests.queries import MOST
from tests.world import House


@pytest.fixture
def listed(meridian: House, south: House) -> str:
    """Version 1 in force; a draft that asks 10 % instead of 5, sells nothing to schools and rounds Nordic's otherwise."""
    with meridian.office():
        school = {"Segment": "Education", "UnitPrice": "4.00"}
        nordic = {"SkuId": "0002", "SkuTitle": "Nordic Mail", "Publisher": "Nordic", "ERP Price": ""}
        euros = {"SkuId": "0003", "SkuTitle": "Euro Mail", "Market": "DE", "Currency": "EUR"}
        imported(sheet({"SkuTitle": "Lumen Mail"}, {**school, "SkuTitle": "Lumen Mail"}, nordic, euros))
        made = price_list("US Retail", percent="5")
        give(made, south)
        draft = actions.begin_draft(made)
        draft.percent = Decimal(10)
        actions.say_broadly(draft, Breadth.SEGMENT, "education", sells=False, way=Way())
        actions.say_broadly(draft, Breadth.VENDOR, "Nordic", sells=None, way=Way(rounding=Rounding.TEN))
        db.session.commit()
        return f"/price-lists/{made.key}"


def cells(page: str, *, table: int) -> list[list[str]]:
    found = BeautifulSoup(page, "lxml").select("main table")[table]
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("td")] for row in found.select("tbody tr")]


def test_terms_entries_and_prices_stand_side_by_side(meridian: House, listed: str) -> None:
    page = meridian.client().get(f"{listed}/comparison/1/2").text
    plain = page.replace("\u00a0", " ")
    assert "Unit price + 5 %" in plain
    assert "Unit price + 10 %" in plain
    assert cells(page, table=0) == [
        ["Education", "Added", "–", "Not in the list"],
        ["Nordic", "Added", "–", "rounded to 0.10"],
    ]
    rows = {(row[0].split()[0], row[1].split(", ")[-1]): row[2:] for row in cells(page, table=1)}
    assert rows[("Lumen", "Commercial")] == ["$8.40", "$8.80", "+4.8 %"]
    assert rows[("Lumen", "Education")] == ["$4.20", "–", "No price any more"]
    assert "Euro" not in {name for name, _ in rows}
    back = cells(meridian.client().get(f"{listed}/comparison/2/1").text, table=0)
    assert [row[1] for row in back] == ["Removed", "Removed"]


def test_what_differs_is_searched_and_taken_as_a_file(meridian: House, listed: str) -> None:
    client = meridian.client()
    assert len(cells(client.get(f"{listed}/comparison/1/2?q=nordic").text, table=1)) == 1
    lines = client.get(f"{listed}/comparison/1/2?format=csv").text.splitlines()
    assert lines[0].endswith("Name,Code,Plan,Currency,Before,After,Change")
    assert any("8.40,8.80" in line for line in lines)


def test_a_version_is_the_same_as_itself_and_nonsense_is_not_there(meridian: House, listed: str) -> None:
    client = meridian.client()
    assert "No price differs" in client.get(f"{listed}/comparison/1/1").text
    for pair in ("1/9", "x/1", "1/²", f"{'1' * 30}/2", "-1/1"):
        assert client.get(f"{listed}/comparison/{pair}").status_code == 404


def test_each_plan_without_a_price_says_why(meridian: House, listed: str) -> None:
    client = meridian.client()
    rows = cells(client.get(f"{listed}/unpriced").text, table=0)
    assert [(row[0].split()[0], row[2]) for row in rows] == [("Lumen", "Segment not allowed")]
    with meridian.office():
        euros = price_list("Euros", currency="EUR", market="US", rule=Rule.RECOMMENDED)
        dollars = price_list("Advice", rule=Rule.RECOMMENDED)
        db.session.commit()
        euros_at, dollars_at = f"/price-lists/{euros.key}/unpriced", f"/price-lists/{dollars.key}/unpriced"
    assert {row[2] for row in cells(client.get(euros_at).text, table=0)} == {"Not priced in EUR"}
    rows = cells(client.get(dollars_at).text, table=0)
    assert [(row[0].split()[0], row[2]) for row in rows] == [("Nordic", "No recommended price in USD")]
    assert "Nothing matches these filters" in client.get(f"{dollars_at}?why=no_rate").text
    assert "No recommended price in USD" in client.get(f"{dollars_at}?format=csv&why=no_recommended").text


def test_the_stranger_compares_nothing(meridian: House, listed: str, south: House) -> None:
    for address in (f"{listed}/comparison/1/2", f"{listed}/unpriced"):
        assert south.client().get(address).status_code == 404
        assert meridian.client("read_only").get(address).status_code == 200


@pytest.mark.parametrize("page", ["comparison/1/2", "unpriced"])
def test_the_pages_ask_at_most_six_times(meridian: House, listed: str, page: str) -> None:
    client = meridian.client()
    client.get("/price-lists")  # whoever has signed in
    with asking(meridian) as asked:
        assert client.get(f"{listed}/{page}").status_code == 200
    assert len(asked) <= MOST, "\n".join(one[:130] for one in asked)
