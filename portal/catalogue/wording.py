"""Rules, prices and margins in words, for the office's pages."""

from __future__ import annotations

from flask_babel import format_decimal, format_percent, gettext

from portal.catalogue.models import PriceListVersion, Rule
from portal.catalogue.prices import PlanOffer, Price, Terms
from portal.core import dates
from portal.core.here import here


def rule_of(terms: PriceListVersion | Terms, *, basis: str = "") -> str:
    """The rule: "Cost + 5 %"; with what it starts from, "Cost $8.40 + 5 %"."""
    percent = f"{format_decimal(terms.percent)}\u00a0%" if terms.percent else ""
    if terms.rule is Rule.COST:
        word, sign = gettext("Unit price") if here.is_root else gettext("Cost"), "+"
    else:
        word, sign = gettext("Recommended price"), "\u2212"
    start = f"{word} {basis}" if basis else word
    return f"{start} {sign}\u00a0{percent}" if percent else start


def why(price: Price) -> str:
    """How a price came to be, from the viewer's own cost on: what stands above that is nobody's below."""
    rule = rule_of(price.terms, basis=dates.money(price.basis))
    return str(
        gettext(
            "%(rule)s, by %(list)s, version %(number)s", rule=rule, list=price.terms.name, number=price.terms.number
        )
    )


def margin_of(plan: PlanOffer) -> str:
    """What is left of the price after the cost, in per cent of the price."""
    price = plan.sell
    if price is None or not price.amount or price.currency != plan.cost.currency:
        return "–"
    return str(format_percent((price.amount - plan.cost.amount) / price.amount, "#,##0.0\u00a0%"))
