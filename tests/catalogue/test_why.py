"""Why a price is what it is: each step with its number, and nothing of what stands above one's own cost."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.accounts.models import Kind as AccountKind
from portal.catalogue import actions
from portal.catalogue.actions.exceptions import say_price
from portal.catalogue.explaining import steps_of
from portal.catalogue.models import (
    Billing,
    Breadth,
    Category,
    PriceList,
    PriceListEntry,
    Product,
    Rounding,
    Rule,
    Segment,
    Term,
)
from portal.catalogue.prices import Tier, Way
from portal.catalogue.prices.terms import Saying
from portal.core.db import db
from portal.core.keys import spell
from tests.catalogue import goods as hand
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.queries import MOST, counted
from tests.world import House

WORD = f"{Term.YEAR}-{Billing.MONTHLY}-{Segment.COMMERCIAL}"
SECRETS = {"meridian": "13.37", "north": "17.29", "fjord": "23.41"}
"""The percentages each tier adds; its cost and its price follow from them."""


@pytest.fixture
def tiers(meridian: House, north: House, fjord: House) -> dict[str, House]:
    """Meridian pays 8.00 and sells to North at + 13.37 %, North to Fjord at + 17.29 %, Fjord in its shop at + 23.41 %."""
    with meridian.office():
        imported(sheet({"Market": "DE", "Currency": "EUR"}))
        give(price_list("Secret Wholesale", currency="EUR", market="DE", percent=SECRETS["meridian"]), north)
    with north.office():
        shop = price_list("Nordic Shop", currency="EUR", market=None, percent=SECRETS["north"])
        shop.for_storefront = True
        give(price_list("Nordic Resale", currency="EUR", market=None, percent=SECRETS["north"]), fjord)
    with fjord.office():
        price_list("Fjord Shop", currency="EUR", market=None, percent=SECRETS["fjord"]).for_storefront = True
    return {"meridian": meridian, "north": north, "fjord": fjord}


def address(house: House, *, form: str = "", **query: str) -> str:
    with house.office():
        product = db.session.scalars(select(Product)).one()
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/products/{product.key}/why/{WORD}{form}" + (f"?{words}" if words else "")


def amounts(house: House, **query: str) -> list[str]:
    answer = house.client().get(address(house, form=".json", **query))
    return [step["amount"] for step in answer.json["steps"]]


COSTS = {"meridian": "8.00", "north": "9.07", "fjord": "10.64"}
PRICES = {"north": "10.64", "fjord": "13.13"}


@pytest.mark.parametrize("word", ["north", "fjord"])
def test_every_step_of_ones_own_is_there_with_its_number(tiers: dict[str, House], word: str) -> None:
    house = tiers[word]
    page = house.client().get(address(house)).text
    facts = house.client().get(address(house, form=".json")).json
    assert [step["kind"] for step in facts["steps"]] == ["cost", "rule", "rounding"]
    assert facts["cost"]["amount"].rstrip("0") == COSTS[word]
    assert facts["price"] == {"amount": PRICES[word], "currency": "EUR"}
    assert facts["steps"][-1]["amount"] == PRICES[word]
    for said in (
        "Your cost",
        SECRETS[word],
        f"€{COSTS[word]}",
        f"€{PRICES[word]}",
        "version 1",
        "the rule of the whole list",
    ):
        assert said in page


@pytest.mark.parametrize("viewer", ["meridian", "north", "fjord"])
def test_no_number_of_another_tier_leaks(tiers: dict[str, House], viewer: str) -> None:
    house, own = tiers[viewer], {COSTS[viewer], PRICES.get(viewer)}
    client = house.client()
    with house.office():
        product = db.session.scalars(select(Product)).one()
        listed = db.session.scalars(select(PriceList)).all()
    places = [address(house), address(house, form=".json"), f"/products/{product.key}/prices"]
    places += [f"/price-lists/{one.key}" for one in listed] + [f"/price-lists/{one.key}?format=csv" for one in listed]
    secret = {value for word, value in SECRETS.items() if word != viewer}
    secret |= {value for word, value in COSTS.items() if word != viewer} - own
    if viewer == "meridian":  # what the one below pays is one's own price
        secret -= {COSTS["north"]}
    names = {"meridian": ("Nordic", "Fjord Shop"), "north": ("Secret", "Fjord Shop"), "fjord": ("Secret", "Nordic")}[
        viewer
    ]
    for place in places:
        text = client.get(place).text
        for number in secret:
            assert not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text), (place, number)
        assert not [name for name in names if name in text], place


def test_a_stranger_finds_nothing(tiers: dict[str, House], strand: House) -> None:
    for form in ("", ".json"):
        assert strand.client().get(address(tiers["fjord"], form=form)).status_code == 404
    with tiers["north"].office():
        foreign = db.session.scalars(select(PriceList.id)).first()
    assert foreign
    assert tiers["fjord"].client().get(address(tiers["fjord"], list=spell(foreign))).status_code == 404
    assert tiers["fjord"].client().get(address(tiers["fjord"]).replace(WORD, "P9Y-never-nobody")).status_code == 404


def test_nonsense_in_the_address_is_read_as_the_usual(tiers: dict[str, House]) -> None:
    usual = amounts(tiers["fjord"])
    for query in ({"on": "yesterday"}, {"quantity": "-3"}, {"quantity": "1e9"}, {"on": "2026-13-45"}, {"version": "x"}):
        assert amounts(tiers["fjord"], **query) == usual
    assert tiers["fjord"].client().get(address(tiers["fjord"], list="nonsense")).status_code == 404


def test_the_page_asks_little_three_tiers_deep(tiers: dict[str, House]) -> None:
    client, place = tiers["fjord"].client(), address(tiers["fjord"], on="2026-11-23")
    client.get(address(tiers["fjord"]))  # who comes is known from then on
    with counted(tiers["fjord"].app) as asked:
        client.get(place)
    assert len(asked) <= MOST, asked


def test_a_quantity_reaches_its_tier_and_a_rule_says_what_it_is_about(tiers: dict[str, House]) -> None:
    with tiers["fjord"].office():
        row = db.session.scalars(select(PriceList)).one()
        draft = actions.begin_draft(row)
        category = db.session.scalars(select(Category).where(Category.code == "mail")).one()
        tiers_of_it = (Tier(10, Decimal(10)),)
        entry = PriceListEntry(version_id=draft.id, breadth=Breadth.CATEGORY, about=category.key)
        db.session.add(entry)
        say_price(entry, Way(Rule.COST, Decimal(30), tiers=tiers_of_it, rounding=Rounding.NINETY_NINE), Decimal("0.01"))
        product = db.session.scalars(select(Product)).one()
        named = product.category.code if product.category else ""
        actions.publish(row)
    assert named == "mail"
    facts = tiers["fjord"].client().get(address(tiers["fjord"], form=".json", quantity="10")).json
    assert facts["rule"]["breadth"] == "category"
    assert "category" in facts["rule"]["about"]
    assert [step["amount"] for step in facts["steps"]][-1] == "11.99" == facts["price"]["amount"]
    assert facts["total"]["amount"] == "119.90"
    assert "Rounded to a price that ends in 99" in tiers["fjord"].client().get(address(tiers["fjord"])).text


def test_what_has_no_price_says_why_and_what_to_do(tiers: dict[str, House]) -> None:
    with tiers["fjord"].office():
        row = db.session.scalars(select(PriceList)).one()
        draft = actions.begin_draft(row)
        product = db.session.scalars(select(Product)).one()
        actions.tick_out(draft, [(product.tenant_id, product.id)])
        key = row.key
    page = tiers["fjord"].client().get(address(tiers["fjord"], list=key, version="2")).text
    assert "Not in the list" in page
    assert "Tick the product in" in page
    page = tiers["fjord"].client().get(address(tiers["fjord"], on="2020-01-01")).text
    assert "No version of Fjord Shop is in force on this day" in page


def account(name: str, **facts: Any) -> Account:
    usual = {"currency": "EUR", "country": "DE", "language": "en", "time_zone": "UTC", "kind": AccountKind.CUSTOMER}
    made = Account(name=name, number=name, **(usual | facts))
    db.session.add(made)
    db.session.flush()
    return made


def test_an_account_buys_by_its_list_then_by_its_payers_then_by_the_storefronts(tiers: dict[str, House]) -> None:
    north = tiers["north"]
    with north.office():
        cheap = price_list("Cheap", currency="EUR", market=None, percent="1")
        payer = account("Payer", kind=AccountKind.RESELLER, price_list_id=cheap.id)
        low = price_list("Low", currency="EUR", market=None, percent="2")
        buyers = [
            account("Own", bill_to_id=payer.id, price_list_id=low.id),
            account("Billed", bill_to_id=payer.id),
            account("Plain"),
        ]
        found = [accounts.price_list_of(one) for one in buyers]
        assert [one.price_list.name for one in found if one] == ["Low", "Cheap", "Nordic Shop"]
        keys = [one.key for one in buyers]
    client = north.client()
    assert "Own" in client.get(address(north).replace("/products/", "/accounts/why/").replace("/why/P", "/P")).text
    for key, price in zip(keys, ("9.25", "9.16", "10.64"), strict=True):
        place = address(north).replace("/products/", f"/accounts/{key}/why/").replace(f"/why/{WORD}", f"/{WORD}")
        assert f"€{price}" in client.get(place).text
        assert client.get(f"{place}.json").json["price"]["amount"] == price
        assert tiers["fjord"].client().get(place).status_code == 404


AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(5000), places=4)
PERCENTS = st.decimals(min_value=0, max_value=Decimal("99.9"), places=2)


@given(
    cost=AMOUNTS,
    percent=PERCENTS,
    plus=st.decimals(min_value=-3, max_value=3, places=2),
    rule=st.sampled_from(Rule),
    rounding=st.sampled_from(Rounding),
    floor=st.none() | PERCENTS,
    quantity=st.integers(1, 30),
)
def test_the_last_step_is_the_price(
    *,
    cost: Decimal,
    percent: Decimal,
    plus: Decimal,
    rule: Rule,
    rounding: Rounding,
    floor: Decimal | None,
    quantity: int,
) -> None:
    plan = hand.plan(cost=str(cost), told=str(cost))
    way = Way(rule, percent, amount=plus, rounding=rounding, floor=floor, tiers=(Tier(10, percent / 2),))
    saying = Saying(Breadth.VENDOR, "Lumen", None, way)
    good = hand.good(plan)
    sells = hand.chain(hand.shelf(good), hand.terms(broad=[saying]))
    price = sells.price(good, plan, quantity)
    if price is None:
        return
    steps = steps_of(price, plan)
    assert steps[0].money == price.cost
    assert steps[-1].money == price.money or (
        rounding in (Rounding.COIN, Rounding.EXACT) and steps[-1].money.amount == price.money.amount
    )


def test_a_price_that_rounding_would_make_free_says_why_it_is_not() -> None:
    plan = hand.plan(cost="0.0041", told=None)
    good = hand.good(plan)
    sells = hand.chain(hand.shelf(good), hand.terms(Way(Rule.COST, Decimal(10))))
    price = sells.price(good, plan)
    assert price is not None
    assert (str(price.money.amount), sells.lack(good, plan)) == ("0.01", None)
    assert [step.kind for step in steps_of(price, plan)] == ["cost", "rule", "smallest"]
