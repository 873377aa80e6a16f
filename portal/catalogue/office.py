"""The office's face of the catalogue, with the list of products.  All other pages stand in `pages` and join it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import prices, queries
from portal.catalogue.buying import source_of
from portal.catalogue.columns import PRODUCTS
from portal.catalogue.models import Overlay, Product
from portal.catalogue.models.products import BILLINGS, PERIODS, SEGMENTS, TERMS
from portal.catalogue.prices import Market, Offer, Question
from portal.catalogue.wording import lack_of, promotion_of, why
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.exports import listed
from portal.core.here import here
from portal.core.listing import Listing, listing
from portal.core.web import face, needs, render
from portal.tenants import own_hosts
from portal.tenants.models import Door

catalogue = face("catalogue", __name__)

OWN = "own_products"
"""The feature that lets a tenant make products of its own."""
WORDS: dict[str, Any] = {"terms": TERMS, "billings": BILLINGS, "segments": SEGMENTS, "periods": PERIODS}


@catalogue.get("/products")
@needs("catalogue.view")
def products() -> ResponseReturnValue:
    choices = queries.choices()
    markets = choices.markets if here.is_root else []
    asked = _asked(markets)
    source = source_of(markets, asked.filters.get("market") or "")
    if asked.filters.get("state"):
        offers = queries.resting(asked)
    else:
        offers = prices.bought(queries.question_of(asked).recommending(_currency(source)), source)
    page: dict[str, Any] = {"page": offers.page, "listing": asked, "offered": _offered(asked), "source": source}
    page["verbs"] = together.offered(choices) if g.person.may("catalogue.edit") and not asked.form else []
    return listed("catalogue/products.html", gettext("Products"), PRODUCTS, **page, **WORDS)


@dataclass(frozen=True, slots=True)
class Sight:
    """A product as its page sees it: in the range of whoever looks, or his own."""

    product: Product
    offer: Offer | None
    markets: list[Market]
    source: queries.Source
    overlay: Overlay | None
    shop_host: str

    @property
    def is_own(self) -> bool:
        return self.product.tenant_id == here.tenant_id

    @property
    def shop_address(self) -> str:
        """The product's page in the own shop; empty when the shop does not show it."""
        if self.offer is None or not self.offer.in_shop:
            return ""
        return f"{own_hosts.address(Door.SHOP, self.shop_host)}/products/{self.offer.slug}"

    @property
    def may_edit(self) -> bool:
        return self.is_own and here.opens(OWN) and g.person.may("catalogue.edit")

    def around(self, tab: str) -> dict[str, Any]:
        """What every tab of a product shows around itself."""
        return {
            "product": self.product,
            "offer": self.offer,
            "own": self.is_own,
            "overlay": self.overlay,
            "called": (self.overlay.name if self.overlay else None) or self.product.name,
            "may_reword": not self.is_own and g.person.may("catalogue.edit"),
            "may_edit": self.may_edit,
            "tab": tab,
        }


def looked_at(key: str) -> Sight:
    """The product of this address.  NotFound outside the range: a guessed address tells nothing."""
    found, overlay, shop_host = queries.looked_at(key)
    markets = queries.markets() if here.is_root else []
    source = source_of(markets, request.args.get("market", ""))
    question = Question(on=today(), product_id=found.id).recommending(_currency(source))
    sight = Sight(found, queries.offer_of(source, question), markets, source, overlay, shop_host)
    if sight.offer is None and not sight.is_own:
        raise NotFound
    return sight


@catalogue.get("/products/<key>/prices")
@needs("catalogue.view")
def product_prices(key: str) -> ResponseReturnValue:
    sight = looked_at(key)
    plans, history = queries.plans_and_history(sight.product) if sight.is_own else ([], {})
    page = {
        "history": history,
        "markets": sight.markets,
        "source": sight.source,
        "why": why,
        "lack_of": lack_of,
        "sells_by": prices.storefront_terms(),
        "promotion_of": promotion_of,
    }
    return render("catalogue/product_prices.html", **sight.around("prices"), **page, **WORDS, plans=plans)


def _currency(source: queries.Source) -> str:
    return source.currency if isinstance(source, Market) else here.organization.currency


def _asked(markets: list[Market]) -> Listing:
    filters = {"term": queries.TERM_CHOICES, "segment": queries.SEGMENT_CHOICES}
    if here.is_root:
        pairs = {f"{market.market}-{market.currency}": f"{market.market} · {market.currency}" for market in markets}
        filters = {"market": pairs, **filters}
    if here.opens(OWN):
        filters = {**filters, "state": queries.STATES}
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


from portal.catalogue import (  # noqa: E402 - the pages join this face, and need it
    digest,  # noqa: F401 - its plan is known wherever a worker may take it up
    pages,  # noqa: F401
    together,
)
