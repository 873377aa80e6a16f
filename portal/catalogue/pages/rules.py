"""Pages of what a list says broadly, and of all it says of one product."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions, prices, queries
from portal.catalogue.buying import source_for
from portal.catalogue.models import PriceList, PriceListEntry, PriceListVersion
from portal.catalogue.office import catalogue
from portal.catalogue.pages.lists import framed, version_asked
from portal.catalogue.prices import Offer, Question, Ticked
from portal.catalogue.rule_forms import BREADTHS, RuleForm, way_of_entry
from portal.catalogue.wording import floor_of, rounding_of, terms_in_words, tiers_of, way_of
from portal.core.clock import today
from portal.core.db import get
from portal.core.errors import Conflict, NotFound
from portal.core.keys import read_key
from portal.core.web import needs, render, see, url
from portal.core.words import N_


@catalogue.get("/price-lists/<key>/rules")
@needs("prices.view")
def list_rules(key: str) -> ResponseReturnValue:
    row, _ = queries.price_list(key)
    version = version_asked(row)
    subjects = queries.subjects()
    rules = [_told(entry, subjects, row.currency) for entry in queries.rules_of(version)]
    page = {"rules": rules, "last": terms_in_words(version), **framed(row, version, "rules")}
    return render("catalogue/list_rules.html", **page)


def _told(entry: PriceListEntry, subjects: queries.Subjects, currency: str) -> dict[str, Any]:
    """A rule in words."""
    way = way_of_entry(entry)
    return {
        "key": entry.key,
        "breadth": BREADTHS[entry.breadth],
        "title": subjects.title(entry.breadth, entry.about or ""),
        "sells": entry.sells,
        "price": way_of(way, 0, currency) if way.says_price else "",
        "tiers": tiers_of(way, currency),
        "more": [word for word in (rounding_of(way.rounding, currency), floor_of(way.floor)) if word],
    }


@catalogue.route("/price-lists/<key>/rules/new", methods=["GET", "POST"])
@needs("prices.edit")
def new_rule(key: str) -> ResponseReturnValue:
    draft = _draft(key)
    form = RuleForm.of(None, draft.price_list.currency)
    form.offer(queries.subjects(source_for(draft)))
    if _is_saved(form):
        with form.catching():
            breadth, about = form.chosen
            actions.say_broadly(draft, breadth, about, **form.terms())
            flash(gettext("The rule is added to the draft."))
            return see(url("catalogue.list_rules", key=key))
    return _form(form, draft.price_list, None, gettext("New rule")), form.status


@catalogue.route("/price-lists/<key>/rules/<entry>", methods=["GET", "POST"])
@needs("prices.edit")
def list_rule(key: str, entry: str) -> ResponseReturnValue:
    draft = _draft(key)
    rule = _rule(draft, entry)
    form = RuleForm.of(rule, draft.price_list.currency)
    del form.about
    title = queries.subjects().title(rule.breadth, rule.about or "")
    if _is_saved(form):
        if form.is_overtaken:
            return _conflict(form, draft.price_list, title, url("catalogue.list_rule", key=key, entry=entry))
        with form.catching():
            actions.change_rule(rule, **form.terms())
            flash(gettext("The rule is changed in the draft."))
            return see(url("catalogue.list_rules", key=key))
    return _form(form, draft.price_list, rule, title), form.status


@catalogue.post("/price-lists/<key>/rules/<entry>/removal")
@needs("prices.edit")
def rule_removal(key: str, entry: str) -> ResponseReturnValue:
    actions.remove_rule(_rule(_draft(key), entry))
    flash(gettext("The rule is removed from the draft."))
    return see(url("catalogue.list_rules", key=key))


@catalogue.route("/price-lists/<key>/products/<product>/rule", methods=["GET", "POST"])
@needs("prices.edit")
def product_rule(key: str, product: str) -> ResponseReturnValue:
    """All that the draft says of one product: fixed prices and tiers too."""
    draft = _draft(key)
    offer = _offer(draft, product)
    entry = next((one for one in queries.entries_about(draft, offer.id)), None)
    form = RuleForm.of(entry, draft.price_list.currency, offer.plans)
    del form.about
    if _is_saved(form):
        if form.is_overtaken:
            here = url("catalogue.product_rule", key=key, product=product)
            return _conflict(form, draft.price_list, offer.name, here)
        with form.catching():
            actions.say_of_product(draft, (offer.tenant_id, offer.id), **form.terms())
            flash(gettext("The price of %(name)s is changed in the draft.", name=offer.name))
            return see(url("catalogue.price_list", key=key))
    return _form(form, draft.price_list, None, offer.name, offer=offer), form.status


def _draft(key: str) -> PriceListVersion:
    """The draft of a list; locked by whoever writes."""
    draft = queries.whole_list(key, lock=request.method == "POST").draft
    if draft is None:
        raise Conflict(N_("Begin a draft first: what is published never changes."))
    return draft


def _rule(draft: PriceListVersion, key: str) -> PriceListEntry:
    found = get(PriceListEntry, key)
    if found.version_id != draft.id or found.about is None:
        raise NotFound
    return found


def _offer(draft: PriceListVersion, key: str) -> Offer:
    """The product as it may be bought.  NotFound outside the range."""
    product = read_key(key)
    if product is None:
        raise NotFound
    question = Question(on=today(), product_id=product, ticked=Ticked.ALL)
    offer = next(iter(prices.sold(question, source_for(draft), prices.terms_of_version(draft))), None)
    if offer is None:
        raise NotFound
    return offer


def _is_saved(form: RuleForm) -> bool:
    """Whether it was sent to be saved, and not to have more rows."""
    return request.form.get("do") != "more" and form.accepted()


def _form(
    form: RuleForm, price_list: PriceList, rule: PriceListEntry | None, title: str, *, offer: Offer | None = None
) -> str:
    words = {"form": form, "price_list": price_list, "rule": rule, "heading": title, "offer": offer}
    return render("catalogue/rule_form.html", **words)


def _conflict(form: RuleForm, price_list: PriceList, name: str, edit_url: str) -> ResponseReturnValue:
    return render("catalogue/rule_conflict.html", price_list=price_list, edit_url=edit_url, **form.conflict(name)), 409
