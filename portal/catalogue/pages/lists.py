"""Pages of price lists: made, filled, ticked, published, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions, prices, queries
from portal.catalogue.buying import source_for
from portal.catalogue.columns import LISTS, PRICES
from portal.catalogue.forms import EVERYTHING, SHEET_ONLY, NewPriceListForm, edit_form
from portal.catalogue.margins import Rows
from portal.catalogue.models import PriceList, PriceListVersion, VersionState
from portal.catalogue.office import WORDS, catalogue
from portal.catalogue.prices import Question, Ticked
from portal.catalogue.wording import lack_of, left_of, margin_of, rule_of, span_of, terms_in_words, tiers_of, way_of
from portal.core.db import db
from portal.core.exports import download, listed
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
    page: dict[str, Any] = {"page": queries.price_lists(asked), "listing": asked, "offered": offered}
    return listed("catalogue/price_lists.html", gettext("Price lists"), LISTS, **page, rule_of=terms_in_words)


@catalogue.route("/price-lists/new", methods=["GET", "POST"])
@needs("prices.edit")
def new_list() -> ResponseReturnValue:
    form = NewPriceListForm(queries.applied_sheets() if here.is_root else [], queries.fallbacks())
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
    if form.chosen_fallback is not None:
        actions.fall_back(price_list, form.chosen_fallback)
    return price_list


@catalogue.get("/price-lists/<key>")
@needs("prices.view")
def price_list(key: str) -> ResponseReturnValue:
    row, uses = queries.price_list(key)
    asked = asked_of(version_asked(row))
    if asked.form:
        _, offers = _priced(version_asked(row), asked)
        return download(asked, row.name, PRICES, offers)
    return shown(row, uses, Form(), Rows())


def list_page(key: str, form: Form, rows: Rows) -> str:
    """The list and its products; `form` is one that was refused here, `rows` what was typed in it."""
    return shown(*queries.price_list(key), form, rows)


def shown(row: PriceList, uses: queries.Uses, form: Form, rows: Rows) -> str:
    version = version_asked(row)
    asked = replace(asked_of(version), form="")
    terms, offers = _priced(version, asked)
    page = {"page": offers.page, "listing": asked, "offered": _offered(asked), "terms": terms, "files": True}
    facts: dict[str, Any] = {
        **framed(row, version, "products"),
        "uses": uses,
        "form": form,
        "rows": rows.of(offers, terms),
    }
    facts |= {
        "rule_of": rule_of,
        "terms_in_words": terms_in_words,
        "margin_of": margin_of,
        "lack_of": lack_of,
        "left_of": left_of,
        "way_of": way_of,
        "tiers_of": tiers_of,
        "span_of": span_of,
    }
    words = {"plan_terms": WORDS["terms"], **{name: WORDS[name] for name in ("periods", "billings", "segments")}}
    return render("catalogue/price_list.html", **page, **facts, **words)


def framed(row: PriceList, version: PriceListVersion, tab: str) -> dict[str, Any]:
    """What every tab of a list shows around itself."""
    return {"price_list": row, "version": version, "tab": tab, "asked_version": request.args.get("version") or None}


def _priced(version: PriceListVersion, asked: Listing) -> tuple[prices.Terms, prices.Offers]:
    """What the version says, and the products that are looked at with their prices by it."""
    terms = prices.terms_of_version(version)
    question = looked_at(queries.question_of(asked).recommending(version.price_list.currency), asked)
    return terms, prices.sold(question, source_for(version), terms)


@catalogue.route("/price-lists/<key>/edit", methods=["GET", "POST"])
@needs("prices.edit")
def edit_list(key: str) -> ResponseReturnValue:
    row = queries.whole_list(key, lock=request.method == "POST")
    form = edit_form(row, queries.fallbacks(row))
    if form.accepted():
        if form.is_overtaken:
            return render("catalogue/list_conflict.html", price_list=row, **form.conflict(row.name)), 409
        with form.catching():
            standing = row.draft or row.current
            draft = form.draft(standing.market)
            actions.change_list(row, name=form.name.data, note=form.note.data or "", draft=draft)
            actions.fall_back(row, form.chosen_fallback)
            flash(gettext("%(name)s is changed.", name=row.name))
            return see(url("catalogue.price_list", key=key))
    return render("catalogue/list_form.html", form=form, price_list=row), form.status


TICKED = {
    Ticked.IN.value: N_("In the list"),
    Ticked.OUT.value: N_("Not in the list"),
    Ticked.OWN.value: N_("Priced as an exception"),
    Ticked.FEATURED.value: N_("Featured"),
    Ticked.UNDER.value: N_("Under cost"),
}
OF_PUBLISHED = {Ticked.UNDER.value: TICKED[Ticked.UNDER.value]}
"""What there is to choose from where nothing can be ticked any more."""


def version_asked(row: PriceList) -> PriceListVersion:
    """The version that is asked for; else the draft, else what is in force."""
    wanted = request.args.get("version", "")
    if wanted:
        return queries.version_of(row, int(wanted) if wanted.isdecimal() and len(wanted) < LONGEST else 0)
    return row.draft or row.current


def asked_of(version: PriceListVersion) -> Listing:
    filters = {"term": queries.TERM_CHOICES, "segment": queries.SEGMENT_CHOICES}
    kept = {"version": {str(version.number): ""}}
    filters = {"ticked": TICKED if version.state is VersionState.DRAFT else OF_PUBLISHED, **filters}
    return listing(request.args, sorts=queries.PRODUCT_SORTS, default="name", filters=filters | kept)


def _offered(asked: Listing) -> list[tuple[str, str, list[tuple[str, str]]]]:
    titles = {"ticked": gettext("List"), "term": gettext("Term"), "segment": gettext("Segment")}
    return [
        (name, title, [(value, gettext(text)) for value, text in asked.labels[name].items()])
        for name, title in titles.items()
        if name in asked.labels
    ]


def looked_at(question: Question, asked: Listing) -> Question:
    """The question, narrowed to what is looked at: of a draft everything, unless only what is in or out is wanted."""
    usual = Ticked.ALL if Ticked.OUT.value in asked.labels["ticked"] else Ticked.IN
    return replace(question, ticked=Ticked(asked.filters.get("ticked") or usual))
