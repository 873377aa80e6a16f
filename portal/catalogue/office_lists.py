"""The office's pages of price lists: made, filled, ticked, published, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, format_percent, gettext
from werkzeug.datastructures import MultiDict

from portal.catalogue import actions, prices, queries
from portal.catalogue.forms import EVERYTHING, SHEET_ONLY, NewPriceListForm, edit_form
from portal.catalogue.models import PriceList, PriceListVersion, Rule, VersionState
from portal.catalogue.office import catalogue
from portal.catalogue.prices import Market, PlanOffer
from portal.core.db import db, get
from portal.core.errors import Conflict
from portal.core.forms import Form
from portal.core.here import here
from portal.core.keys import read_key
from portal.core.listing import Listing, listing
from portal.core.web import needs, render, see, url
from portal.core.words import N_

MOST_PICKED = 500
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
    row, buyers = queries.price_list(key)
    version = _version(row)
    asked = _asked(version)
    terms = prices.terms_of_version(version)
    question = queries.question_of(asked).recommending(row.currency)
    offers = prices.sold(question, _source(version), _looked_at(terms, asked)).recommending(0)
    page = {"page": offers.page, "listing": asked, "offered": _offered(asked), "terms": terms}
    facts = {"version": version, "buyers": buyers, "rule_of": rule_of, "margin_of": margin_of}
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
            return see(url("catalogue.price_list", key=key))
    return render("catalogue/list_form.html", form=form, price_list=row), form.status


@catalogue.post("/price-lists/<key>/products")
@needs("prices.edit")
def list_products(key: str) -> ResponseReturnValue:
    """Tick in or out: the chosen rows, or everything that the search found."""
    row, form = get(PriceList, key, lock=True), Form()
    draft = row.draft
    if not form.accepted() or draft is None:
        raise Conflict
    asked = _asked(draft)
    all_found = request.form.get("found", "")
    verb = actions.tick_out if "out" in (all_found, *request.form) else actions.tick_in
    verb(draft, _found(draft, asked) if all_found else queries.owners_of(_picked(request.form)))
    return see(url("catalogue.price_list", key=key) + asked.url(page=asked.number))


@catalogue.post("/price-lists/<key>/draft")
@needs("prices.edit")
def list_draft(key: str) -> ResponseReturnValue:
    row, form = get(PriceList, key, lock=True), Form()
    if form.accepted():
        actions.begin_draft(row)
    return see(url("catalogue.price_list", key=key))


@catalogue.post("/price-lists/<key>/draft-removal")
@needs("prices.edit")
def draft_removal(key: str) -> ResponseReturnValue:
    row, form = get(PriceList, key, lock=True), Form()
    if form.accepted():
        actions.discard_draft(row)
        flash(gettext("The draft of %(name)s is discarded.", name=row.name))
    return see(url("catalogue.price_list", key=key))


@catalogue.post("/price-lists/<key>/publication")
@needs("prices.edit")
def publication(key: str) -> ResponseReturnValue:
    row, form = get(PriceList, key, lock=True), Form()
    if form.accepted():
        version = actions.publish(row)
        flash(gettext("%(name)s is published as version %(number)s.", name=row.name, number=version.number))
    return see(url("catalogue.price_list", key=key))


@catalogue.route("/price-lists/<key>/withdrawal", methods=["GET", "POST"])
@needs("prices.edit")
def withdrawal(key: str) -> ResponseReturnValue:
    row, form = get(PriceList, key, lock=request.method == "POST"), Form()
    if form.accepted():
        actions.withdraw(row)
        flash(gettext("%(name)s is withdrawn.", name=row.name))
        return see(url("catalogue.price_list", key=key))
    buyers = queries.buyers_by(row)
    losses = [(name, gettext("Its range is empty, and its storefront shows no products.")) for name in buyers]
    return render("catalogue/withdrawal.html", price_list=row, buyers=buyers, losses=losses, form=form), form.status


@catalogue.post("/price-lists/<key>/storefront")
@needs("prices.edit")
def storefront(key: str) -> ResponseReturnValue:
    row, form = get(PriceList, key, lock=True), Form()
    if form.accepted():
        actions.show_in_storefront(row)
        flash(gettext("The storefront sells by %(name)s now.", name=row.name))
    return see(url("catalogue.price_list", key=key))


@catalogue.post("/price-lists/<key>/archival")
@needs("prices.edit")
def list_archival(key: str) -> ResponseReturnValue:
    row, form = get(PriceList, key, lock=True), Form()
    if form.accepted():
        actions.archive(row)
        undo = url("catalogue.list_restoration", key=key)
        flash({"text": gettext("%(name)s is archived.", name=row.name), "undo": undo})  # type: ignore[arg-type]  # a toast may carry its undo
    return see(url("catalogue.price_lists"))


@catalogue.post("/price-lists/<key>/restoration")
@needs("prices.edit")
def list_restoration(key: str) -> ResponseReturnValue:
    row, form = get(PriceList, key, lock=True), Form()
    if form.accepted():
        actions.restore(row)
        flash(gettext("%(name)s is back.", name=row.name))
    return see(url("catalogue.price_list", key=key))


def rule_of(version: PriceListVersion) -> str:
    """The rule in words: "Cost + 5 %"."""
    percent = f"{format_decimal(version.percent)}\u00a0%"
    if version.rule is Rule.COST:
        base = gettext("Unit price") if here.is_root else gettext("Cost")
        return f"{base} +\u00a0{percent}" if version.percent else base
    base = gettext("Recommended price")
    return f"{base} \u2212\u00a0{percent}" if version.percent else base


def margin_of(plan: PlanOffer) -> str:
    """What is left of the price after the cost, in per cent of the price."""
    price = plan.price.money if plan.price else None
    if price is None or not price.amount or price.currency != plan.cost.currency:
        return "–"
    share = (price.amount - plan.cost.amount) / price.amount
    return str(format_percent(share, "#,##0.0\u00a0%"))


TICKED = {"in": N_("In the list"), "out": N_("Not in the list")}


def _version(row: PriceList) -> PriceListVersion:
    """The version that is asked for; else the draft, else what is in force."""
    wanted = request.args.get("version", "")
    if wanted:
        return queries.version_of(row, int(wanted) if wanted.isdecimal() and len(wanted) < LONGEST else 0)
    return row.draft or row.current


def _asked(version: PriceListVersion) -> Listing:
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


def _looked_at(terms: prices.Terms, asked: Listing) -> prices.Terms:
    """The terms, narrowed to what is looked at: of a draft everything, unless only what is in or out is wanted."""
    wanted = asked.filters.get("ticked")
    if "ticked" not in asked.labels or wanted == "in":
        return terms
    if wanted == "out":
        return replace(terms, everything=not terms.everything)
    return replace(terms, everything=True, apart=frozenset())


def _source(version: PriceListVersion) -> queries.Source:
    if here.is_root:
        return Market(version.market or "", version.price_list.currency)
    return here.organization.price_list_id


def _picked(form: MultiDict[str, str]) -> list[UUID]:
    keys = (read_key(text) for text in form.getlist("pick")[:MOST_PICKED])
    return [key for key in keys if key is not None]


def _found(draft: PriceListVersion, asked: Listing) -> list[tuple[int, UUID]]:
    """Everything in the range that the search finds."""
    terms = _looked_at(prices.terms_of_version(draft), asked)
    return prices.range_ids(queries.question_of(asked).shown_by(terms), _source(draft))
