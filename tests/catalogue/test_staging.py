"""The shop with a price list that is not published: for those who may edit prices, and nobody else."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import PriceList, Rule
from portal.core.db import db
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.world import PASSWORD, House

MAIL = "/products/lumen-mail-plan-1"


@pytest.fixture
def drafted(meridian: House, south: House) -> House:
    """South sells at 10.00, and drafts cost + 50 %."""
    with meridian.office():
        imported(sheet({}))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        draft = actions.begin_draft(actions.first_sell_list())
        draft.rule, draft.percent = Rule.COST, Decimal(50)
    return south


def link(house: House) -> str:
    """The way from the office into the shop, without its host."""
    with house.office():
        key = db.session.scalars(select(PriceList)).one().key
    answer = house.client().get(f"/price-lists/{key}/staging")
    assert answer.status_code == 303
    return "/staging/" + answer.location.partition("/staging/")[2]


def signed_in(house: House, who: str) -> FlaskClient:
    visitor = house.shop()
    boxes = re.findall(r'<input[^>]*type="hidden"[^>]*>', visitor.get("/sign-in").text)
    tokens = {re.findall(r'name="([^"]*)', box)[0]: re.findall(r'value="([^"]*)', box)[0] for box in boxes}
    visitor.post("/sign-in", data=tokens | {"username": house.people[who], "password": PASSWORD})
    return visitor


def test_whoever_edits_prices_sees_the_draft_and_the_page_says_so(drafted: House) -> None:
    staff = signed_in(drafted, "administrator")
    assert staff.get(link(drafted)).location == "/products"
    for address in ("/", "/products", MAIL):
        page = staff.get(address).text
        assert "$12.60" in page  # 8.40 + 50 %
        assert "Draft: you see prices that are not published yet." in page
        assert "8.40" not in page
    assert "$10.00" in drafted.shop().get("/products").text
    staff.get("/staging/end")
    assert "$10.00" in staff.get("/products").text


@pytest.mark.parametrize("who", ["read_only", "support"])
def test_other_staff_see_what_visitors_see(drafted: House, who: str) -> None:
    address, staff = link(drafted), signed_in(drafted, who)
    assert staff.get(address).status_code == 403
    staff.set_cookie("staging", address.rpartition("/")[2], domain=f"{drafted.word}.shop.localhost")
    assert "$10.00" in staff.get("/products").text


def test_the_word_alone_opens_nothing(drafted: House, north: House) -> None:
    address, visitor = link(drafted), drafted.shop()
    assert "/sign-in" in visitor.get(address).location
    visitor.set_cookie("staging", address.rpartition("/")[2], domain=f"{drafted.word}.shop.localhost")
    page = visitor.get("/products").text
    assert "$10.00" in page
    assert "Draft:" not in page
    assert signed_in(north, "administrator").get(address).status_code == 404
    assert signed_in(drafted, "administrator").get("/staging/made-up").status_code == 404


def test_what_a_visitor_asks_for_has_the_published_price(drafted: House) -> None:
    staff = signed_in(drafted, "administrator")
    staff.get(link(drafted))
    assert "$10.00" in staff.get("/quote?product=lumen-mail-plan-1").text


def test_a_draft_that_is_gone_is_shown_no_more(drafted: House) -> None:
    staff = signed_in(drafted, "administrator")
    staff.get(link(drafted))
    with drafted.office():
        actions.discard_draft(db.session.scalars(select(PriceList)).one())
    assert "$10.00" in staff.get("/products").text
