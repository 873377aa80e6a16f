"""What is done to a price list on its page: begun, ticked, published, withdrawn, shown, archived.

Each is a form of its own.  What came of it, or why it was refused, is said on the list's page; looked at by itself, the
address of such a form is that page, because there a refused one was answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.catalogue import actions, prices, queries
from portal.catalogue.margins import Rows, written
from portal.catalogue.models import PriceList, PriceListVersion
from portal.catalogue.office import catalogue
from portal.catalogue.office_lists import asked_of, list_page, looked_at, source_for
from portal.catalogue.prices import PlanOffer
from portal.core.dates import money
from portal.core.db import db, get
from portal.core.errors import Conflict, Invalid
from portal.core.forms import Form
from portal.core.keys import read_key
from portal.core.web import needs, render, see, url
from portal.core.words import N_

FORM = ("GET", "POST")
MOST_PICKED, MOST_NAMED = 500, 10


def done(
    key: str,
    verb: Callable[[PriceList], Any],
    said: Callable[[PriceList], Any],
    *,
    leads_to: str = "",
    rows: Rows | None = None,
) -> ResponseReturnValue:
    """Do it, say what came of it, and look at the list again; or say there why it was refused, with all that was typed."""
    form = Form()
    if form.accepted():
        with form.catching():
            row = get(PriceList, key, lock=True)
            verb(row)
            db.session.flush()
            flash(said(row))
            query = request.query_string.decode("ascii", "ignore")
            return see(leads_to or url("catalogue.price_list", key=key) + (f"?{query}" if query else ""))
    return list_page(key, form, rows or Rows()), form.status


@catalogue.route("/price-lists/<key>/draft", methods=FORM)
@needs("prices.edit")
def list_draft(key: str) -> ResponseReturnValue:
    return done(key, actions.begin_draft, lambda row: gettext("A draft of %(name)s is begun.", name=row.name))


@catalogue.route("/price-lists/<key>/draft-removal", methods=FORM)
@needs("prices.edit")
def draft_removal(key: str) -> ResponseReturnValue:
    return done(key, actions.discard_draft, lambda row: gettext("The draft of %(name)s is discarded.", name=row.name))


@catalogue.route("/price-lists/<key>/publication", methods=FORM)
@needs("prices.edit")
def publication(key: str) -> ResponseReturnValue:
    """Publish, once it was said what is sold under cost."""
    text = N_("%(name)s is published as version %(number)s.")
    if request.method == "POST" and not request.form.get("anyway") and (draft := get(PriceList, key).draft):
        losses = queries.under_cost(draft, source_for(draft))
        if losses:
            named = [(offer.name, _loss(offer.plans[0])) for offer in losses[:MOST_NAMED]]
            words = {"price_list": draft.price_list, "losses": losses, "named_losses": named}
            return render("catalogue/publication.html", **words, form=Form())
    return done(key, actions.publish, lambda row: gettext(text, name=row.name, number=row.current.number))


def _loss(plan: PlanOffer) -> str:
    return str(gettext("Costs %(cost)s, sold for %(price)s", cost=money(plan.cost), price=money(plan.sell)))


@catalogue.route("/price-lists/<key>/storefront", methods=FORM)
@needs("prices.edit")
def storefront(key: str) -> ResponseReturnValue:
    text = N_("The storefront sells by %(name)s now.")
    return done(key, actions.show_in_storefront, lambda row: gettext(text, name=row.name))


@catalogue.route("/price-lists/<key>/archival", methods=FORM)
@needs("prices.edit")
def list_archival(key: str) -> ResponseReturnValue:
    undo = url("catalogue.list_restoration", key=key)
    toast = lambda row: {"text": gettext("%(name)s is archived.", name=row.name), "undo": undo}  # noqa: E731 - as the others
    return done(key, actions.archive, toast, leads_to=url("catalogue.price_lists"))


@catalogue.route("/price-lists/<key>/restoration", methods=FORM)
@needs("prices.edit")
def list_restoration(key: str) -> ResponseReturnValue:
    return done(key, actions.restore, lambda row: gettext("%(name)s is back.", name=row.name))


@catalogue.route("/price-lists/<key>/withdrawal", methods=FORM)
@needs("prices.edit")
def withdrawal(key: str) -> ResponseReturnValue:
    row, form = get(PriceList, key, lock=request.method == "POST"), Form()
    if form.accepted():
        with form.catching():
            actions.withdraw(row)
            flash(gettext("%(name)s is withdrawn.", name=row.name))
            return see(url("catalogue.price_list", key=key))
    buyers = queries.buyers_by(row)
    losses = [(name, gettext("Its range is empty, and its storefront shows no products.")) for name in buyers]
    return render("catalogue/withdrawal.html", price_list=row, buyers=buyers, losses=losses, form=form), form.status


@catalogue.route("/price-lists/<key>/products", methods=FORM)
@needs("prices.edit")
def list_products(key: str) -> ResponseReturnValue:
    """Save the prices typed in the rows; then tick or feature: the chosen rows, or everything that the search found."""
    rows = Rows(request.form)
    counts: dict[str, int] = {}

    def save(row: PriceList) -> None:
        draft = row.draft
        if draft is None:
            raise Conflict(N_("Begin a draft first: products are ticked in a draft only."))
        wanted = rows.changed(prices.terms_of_version(draft))
        counts["priced"] = written(draft, wanted, queries.owners_of(list(wanted)))
        for name, verb in VERBS.items():
            if name in (request.form.get("found", ""), *request.form):
                counts[name] = _do_with_chosen(verb, draft)

    return done(key, save, lambda _: " ".join(_told(counts)), rows=rows)


VERBS = {
    "in": actions.tick_in,
    "out": actions.tick_out,
    "feature": actions.feature,
    "plain": actions.show_as_others,
}


def _do_with_chosen(verb: Callable[[PriceListVersion, list[tuple[int, UUID]]], None], draft: PriceListVersion) -> int:
    chosen = _chosen(draft)
    if not chosen:
        raise Invalid(N_("Choose products first, then tick them in or out."))
    verb(draft, chosen)
    return len(chosen)


def _told(counts: dict[str, int]) -> list[str]:
    """What came of it, a sentence for each thing that was done."""
    sentences = {
        "priced": lambda n: ngettext("%(num)s price is changed.", "%(num)s prices are changed.", n),
        "in": lambda n: ngettext("%(num)s product is ticked in.", "%(num)s products are ticked in.", n),
        "out": lambda n: ngettext("%(num)s product is ticked out.", "%(num)s products are ticked out.", n),
        "feature": lambda n: ngettext("%(num)s product is featured.", "%(num)s products are featured.", n),
        "plain": lambda n: ngettext("%(num)s product is shown as the others.", "%(num)s are shown as the others.", n),
    }
    done = [sentences[name](count) for name, count in counts.items() if count]
    return done or [gettext("Nothing was changed.")]


def _chosen(draft: PriceListVersion) -> list[tuple[int, UUID]]:
    """The rows that were picked, or everything in the range that the search finds."""
    if request.form.get("found"):
        asked = asked_of(draft)
        terms = looked_at(prices.terms_of_version(draft), asked)
        return prices.range_ids(queries.question_of(asked).shown_by(terms), source_for(draft))
    keys = (read_key(text) for text in request.form.getlist("pick")[:MOST_PICKED])
    return queries.owners_of([key for key in keys if key is not None])
