"""What a list says of types, categories, vendors and segments, and all it says of one product."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.catalogue.models import PriceListEntry
from portal.core.db import db
from tests.browsing import Browser
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_pages import sent
from tests.catalogue.test_shop import asking
from tests.queries import MOST
from tests.world import House

KEY = re.compile(r"[a-z0-9]{26}")
AT_LIST = {"rule": "", "sells": "", "rounding": "", "graduated": "all"}


@pytest.fixture
def listed(meridian: House, south: House) -> str:
    """The address of Meridian's list with a draft: two products of two vendors, one of them for schools too."""
    with meridian.office():
        school = {"Segment": "Education", "UnitPrice": "4.00"}
        imported(sheet({}, school, {"SkuId": "0002", "SkuTitle": "Nordic Mail", "Publisher": "Nordic"}))
        made = price_list("US Retail", percent="5")
        give(made, south)
        key = made.key
    client = meridian.client()
    sent(client, f"/price-lists/{key}/draft", client.get(f"/price-lists/{key}").text)
    return f"/price-lists/{key}"


def entries(house: House) -> list[PriceListEntry]:
    with house.office():
        return list(db.session.scalars(select(PriceListEntry)))


def add(client: FlaskClient, listed: str, **typed: Any) -> Any:
    address = f"{listed}/rules/new"
    return sent(client, address, client.get(address).text, **AT_LIST | typed)


def test_a_rule_is_added_changed_and_removed(meridian: House, listed: str) -> None:
    client = meridian.client()
    typed = {"rule": "cost", "percent": "12.5", "amount": "-0.1", "floor": "3", "rounding": "five"}
    page = add(client, listed, about="vendor:Nordic", **typed).text
    assert "The rule is added to the draft." in page
    plain = page.replace("\u00a0", " ")
    assert "Unit price + 12.5 % − $0.10" in plain
    assert "rounded to 0.05, never under cost + 3 %" in plain
    again = Browser(client)
    again.open(f"{listed}/rules/{entries(meridian)[0].key}")
    assert {name: again.values()[name] for name in ("rule", "percent", "floor")} == {
        "rule": "cost",
        "percent": "12.5",
        "floor": "3",
    }
    again.send(percent="20", sells="out")
    (entry,) = entries(meridian)
    assert (entry.percent, entry.sells) == (Decimal(20), False)
    removal = f"{listed}/rules/{entry.key}/removal"
    sent(client, removal, client.get(f"{listed}/rules").text)
    assert entries(meridian) == []


def test_the_narrowest_stands_first_and_the_list_itself_last(meridian: House, listed: str) -> None:
    client = meridian.client()
    add(client, listed, about="segment:education", sells="out")
    add(client, listed, about="vendor:Nordic", rounding="exact")
    page = BeautifulSoup(client.get(f"{listed}/rules").text, "lxml")
    rows = [row.select_one(".name").get_text(" ") for row in page.select("main tbody tr")]  # type: ignore[union-attr]
    assert rows == ["Nordic Vendor", "Education Segment", "Everything else The list’s own terms"]
    with meridian.office():
        prices_page = meridian.client().get(f"{listed}?ticked=in").text
    assert "$4.00" not in prices_page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"about": "vendor:Nobody", "rule": "cost"}, "Not a valid choice."),
        ({"about": "", "rule": "cost"}, "Choose one."),
        ({"about": "vendor:Nordic"}, "Say something"),
        ({"about": "vendor:Nordic", "percent": "5"}, "Choose from what the price is made"),
        ({"about": "vendor:Nordic", "rule": "margin", "percent": "100"}, "Use a margin under 100"),
        ({"about": "vendor:Nordic", "rule": "cost", "percent": "NaN"}, "Write a percentage like 12.5."),
        ({"about": "vendor:Nordic", "rule": "cost", "amount": "1e400"}, "Write an amount like 1250.00."),
        ({"about": "vendor:Nordic", "rule": "cost", "amount": "9" * 20}, "Use an amount from"),
        ({"about": "vendor:Nordic", "rule": "cost", "first_0": "1", "percent_0": "3"}, "Use a number from 2"),
        ({"about": "vendor:Nordic", "rule": "cost", "first_0": "9" * 30, "percent_0": "3"}, "Use a number from 2"),
        ({"about": "vendor:Nordic", "rule": "cost", "first_0": "5"}, "Say what its price is."),
        ({"about": "vendor:Nordic", "rule": "cost", "percent_0": "5"}, "Write from how many units on."),
        (
            {
                "about": "vendor:Nordic",
                "rule": "cost",
                **{f"first_{n}": "5" for n in (0, 1)},
                "percent_0": "3",
                "percent_1": "4",
            },
            "Begin each tier at a number of its own",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(
    meridian: House, listed: str, typed: dict[str, str], said: str
) -> None:
    answer = add(meridian.client(), listed, **{"percent_1": "", "first_1": ""} | typed)
    assert answer.status_code == 422
    assert said in answer.text
    for value in typed.values():
        assert f'value="{value}"' in answer.text or value in ("", "vendor:Nobody")
    assert entries(meridian) == []


def test_of_one_thing_there_is_one_rule(meridian: House, listed: str) -> None:
    client = meridian.client()
    add(client, listed, about="vendor:Nordic", sells="out")
    assert "There is a rule for it already" in add(client, listed, about="vendor:Nordic", sells="in").text


def test_more_tiers_keep_what_was_typed_and_write_nothing(meridian: House, listed: str) -> None:
    client = meridian.client()
    more = add(client, listed, about="vendor:Nordic", rule="cost", percent="9", first_0="10", percent_0="7", do="more")
    form = BeautifulSoup(more.text, "lxml")
    assert len(form.select("fieldset.asked")) > 2
    assert form.select_one("[name=first_0]")["value"] == "10"  # type: ignore[index]
    assert form.select_one("[name=percent]")["value"] == "9"  # type: ignore[index]
    assert entries(meridian) == []


def test_a_product_has_tiers_with_amounts_and_they_are_shown(meridian: House, listed: str, south: House) -> None:
    client = meridian.client()
    page = client.get(f"{listed}?q=Nordic").text
    found = re.search(r'/products/([a-z0-9]{26})/rule"', page)
    assert found
    address, word = f"{listed}/products/{found[1]}/rule", "P1Y-monthly-commercial"
    typed = {
        "first_0": "50",
        f"price_0_{word}": "7.50",
        "first_1": "10",
        "percent_1": "2",
        "rule": "cost",
        "percent": "4",
    }
    answer = sent(
        client, address, client.get(address).text, version=version_in(client.get(address).text), **AT_LIST | typed
    )
    assert "is changed in the draft" in answer.text
    (entry,) = entries(meridian)
    assert entry.tiers == [{"from": 10, "percent": "2"}, {"from": 50, "amounts": {word: "7.50"}}]
    assert "from 10: 2\u00a0%, from 50: $7.50" in answer.text
    rows = sent(
        client,
        f"{listed}/products?q=Nordic",
        client.get(f"{listed}?q=Nordic").text,
        **{f"{found[1]}-rule": "cost", f"{found[1]}-value": "6", f"{found[1]}-was": "cost:4", "save": "y"},
    )
    assert rows.status_code == 200
    (entry,) = entries(meridian)
    assert (entry.percent, len(entry.tiers or [])) == (Decimal(6), 2)


def test_what_somebody_else_changed_meanwhile_is_shown(meridian: House, listed: str) -> None:
    add(meridian.client(), listed, about="vendor:Nordic", rule="cost", percent="5")
    first, second = Browser(meridian.client()), Browser(meridian.client())
    for browser in (first, second):
        browser.open(f"{listed}/rules/{entries(meridian)[0].key}")
    first.send(percent="6")
    second.send(percent="7")
    assert second.answer.status_code == 409
    assert entries(meridian)[0].percent == Decimal(6)
    second.send()
    assert entries(meridian)[0].percent == Decimal(7)


def test_only_a_draft_is_changed_and_what_is_published_is_only_read(meridian: House, listed: str) -> None:
    client = meridian.client()
    add(client, listed, about="vendor:Nordic", sells="out")
    entry = entries(meridian)[0].key
    sent(client, f"{listed}/publication", client.get(listed).text, when="now")
    page = client.get(f"{listed}/rules").text
    assert "Nordic" in page
    assert "New rule" not in page
    assert client.get(f"{listed}/rules/{entry}").status_code == 409
    assert client.get(f"{listed}/rules/new").status_code == 409
    sent(client, f"{listed}/draft", client.get(listed).text)
    assert client.get(f"{listed}/rules/{entry}").status_code == 404  # it is the past version's


def test_the_stranger_finds_no_rule_and_readers_write_none(meridian: House, listed: str, south: House) -> None:
    add(meridian.client(), listed, about="vendor:Nordic", sells="out")
    rule = f"{listed}/rules/{entries(meridian)[0].key}"
    for address in (f"{listed}/rules", f"{listed}/rules/new", rule):
        assert south.client().get(address).status_code == 404
        assert meridian.client("read_only").get(address).status_code == (200 if address.endswith("/rules") else 403)


@pytest.mark.parametrize("page", ["/rules", "/rules/new", ""])
def test_the_pages_ask_at_most_six_times(meridian: House, listed: str, page: str) -> None:
    client = meridian.client()
    add(client, listed, about="vendor:Nordic", sells="out")
    with asking(meridian) as asked:
        assert client.get(f"{listed}{page}").status_code == 200
    assert len(asked) <= MOST, asked


def version_in(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="([^"]*)"', page)
    assert found
    return found[1]
