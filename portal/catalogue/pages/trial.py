"""What a price that is being typed would come to: asked for while somebody types, kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from portal.catalogue import prices, queries
from portal.catalogue.buying import source_for
from portal.catalogue.margins import Rows
from portal.catalogue.models import PriceListVersion
from portal.catalogue.office import WORDS, catalogue
from portal.catalogue.prices import PlanOffer, Question, Terms, Ticked
from portal.catalogue.wording import left_of, margin_of
from portal.core.clock import today
from portal.core.errors import Invalid, NotFound
from portal.core.keys import read_key
from portal.core.web import needs, render


@catalogue.get("/price-lists/<key>/trial/<product>")
@needs("prices.edit")
def price_trial(key: str, product: str) -> ResponseReturnValue:
    """The plan of one row as its fields have it: price and margin, or what cannot be taken.

    The fields come as the row sends them (see `margins`).
    """
    draft, wanted = queries.whole_list(key).draft, read_key(product)
    if draft is None or wanted is None:
        raise NotFound
    terms, rows = prices.terms_of_version(draft), Rows(request.args)
    try:
        tried = replace(terms, ways=_with(terms, rows, wanted))
    except Invalid:
        return render("catalogue/_price_trial.html", key=product, error=rows.errors.get(product, ""), plan=None)
    plan = _shown(draft, tried, wanted, request.args.get(f"{product}-plan", ""))
    if plan is None:
        raise NotFound
    words = {"margin_of": margin_of, "left_of": left_of, "periods": WORDS["periods"]}
    return render("catalogue/_price_trial.html", key=product, error="", plan=plan, **words)


def _with(terms: Terms, rows: Rows, product: UUID) -> dict[UUID, prices.Way]:
    """The ways of a version with what was typed in the row of a product."""
    typed = rows.changed(terms)
    ways = {**terms.ways, **{one: way for one, way in typed.items() if way is not None and one == product}}
    if typed.get(product, ways.get(product)) is None:
        ways.pop(product, None)
    return ways


def _shown(draft: PriceListVersion, tried: Terms, product: UUID, word: str) -> PlanOffer | None:
    """The plan of that word, else the cheapest, priced as it was typed; None when it is not in the reader's range."""
    question = Question(on=today(), product_id=product, ticked=Ticked.ALL)
    offers = prices.sold(question, source_for(draft), tried)
    if not word:
        return next((offer.lowest("cost") for offer in offers), None)
    return next((plan for plan in offers.plans if plan.word == word), None)
