"""Prices of a large catalogue, three tiers deep: resolved cold and warm, put in order, shown page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from time import process_time
from uuid import UUID

import pytest
import time_machine
from flask import g
from sqlalchemy import select

from portal.catalogue import actions, prices, shop
from portal.catalogue.models import Product
from portal.catalogue.prices import Chosen, Question, Selling, Wish
from portal.core.db import db
from portal.local import stores
from tests.bench.crowd import PLANS, stock, visiting
from tests.bench.figures import Tell
from tests.bench.stopwatch import milliseconds
from tests.catalogue.sheets import give, price_list
from tests.queries import counted
from tests.world import House, World

TODAY = date(2026, 11, 22)
RESOLVED, MOST_STATEMENTS, MOST_CPU = 1_000, 4, 90
BUILT, SORTED_PAGE, FIRST_PAGE = 1.0, 25, 3.0
SEARCH_P95 = 15


@pytest.fixture
def many(is_long) -> int:  # type: ignore[no-untyped-def]
    return 10_000 if is_long else 2_000


@pytest.fixture
def deep(world: World, many: int, addresses: stores.Addresses) -> Iterator[House]:
    """Fjord: three tiers below a catalogue of so many products with six plans each."""
    with time_machine.travel("2026-11-22 09:00+00:00", tick=True):
        url = addresses.superuser_url.replace("+psycopg", "").replace("/vitrine?", "/busy?")
        stock(world.meridian, many, url)
        with world.meridian.office():
            give(price_list("Wholesale", percent="5"), world.north)
        with world.north.office():
            give(price_list("Retail", market=None, percent="10"), world.fjord)
        with world.fjord.office():
            actions.show_in_storefront(price_list("Shop", market=None, percent="20"))
        yield world.fjord


def selling(only: frozenset[UUID] | None = None) -> Selling:
    terms = prices.storefront_terms()
    assert terms is not None
    found = prices.selling(g.here.organization.price_list_id, Wish(TODAY, frozenset(), only), terms)
    assert found is not None
    return found


def test_prices_through_three_tiers(deep: House, many: int, tell: Tell) -> None:
    with visiting(deep):
        some = frozenset(db.session.scalars(select(Product.id).limit(-(-RESOLVED // len(PLANS)))))

        def resolve(only: frozenset[UUID] | None) -> int:
            found = selling(only)
            goods = [good for key in some if (good := found.supply.goods.get(key))]
            return sum(found.price(good, plan) is not None for good in goods for plan in good.plans)

        prices.forget()
        with counted(deep.app) as asked:
            assert resolve(some) >= RESOLVED
        took = milliseconds({"cold": lambda: resolve(some)}, rounds=5, times=2)["cold"]
        most = MOST_STATEMENTS * 3
        tell(
            f"{RESOLVED:,} prices of {many:,} products, three tiers, cold: CPU and statements",
            f"{took:.0f} ms, {len(asked)}",
            f"{MOST_CPU} ms, {most}",
            kept=took <= MOST_CPU and len(asked) <= most,
        )
        resolve(None)
        with counted(deep.app) as asked_warm:
            assert resolve(None) >= RESOLVED
        assert [one for one in asked_warm if "price_list" not in one] == []  # the shop's own list is read by the test
        assert len(asked) <= most


def test_the_order_by_price(deep: House, many: int, tell: Tell) -> None:
    with visiting(deep):
        shop.sold(Question(on=TODAY))  # everything is read
        found = selling()
        begun = process_time()
        assert len(found.lowest) == many
        took = process_time() - begun
        allowed = BUILT * many / 10_000
        tell(
            f"The order of {many:,} products by price, three tiers: CPU to reckon it",
            f"{took:.2f} s",
            f"{allowed:.2f} s",
            kept=took <= allowed,
        )


def test_pages_of_a_large_range(deep: House, many: int, tell: Tell) -> None:
    address = "/products"
    client = deep.shop()
    client.get(address)
    with counted(deep.app) as asked:
        client.get(f"{address}?page=2")
    assert len(asked) <= MOST_STATEMENTS, asked
    with visiting(deep):
        shop.sold(Question(on=TODAY, sort="price"))
        one = select(Product.id, Product.name, Product.slug).order_by(Product.name, Product.id).limit(30)
        works = {
            "rows": lambda: db.session.execute(one).all(),
            "first": lambda: shop.sold(Question(on=TODAY)),
            "deep": lambda: shop.sold(Question(on=TODAY, number=many // 30)),
            "priced": lambda: shop.sold(Question(on=TODAY, sort="price", number=3)),
        }
        took = milliseconds(works, rounds=7, times=3)
    ratio = took["first"] / took["rows"]
    tell(
        f"A page of {many:,} products: CPU beside one indexed query of the same rows",
        f"{ratio:.1f}× ({took['first']:.1f} / {took['rows']:.1f} ms)",
        f"{FIRST_PAGE}×",
        kept=ratio <= FIRST_PAGE,
    )
    tell(
        f"The last page of {many:,} products beside the first",
        f"{took['deep'] / took['first']:.2f}×",
        "1.25×",
        kept=took["deep"] <= took["first"] * 1.25,
    )
    tell(
        f"A page of {many:,} products by price, its order kept: CPU",
        f"{took['priced']:.1f} ms",
        f"{SORTED_PAGE} ms",
        kept=took["priced"] <= SORTED_PAGE,
    )


def test_the_search_of_a_large_range(deep: House, many: int, tell: Tell) -> None:
    """Words of one product, of a tenth of them, of all of them; misspelt ones; several at once."""
    some = [f"{at * 7919 % many:06}" for at in range(0, many, many // 30)]
    texts = [
        *some,
        *(f"lumen {one[:3]}" for one in some),
        *(f"{one} lumne" for one in some),
        "lumen",
        "l",
        "zebra",
        "lumeen",
    ]
    with visiting(deep):
        shop.sold(Question(on=TODAY, search="x"))  # everything is read
        took = []
        for text in texts:
            begun = process_time()
            found = shop.sold(Question(on=TODAY, search=text, sort="best", chosen=Chosen()))
            took.append((process_time() - begun) * 1000)
            assert found.total or text == "zebra"
    p95 = sorted(took)[len(took) * 95 // 100]
    tell(
        f"The search of {many:,} products, with its facets: CPU, 95 of 100",
        f"{p95:.1f} ms",
        f"{SEARCH_P95} ms",
        kept=p95 <= SEARCH_P95,
    )
