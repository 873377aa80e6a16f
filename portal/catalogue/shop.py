"""The storefront: home, products, one product.  Sell prices only; nobody's cost is ever here.

A visitor's page is arrival, clothes and one statement for the products; asked again it is arrival alone, because what
was shown is kept under the stamps of the tenant's line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from markupsafe import Markup

from portal.branding import serving
from portal.catalogue import pictures, prices, queries, staging
from portal.catalogue.buying import source_by
from portal.catalogue.details import Details, details_of
from portal.catalogue.facets import Wanted, wanted_in
from portal.catalogue.kept import Kept
from portal.catalogue.models.products import BILLINGS, BONDS, SEGMENTS, TERMS, UNIT_NAMES, UNIT_WORDS, Billing
from portal.catalogue.picking import picked, promised
from portal.catalogue.prices import Offer, Offers, PlanOffer, Question, Terms
from portal.catalogue.shelves import SECTIONS, Home, choices, question_of
from portal.catalogue.taxes import Tax
from portal.catalogue.tree import tree
from portal.core.clock import today
from portal.core.dates import money
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.visits import give_cookie, take_cookie
from portal.core.web import face, needs, open_to_all, render, see

shop = face("shop_catalogue", __name__, door="shop")

RELATED = 4
"""Products below another one."""
KEPT: Kept[Any] = Kept(512)
"""Rendered parts of pages, about 40 KB each, and the offers of product pages."""

SLUG = re.compile(r"[a-z0-9-]{1,170}")


@shop.get("/")
@open_to_all
def home() -> ResponseReturnValue:
    page = Home(sold)
    template = "shop_content/arranged.html" if here.dress.get(SECTIONS) else "shop_catalogue/_home.html"
    part = _part(template, page.question(_terms()), page.shelves)
    return render("shop_catalogue/home.html", home=part)


@shop.get("/products")
@open_to_all
def products() -> ResponseReturnValue:
    asked = wanted_in(request.args, tree())
    part = _part("shop_catalogue/_products.html", question_of(asked), lambda offers: choices(asked, offers), asked)
    return render("shop_catalogue/products.html", products=part, wanted=asked)


@shop.get("/products/-")
@open_to_all
def example() -> ResponseReturnValue:
    """The first product, for whoever tries a look on; where there is none, the empty list."""
    if "look" not in here.dress:
        raise NotFound
    offers = sold(Question(on=today(), size=1)).items
    return see(f"{request.script_root}/products{f'/{offers[0].slug}' if offers else ''}")


@shop.get("/products/<slug>")
@open_to_all
def product(slug: str) -> ResponseReturnValue:
    question = Question(on=today(), slug=slug, beside=True, size=1 + RELATED)
    offers = _kept((question,), lambda: sold(question)) if SLUG.fullmatch(slug) else None
    offer, *related = offers.items if offers and offers.items else [None]
    if offer is None or offer.slug != slug:
        raise NotFound
    details = KEPT.get((*_at(), "details", offer.id), lambda: details_of(offer))
    words = {
        "way": tree().way_to(tree().of(offer.categories)),
        "related": related,
        "segments": SEGMENTS,
        "bonds": BONDS,
    }
    words |= {"details": details, "linked": _linked(details), "promised": promised}
    words["picked"] = picked(offer, details, request.args, _selling(question))
    return render("shop_catalogue/product.html", offer=offer, **words, **_words())


@shop.get("/staging/<word>")
@needs(staging.NEEDED)
def stage(word: str) -> ResponseReturnValue:
    """Come in with the word that the office gave, and see its draft."""
    if staging.names(word) is None:
        raise NotFound
    answer = see(f"{request.script_root}/products")
    give_cookie(answer, staging.COOKIE, word, lasts=staging.LASTS)
    return answer


@shop.get("/staging/end")
@open_to_all
def unstage() -> ResponseReturnValue:
    """See what visitors see again."""
    answer = see(f"{request.script_root}/products")
    take_cookie(answer, staging.COOKIE)
    return answer


@shop.app_context_processor
def around() -> dict[str, Any]:
    """Whether the page shows a draft: it says so."""
    return {"staged": request.blueprint == staging.PAGES and staging.terms() is not None}


@shop.get("/products/pictures/<file>")
@open_to_all
def picture(file: str) -> Response:
    return serving.picture(pictures.found(file), shared=True)


def _linked(details: Details) -> dict[str, list[Offer]]:
    """The products it is something to, as far as this shop sells them."""
    ids = details.linked
    found = sold(Question(on=today(), these=ids, size=len(ids))).items if ids else []
    return {word: shown for word, some in details.links.items() if (shown := [one for one in found if one.id in some])}


def _selling(question: Question) -> prices.Selling | None:
    terms = _terms()
    return prices.selling(_source(terms), question.wish(terms.market), terms) if terms else None


def sold(question: Question) -> Offers:
    """What this shop offers, at its own prices."""
    terms = _terms()
    asked = replace(question, in_shop=True, language=here.organization.language)
    return prices.sold(asked, _source(terms), terms)


def _part(
    template: str, question: Question, told: Callable[[Offers], dict[str, Any]], wanted: Wanted | None = None
) -> Markup:
    """The part of a page that depends on the range, kept once it was made: of people it knows whether they are signed in.

    `told` says what it shows besides the offers.
    """
    signed_in = g.get("person") is not None

    def make() -> Markup:
        offers = sold(question)
        words = {"signed_in": signed_in, "wanted": wanted, **told(offers), **_words()}
        return Markup(render(template, offers=offers, **words))  # noqa: S704 - rendered by Jinja, escaped there

    part: Markup = _kept((template, question, signed_in, wanted.url() if wanted else ""), make)
    return part


def _kept(key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """A draft that somebody looks at is nobody else's page."""
    return make() if staging.terms() else KEPT.get((*_at(), *key), make)


def _at() -> tuple[Any, ...]:
    """What everything depends on that is kept here."""
    return (here.tenant_id, here.stamps, str(get_locale()), request.script_root, _theme())


def _theme() -> str:
    return str(here.dress.get("theme", "plain"))


def _terms() -> Terms | None:
    """The list this shop sells by.  It was read along with the clothes."""
    return staging.terms() or prices.storefront_terms()


def _source(terms: Terms | None) -> queries.Source:
    """By what it buys; the owner of the products without a list shows none of them."""
    return None if terms is None and here.is_root else source_by(terms)


def _words() -> dict[str, Any]:
    words = {"unit_of": unit_of, "plan_name": plan_name, "unit_name": unit_name, "glyph_of": glyph_of}
    return words | {"tax": Tax.worn(here.dress)}


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
    return tree().of(offer.categories).glyph
