"""The storefront: home, products, one product.  Sell prices only; nobody's cost is ever here.

A visitor's page is arrival, clothes and one statement for the products; asked again it is arrival alone, because what
was shown is kept under the stamps of the tenant's line.
"""

from __future__ import annotations

import re
from dataclasses import replace
from operator import itemgetter
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from markupsafe import Markup

from portal.branding import wardrobe
from portal.catalogue import prices, queries
from portal.catalogue.categories import BY_CODE, CHOICES, category_of
from portal.catalogue.kept import Kept
from portal.catalogue.models.products import BILLINGS, BONDS, SEGMENTS, TERMS, UNIT_NAMES, UNIT_WORDS, Billing
from portal.catalogue.prices import Market, Offer, Offers, PlanOffer, Question, Terms
from portal.catalogue.taxes import Tax
from portal.core.clock import today
from portal.core.dates import money
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.listing import MOST_EXPORTED, Listing, listing
from portal.core.web import face, open_to_all, render

shop = face("shop_catalogue", __name__, door="shop")

SHELF, PICKS, RELATED = 8, 4, 4
"""Products on the home page's shelf, in its hero, and below another one."""
PRICE = "price"
KEPT: Kept[Any] = Kept(512)
"""Rendered parts of pages, about 40 KB each, and the offers of product pages."""

SLUG = re.compile(r"[a-z0-9-]{1,170}")
SELLS_BY = "sells_by"
wardrobe.ALONG[SELLS_BY] = prices.storefront_column


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
    question = Question(on=today(), slug=slug, beside=True, size=1 + RELATED)
    offers = KEPT.get((*_at(), question), lambda: sold(question)) if SLUG.fullmatch(slug) else None
    offer, *related = offers.items if offers and offers.items else [None]
    if offer is None or offer.slug != slug:
        raise NotFound
    words = {"category": category_of(offer.name), "related": related, "segments": SEGMENTS, "bonds": BONDS}
    return render("shop_catalogue/product.html", offer=offer, **words, **_words())


def sold(question: Question) -> Offers:
    """What this shop offers, at its own prices."""
    terms = _terms()
    if terms is not None and not terms.covers(question.on):
        terms = None
    if question.sort == PRICE:
        return _by_price(question, terms)
    return prices.sold(question, _source(terms), terms)


def _by_price(question: Question, terms: Terms | None) -> Offers:
    """The page of the whole range in the order of its prices; what is on request comes last.

    What a product costs here is known when every tier has answered, so the range is read whole, in one statement.
    """
    whole = replace(question, sort="name", descending=False, number=1, size=MOST_EXPORTED)
    offers = prices.sold(whole, _source(terms), terms)
    priced = [(plan.by_month(plan.sell)[2], offer) for offer in offers if (plan := offer.lowest("sell")) and plan.sell]
    ordered = [offer for _, offer in sorted(priced, key=itemgetter(0), reverse=question.descending)]
    known = {offer.id for offer in ordered}
    ordered += [offer for offer in offers if offer.id not in known]
    past = (question.number - 1) * question.size
    items = ordered[past : past + question.size]
    return Offers(items, len(ordered) if items else 0, question.number, question.size, offers.counts)


def _part(template: str, question: Question, **context: Any) -> Markup:
    """The part of a page that depends on the range, kept once it was made: of people it knows whether they are signed in."""
    signed_in = g.get("person") is not None
    context |= {"signed_in": signed_in, **_words()}
    part: Markup = KEPT.get(
        (*_at(), template, question, signed_in),
        lambda: Markup(render(template, offers=sold(question), **context)),  # noqa: S704 - rendered by Jinja, escaped there
    )
    return part


def _at() -> tuple[Any, ...]:
    """What everything depends on that is kept here."""
    return (here.tenant_id, here.stamps, str(get_locale()), request.script_root, _theme())


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
    chosen = asked.filters.get("category") or ""
    return replace(queries.question_of(asked), glance=True, counts=True, category=chosen)


def _asked() -> Listing:
    filters = {"category": CHOICES, "term": queries.TERM_CHOICES, "segment": queries.SEGMENT_CHOICES}
    return listing(request.args, sorts={"name": None, PRICE: None}, default="name", filters=filters)


def _words() -> dict[str, Any]:
    words = {"unit_of": unit_of, "plan_name": plan_name, "unit_name": unit_name, "glyph_of": glyph_of}
    return words | {"tax": Tax.worn(here.dress), "categories": BY_CODE}


def unit_of(offer: Offer, billing: Billing) -> str:
    """What the price is the price of, in the reader's language: per user and month."""
    if text := UNIT_WORDS.get((offer.unit, billing)):
        return str(gettext(text))
    anything = UNIT_WORDS["", billing]
    return str(gettext(anything, unit=offer.unit))


def price_of(offer: Offer, plan: PlanOffer) -> str:
    """The price as its page shows it, in one line: $23.80 per user and month ($20.00 without VAT)."""
    if plan.sell is None:
        return str(gettext("Price on request"))
    tax = Tax.worn(here.dress)
    line = f"{money(tax.main(plan.sell))} {unit_of(offer, plan.billing)}"
    return f"{line} ({tax.beside(plan.sell)})" if tax.rate else line


def unit_name(offer: Offer) -> str:
    """What one pays for: per user."""
    text = UNIT_NAMES.get(offer.unit)
    return str(gettext(text) if text else gettext("per %(unit)s", unit=offer.unit))


def plan_name(plan: PlanOffer) -> str:
    """How long and how often: 1 year, billed monthly."""
    return f"{gettext(TERMS[plan.term])}, {gettext(BILLINGS[plan.billing])}"


def glyph_of(offer: Offer) -> str:
    return category_of(offer.name).glyph
