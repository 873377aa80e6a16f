"""The page of what a draft will do once it is published: to whom, to which margins, to which prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import prices
from portal.catalogue.buying import source_for
from portal.catalogue.columns import MOVES
from portal.catalogue.explaining import figure
from portal.catalogue.impact import NOTHING, SHOWN, Impact, Move, compared
from portal.catalogue.models import PriceListVersion
from portal.catalogue.models.products import BILLINGS, PERIODS, SEGMENTS, TERMS
from portal.catalogue.office import catalogue
from portal.catalogue.prices import Selling, Wish
from portal.catalogue.queries.impact import NAMED, touched
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.exports import download
from portal.core.listing import Listing, listing
from portal.core.web import needs, render

T = TypeVar("T")

SORTS = {"percent": None, "name": None}
PLAN_WORDS = {"plan_terms": TERMS, "billings": BILLINGS, "segments": SEGMENTS, "periods": PERIODS}


@catalogue.get("/price-lists/<key>/impact")
@needs("prices.view")
def impact(key: str) -> ResponseReturnValue:
    found = touched(key)
    row, draft = found.price_list, found.price_list.draft
    if draft is None:
        raise NotFound
    day = max(draft.valid_from, today())
    standing = row.in_force_on(day) or row.in_force_on(today())
    done = compared(_selling(standing, day) if standing else None, _selling(draft, day))
    asked = asked_of()
    if asked.form:
        return download(asked, row.name, MOVES, chosen(done, asked))
    page = {
        "page": asked.cut(chosen(done, asked)),
        "listing": asked,
        "offered": offered(),
        "files": True,
        "named": NAMED,
    }
    words = {"price_list": row, "draft": draft, "standing": standing, "day": day, "figure": figure}
    return render("catalogue/impact.html", **words, **page, touched=found, impact=done, shown=SHOWN, **PLAN_WORDS)


def _selling(version: PriceListVersion, day: date) -> Selling | None:
    """What is asked by the version, and by what its list falls back to: what it drops may still be sold."""
    terms = prices.terms_as_sold(version.id, day)
    return prices.selling(source_for(version), Wish.of(day, terms.market), terms)


def asked_of(**kept: str) -> Listing:
    """What is looked at; what else the address says is kept in it."""
    others = {name: {value: ""} for name, value in kept.items()}
    return listing(request.args, sorts=SORTS, default="-percent", filters={"show": SHOWN, **others})


def offered(kinds: Mapping[str, str] = SHOWN) -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [("show", gettext("Show"), [(value, gettext(word)) for value, word in kinds.items()])]


def chosen(done: Impact, asked: Listing) -> list[Move]:
    """The moves that are looked at, in the wanted order."""
    return ordered(done.shown(asked.filters.get("show") or "", asked.search), asked, lambda one: one)


def ordered(found: Sequence[T], asked: Listing, move: Callable[[T], Move]) -> list[T]:
    """What moves, by its name or by how much; what has no percentage comes last."""
    if asked.sort == "name":
        return sorted(found, key=lambda one: move(one).good.name.lower(), reverse=asked.descending)
    known = [one for one in found if move(one).percent is not None]
    known.sort(key=lambda one: move(one).percent or NOTHING, reverse=asked.descending)
    return known + [one for one in found if move(one).percent is None]
