"""The office's pages of products.  Those of sheets and lists stand in rooms of their own and join this face."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import prices, queries
from portal.catalogue.columns import PRODUCTS
from portal.catalogue.models import Product
from portal.catalogue.models.products import BILLINGS, PERIODS, SEGMENTS, TERMS
from portal.catalogue.prices import Market, Offer, Question
from portal.catalogue.wording import why
from portal.core.clock import today
from portal.core.db import get
from portal.core.errors import NotFound
from portal.core.exports import listed
from portal.core.here import here
from portal.core.listing import Listing, listing
from portal.core.web import face, needs, render
from portal.tenants import hosts

catalogue = face("catalogue", __name__)

WORDS: dict[str, Any] = {"terms": TERMS, "billings": BILLINGS, "segments": SEGMENTS, "periods": PERIODS}


@catalogue.get("/products")
@needs("catalogue.view")
def products() -> ResponseReturnValue:
    markets = queries.markets() if here.is_root else []
    asked = _asked(markets)
    source = source_of(markets, asked.filters.get("market") or "")
    if asked.filters.get("state") == "discontinued":
        offers = queries.discontinued(asked)
    else:
        offers = prices.bought(queries.question_of(asked).recommending(_currency(source)), source).recommending(0)
    page: dict[str, Any] = {"page": offers.page, "listing": asked, "offered": _offered(asked), "source": source}
    return listed("catalogue/products.html", gettext("Products"), PRODUCTS, **page, **WORDS)


@catalogue.get("/products/<key>")
@needs("catalogue.view")
def product(key: str) -> ResponseReturnValue:
    found = get(Product, key)
    markets = queries.markets() if here.is_root else []
    source = source_of(markets, request.args.get("market", ""))
    question = Question(on=today(), product_id=found.id).recommending(_currency(source))
    offer = queries.offer_of(source, question)
    if offer is None and not here.is_root:
        raise NotFound  # not in the tenant's range: a guessed address tells nothing
    history = queries.history(found) if here.is_root else {}
    page: dict[str, object] = {
        "product": found,
        "offer": offer,
        "history": history,
        "markets": markets,
        "source": source,
    }
    page |= {"shop_address": _shop_address(offer), "why": why}
    return render("catalogue/product.html", **page, **WORDS, plans=queries.plans(found) if here.is_root else [])


def _shop_address(offer: Offer | None) -> str:
    """The product's page in the own shop; empty when the shop does not show it."""
    if offer is None or not offer.in_shop or here.tenant_id is None:
        return ""
    return f"{hosts.shop_url(hosts.name_of(here.tenant_id))}/products/{offer.slug}"


def source_of(markets: list[Market], wanted: str) -> queries.Source:
    """By what the acting tenant buys: the wanted market for the owner of the products, its list for everybody else."""
    house = here.organization
    if not here.is_root:
        return house.price_list_id
    named = {f"{market.market}-{market.currency}": market for market in markets}
    return named.get(wanted) or queries.home_market(markets, currency=house.currency, country=house.country)


def _currency(source: queries.Source) -> str:
    return source.currency if isinstance(source, Market) else here.organization.currency


def _asked(markets: list[Market]) -> Listing:
    filters = {"term": queries.TERM_CHOICES, "segment": queries.SEGMENT_CHOICES}
    if here.is_root:
        pairs = {f"{market.market}-{market.currency}": f"{market.market} · {market.currency}" for market in markets}
        filters = {"market": pairs, **filters, "state": queries.STATES}
    return listing(request.args, sorts=queries.PRODUCT_SORTS, default="name", filters=filters)


def _offered(asked: Listing) -> list[tuple[str, str, list[tuple[str, str]]]]:
    titles = {
        "market": gettext("Market"),
        "term": gettext("Term"),
        "segment": gettext("Segment"),
        "state": gettext("State"),
    }
    return [
        (name, titles[name], [(value, gettext(text)) for value, text in choices.items()])
        for name, choices in asked.labels.items()
        if choices
    ]


from portal.catalogue import office_lists, office_publishing, office_sheets  # noqa: E402, F401 - their pages join this face
