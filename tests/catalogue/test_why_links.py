"""Every price in the office leads to the page that says why it is so, and that page says the same number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import PriceList, Product, Rule
from portal.catalogue.prices import Way
from portal.core.db import db
from portal.core.keys import spell
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_why import WORD
from tests.queries import MOST, counted
from tests.world import House

FIGURE = re.compile(r"[^\d.]")


@dataclass(frozen=True)
class Link:
    """A price as a page shows it, and where it leads."""

    address: str
    shown: str
    title: str

    @property
    def data(self) -> str:
        return re.sub(r"(/why/[^?]+)", r"\1.json", self.address, count=1)


def links(page: str) -> list[Link]:
    found = BeautifulSoup(page, "lxml").select("main a[href*='/why/']")
    return [Link(str(one["href"]), one.get_text(" "), str(one.get("title", ""))) for one in found]


def plain(figure: str) -> Decimal:
    return Decimal(FIGURE.sub("", figure))


SECRETS = {"meridian": "13.37", "north": "17.29", "fjord": "23.41", "draft": "19.61"}


@pytest.fixture
def tiers(meridian: House, north: House, fjord: House) -> dict[str, House]:
    """Three tiers; each has a list in force and a draft of it, and on the 22nd Meridian became dearer for all below."""
    with time_machine.travel("2026-11-10 09:00+00:00"):
        with meridian.office():
            imported(sheet({"Market": "DE", "Currency": "EUR"}))
            give(price_list("Secret Wholesale", currency="EUR", market="DE", percent="5"), north)
        with north.office():
            price_list("Nordic Shop", currency="EUR", market=None, percent=SECRETS["north"]).for_storefront = True
            give(price_list("Nordic Resale", currency="EUR", market=None, percent=SECRETS["north"]), fjord)
        with fjord.office():
            price_list("Fjord Shop", currency="EUR", market=None, percent=SECRETS["fjord"]).for_storefront = True
    with meridian.office():
        listed = db.session.scalars(select(PriceList)).one()
        actions.begin_draft(listed).percent = Decimal(SECRETS["meridian"])
        actions.publish(listed)
    for house in (meridian, north, fjord):
        with house.office():
            for listed in db.session.scalars(select(PriceList)):
                actions.begin_draft(listed).percent = Decimal(SECRETS["draft"])
    return {"meridian": meridian, "north": north, "fjord": fjord}


def pages(house: House) -> Iterator[str]:
    """The pages that show prices of drafts, versions and days."""
    with house.office():
        keys = [spell(one) for one in db.session.scalars(select(PriceList.id))]
    for key in keys:
        yield f"/price-lists/{key}"
        yield f"/price-lists/{key}/impact"
        yield f"/price-lists/{key}/comparison/1/2"
    if house.word != "meridian":
        yield "/price-changes?since=2026-11-15"


def shows_its_own_number(client: FlaskClient, link: Link) -> None:
    facts = client.get(link.data).json
    assert Decimal(facts["price"]["amount"]) == plain(link.shown), link
    page = client.get(link.address)
    assert page.status_code == 200
    assert link.shown in page.text


@pytest.mark.parametrize("viewer", ["meridian", "north", "fjord"])
def test_each_price_leads_to_its_own_why(tiers: dict[str, House], viewer: str) -> None:
    house = tiers[viewer]
    client = house.client()
    for place in pages(house):
        page = client.get(place)
        assert page.status_code == 200
        found = links(page.text)
        assert len(found) >= (2 if "impact" in place or "comparison" in place else 1), place
        for link in found:
            shows_its_own_number(client, link)
        main = BeautifulSoup(page.text, "lxml").select_one("main table")
        assert main is not None
        for one in found:
            assert one.title == "Why this price"


COSTS = {"meridian": "8.00", "north": "9.07", "fjord": "10.64"}
NAMES = {"meridian": ("Nordic", "Fjord Shop"), "north": ("Secret", "Fjord Shop"), "fjord": ("Secret", "Nordic")}


@pytest.mark.parametrize("viewer", ["meridian", "north", "fjord"])
def test_what_the_links_lead_to_is_of_ones_own_tier_alone(tiers: dict[str, House], viewer: str) -> None:
    house, client = tiers[viewer], tiers[viewer].client()
    secret = {value for word, value in SECRETS.items() if word not in (viewer, "draft")}
    secret |= {value for word, value in COSTS.items() if word != viewer}
    if viewer == "meridian":  # what the one below pays is one's own price
        secret -= {COSTS["north"]}
    elif viewer == "north":
        secret -= {COSTS["fjord"]}
    read = list(pages(house))
    for place in tuple(read):
        read += [address for link in links(client.get(place).text) for address in (link.address, link.data)]
    assert len(read) > 10
    for place in read:
        text = client.get(place).text
        for number in secret:
            assert not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text), (place, number)
        assert not [name for name in NAMES[viewer] if name in text], place


def test_a_draft_is_explained_as_one_and_only_to_its_owner(tiers: dict[str, House]) -> None:
    north, fjord = tiers["north"], tiers["fjord"]
    with north.office():
        key = spell(db.session.scalars(select(PriceList.id).where(PriceList.for_storefront)).one())
        product = spell(db.session.scalars(select(Product.id)).one())
    place = f"/products/{product}/why/{WORD}?list={key}&version=2"
    page = north.client().get(place).text
    assert "Version 2 is a draft" in page
    assert SECRETS["draft"] in page
    form = BeautifulSoup(page, "lxml").select_one("form.tools.asked")
    assert form is not None
    assert {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")} == {
        "list": key,
        "version": "2",
    }
    assert "is a draft" not in north.client().get(place.replace("version=2", "version=1")).text
    for form_of in (place, place.replace(f"{WORD}?", f"{WORD}.json?")):
        assert fjord.client().get(form_of).status_code == 404
    with fjord.office():
        own = spell(db.session.scalars(select(PriceList.id)).one())
    assert fjord.client().get(f"/products/{product}/why/{WORD}?list={own}&version=3").status_code == 404


def test_what_begins_later_is_explained_on_the_day_it_begins(tiers: dict[str, House]) -> None:
    fjord = tiers["fjord"]
    with fjord.office():
        listed = db.session.scalars(select(PriceList)).one()
        actions.discard_draft(listed)
        (owner, product) = db.session.execute(select(Product.tenant_id, Product.id)).one()
        draft = actions.begin_draft(listed)
        actions.price_alone(draft, {(owner, product): Way(amounts={WORD: Decimal("12.34")})})
        draft.valid_from = date(2026, 12, 5)
    client = fjord.client()
    (before, after) = links(client.get(f"/price-lists/{spell(listed_id(fjord))}/impact").text)
    assert "on=2026-12-05" in before.address
    assert "on=2026-12-05" in after.address
    assert after.shown == "€12.34"
    shows_its_own_number(client, after)


def listed_id(house: House):  # type: ignore[no-untyped-def]
    with house.office():
        return db.session.scalars(select(PriceList.id)).one()


def test_what_is_scheduled_in_the_inbox_leads_to_its_version(tiers: dict[str, House]) -> None:
    fjord = tiers["fjord"]
    with fjord.office():
        listed = db.session.scalars(select(PriceList)).one()
        actions.discard_draft(listed)
        (owner, product) = db.session.execute(select(Product.tenant_id, Product.id)).one()
        words = [actions.Word(owner, product, WORD, "x", Decimal("10.64"), Decimal("15.00"), {1: Decimal("15.00")})]
        actions.follow_from(listed, words, date(2026, 12, 5))
    client = fjord.client()
    found = [one for one in links(client.get("/price-changes?since=2026-11-15").text) if "version=" in one.address]
    assert [("on=2026-12-05" in one.address, "€15.00" in one.shown) for one in found] == [(True, True)]
    assert client.get(found[0].data).json["price"]["amount"] == "15.00"


def test_what_is_on_request_from_then_on_leads_there_too(tiers: dict[str, House]) -> None:
    fjord = tiers["fjord"]
    with fjord.office():
        draft = db.session.scalars(select(PriceList)).one().draft
        assert draft is not None
        draft.percent, draft.rule = Decimal(0), Rule.ON_REQUEST
    client = fjord.client()
    for page in ("impact", "comparison/1/2"):
        found = links(client.get(f"/price-lists/{spell(listed_id(fjord))}/{page}").text)
        assert [one.shown for one in found][1:] == ["On request"]
        assert client.get(found[1].data).json["reason"] == "on_request"


def test_no_page_asks_more_for_it(tiers: dict[str, House]) -> None:
    north = tiers["north"]
    client = north.client()
    for place in pages(north):
        client.get(place)
        with counted(north.app) as asked:
            assert client.get(place).status_code == 200
        assert len(asked) <= MOST, "\n".join(str(asked).splitlines())
