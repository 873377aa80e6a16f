"""The storefront: home, products, one product.  Sell prices only; nobody's cost is ever here.

A visitor's page is arrival, clothes and one statement for the products; asked again it is arrival alone, because what
was shown is kept under the stamps of the tenant's line.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from markupsafe import Markup

from portal.branding import wardrobe
from portal.catalogue import prices, queries
from portal.catalogue.kept import Kept
from portal.catalogue.models.products import BILLINGS, SEGMENTS, TERMS, UNIT_NAMES, UNIT_WORDS, Billing
from portal.catalogue.prices import Market, Offer, Offers, PlanOffer, Question, Terms
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.listing import Listing, listing
from portal.core.web import face, open_to_all, render

shop = face("shop_catalogue", __name__, door="shop")

SHELF, PICKS = 8, 4
"""Products on the home page's shelf, and in its hero."""
KEPT: Kept[Markup] = Kept(512)
"""Rendered parts of pages: about 40 KB each."""

SLUG = re.compile(r"[a-z0-9-]{1,170}")
SELLS_BY = "sells_by"
wardrobe.ALONG[SELLS_BY] = prices.storefront_column

# the picture beside a product, by the first of these words in its name
GLYPHS = (
    (("phone", "calling", "pstn", "audio conferencing"), "phone"),
    (("defender", "security", "protection", "compliance", "privacy", "insider risk", "threat"), "shield-check"),
    (("directory", "identity", "intune", "multi-factor"), "key"),
    (("windows", "desktop", "device", "visio"), "device-desktop"),
    (("exchange", "mail"), "mail"),
    (("power bi", "analytics", "insights", "myanalytics"), "chart-bar"),
    (("dataverse", "database", "storage", "capacity", "data service"), "database"),
    (("sharepoint", "onedrive", "archiv", "stream"), "files"),
    (("teams", "communications", "skype"), "users"),
    (("project", "planner", "audit"), "list-check"),
    (("dynamics", "commerce", "business central"), "building-store"),
    (("power", "apps", "automate", "agent"), "apps"),
    (("office", "microsoft 365"), "file-text"),
)


@shop.get("/")
@open_to_all
def home() -> ResponseReturnValue:
    terms = _terms()
    first = terms.featured if terms else frozenset()
    asked = Question(on=today(), size=SHELF + PICKS, glance=True, first=first)
    return render("shop_catalogue/home.html", home=_part("shop_catalogue/_home.html", asked))


@shop.get("/products")
@open_to_all
def products() -> ResponseReturnValue:
    asked = _asked()
    part = _part("shop_catalogue/_products.html", question_of(asked), listing=asked)
    return render("shop_catalogue/products.html", products=part, listing=asked)


@shop.get("/products/<slug>")
@open_to_all
def product(slug: str) -> ResponseReturnValue:
    offer = next(iter(sold(Question(on=today(), slug=slug))), None) if SLUG.fullmatch(slug) else None
    if offer is None:
        raise NotFound
    return render("shop_catalogue/product.html", offer=offer, segments=SEGMENTS, **_words())


def sold(question: Question) -> Offers:
    """What this shop offers, at its own prices."""
    terms = _terms()
    if terms is not None and not terms.covers(question.on):
        terms = None
    return prices.sold(question, _source(terms), terms)


def _part(template: str, question: Question, **context: Any) -> Markup:
    """The part of a page that depends on the range, kept once it was made: of people it knows whether they are signed in."""
    signed_in = g.get("person") is not None
    at = (here.tenant_id, here.stamps, str(get_locale()), request.script_root, _theme())
    context |= {"signed_in": signed_in, **_words()}
    return KEPT.get(
        (*at, template, question, signed_in),
        lambda: Markup(render(template, offers=sold(question), **context)),  # noqa: S704 - rendered by Jinja, escaped there
    )


def _theme() -> str:
    return str(here.dress.get("theme", "plain"))


def _terms() -> Terms | None:
    """The list this shop sells by.  It was read along with the clothes."""
    return prices.terms_from(here.dress.get(SELLS_BY))


def _source(terms: Terms | None) -> queries.Source:
    """By what it buys.  The owner of the products buys in the market its list follows."""
    if not here.is_root:
        return here.organization.price_list_id
    return Market(terms.market or "", terms.currency) if terms else None


def question_of(asked: Listing) -> Question:
    """What a page of the list asks: one price for each product."""
    return replace(queries.question_of(asked), glance=True)


def _asked() -> Listing:
    filters = {"term": queries.TERM_CHOICES, "segment": queries.SEGMENT_CHOICES}
    return listing(request.args, sorts={"name": None}, default="name", filters=filters)


def _words() -> dict[str, Any]:
    return {"unit_of": unit_of, "plan_name": plan_name, "unit_name": unit_name, "glyph_of": glyph_of}


def unit_of(offer: Offer, billing: Billing) -> str:
    """What the price is the price of, in the reader's language: per user and month."""
    if text := UNIT_WORDS.get((offer.unit, billing)):
        return str(gettext(text))
    anything = UNIT_WORDS["", billing]
    return str(gettext(anything, unit=offer.unit))


def unit_name(offer: Offer) -> str:
    """What one pays for: per user."""
    text = UNIT_NAMES.get(offer.unit)
    return str(gettext(text) if text else gettext("per %(unit)s", unit=offer.unit))


def plan_name(plan: PlanOffer) -> str:
    """How long and how often: 1 year, billed monthly."""
    return f"{gettext(TERMS[plan.term])}, {gettext(BILLINGS[plan.billing])}"


def glyph_of(offer: Offer) -> str:
    name = offer.name.casefold()
    return next((glyph for words, glyph in GLYPHS if any(word in name for word in words)), "cloud")
