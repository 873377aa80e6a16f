"""What a version takes off for a while: typed in a draft, said on the list and on the product's page."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal.catalogue import actions, prices, queries
from portal.catalogue.models import Breadth, PriceList, Promotion
from portal.catalogue.prices import Question
from portal.core.db import db
from tests.browsing import Browser
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_pages import sent
from tests.catalogue.test_shop import asking
from tests.queries import MOST
from tests.world import House

TYPED = {"name": "Autumn", "about": "vendor:Lumen", "percent": "20", "cycles": "3", "begins": "2026-11-01"}


@pytest.fixture
def listed(meridian: House, south: House) -> str:
    """The address of South's list, which its shop sells by, with a draft."""
    with meridian.office():
        imported(sheet({"SkuTitle": "Lumen Mail", "Publisher": "Lumen"}))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        made = actions.first_sell_list()
        db.session.flush()
        actions.begin_draft(made)
        db.session.commit()
        return f"/price-lists/{made.key}"


def add(house: House, listed: str, **typed: str) -> Any:
    client, address = house.client(), f"{listed}/promotions/new"
    return sent(client, address, client.get(address).text, **TYPED | typed)


def promotions(house: House) -> list[Promotion]:
    with house.office():
        return list(db.session.scalars(select(Promotion)))


def test_a_promotion_is_typed_published_and_handed_to_the_shop(south: House, listed: str) -> None:
    page = add(south, listed, newcomers="y", ends="2026-12-31").text
    assert "The promotion is added to the draft." in page
    said = "20 % off for the first 3 billing cycles, new customers only"
    assert said in page.replace("\u00a0", " ")
    with south.office():
        actions.publish(db.session.scalars(select(PriceList)).one())
        db.session.commit()
    with south.office():
        source = queries.own_terms().price_list_id
        (offer,) = prices.sold(Question(on=date(2026, 11, 22)), source, prices.storefront_terms())
        promotion = offer.plans[0].promotion
        assert promotion is not None
        assert (promotion.name, promotion.percent, promotion.newcomers) == ("Autumn", Decimal(20), True)
    product = south.client().get(f"/products/{offer.key}/prices").text.replace("\u00a0", " ")
    assert said in product
    assert "until 31 Dec 2026" in product
    assert "New promotion" not in south.client().get(f"{listed}/promotions").text


def test_one_product_is_named_by_its_code(south: House, listed: str) -> None:
    code = re.search(r"<small>([^<]+)</small>", south.client().get("/products").text.rsplit("<tbody", maxsplit=1)[-1])
    assert code
    assert "Lumen Mail" in add(south, listed, about="product", code=code[1]).text
    assert promotions(south)[0].breadth is Breadth.PRODUCT
    refused = add(south, listed, about="product", code="nobody's")
    assert "Write the code of a product of your range." in refused.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"percent": "NaN"}, "Write a percentage like 12.5."),
        ({"percent": "101"}, "Take off at most 100 %."),
        ({"percent": ""}, "one of the two"),
        ({"amount": "2"}, "one of the two"),
        ({"percent": "", "amount": "1e400"}, "Write an amount like 1250.00."),
        ({"percent": "", "amount": "-3"}, "Use an amount from"),
        ({"cycles": "0"}, "Use a number from 1 to 120."),
        ({"cycles": "9" * 40}, "Use a number from 1 to 120."),
        ({"ends": "2026-10-31"}, "it would end before it begins"),
        ({"begins": "soon"}, "Not a valid date value."),
        ({"about": "segment:education"}, "Not a valid choice."),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(
    south: House, listed: str, typed: dict[str, str], said: str
) -> None:
    answer = add(south, listed, **{"name": "Kept as typed"} | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Kept as typed" in answer.text
    assert promotions(south) == []


def test_it_is_changed_by_one_at_a_time_and_removed(south: House, listed: str) -> None:
    add(south, listed)
    first, second = Browser(south.client()), Browser(south.client())
    for browser in (first, second):
        browser.open(f"{listed}/promotions/{promotions(south)[0].key}")
    first.send(name="Winter")
    second.send(name="Spring")
    assert second.answer.status_code == 409
    assert promotions(south)[0].name == "Winter"
    client = south.client()
    removal = f"{listed}/promotions/{promotions(south)[0].key}/removal"
    assert "is removed" in sent(client, removal, client.get(f"{listed}/promotions").text).text
    assert promotions(south) == []


def test_the_stranger_finds_none_and_readers_write_none(south: House, listed: str, north: House) -> None:
    add(south, listed)
    one = f"{listed}/promotions/{promotions(south)[0].key}"
    for address in (f"{listed}/promotions", f"{listed}/promotions/new", one):
        assert north.client().get(address).status_code == 404
        reads = address.endswith("/promotions")
        assert south.client("read_only").get(address).status_code == (200 if reads else 403)


@pytest.mark.parametrize("page", ["", "/new"])
def test_the_pages_ask_at_most_six_times(south: House, listed: str, page: str) -> None:
    add(south, listed)
    client = south.client()
    client.get("/price-lists")  # whoever has signed in
    with asking(south) as asked:
        assert client.get(f"{listed}/promotions{page}").status_code == 200
    assert len(asked) <= MOST, "\n".join(one[:130] for one in asked)
