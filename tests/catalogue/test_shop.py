"""The storefront: sell prices only, few questions, nothing stale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select

from portal.branding import wardrobe
from portal.catalogue import actions, prices, shop
from portal.catalogue.models import PriceList, Rule
from portal.core.db import db
from portal.tenants.models import Organization
from tests.catalogue.sheets import give, imported, price_list, sheet, stock
from tests.world import PASSWORD, House


@contextmanager
def asking(house: House) -> Iterator[list[str]]:
    """Every statement but those that begin, end and name a transaction."""
    asked: list[str] = []
    with house.app.app_context():
        engine = db.engine

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if "set_config" not in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def stocked(built: Any, meridian: House, south: House) -> House:
    """South's shop with the vendor's whole sheet."""
    built("stocked", lambda: stock(meridian, south))
    return south


@pytest.fixture
def shelf(meridian: House, south: House) -> House:
    """South's shop with one product."""
    with meridian.office():
        imported(sheet({}))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        actions.first_sell_list()
    return south


def forget() -> None:
    shop.KEPT.clear()
    prices.forget()
    wardrobe._remembered.cache_clear()  # noqa: SLF001 - a process that has just begun


def test_a_cold_product_list_asks_three_times_and_a_warm_one_once(stocked: House) -> None:
    visitor = stocked.shop()
    forget()
    with asking(stocked) as cold:
        assert visitor.get("/products").status_code == 200
    with asking(stocked) as warm:
        assert visitor.get("/products").status_code == 200
    assert (len(cold), len(warm)) == (3, 1)


def test_each_tier_in_between_is_asked_once_and_a_warm_page_asks_none_of_them(
    meridian: House, north: House, fjord: House
) -> None:
    with meridian.office():
        imported(sheet({"Market": "DE", "Currency": "EUR"}))
        give(price_list("DE Handel", currency="EUR", market="DE"), north)
    with north.office():
        give(price_list("Nordics", currency="EUR", market=None, percent="3"), fjord)
    with fjord.office():
        actions.first_sell_list()
    visitor, counts = fjord.shop(), []
    forget()
    for _ in range(2):
        with asking(fjord) as asked:
            assert "€10.00" in visitor.get("/products").text
        counts.append(len(asked))
    assert counts == [4, 1]  # a tier reads its list in its own session: README, How fast


@pytest.mark.parametrize("address", ["/", "/products", "/products?page=2&q=365&term=P1Y", "/products/intune"])
def test_no_page_of_the_shop_asks_more_than_three_times(stocked: House, address: str) -> None:
    forget()
    with asking(stocked) as asked:
        assert stocked.shop().get(address).status_code == 200
    assert len(asked) <= 3


def test_a_list_shows_thirty_products_with_price_unit_and_the_way_on(stocked: House) -> None:
    page = stocked.shop().get("/products").text
    assert page.count('<article class="card">') == 30
    assert "1–30 of 383" in page
    assert re.search(r"<b>\$\d+\.\d\d</b> per (user|licence) and month", page)
    assert 'rel="next"' in page


def test_a_shop_shows_no_cost_and_names_nobody_above(shelf: House) -> None:
    for address in ("/", "/products", "/products/lumen-mail-plan-1"):
        answer = shelf.shop().get(address)
        page = answer.text + str(answer.headers)
        assert "10.00" in page
        for secret in ("8.00", "8.40", "Meridian", "US Retail"):
            assert secret not in page


def test_a_product_page_lists_its_plans(meridian: House, shelf: House) -> None:
    with meridian.office():
        imported(sheet({}, {"TermDuration": "P3Y", "BillingPlan": "Triennial", "UnitPrice": "250", "ERP Price": "300"}))
    page = shelf.shop().get("/products/lumen-mail-plan-1").text
    assert "1 year, billed monthly" in page
    assert "3 years, billed every 3 years" in page
    assert "$300.00" in page


def test_what_has_no_sell_price_is_on_request(meridian: House, shelf: House) -> None:
    with meridian.office():
        imported(sheet({"ERP Price": ""}))
    assert "Price on request" in shelf.shop().get("/products").text
    assert "Price on request" in shelf.shop().get("/products/lumen-mail-plan-1").text


def test_a_product_page_says_what_to_do_next(meridian: House, shelf: House) -> None:
    page = shelf.shop().get("/products/lumen-mail-plan-1").text
    assert "Request a quote" in page
    assert "Ask us first" in page
    assert "CFQ7TTC0TEST:0001" in page
    with meridian.office():
        imported(sheet({"ERP Price": ""}))
    assert "Halcyon Works makes the price for you" in shelf.shop().get("/products/lumen-mail-plan-1").text


def test_a_year_is_not_shown_as_a_month(meridian: House, shelf: House) -> None:
    with meridian.office():
        yearly = {"TermDuration": "P1Y", "BillingPlan": "Annual", "UnitPrice": "90", "ERP Price": "120"}
        imported(sheet({"ERP Price": ""}, yearly, {**yearly, "TermDuration": "P3Y", "BillingPlan": "Triennial"}))
    for address in ("/", "/products"):
        assert "<b>$120.00</b> per licence for 3 years" in shelf.shop().get(address).text  # 120 for three years is less


def test_whoever_is_signed_in_is_not_asked_to_sign_in(shelf: House) -> None:
    entrance = 'class="btn second" href="/sign-in"'
    visitor, own = shelf.shop(), shelf.shop()
    boxes = re.findall(r'<input[^>]*type="hidden"[^>]*>', own.get("/sign-in").text)
    tokens = {re.findall(r'name="([^"]*)', box)[0]: re.findall(r'value="([^"]*)', box)[0] for box in boxes}
    own.post("/sign-in", data=tokens | {"username": shelf.people["sales"], "password": PASSWORD})
    assert entrance in visitor.get("/").text
    assert entrance not in own.get("/").text
    assert entrance in visitor.get("/").text


def test_the_first_sell_list_is_named_in_the_tenants_language(north: House) -> None:
    with north.office():
        db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one().language = "de"
        assert actions.first_sell_list().name == "Shop-Preise"


def test_a_new_price_is_seen_at_once(meridian: House, shelf: House) -> None:
    visitor = shelf.shop()
    assert "$10.00" in visitor.get("/products").text
    with meridian.office():
        imported(sheet({"ERP Price": "11.00"}))
    assert "$11.00" in visitor.get("/products").text
    with shelf.office():
        own = db.session.scalars(select(PriceList)).one()
        draft = actions.begin_draft(own)
        draft.rule, draft.percent = Rule.COST, Decimal(50)
    assert "$11.00" in visitor.get("/products").text
    with shelf.office():
        actions.publish(db.session.scalars(select(PriceList)).one())
    assert "$12.60" in visitor.get("/products").text


@pytest.mark.parametrize("slug", ["no-such-product", "x" * 5000, "%00", "..", "' or 1=1", "\u202e"])
def test_an_address_that_is_nobodys_product_is_not_there(shelf: House, slug: str) -> None:
    assert shelf.shop().get(f"/products/{slug}").status_code == 404


def test_a_product_outside_the_range_is_not_there(meridian: House, shelf: House, strand: House) -> None:
    assert strand.shop().get("/products/lumen-mail-plan-1").status_code == 404
    with meridian.office():
        (listed,) = db.session.scalars(select(PriceList)).all()
        actions.withdraw(listed)
    assert shelf.shop().get("/products/lumen-mail-plan-1").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%25%5f%5c",
        "page=999999",
        "page=-1",
        "page=x",
        "term=P9Y",
        "segment='",
        "sort=cost",
        "q=" + "x" * 9000,
    ],
)
def test_nonsense_in_the_address_is_answered_calmly(shelf: House, query: str) -> None:
    assert shelf.shop().get(f"/products?{query}").status_code == 200


def test_two_shops_of_one_range_do_not_share_what_is_kept(meridian: House, shelf: House, strand: House) -> None:
    with meridian.office():
        give(db.session.scalars(select(PriceList)).one(), strand)
    with strand.office():
        own = actions.first_sell_list()
        db.session.flush()
        draft = actions.begin_draft(own)
        draft.percent = Decimal(20)
        actions.publish(own)
    assert "$10.00" in shelf.shop().get("/products").text
    assert "$8.00" in strand.shop().get("/products").text
    assert "$10.00" in shelf.shop().get("/products").text
