"""The page that says why a price is what it is: for a day, a quantity and a list of one's choice.

Whoever stands above may ask the same for somebody who buys by one of these lists (`Buyer`): accounts do.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import prices
from portal.catalogue.buying import source_by
from portal.catalogue.explaining import exactly, said, saying_of, steps_of
from portal.catalogue.explanation import Buyer, Explanation, Passed, Wanted
from portal.catalogue.models import Breadth, Product, Segment
from portal.catalogue.models.products import BILLINGS, PERIODS, SEGMENTS, TERMS
from portal.catalogue.office import catalogue
from portal.catalogue.prices import Good, Selling, Terms, Wish
from portal.catalogue.queries import explained
from portal.catalogue.queries.explained import Heard
from portal.catalogue.whereabouts import discontinued, missing, plan_elsewhen, plan_in
from portal.catalogue.wording import lack_of
from portal.core.clock import today
from portal.core.db import get
from portal.core.keys import spell
from portal.core.money import Money
from portal.core.web import needs, render, url
from portal.core.words import N_

REMEDIES = {
    prices.Lack.NOT_IN_LIST: N_("Tick the product in, in a draft of the list."),
    prices.Lack.ON_REQUEST: N_(
        "The list wants it so: it is shown, and whoever wants it asks. To sell it at a price, say one in a draft of the list."
    ),
    prices.Lack.NO_COST: N_(
        "It has no cost in this currency on this day. Let the list take its costs in another currency, or choose another day."
    ),
    prices.Lack.SEGMENT: N_("Let the list sell this segment, or this product by itself, in a draft of it."),
    prices.Lack.DISCONTINUED: N_(
        "What customers have of it is renewed; it is no longer sold. Offer what came in its place, or choose an earlier day."
    ),
    prices.Lack.NOT_OFFERED: N_("Ask your provider for it, or offer another plan."),
    prices.Lack.NO_RECOMMENDED: N_("Price it from its cost, or by a fixed amount."),
    prices.Lack.NO_RATE: N_("Add the exchange rate, for this day or an earlier one."),
    prices.Lack.UNDER_NOTHING: N_("Choose a smaller deduction, or a fixed amount."),
    prices.Lack.BEYOND: N_("Choose a smaller margin, percentage or surcharge, or look at the exchange rate."),
}


@catalogue.get("/products/<key>/why/<plan>")
@needs("prices.view")
def why_price(key: str, plan: str) -> ResponseReturnValue:
    return page(explain(key, plan, Wanted.read()))


@catalogue.get("/products/<key>/why/<plan>.json")
@needs("prices.view")
def why_price_data(key: str, plan: str) -> ResponseReturnValue:
    return data(explain(key, plan, Wanted.read()))


def explain(key: str, word: str, wanted: Wanted) -> Explanation:
    """The price of one plan.  NotFound for what is not in the range of whoever asks: a guessed address tells nothing."""
    row = get(Product, key)
    heard = explained.heard(wanted.list_key, wanted.on, wanted.version)
    source = source_by(heard.terms)
    sells = None
    if heard.terms is not None:
        sells = prices.selling(source, Wish.about(row.id, wanted.on, heard.terms.market), heard.terms)
    if sells is not None and (found := plan_in(sells.supply, row, word)) is not None:
        return _priced(Explanation(*found, wanted, heard), sells)
    ended = discontinued(row, word, wanted.on, heard.terms, sells)
    good, plan, is_over = (*ended, True) if ended else missing(row, word, source, wanted.on)
    if heard.terms is None:
        return Explanation(good, plan, wanted, heard, lack=_no_list(heard))
    if is_over:
        return _lacking(Explanation(good, plan, wanted, heard), prices.Lack.DISCONTINUED, heard.terms)
    said_so = {"lack": gettext("Not in your range on this day"), "remedy": gettext("Choose another day.")}
    return Explanation(good, plan, wanted, heard, **said_so)


def refuse_unless_offered(key: str, word: str) -> None:
    """Raises NotFound for a plan that is not in today's range of whoever asks."""
    row = get(Product, key)
    plan_elsewhen(row, word, source_by(None), today())


def _priced(found: Explanation, sells: Selling) -> Explanation:
    good, plan, wanted = found.good, found.plan, found.wanted
    found.by, found.passed = sells.by(good, plan).terms, list(_passed(found, sells))
    found.cost = sells.bought_at(good, plan, wanted.quantity)
    found.price = sells.price(good, plan, wanted.quantity)
    found.promotion = sells.promotion(good, wanted.on, plan)
    if found.price is None:
        return _unpriced(found, sells)
    found.total = sells.total(good, plan, wanted.quantity)
    found.steps = steps_of(found.price, plan)
    _decided_by(found, found.price.breadth)
    return found


def _unpriced(found: Explanation, sells: Selling) -> Explanation:
    good, plan = found.good, found.plan
    terms = sells.by(good, plan).terms
    lack = sells.lack(good, plan) or prices.Lack.UNDER_NOTHING
    if lack is prices.Lack.ON_REQUEST:
        _decided_by(found, terms.heard(good, plan).breadth)
    _lacking(found, lack, terms)
    if lack is prices.Lack.NOT_IN_LIST and len(sells.rungs) > 1:
        found.lack = gettext("Neither in the list nor in those it falls back to")
    return found


def _lacking(found: Explanation, lack: prices.Lack, terms: Terms) -> Explanation:
    found.lack, found.remedy, found.reason = lack_of(lack, terms), str(gettext(REMEDIES[lack])), lack
    return found


def _passed(found: Explanation, sells: Selling) -> Iterator[Passed]:
    """From the list one buys by down to the one that answers."""
    first = found.heard.chosen
    if first is not None and first.id != sells.terms.list_id:
        yield Passed(first.id, first.name, sells.terms.name, says_nothing=True)
    asked = [*sells.passed(found.good, found.plan), sells.by(found.good, found.plan).terms]
    for one, other in pairwise(asked):
        yield Passed(one.list_id, one.name, other.name)


def _no_list(heard: Heard) -> str:
    if heard.chosen is None:
        return str(gettext("Your storefront sells by no list yet"))
    return str(gettext("No version of %(name)s is in force on this day", name=heard.chosen.name))


def _decided_by(found: Explanation, breadth: Breadth | None) -> None:
    """Say which part of the range the deciding rule is about, in words and as it stands in the list."""
    found.breadth = breadth
    found.about, found.named = _about(found, breadth)


def _about(found: Explanation, breadth: Breadth | None) -> tuple[str, str]:
    if breadth is None or found.terms is None:
        return str(gettext("the rule of the whole list")), ""
    if breadth is Breadth.PRODUCT:
        return str(gettext("the rule for this product")), found.good.key
    saying = saying_of(found.terms, breadth, found.good, found.plan)
    about = saying.about if saying else ""
    match breadth:
        case Breadth.CATEGORY:
            text = gettext("the rule for the category %(name)s", name=explained.category_title(about))
        case Breadth.TYPE:
            text = gettext("the rule for the product type %(name)s", name=explained.type_name(about))
        case Breadth.VENDOR:
            text = gettext("the rule for the vendor %(name)s", name=about)
        case _:
            text = gettext("the rule for the segment %(name)s", name=gettext(SEGMENTS[Segment(about)]))
    return str(text), about


def page(found: Explanation, buyer: Buyer | None = None) -> str:
    words = {"plan_terms": TERMS, "billings": BILLINGS, "segments": SEGMENTS, "periods": PERIODS}
    return render("catalogue/why.html", found=found, buyer=buyer, said=said, exactly=exactly, spell=spell, **words)


def data(found: Explanation, buyer: Buyer | None = None) -> Response:
    """The same for machines: amounts are text, so that no digit is lost."""
    terms, price = found.terms, found.price
    listed = terms and {
        "key": spell(terms.list_id),
        "name": terms.name,
        "version": terms.number,
        "address": list_address(terms),
    }
    facts: dict[str, Any] = {
        "product": {"key": found.good.key, "code": found.good.code, "name": found.good.name},
        "plan": found.plan.word,
        "on": found.wanted.on.isoformat(),
        "quantity": found.wanted.quantity,
        "account": buyer and {"name": buyer.name, "because": buyer.because},
        "list": listed,
        "passed": [{"key": spell(one.list_id), "name": one.name, "text": one.text} for one in found.passed],
        "rule": {"about": found.about, "breadth": found.breadth or "list", "key": found.named} if found.about else None,
        "steps": [{"kind": step.kind, "text": said(step), **_amount(step.money)} for step in found.steps],
        "cost": found.cost and _amount(found.cost),
        "price": price and _amount(price.money),
        "total": found.total and _amount(found.total),
        "reason": found.reason,
        "lack": found.lack or None,
        "remedy": found.remedy or None,
    }
    return jsonify(facts)


def list_address(terms: Terms, good: Good | None = None) -> str:
    """Where the version of the list may be looked at; with a good, what it says of that."""
    search = {"q": good.code} if good else {}
    return url("catalogue.price_list", key=spell(terms.list_id), version=terms.number, **search)


def _amount(money: Money) -> dict[str, str]:
    return {"amount": f"{money.amount:f}", "currency": money.currency}
