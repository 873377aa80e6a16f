"""The storefront's product list, as somebody sees it who is not signed in."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, g, request
from markupsafe import Markup

from portal.app import create_app
from portal.branding import actions as branding
from portal.branding import wardrobe
from portal.branding.designing import Wish
from portal.catalogue import actions as catalogue
from portal.catalogue import prices, shop
from portal.catalogue.facets import wanted_in
from portal.catalogue.tree import tree
from portal.core.db import db
from portal.core.web import open_to_all, render
from tests.bench.asking import Asker
from tests.bench.figures import Tell
from tests.bench.stopwatch import hello, milliseconds
from tests.catalogue.sheets import US, give, imported, price_list
from tests.queries import counted
from tests.world import House, World

COLD_QUERIES, COLD_RATIO = 3, 3.0
WARM_QUERIES, WARM_RATIO = 1, 1.4


@pytest.fixture
def storefront(world: World) -> House:
    """South's: it buys by Meridian's list of everything and sells at recommended prices."""
    with world.meridian.office():
        imported(US)
        everything = price_list("Everything")
        give(everything, to=world.south)
    with world.south.office():
        branding.dress(Wish(world.south.name))
        catalogue.first_sell_list()
    return world.south


def test_the_product_list(storefront: House, settings: Any, tell: Tell, is_long) -> None:
    app, address = storefront.app, f"http://{storefront.word}.shop.localhost:8000/products"
    warm = Asker(app, address)
    bare = without_statements(app, settings, address)
    plain = Asker(bare, address)
    forget()
    with counted(app) as asked_cold:
        first = warm()
    with counted(app) as asked_warm:
        warm()
    assert warm.body.count(b'class="card"') == 30
    assert first == warm.body
    plain()
    assert plain.body == warm.body
    works = {"cold": warm, "warm": warm, "plain": plain, "hello": hello()}
    took = milliseconds(works, rounds=300 if is_long else 60, times=1, before={"cold": forget})
    with bare.app_context():
        db.engine.dispose()
    for name, most in (("cold", COLD_RATIO), ("warm", WARM_RATIO)):
        ratio = took[name] / took["plain"]
        tell(
            f"Storefront, 30 products, {name}: CPU beside the page without SQL",
            f"{ratio:.2f}× ({took[name]:.1f} / {took['plain']:.1f} ms)",
            f"{most}×",
            kept=ratio <= most,
        )
    assert len(asked_cold) <= COLD_QUERIES, asked_cold
    assert len(asked_warm) <= WARM_QUERIES, asked_warm


def forget() -> None:
    """All that the process remembers of any shop.  One that has just begun has nothing to let go of, so it is not timed."""
    shop.KEPT.clear()
    prices.forget()
    wardrobe._remembered.cache_clear()  # noqa: SLF001 - what a raised stamp comes to


def without_statements(app: Flask, settings: Any, address: str) -> Flask:
    """An app that shows the same page with everything in its hands."""
    with app.test_request_context(address):
        app.preprocess_request()
        here, asked = g.here, wanted_in(request.args, tree())
        offers = shop.sold(shop.question_of(asked))
    plain = create_app(settings)
    rest = plain.before_request_funcs[None][:-1]

    def arrive() -> None:
        g.here = here

    def products() -> str:
        words = {**shop.choices(asked, offers), **shop._words()}  # noqa: SLF001 - what the page tells its template
        part = Markup(render("shop_catalogue/_products.html", offers=offers, wanted=asked, **words))  # noqa: S704 - rendered by Jinja
        return render("shop_catalogue/products.html", products=part, wanted=asked)

    plain.before_request_funcs[None] = [*rest, arrive]
    plain.view_functions["shop_catalogue.products"] = open_to_all(products)
    return plain
