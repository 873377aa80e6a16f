"""The office's pages of price lists: made, filled, ticked, published, withdrawn."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions, prices, queries
from portal.catalogue.forms import EVERYTHING, SHEET_ONLY, NewPriceListForm, edit_form
from portal.catalogue.margins import Rows
from portal.catalogue.models import PriceList, PriceListVersion, VersionState
from portal.catalogue.office import WORDS, catalogue
from portal.catalogue.prices import Market
from portal.catalogue.wording import left_of, margin_of, rule_of, way_of
from portal.core.db import db, get
from portal.core.forms import Form
from portal.core.here import here
from portal.core.listing import Listing, listing
from portal.core.web import needs, render, see, url
from portal.core.words import N_

LONGEST = 6
"""Digits of a version's number."""


@catalogue.get("/price-lists")
@needs("prices.view")
def price_lists() -> ResponseReturnValue:
    asked = listing(request.args, sorts=queries.LIST_SORTS, default="name", filters={"state": queries.LIST_STATES})
    offered = [("state", gettext("State"), [(value, gettext(word)) for value, word in queries.LIST_STATES.items()])]
    page = {"page": queries.price_lists(asked), "listing": asked, "offered": offered}
    return render("catalogue/price_lists.html", **page, rule_of=rule_of)


@catalogue.route("/price-lists/new", methods=["GET", "POST"])
@needs("prices.edit")
def new_list() -> ResponseReturnValue:
    form = NewPriceListForm(queries.applied_sheets() if here.is_root else [])
    if form.accepted():
        with form.catching():
            return see(url("catalogue.price_list", key=_made(form).key))
    return render("catalogue/list_form.html", form=form, price_list=None), form.status


def _made(form: NewPriceListForm) -> PriceList:
    price_list = actions.make_list(
        name=form.name.data, currency=form.currency.data, note=form.note.data or "", draft=form.draft(form.market)
    )
    db.session.flush()
    draft, sheet = price_list.current, form.chosen_sheet
    if sheet is not None and form.products.data == SHEET_ONLY:
        actions.fill_from_sheet(draft, sheet)
    elif form.products.data != EVERYTHING:
        actions.tick_nothing(draft)
    return price_list


@catalogue.get("/price-lists/<key>")
@needs("prices.view")
def price_list(key: str) -> ResponseReturnValue:
    return list_page(key)


def list_page(key: str, form: Form | None = None, rows: Rows | None = None) -> str:
    """The list and its products; `form` is one that was refused here, `rows` what was typed in it."""
    row, buyers = queries.price_list(key)
    version = _version(row)
    asked = asked_of(version)
    terms = prices.terms_of_version(version)
    question = queries.question_of(asked).recommending(row.currency)
    offers = prices.sold(question, source_for(version), looked_at(terms, asked)).recommending(0)
    page = {"page": offers.page, "listing": asked, "offered": _offered(asked), "terms": terms}
    facts: dict[str, object] = {"version": version, "buyers": buyers, "rule_of": rule_of, "margin_of": margin_of}
    facts |= {"rows": (rows or Rows()).of(offers, terms), "left_of": left_of, "way_of": way_of}
    words = {"plan_terms": WORDS["terms"], **{name: WORDS[name] for name in ("periods", "billings", "segments")}}
    facts |= words | {"form": form or Form()}
    return render("catalogue/price_list.html", **page, **facts, price_list=row)


@catalogue.route("/price-lists/<key>/edit", methods=["GET", "POST"])
@needs("prices.edit")
def edit_list(key: str) -> ResponseReturnValue:
    row = get(PriceList, key)
    form = edit_form(row)
    if form.accepted():
        with form.catching():
            draft = form.draft((row.draft or row.current).market)
            actions.change_list(row, name=form.name.data, note=form.note.data or "", draft=draft)
            flash(gettext("%(name)s is changed.", name=row.name))
            return see(url("catalogue.price_list", key=key))
    return render("catalogue/list_form.html", form=form, price_list=row), form.status


TICKED = {
    "in": N_("In the list"),
    "out": N_("Not in the list"),
    "own": N_("Priced as an exception"),
    "featured": N_("Featured"),
}


def _version(row: PriceList) -> PriceListVersion:
    """The version that is asked for; else the draft, else what is in force."""
    wanted = request.args.get("version", "")
    if wanted:
        return queries.version_of(row, int(wanted) if wanted.isdecimal() and len(wanted) < LONGEST else 0)
    return row.draft or row.current


def asked_of(version: PriceListVersion) -> Listing:
    filters = {"term": queries.TERM_CHOICES, "segment": queries.SEGMENT_CHOICES}
    kept = {"version": {str(version.number): ""}}
    if version.state is VersionState.DRAFT:
        filters = {"ticked": TICKED, **filters}
    return listing(request.args, sorts=queries.PRODUCT_SORTS, default="name", filters=filters | kept)


def _offered(asked: Listing) -> list[tuple[str, str, list[tuple[str, str]]]]:
    titles = {"ticked": gettext("List"), "term": gettext("Term"), "segment": gettext("Segment")}
    return [
        (name, title, [(value, gettext(text)) for value, text in asked.labels[name].items()])
        for name, title in titles.items()
        if name in asked.labels
    ]


def looked_at(terms: prices.Terms, asked: Listing) -> prices.Terms:
    """The terms, narrowed to what is looked at: of a draft everything, unless only what is in or out is wanted."""
    wanted = asked.filters.get("ticked")
    if "ticked" not in asked.labels or wanted == "in":
        return terms
    if wanted == "out":
        return replace(terms, everything=not terms.everything)
    if wanted == "own":
        return replace(terms, everything=False, apart=frozenset(terms.ways))
    if wanted == "featured":
        return replace(terms, everything=False, apart=terms.featured)
    return replace(terms, everything=True, apart=frozenset())


def source_for(version: PriceListVersion) -> queries.Source:
    if here.is_root:
        return Market(version.market or "", version.price_list.currency)
    return here.organization.price_list_id
