"""What a page of the shop tells those who list pages and pass them on.

Its one address, its languages, its picture, and what it is about in schema.org's words; nothing the page does not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext
from werkzeug.urls import iri_to_uri

from portal.catalogue import shop as catalogue
from portal.catalogue.prices import Offer, PlanOffer
from portal.catalogue.taxes import Tax
from portal.core.here import here
from portal.core.languages import LANGUAGES
from portal.core.web import url
from portal.storefront.queries import CONTACT
from portal.storefront.speaking import WORD

ANOTHER_PAGE = frozenset({"page"})
"""Words in an address that make it another page; the others show the same one in another way."""
Thing = dict[str, Any]


class Signposts:
    """Of the page that is being shown."""

    @property
    def canonical(self) -> str:
        """The page's one address; in a language that was asked for by its address, that one."""
        wished = request.args.get(WORD, "")
        return self._address(**({WORD: wished} if wished in LANGUAGES else {}))

    @property
    def alternates(self) -> Iterator[tuple[str, str]]:
        """(language, address) of the same page; last the one that asks the browser."""
        yield from ((code, self._address(**{WORD: code})) for code in LANGUAGES)
        yield "x-default", self._address()

    @property
    def picture(self) -> str:
        return at("shop_branding.social")

    def things(self, **shown: Any) -> Iterator[Thing]:
        """What the page is about.  `shown` is what it was rendered with: an offer, a page."""
        place = (request.endpoint or "").partition(".")[2]
        if place in {"home", "contact"}:
            yield {"@context": "https://schema.org", **_organization()}
        elif place == "product":
            yield _product(shown["offer"], self._address())
            yield _crumbs((gettext("Products"), at("shop_catalogue.products")), (shown["offer"].name, self._address()))
        elif place == "products":
            yield _crumbs((gettext("Products"), self._address()))
        elif place.endswith("_page"):
            yield _crumbs((shown["page"].title, self._address()))

    def _address(self, **more: str) -> str:
        kept = {name: value for name, value in request.args.items() if name in ANOTHER_PAGE}
        asked = urlencode({**kept, **more})
        return iri_to_uri(request.url_root).rstrip("/") + request.path + (f"?{asked}" if asked else "")


def at(endpoint: str, **values: Any) -> str:
    """A page of this shop, with scheme and host."""
    return _host() + url(endpoint, **values)


def _host() -> str:
    """Scheme and host, in the letters that name servers know."""
    return iri_to_uri(request.host_url).rstrip("/")


def _organization() -> Thing:
    reached = here.dress.get(CONTACT)
    home = at("shop_catalogue.home")
    thing: Thing = {"@type": "Organization", "name": here.organization.name, "url": home}
    if logo := here.dress.get("logo"):
        thing["logo"] = _host() + str(logo)
    return thing | ({"email": reached} if reached else {})


def _product(offer: Offer, address: str) -> Thing:
    thing: Thing = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": offer.name,
        "sku": offer.code,
        "url": address,
        "image": at("shop_catalogue.picture", file=offer.picture) if offer.picture else at("shop_branding.social"),
        "offers": [_offer(offer, plan, address) for plan in offer.plans if plan.sell],
    }
    if offer.vendor:
        thing["brand"] = {"@type": "Brand", "name": offer.vendor}
    return thing | ({"description": offer.summary} if offer.summary else {})


def _offer(offer: Offer, plan: PlanOffer, address: str) -> Thing:
    """One plan at the price that stands beside it."""
    tax = Tax.worn(here.dress)
    shown = tax.main(plan.sell) if plan.sell else None
    money = {"price": f"{shown.amount:.2f}", "priceCurrency": shown.currency} if shown else {}
    unit = {"unitText": catalogue.unit_of(offer, plan.billing), "valueAddedTaxIncluded": tax.is_included}
    return {
        "@type": "Offer",
        "name": catalogue.plan_name(plan),
        "url": address,
        **money,
        "priceSpecification": {"@type": "UnitPriceSpecification", **money, **unit},
        "seller": _organization(),
    }


def _crumbs(*steps: tuple[str, str]) -> Thing:
    """The way from home, as the page's own crumbs have it."""
    way = ((gettext("Home"), at("shop_catalogue.home")), *steps)
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(way, start=1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
