"""A version's own terms: typed in the form of a list, said in one line on its page."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.catalogue.models import PriceList, PriceListVersion, Rounding
from portal.core.db import db
from tests.browsing import Browser
from tests.catalogue.sheets import stock
from tests.catalogue.test_pages import key_of_list, sent
from tests.catalogue.test_shop import asking
from tests.queries import MOST
from tests.world import House

TERMS = {
    "name": "US Retail",
    "rule": "cost",
    "percent": "5",
    "amount": "-0.10",
    "rounding": "ninety_nine",
    "floor": "3",
    "valid_from": "2026-01-01",
}


@pytest.fixture
def address(built, meridian: House, south: House) -> str:
    built("stocked", lambda: stock(meridian, south))
    return f"/price-lists/{key_of_list(meridian.client())}"


def draft_of(house: House) -> PriceListVersion:
    draft = db.session.scalars(select(PriceList).where(PriceList.name == "US Retail")).one().draft
    assert draft is not None
    return draft


def test_all_terms_are_typed_and_said_in_one_line(meridian: House, address: str) -> None:
    client = meridian.client()
    form = client.get(f"{address}/edit").text
    assert "12.3672 → 11.99" in form
    assert "12.3672 → 12.35" in form
    page = sent(client, f"{address}/edit", form, version=version_in(form), **TERMS).text
    said = "Unit price + 5 % \u2212 $0.10, ending in .99, never under cost + 3 %"
    assert said in spaced(page)
    sent(client, f"{address}/publication", client.get(f"{address}/publication").text, when="now")
    assert said in spaced(client.get("/price-lists").text)
    with meridian.office():
        draft = db.session.scalars(select(PriceListVersion).where(PriceListVersion.number == 2)).one()
        assert (draft.amount, draft.rounding, draft.floor) == (Decimal("-0.1"), Rounding.NINETY_NINE, Decimal(3))
    again = BeautifulSoup(client.get(f"{address}/edit").text, "lxml")
    assert [again.select_one(f"[name={name}]")["value"] for name in ("percent", "amount", "floor")] == [
        "5",
        "-0.1",
        "3",
    ]  # type: ignore[index]
    assert again.select_one("[name=rounding] [selected]")["value"] == "ninety_nine"  # type: ignore[index]


def test_costs_in_another_currency_stay_and_are_said(meridian: House, address: str) -> None:
    client = meridian.client()
    sent(client, f"{address}/draft", client.get(address).text)
    with meridian.office():
        draft_of(meridian).costs_in, draft_of(meridian).surcharge = "EUR", Decimal(2)
        db.session.commit()
    form = Browser(client)
    form.open(f"{address}/edit")
    form.send(amount="-0.10")
    with meridian.office():
        assert (draft_of(meridian).costs_in, draft_of(meridian).surcharge) == ("EUR", Decimal(2))
    assert "Unit price + 5 % \u2212 $0.10, from costs in EUR + 2 %" in spaced(client.get(address).text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "NaN"}, "Write an amount like 1250.00."),
        ({"amount": "1e400"}, "Write an amount like 1250.00."),
        ({"amount": "9" * 30}, "Use an amount from"),
        ({"floor": "-1"}, "Use a percentage from 0 to 1000."),
        ({"floor": "Infinity"}, "Write a percentage like 12.5."),
        ({"percent": "1001"}, "Use a percentage from 0 to 1000."),
        ({"rounding": "up"}, "Not a valid choice."),
    ],
)
def test_what_is_no_number_is_refused_and_the_rest_is_kept(
    meridian: House, address: str, typed: dict[str, str], said: str
) -> None:
    client = meridian.client()
    form = client.get(f"{address}/edit").text
    answer = sent(client, f"{address}/edit", form, **TERMS | {"note": "kept as typed"} | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "kept as typed" in answer.text
    with meridian.office():
        assert db.session.scalars(select(PriceList).where(PriceList.name == "US Retail")).one().draft is None


def test_the_form_asks_at_most_six_times(meridian: House, address: str) -> None:
    client = meridian.client()
    with asking(meridian) as asked:
        assert client.get(f"{address}/edit").status_code == 200
    assert len(asked) <= MOST


def version_in(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="([^"]*)"', page)
    assert found
    return found[1]


def spaced(page: str) -> str:
    return page.replace("\u00a0", " ")
