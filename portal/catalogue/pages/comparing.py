"""Pages that lay two versions of a list beside each other, and that say why something has no price."""

from __future__ import annotations

from itertools import chain
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import comparing, prices, queries
from portal.catalogue.comparing import DIFFERENCES, GAPS, MOST_ENTRIES, plan_words
from portal.catalogue.models import PriceListVersion
from portal.catalogue.office import catalogue
from portal.catalogue.pages.lists import LONGEST, framed, version_asked
from portal.catalogue.wording import span_of, terms_in_words
from portal.core.exports import download
from portal.core.listing import Listing, listing
from portal.core.web import needs, render
from portal.core.words import N_

WHYS = {
    prices.Lack.NOT_IN_LIST.value: N_("Not in the list"),
    prices.Lack.ON_REQUEST.value: N_("On request"),
    prices.Lack.SEGMENT.value: N_("Segment not allowed"),
    prices.Lack.DISCONTINUED.value: N_("Discontinued"),
    prices.Lack.NOT_OFFERED.value: N_("Not sold to you"),
    prices.Lack.NO_COST.value: N_("Not priced in its currency"),
    prices.Lack.NO_RECOMMENDED.value: N_("No recommended price"),
    prices.Lack.NO_RATE.value: N_("No exchange rate"),
    prices.Lack.UNDER_NOTHING.value: N_("Less than nothing"),
    prices.Lack.BEYOND.value: N_("Beyond all measure"),
}


@catalogue.get("/price-lists/<key>/comparison/<number>/<other>")
@needs("prices.view")
def comparison(key: str, number: str, other: str) -> ResponseReturnValue:
    first, second = queries.versions_of(key, _number(number), _number(other))
    old_terms, new_terms = prices.terms_of_both(first.id, second.id)
    old = comparing.selling(first, old_terms, new_terms)
    new = comparing.selling(second, new_terms, old_terms)
    asked = _asked()
    page = comparing.cut(comparing.differences(old, new), asked)
    if asked.form:
        return download(asked, f"{first.price_list.name} {number}-{other}", DIFFERENCES, page)
    goods = {**(old.supply.goods if old else {}), **(new.supply.goods if new else {})}
    names = {product: good.name for product, good in goods.items()}
    changes = comparing.changes(old_terms, new_terms, queries.subjects(), names)
    sides = [(version, terms, terms_in_words(version)) for version, terms in ((first, old_terms), (second, new_terms))]
    words: dict[str, Any] = {"sides": sides, "price_list": first.price_list, "plan_words": plan_words}
    words |= {"changes": changes[:MOST_ENTRIES], "more": len(changes) - MOST_ENTRIES, "span_of": span_of}
    return render("catalogue/list_comparison.html", page=page, listing=asked, files=True, **words)


@catalogue.get("/price-lists/<key>/unpriced")
@needs("prices.view")
def unpriced(key: str) -> ResponseReturnValue:
    """What the range has and the list has no price for, each plan with its reason."""
    row, _ = queries.price_list(key)
    version = version_asked(row)
    asked = _asked(version)
    why = asked.filters.get("why")
    terms = prices.terms_of_version(version)
    found = chain(comparing.gaps(comparing.selling(version, terms)), comparing.discontinued(terms))
    page = comparing.cut(found, asked, lambda gap: not why or gap.lack == why)
    if asked.form:
        return download(asked, row.name, GAPS, page)
    offered = [("why", gettext("Why"), [(value, gettext(text)) for value, text in WHYS.items()])]
    words = {"page": page, "listing": asked, "offered": offered, "files": True, "plan_words": plan_words}
    return render("catalogue/list_unpriced.html", **words, **framed(row, version, "unpriced"))


def _asked(version: PriceListVersion | None = None) -> Listing:
    filters = {"why": WHYS, "version": {str(version.number): ""}} if version else {}
    return listing(request.args, sorts={"name": None}, default="name", filters=filters)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST else 0
