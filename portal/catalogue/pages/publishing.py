"""What is done to a price list on its page: begun, ticked, published, withdrawn, shown, archived.

Each is a form of its own.  What came of it, or why it was refused, is said on the list's page; looked at by itself, the
address of such a form is that page, because there a refused one was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.catalogue import actions, prices, queries, staging
from portal.catalogue.buying import source_for
from portal.catalogue.forms import PublicationForm
from portal.catalogue.margins import Rows, written
from portal.catalogue.models import PriceList, PriceListVersion
from portal.catalogue.office import catalogue
from portal.catalogue.pages.lists import LONGEST, asked_of, list_page, looked_at, shown
from portal.catalogue.pages.on_request import put_on_request
from portal.catalogue.prices import PlanOffer
from portal.catalogue.wording import span_of
from portal.core.clock import today
from portal.core.dates import day, money
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.forms import Form
from portal.core.here import here
from portal.core.keys import read_key
from portal.core.web import needs, render, see, url
from portal.core.words import N_
from portal.lists.models import Deed
from portal.tenants import own_hosts
from portal.tenants.models import Door

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
            row = queries.whole_list(key, lock=True)
            verb(row)
            db.session.flush()
            flash(said(row))
            query = request.query_string.decode("ascii", "ignore")
            return see(leads_to or url("catalogue.price_list", key=key) + (f"?{query}" if query else ""))
    return list_page(key, form, rows or Rows()), form.status


@catalogue.get("/price-lists/<key>/staging")
@needs(staging.NEEDED)
def staged(key: str) -> ResponseReturnValue:
    """On the way to the shop, to see the draft there; where there is none, the list itself."""
    row = queries.whole_list(key)
    if row.draft is None or not row.for_storefront:
        return see(url("catalogue.price_list", key=key))
    tenant_id = here.scope.tenant_id
    return redirect(f"{own_hosts.home(Door.SHOP, tenant_id)}/staging/{staging.word(tenant_id, row.draft)}", 303)


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
    """Publish, now or from a day on, once it was said what that ends and what is sold under cost."""
    row = queries.whole_list(key, lock=request.method == "POST")
    draft = row.draft
    if draft is None:
        return done(key, actions.publish, lambda row: row.name)
    form = PublicationForm(draft)
    if form.accepted():
        with form.catching():
            flash(_begun(row, draft, form.begins))
            return see(url("catalogue.price_list", key=key))
    return _asking(row, draft, form), form.status


def _begun(row: PriceList, draft: PriceListVersion, begins: date) -> Any:
    """Publish it, and say so; what begins later can be called off."""
    if begins == today() and draft.valid_from <= begins:
        actions.publish(row)  # the day it was to begin is over or here, and stays as it was typed
    else:
        actions.publish_from(row, begins)
    named = {"name": row.name, "number": draft.number}
    if begins <= today():
        return gettext("%(name)s is published as version %(number)s.", **named)
    text = gettext("%(name)s is published as version %(number)s, from %(day)s on.", day=day(begins), **named)
    return {"text": text, "undo": url("catalogue.calling_off", key=row.key, number=draft.number)}


def _asking(row: PriceList, draft: PriceListVersion, form: PublicationForm) -> str:
    losses = queries.under_cost(draft, source_for(draft), MOST_NAMED)
    named = [(offer.name, _loss(offer.plans[0])) for offer in losses]
    ended = [] if draft.valid_until else row.all_published
    words = {"price_list": row, "draft": draft, "ended": ended, "span_of": span_of}
    return render("catalogue/publication.html", **words, losses=losses, named_losses=named, form=form)


@catalogue.route("/price-lists/<key>/versions/<number>/calling-off", methods=FORM)
@needs("prices.edit")
def calling_off(key: str, number: str) -> ResponseReturnValue:
    text = N_("Version %(number)s is called off.")
    wanted = int(number) if number.isdecimal() and len(number) < LONGEST else 0
    found = queries.price_list(key)
    queries.version_of(found[0], wanted)  # where there is none, there is no page either
    if request.method == "GET":
        return shown(*found, Form(), Rows())
    off = lambda row: actions.call_off(row, queries.version_of(row, wanted))  # noqa: E731 - as the others
    return done(key, off, lambda _: gettext(text, number=wanted), leads_to=url("catalogue.price_list", key=key))


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
    form = Form()
    if form.accepted():
        with form.catching():
            row = queries.whole_list(key, lock=True)
            actions.withdraw(row)
            flash(gettext("%(name)s is withdrawn.", name=row.name))
            return see(url("catalogue.price_list", key=key))
    row, uses = queries.price_list(key)
    losses = [*_lost_by(row, uses)]
    words = {"price_list": row, "losses": losses, "further": len(uses.buyers) - MOST_NAMED, "form": form}
    return render("catalogue/withdrawal.html", **words), form.status


def _lost_by(row: PriceList, uses: queries.Uses) -> Iterator[tuple[str, str]]:
    """Who loses what when nothing of the list is in force any more."""
    other = row.stand_in
    instead = gettext("Everything is sold by %(name)s instead.", name=other.name) if other else ""
    if row.for_storefront:
        yield gettext("Your storefront"), instead or gettext("Every product is on request.")
    for _, name in uses.lists[:MOST_NAMED]:
        yield name, instead or gettext("What it does not have is not sold any more.")
    for name in uses.buyers[:MOST_NAMED]:
        yield name, instead or gettext("Its range is empty, and its storefront shows no products.")


@catalogue.route("/price-lists/<key>/products", methods=FORM)
@needs("prices.edit")
def list_products(key: str) -> ResponseReturnValue:
    """Save the prices typed in the rows; then tick or feature: the chosen rows, or everything that the search found."""
    rows = Rows(request.form)
    counts: dict[str, int] = {}
    deeds: list[Deed] = []

    def save(row: PriceList) -> None:
        draft = row.draft
        if draft is None:
            raise Conflict(N_("Begin a draft first: products are ticked in a draft only."))
        wanted = rows.changed(prices.terms_of_version(draft))
        counts["priced"] = written(draft, wanted, queries.owners_of(list(wanted)))
        for name, verb in VERBS.items():
            if name in (request.form.get("found", ""), *request.form):
                counts[name], deed = _do_with_chosen(verb, draft)
                deeds.extend([deed] if deed else [])

    return done(key, save, lambda _: _said(counts, deeds), rows=rows)


VERBS = {
    "in": actions.tick_in,
    "out": actions.tick_out,
    "feature": actions.feature,
    "plain": actions.show_as_others,
    "request": put_on_request,
}


def _do_with_chosen(
    verb: Callable[[PriceListVersion, list[tuple[int, UUID]]], Deed | None], draft: PriceListVersion
) -> tuple[int, Deed | None]:
    chosen = _chosen(draft)
    if not chosen:
        raise Invalid(N_("Choose products first, then tick them in or out."))
    return len(chosen), verb(draft, chosen)


def _said(counts: dict[str, int], deeds: list[Deed]) -> Any:
    """What came of it; where that can be taken back, with the way to do so."""
    text = " ".join(_told(counts))
    return {"text": text, "undo": url("catalogue.requests_undoing", deed=deeds[0].key)} if deeds else text


def _told(counts: dict[str, int]) -> list[str]:
    """What came of it, a sentence for each thing that was done."""
    sentences = {
        "priced": lambda n: ngettext("%(num)s price is changed.", "%(num)s prices are changed.", n),
        "in": lambda n: ngettext("%(num)s product is ticked in.", "%(num)s products are ticked in.", n),
        "out": lambda n: ngettext("%(num)s product is ticked out.", "%(num)s products are ticked out.", n),
        "feature": lambda n: ngettext("%(num)s product is featured.", "%(num)s products are featured.", n),
        "plain": lambda n: ngettext("%(num)s product is shown as the others.", "%(num)s are shown as the others.", n),
        "request": lambda n: ngettext("%(num)s product is on request.", "%(num)s products are on request.", n),
    }
    done = [sentences[name](count) for name, count in counts.items() if count]
    return done or [gettext("Nothing was changed.")]


def _chosen(draft: PriceListVersion) -> list[tuple[int, UUID]]:
    """The rows that were picked, or everything in the range that the search finds."""
    if request.form.get("found"):
        asked = asked_of(draft)
        question = looked_at(queries.question_of(asked), asked)
        return prices.range_ids(question, source_for(draft), prices.terms_of_version(draft))
    keys = (read_key(text) for text in request.form.getlist("pick")[:MOST_PICKED])
    return queries.owners_of([key for key in keys if key is not None])
