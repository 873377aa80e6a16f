"""Prices beyond all measure: what a chain of absurd rules comes to has no price, with a reason, and breaks nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import Product, Rounding, Rule
from portal.catalogue.prices import Lack, Rate, Selling, Way
from portal.core.db import db
from portal.core.money import AMOUNT_LIMIT
from tests.catalogue.goods import chain, good, plan, shelf, terms
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.world import House

MARGIN = Way(Rule.MARGIN, Decimal("99.9999"))
DEAR = "10000000.0000"


def rate(said: str) -> Rate:
    return Rate("USD", "EUR", Decimal(said), "typed", date(2026, 11, 1))


def sold(sells: Selling) -> tuple[Decimal | None, Lack | None]:
    (one,) = sells.supply.goods.values()
    (only,) = one.plans
    assert (only in sells.priced) == (sells.amount(one, only) is not None), (
        "what has a price is known without reckoning"
    )
    total = sells.total(one, only, 10_000_000)
    assert (total is None) == (sells.amount(one, only) is None)
    return sells.amount(one, only), sells.lack(one, only)


def test_margins_on_margins_end_where_no_price_can_be() -> None:
    goods = shelf(good(plan(DEAR)))
    assert sold(chain(goods, terms(MARGIN)))[1] is Lack.BEYOND
    assert sold(chain(goods, terms(Way(Rule.COST, Decimal(1000))), terms(MARGIN)))[1] is Lack.BEYOND


def test_what_has_no_price_above_is_in_no_range_below() -> None:
    sells = chain(shelf(good(plan(DEAR))), terms(MARGIN), terms(), terms())
    assert dict(sells.supply.goods) == {}


def test_a_rate_and_its_surcharge_end_there_too() -> None:
    here = terms(Way(Rule.COST, Decimal(1000)), currency="EUR", costs_in="USD", surcharge=Decimal(1000))
    sells = chain(shelf(good(plan(DEAR))), here, rates={here.version_id: rate("9999999999")})
    assert sold(sells)[1] is Lack.BEYOND


@pytest.mark.parametrize("rounding", list(Rounding))
def test_a_floor_lifts_no_price_beyond(rounding: Rounding) -> None:
    here = terms(Way(Rule.COST, floor=Decimal(1000), rounding=rounding), currency="EUR", costs_in="USD")
    sells = chain(shelf(good(plan(DEAR))), here, rates={here.version_id: rate("9999999999")})
    assert sold(sells)[1] is Lack.BEYOND


def test_what_is_only_dear_has_its_price() -> None:
    assert sold(chain(shelf(good(plan("9999.00"))), terms(MARGIN))) == (Decimal("9999000000.00"), None)


PERCENTS = st.decimals(0, "99.9999", places=4)
WAYS = st.one_of(
    st.builds(Way, st.just(Rule.MARGIN), PERCENTS),
    st.builds(Way, st.just(Rule.COST), st.decimals(0, 1000, places=4)),
    st.builds(Way, st.just(Rule.MARGIN), st.just(Decimal("99.9999")), amount=st.decimals(-(10**9), 10**9, places=4)),
)
FLOORS = st.none() | st.decimals(0, 1000, places=4)


@given(
    st.decimals(0, DEAR, places=4),
    st.lists(st.tuples(WAYS, FLOORS, st.sampled_from(list(Rounding))), min_size=1, max_size=3),
    st.decimals("0.0000000001", 10**9, places=10),
    st.decimals(0, 1000, places=4),
)
def test_whatever_the_rules_a_price_can_be_kept_or_says_why_it_cannot(cost, tiers, by, surcharge) -> None:  # type: ignore[no-untyped-def]
    lists = [terms(replace(way, floor=floor, rounding=rounding)) for way, floor, rounding in tiers]
    last = terms(lists[-1].way, currency="EUR", costs_in="USD", surcharge=surcharge)
    sells = chain(shelf(good(plan(str(cost)))), *lists, last, rates={last.version_id: rate(str(by))})
    if not sells.supply.goods:
        return  # it is no longer in the range
    amount, lack = sold(sells)
    assert (amount is None) == (lack is not None)
    assert amount is None or 0 <= amount <= AMOUNT_LIMIT * 2


def test_no_page_breaks_where_a_price_is_beyond_all_measure(meridian: House, north: House, fjord: House) -> None:
    absurd = {"rule": Rule.MARGIN, "percent": "99.99"}
    with meridian.office():
        imported(sheet({"UnitPrice": "9999999.00", "ERP Price": "9999999.00"}))
        give(price_list("Wholesale", **absurd), north)  # 99,999,990,000.00
    with north.office():
        shop = price_list("Absurd", market=None, **absurd)
        actions.show_in_storefront(shop)
        give(shop, fjord)
        actions.begin_draft(shop).percent = Decimal("99.9998")
        product = db.session.scalars(select(Product)).one()
        of_list, of_product, slug = f"/price-lists/{shop.key}", f"/products/{product.key}", product.slug
    why = f"{of_product}/why/P1Y-monthly-commercial"
    office, visitor = north.client(), north.shop()
    places = ["/products", of_product, f"{of_product}/prices", "/price-changes", "/price-lists", why, f"{why}.json"]
    places += [of_list + part for part in ("", "/unpriced", "/impact", "/publication", "/products", "/comparison/1/2")]
    said = {place: office.get(place) for place in [*places, f"{why}?quantity=10000000"]}
    assert {place: one.status_code for place, one in said.items() if one.status_code != 200} == {}
    assert "more than a price can be" in said[why].text
    assert "Choose a smaller margin" in said[why].text
    assert (
        "Beyond all measure" in said[f"{of_list}/unpriced"].text
        or "more than a price can be" in said[f"{of_list}/unpriced"].text
    )
    for place in ("/products", f"/products/{slug}", f"/products/{slug}?quantity=10000000"):
        page = visitor.get(place)
        assert page.status_code == 200
        assert "Price on request" in page.text
    assert fjord.client().get("/products").status_code == 200
    assert product.name not in fjord.client().get("/products").text
