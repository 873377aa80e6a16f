"""What a list sells on request: it is in the range and in the shop, has no price anywhere, and each page says that it is so."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.catalogue import actions, prices
from portal.catalogue.models import Breadth, PriceListEntry, Rounding, Rule
from portal.catalogue.prices import Lack, Tier, Way
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.keys import spell
from tests.browsing import Browser
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_comparing import cells
from tests.catalogue.test_exceptions import (
    MONTH,
    YEAR,
    address,
    keys,
    own_list,
    priced,
    products,
    sells,
    shelf,
    sold,
    typed,
)
from tests.catalogue.test_pages import sent
from tests.catalogue.test_trial import Typist, typist
from tests.world import House

__all__ = ["shelf", "typist"]
ASKED = Way(Rule.ON_REQUEST)
YEARLY_ASKED = Way(requests=frozenset({YEAR}))


def entry_of(house: House) -> PriceListEntry:
    with house.office():
        return db.session.scalars(select(PriceListEntry)).one()


def test_a_product_or_one_of_its_plans_is_on_request(shelf: House) -> None:
    priced(shelf, Lumen_1=YEARLY_ASKED, Lumen_2=ASKED, Lumen_3=Way(Rule.COST, Decimal(50)))
    assert sells(shelf) == {"Lumen 1": ["10.00", "on request"], "Lumen 2": ["on request"], "Lumen 3": ["12.60"]}
    lacks = {plan.lack for offer in sold(shelf).values() for plan in offer.plans if plan.sell is None}
    assert lacks == {Lack.ON_REQUEST}


@pytest.mark.parametrize("breadth", [Breadth.VENDOR, Breadth.SEGMENT])
def test_so_is_a_part_of_the_range_and_a_narrower_word_prices_again(shelf: House, breadth: Breadth) -> None:
    about = "commercial" if breadth is Breadth.SEGMENT else next(iter(sold(shelf).values())).vendor
    with shelf.office():
        draft = actions.begin_draft(own_list())
        assert draft.price_list.currency == "USD"
        actions.say_broadly(draft, breadth, about, sells=None, way=ASKED)
        actions.price_alone(draft, {products()["Lumen 3"]: Way(amounts={MONTH: Decimal(9)})})
        actions.publish(own_list())
    assert sells(shelf) == {"Lumen 1": ["on request", "on request"], "Lumen 2": ["on request"], "Lumen 3": ["9.00"]}


def test_so_is_a_whole_list_whose_rounding_and_floor_are_for_what_is_priced(shelf: House) -> None:
    with shelf.office():
        draft = actions.begin_draft(own_list())
        terms = actions.Draft(
            valid_from=draft.valid_from, rule=Rule.ON_REQUEST, rounding=Rounding.TEN, floor=Decimal(10)
        )
        actions.change_list(own_list(), name="All", note="", draft=terms)
        actions.price_alone(draft, {products()["Lumen 1"]: Way(Rule.COST, Decimal(3))})
        actions.publish(own_list())
    # 8.40 + 10 % = 9.24, upwards; 94.50 + 10 % = 103.95
    assert sells(shelf) == {"Lumen 1": ["9.30", "104.00"], "Lumen 2": ["on request"], "Lumen 3": ["on request"]}


def test_beside_fixed_prices_the_other_plans_are_on_request(shelf: House) -> None:
    priced(shelf, Lumen_1=Way(Rule.ON_REQUEST, amounts={YEAR: Decimal(99)}, rounding=Rounding.NINETY_NINE))
    assert sells(shelf)["Lumen 1"] == ["on request", "98.99"]


def test_whoever_buys_by_such_a_list_has_no_cost_and_no_price_of_it(meridian: House, south: House) -> None:
    with meridian.office():
        imported(sheet({"SkuId": "0001", "SkuTitle": "Asked"}, {"SkuId": "0002", "SkuTitle": "Priced"}))
        made = price_list("Retail", percent="5")
        draft = actions.begin_draft(made)
        actions.price_alone(draft, {products()["Asked"]: ASKED})
        actions.publish(made)
        give(made, south)
        known = products()
    with south.office():
        free = price_list("Ours", market=None)
        draft = actions.begin_draft(free)
        actions.price_alone(draft, {known["Asked"]: Way(amounts={MONTH: Decimal(5)})})
        actions.publish(free)
        actions.show_in_storefront(free)
    assert sells(south) == {"Priced": ["8.40"]}
    client = south.client()
    assert "Asked" not in client.get("/products").text
    assert "Asked" not in south.shop().get("/products").text
    assert client.get(f"/products/{spell(known['Asked'][1])}/why/{MONTH}").status_code == 404


@pytest.mark.parametrize(
    ("way", "field"),
    [
        (Way(Rule.ON_REQUEST, Decimal(5)), "percent"),
        (Way(Rule.ON_REQUEST, amount=Decimal(1)), "rule"),
        (Way(Rule.ON_REQUEST, tiers=(Tier(10, Decimal(5)),)), "percent"),
        (Way(Rule.ON_REQUEST, floor=Decimal(0)), "rule"),
        (Way(Rule.ON_REQUEST, rounding=Rounding.TEN), "rule"),
        (Way(amounts={YEAR: Decimal(9)}, requests=frozenset({YEAR})), f"request_{YEAR}"),
        (Way(tiers=(Tier(10, amounts={YEAR: Decimal(9)}),), requests=frozenset({YEAR})), f"request_{YEAR}"),
    ],
)
def test_what_would_make_a_price_of_it_is_refused(shelf: House, way: Way, field: str) -> None:
    before = sells(shelf)
    with pytest.raises(Invalid) as refused:
        priced(shelf, Lumen_1=way)
    assert refused.value.field == field
    assert sells(shelf) == before


@pytest.mark.parametrize(
    "facts",
    [
        {"percent": Decimal(5)},
        {"amount": Decimal(1)},
        {"floor": Decimal(0)},
        {"rounding": Rounding.TEN},
        {"tiers": [{"from": 10, "percent": "5"}]},
    ],
)
def test_the_database_refuses_it_too(shelf: House, facts: dict[str, Any]) -> None:
    with shelf.office():
        draft, (owner, product) = own_list().draft, products()["Lumen 1"]
        assert draft is not None
        whole = {"version_id": draft.id, "product_tenant_id": owner, "product_id": product, "rule": Rule.ON_REQUEST}
        db.session.add(PriceListEntry(**whole, **facts))
        with pytest.raises(IntegrityError, match="asks_without_a_figure"):
            db.session.flush()
        db.session.rollback()
        version = own_list().draft
        assert version is not None
        version.rule, version.percent = Rule.ON_REQUEST, Decimal(5)
        with pytest.raises(IntegrityError, match="asks_without_a_figure"):
            db.session.flush()
        db.session.rollback()


# ------------------------------------------------------------------------------------------------------------- pages


def test_the_shop_shows_it_last_by_price_without_a_figure_and_lets_one_ask(shelf: House) -> None:
    priced(shelf, Lumen_1=ASKED)
    shop = shelf.shop()
    listed = shop.get("/products?sort=price").text
    assert listed.index("Lumen 3") < listed.index("Lumen 1")
    assert "Price on request" in listed
    page = shop.get("/products/lumen-1").text
    assert "Price on request" in page
    assert 'formaction="/quote"' in page
    assert "$" not in BeautifulSoup(page, "lxml").select_one(".sell").get_text()  # type: ignore[union-attr]
    things = [json.loads(one.text) for one in BeautifulSoup(page, "lxml").select('script[type="application/ld+json"]')]
    assert '"price"' not in json.dumps(things)


def test_why_it_has_no_price_says_the_list_wants_it_and_by_which_rule(shelf: House) -> None:
    priced(shelf, Lumen_1=YEARLY_ASKED, Lumen_2=ASKED)
    client, key = shelf.client(), keys(shelf)
    for product, plan in (("Lumen 1", YEAR), ("Lumen 2", MONTH)):
        place = f"/products/{key[product]}/why/{plan}"
        page = client.get(place).text
        assert "On request in this list" in page
        assert "So says the rule for this product." in page
        facts = client.get(f"{place}.json").json
        assert (facts["price"], facts["total"], facts["steps"]) == (None, None, [])
        assert (facts["reason"], facts["lack"]) == ("on_request", "On request in this list")
        assert facts["rule"] == {"about": "the rule for this product", "breadth": "product", "key": key[product]}
        assert facts["cost"]["amount"]


def test_a_row_is_set_on_request_and_keeps_nothing_that_prices(shelf: House) -> None:
    client, one = shelf.client(), keys(shelf)["Lumen 1"]
    with shelf.office():
        way = Way(Rule.COST, Decimal(5), tiers=(Tier(10, Decimal(3)),), rounding=Rounding.TEN, floor=Decimal(1))
        actions.price_alone(own_list().draft, {products()["Lumen 1"]: way})  # type: ignore[arg-type]
    page = client.get(address(shelf)).text
    wrong = typed(client, shelf, page, **{f"{one}-rule": "on_request", f"{one}-value": "5"})
    assert (wrong.status_code, "Leave the figure out" in wrong.text) == (422, True)
    page = typed(client, shelf, client.get(address(shelf)).text, **{f"{one}-rule": "on_request"}).text
    assert "1 price is changed." in page
    row = next(row for row in BeautifulSoup(page, "lxml").select("main tbody tr") if "Lumen 1" in row.get_text())
    assert row.select_one(f"[name='{one}-rule'] option[selected]")["value"] == "on_request"  # type: ignore[index]
    assert row.select_one(f"[name='{one}-value']")["value"] == ""  # type: ignore[index]
    assert "On request" in row.select("td")[3].get_text()
    with shelf.office():
        assert list(prices.terms_of_version(own_list().draft).ways.values()) == [ASKED]  # type: ignore[arg-type]
    assert "Price on request" in client.get(f"{address(shelf)}?format=csv").text


def test_a_plan_on_request_stays_so_whatever_is_typed_for_another(shelf: House) -> None:
    client, one = shelf.client(), keys(shelf)["Lumen 1"]
    for standing, value, left in (
        (Way(Rule.ON_REQUEST, amounts={YEAR: Decimal(99)}), "9.50", Way(Rule.ON_REQUEST)),
        (Way(amounts={MONTH: Decimal(9)}, requests=frozenset({YEAR})), "9.50", Way(requests=frozenset({YEAR}))),
    ):
        with shelf.office():
            actions.price_alone(own_list().draft, {products()["Lumen 1"]: standing})  # type: ignore[arg-type]
        page = client.get(address(shelf)).text
        assert (
            "1 price is changed." in typed(client, shelf, page, **{f"{one}-rule": "fixed", f"{one}-value": value}).text
        )
        with shelf.office():
            (way,) = prices.terms_of_version(own_list().draft).ways.values()  # type: ignore[arg-type]
        assert (way.rule, way.requests, way.amounts[MONTH]) == (left.rule, left.requests, Decimal("9.50"))


def test_the_products_own_form_asks_it_of_each_plan(shelf: House) -> None:
    client, one = shelf.client(), keys(shelf)["Lumen 1"]
    form = Browser(client)
    form.open(f"{address(shelf)}/products/{one}/rule")
    form.send(**{f"request_{YEAR}": "y", f"fixed_{YEAR}": "9"})
    assert form.errors == {f"request_{YEAR}": "A plan has a fixed price or is on request, not both."}
    form.send(**{f"fixed_{YEAR}": ""})
    assert entry_of(shelf).requests == [YEAR]
    form.open(f"{address(shelf)}/products/{one}/rule")
    assert form.values()[f"request_{YEAR}"] == "y"
    assert f"request_{MONTH}" not in form.values()
    assert "On request for 1 of 2 plans" in client.get(address(shelf)).text


def test_what_is_typed_is_on_request_before_it_is_saved(typist: Typist) -> None:
    assert typist.shown("on_request", "") == "On request"
    assert "Leave the figure out" in typist.shown("on_request", "5")


def test_a_list_is_made_that_prices_nothing_by_itself(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
    form = Browser(meridian.client())
    form.open("/price-lists/new")
    form.send(name="Asked", rule="on_request", percent="5")
    assert "What is on request has no price" in form.errors["percent"]
    form.send(percent="")
    with meridian.office():
        assert own_list().current.rule is Rule.ON_REQUEST
    assert "Price on request" in meridian.client().get("/price-lists").text
    form.open(f"{address(meridian)}/edit")
    form.send(rule="cost", percent="")
    assert form.errors == {"percent": "This is needed."}


def test_impact_and_comparison_say_what_becomes_of_it(shelf: House) -> None:
    with shelf.office():
        draft, known = own_list().draft, products()
        assert draft is not None
        actions.price_alone(draft, {known["Lumen 1"]: YEARLY_ASKED, known["Lumen 2"]: ASKED})
    client, where = shelf.client(), address(shelf)
    rows = {
        row[0].split(" 1 year")[0]: row[3] for row in cells(client.get(f"{where}/impact?show=on_request").text, table=0)
    }
    assert rows == {"Lumen 1": "On request", "Lumen 2": "On request"}
    compared = f"{where}/comparison/1/2"
    assert [row[4] for row in cells(client.get(compared).text, table=1)] == ["On request", "On request"]
    assert any(row[3] == "Price on request" for row in cells(client.get(compared).text, table=0))
    back = cells(client.get(f"{where}/comparison/2/1").text, table=1)
    assert {row[4] for row in back} == {"New"}
    unpriced = client.get(f"{where}/unpriced?why=on_request").text
    assert [row[2] for row in cells(unpriced, table=0)] == ["On request in this list"] * 2


def test_what_was_on_request_and_leaves_the_list_has_no_price_any_more(shelf: House) -> None:
    priced(shelf, Lumen_1=ASKED)
    with shelf.office():
        draft = actions.begin_draft(own_list())
        actions.tick_out(draft, [products()["Lumen 1"]])
    client = shelf.client()
    assert re.search("Lumen 1", client.get(f"{address(shelf)}/impact?show=gone").text)
    rows = cells(client.get(f"{address(shelf)}/comparison/2/3").text, table=1)
    assert {row[4] for row in rows} == {"No price any more"}


def test_the_inbox_of_price_changes_says_it_beside_the_cost_that_moved(meridian: House, south: House) -> None:
    with time_machine.travel("2026-11-10 09:00+00:00"):
        with meridian.office():
            imported(sheet({}))
            give(price_list("US Retail", percent="5"), south)
        with south.office():
            price_list("Ours", market=None, rule=Rule.ON_REQUEST).for_storefront = True
    with meridian.office():
        listed = own_list()
        actions.begin_draft(listed).percent = Decimal(50)
        actions.publish(listed)
    page = south.client().get("/price-changes?since=2026-11-15").text
    row = BeautifulSoup(page, "lxml").select("main table tbody tr")[-1].get_text(" ")
    assert "$12.00" in row
    assert "On request" in row
    assert "Has no price" not in row


# ----------------------------------------------------------------------------------------------------------- together


def undo_of(page: str) -> str:
    found = re.search(r'action="(/price-lists/selection/[^"]+/undoing)"', page)
    assert found
    return found[1]


def test_chosen_products_are_put_on_request_and_priced_again_as_they_were(shelf: House) -> None:
    client, key = shelf.client(), keys(shelf)
    tiers = (Tier(10, Decimal(3)), Tier(20, amounts={YEAR: Decimal(80)}))
    former = Way(Rule.COST, Decimal(5), {MONTH: Decimal(9)}, Decimal(1), tiers, graduated=True, floor=Decimal(2))
    with shelf.office():
        actions.price_alone(own_list().draft, {products()["Lumen 1"]: former, products()["Lumen 3"]: ASKED})  # type: ignore[arg-type]
    chosen = [key["Lumen 1"], key["Lumen 2"], key["Lumen 3"]]
    page = typed_rows(client, shelf, pick=chosen)
    assert "3 products are on request." in page
    with shelf.office():
        assert list(prices.terms_of_version(own_list().draft).ways.values()) == [ASKED] * 3  # type: ignore[arg-type]
        actions.price_alone(own_list().draft, {products()["Lumen 2"]: Way(Rule.COST)})  # type: ignore[arg-type]
    back = sent(client, undo_of(page), page).text
    assert "1 is as before. 1 was left out." in back
    with shelf.office():
        known = {product: name for name, (_, product) in products().items()}
        ways = {known[one]: way for one, way in prices.terms_of_version(own_list().draft).ways.items()}  # type: ignore[arg-type]
    assert ways == {"Lumen 1": former, "Lumen 2": Way(Rule.COST), "Lumen 3": ASKED}


def typed_rows(client: FlaskClient, house: House, *, pick: list[str]) -> str:
    page = client.get(address(house)).text
    form = BeautifulSoup(page, "lxml").select_one("form[action*='/products']")
    assert form is not None
    shown = {str(box["name"]): str(box.get("value", "")) for box in form.select("input[name]:not([type=checkbox])")}
    rules = {
        str(one["name"]): str(option["value"]) if (option := one.select_one("option[selected]")) else ""
        for one in form.select("select")
    }
    answer = client.post(
        f"{address(house)}/products", data={**shown, **rules, "pick": pick, "request": "y"}, follow_redirects=True
    )
    return str(answer.text)


def test_what_was_published_or_discarded_meanwhile_is_not_taken_back(shelf: House) -> None:
    client, one = shelf.client(), keys(shelf)["Lumen 1"]
    page = typed_rows(client, shelf, pick=[one])
    with shelf.office():
        actions.publish(own_list())
    assert "This version was published" in sent(client, undo_of(page), page).text
    assert sells(shelf)["Lumen 1"] == ["on request", "on request"]
    with shelf.office():
        actions.begin_draft(own_list())
        actions.price_alone(own_list().draft, {products()["Lumen 1"]: None})  # type: ignore[arg-type]
    page = typed_rows(client, shelf, pick=[one])
    with shelf.office():
        actions.discard_draft(own_list())
    assert "That draft is not there any more." in sent(client, undo_of(page), page).text
