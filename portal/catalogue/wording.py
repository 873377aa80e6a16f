"""Rules, prices and margins in words, for the office's pages."""

from __future__ import annotations

from flask_babel import format_decimal, format_percent, gettext, ngettext

from portal.catalogue.models import PriceListVersion, Rule
from portal.catalogue.prices import PlanOffer, Price, Terms, Way
from portal.core import dates
from portal.core.here import here
from portal.core.money import Money


def rule_of(said: PriceListVersion | Terms | Way | Price, *, basis: str = "") -> str:
    """The rule: "Cost + 5 %"; with what it starts from, "Cost $8.40 + 5 %"."""
    if said.rule is None:
        return str(gettext("Fixed price"))
    percent = f"{format_decimal(said.percent)}\u00a0%" if said.percent else ""
    cost = gettext("Unit price") if here.is_root else gettext("Cost")
    word = cost if said.rule.needs_cost else gettext("Recommended price")
    start = f"{word} {basis}" if basis else word
    if said.rule is Rule.MARGIN:
        return str(gettext("%(cost)s and a margin of %(percent)s", cost=start, percent=percent or "0\u00a0%"))
    sign = "+" if said.rule is Rule.COST else "\u2212"
    return f"{start} {sign}\u00a0{percent}" if percent else start


def why(price: Price) -> str:
    """How a price came to be, from the viewer's own cost on: what stands above that is nobody's below."""
    named = {
        "rule": rule_of(price, basis=dates.money(price.basis)),
        "list": price.terms.name,
        "number": price.terms.number,
    }
    if price.is_own:
        return str(gettext("%(rule)s, an exception for this product in %(list)s, version %(number)s", **named))
    return str(gettext("%(rule)s, by %(list)s, version %(number)s", **named))


def margin_of(plan: PlanOffer) -> str:
    """What is left of the price after the cost, in per cent of the price."""
    price = plan.sell
    if price is None or not price.amount or price.currency != plan.cost.currency:
        return "–"
    return str(format_percent((price.amount - plan.cost.amount) / price.amount, "#,##0.0\u00a0%"))


def left_of(plan: PlanOffer) -> Money | None:
    """What is left of the price after the cost."""
    price = plan.sell
    return price - plan.cost if price is not None and price.currency == plan.cost.currency else None


def way_of(way: Way, plans: int) -> str:
    """An exception in words: "Cost + 20 %", "Fixed for 1 of 4 plans"."""
    if way.is_fixed:
        fixed = min(len(way.amounts), plans)
        return str(ngettext("Fixed price", "Fixed price for %(fixed)s of %(num)s plans", plans, fixed=fixed))
    return rule_of(way)
