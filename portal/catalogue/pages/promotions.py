"""Pages of what a list takes off for a while."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions, prices, queries
from portal.catalogue.buying import source_for
from portal.catalogue.models import Breadth, PriceList, PriceListVersion, Promotion
from portal.catalogue.office import catalogue
from portal.catalogue.pages.lists import framed, version_asked
from portal.catalogue.prices import Good
from portal.catalogue.promotion_forms import PromotionForm
from portal.catalogue.rule_forms import BREADTHS
from portal.catalogue.wording import promotion_of
from portal.core.clock import today
from portal.core.db import get
from portal.core.errors import Conflict, NotFound
from portal.core.web import needs, render, see, url
from portal.core.words import N_


@catalogue.get("/price-lists/<key>/promotions")
@needs("prices.view")
def promotions(key: str) -> ResponseReturnValue:
    row, _ = queries.price_list(key)
    version = version_asked(row)
    found = queries.promotions_of(version)
    rows = [(one, promotion_of(one, row.currency), about) for one, about in zip(found, _abouts(found), strict=True)]
    return render("catalogue/list_promotions.html", rows=rows, **framed(row, version, "promotions"))


def _abouts(found: Sequence[Promotion]) -> list[str]:
    """Of what each takes something off, in words.  Names of products are read in one statement more, where there are some."""
    if not found:
        return []
    subjects, names = queries.subjects(), queries.names_of(found)
    words = []
    for one in found:
        if one.breadth is None:
            words.append(gettext("Everything in the list"))
        elif one.breadth is Breadth.PRODUCT:
            words.append(names.get(one.about or "", gettext("A product that is no longer there")))
        else:
            words.append(f"{BREADTHS[one.breadth]}: {subjects.title(one.breadth, one.about or '')}")
    return words


@catalogue.route("/price-lists/<key>/promotions/new", methods=["GET", "POST"])
@needs("prices.edit")
def new_promotion(key: str) -> ResponseReturnValue:
    row, draft = _draft(key)
    goods = _goods(draft)
    form = PromotionForm(None, "", row.currency, queries.subjects(source_for(draft)))
    if form.accepted():
        with form.catching():
            actions.add_promotion(draft, form.promised({good.code: good.key for good in goods}))
            flash(gettext("The promotion is added to the draft."))
            return see(url("catalogue.promotions", key=key))
    return _form(form, row, None), form.status


@catalogue.route("/price-lists/<key>/promotions/<promotion>", methods=["GET", "POST"])
@needs("prices.edit")
def promotion(key: str, promotion: str) -> ResponseReturnValue:
    row, draft = _draft(key)
    standing, goods = _promotion(draft, promotion), _goods(draft)
    code = next((good.code for good in goods if good.key == standing.about), "")
    form = PromotionForm(standing, code, row.currency, queries.subjects(source_for(draft)))
    if form.accepted():
        if form.is_overtaken:
            edit = url("catalogue.promotion", key=key, promotion=promotion)
            words: dict[str, Any] = form.conflict(standing.name)
            return render("catalogue/promotion_conflict.html", price_list=row, edit_url=edit, **words), 409
        with form.catching():
            actions.change_promotion(standing, form.promised({good.code: good.key for good in goods}))
            flash(gettext("The promotion is changed in the draft."))
            return see(url("catalogue.promotions", key=key))
    return _form(form, row, standing), form.status


@catalogue.post("/price-lists/<key>/promotions/<promotion>/removal")
@needs("prices.edit")
def promotion_removal(key: str, promotion: str) -> ResponseReturnValue:
    _, draft = _draft(key)
    actions.remove_promotion(_promotion(draft, promotion))
    flash(gettext("The promotion is removed from the draft."))
    return see(url("catalogue.promotions", key=key))


def _draft(key: str) -> tuple[PriceList, PriceListVersion]:
    """A list and its draft; locked by whoever writes."""
    row = queries.whole_list(key, lock=request.method == "POST")
    if row.draft is None:
        raise Conflict(N_("Begin a draft first: what is published never changes."))
    return row, row.draft


def _promotion(draft: PriceListVersion, key: str) -> Promotion:
    found = get(Promotion, key)
    if found.version_id != draft.id:
        raise NotFound
    return found


def _goods(draft: PriceListVersion) -> list[Good]:
    """Everything the list may speak of."""
    supply = prices.supply(source_for(draft), prices.Wish(today()))
    return list(supply.goods.values()) if supply else []


def _form(form: PromotionForm, row: PriceList, standing: Promotion | None) -> str:
    return render("catalogue/promotion_form.html", form=form, price_list=row, promotion=standing)
