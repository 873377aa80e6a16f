"""The plan that was picked on a product's page, and what so many of it come to.  It stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from portal.catalogue.details import Details
from portal.catalogue.models.products import CYCLE_MONTHS, PERIODS, Billing
from portal.catalogue.prices import Offer, PlanOffer, Selling
from portal.catalogue.taxes import Tax
from portal.core.dates import money
from portal.core.here import here
from portal.core.money import Money

PLAN, QUANTITY = "plan", "quantity"
DIGITS = 7


@dataclass(frozen=True, slots=True)
class Picked:
    """One plan of a product, so many times.  Without a price there is nothing to sum up."""

    plan: PlanOffer
    quantity: int
    each: Money | None = None  # None where not each costs the same
    total: Money | None = None

    @property
    def period(self) -> str:
        return str(gettext(PERIODS[self.plan.billing]))


def picked(offer: Offer, details: Details, asked: Mapping[str, str], sells: Selling | None) -> Picked:
    """Nonsense in the address is read as the lowest plan, and the least quantity."""
    word = asked.get(PLAN, "")
    first = offer.lowest("sell") or offer.plans[0]
    plan = next((one for one in offer.plans if one.word == word), first)
    typed = asked.get(QUANTITY, "")
    wanted = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= DIGITS else 1
    quantity = min(max(wanted, details.least), details.most)
    good = sells.supply.goods.get(offer.id) if sells and plan.sell else None
    exact = next((one for one in good.plans if one.word == plan.word), None) if good else None
    if sells is None or good is None or exact is None:
        return Picked(plan, quantity)
    total, price = sells.total(good, exact, quantity), sells.price(good, exact, quantity)
    each = price.money if price and total == price.money * quantity else None
    return Picked(plan, quantity, each, total)


def promised(plan: PlanOffer) -> str:
    """A promotion in words: "€8.00 for the first 3 months, then €10.00"; nothing where none holds."""
    if plan.promotion is None or plan.sell is None:
        return ""
    tax, cycles = Tax.worn(here.dress), plan.promotion.cycles
    prices = {"price": money(tax.main(plan.promotion.taken_off(plan.sell))), "then": money(tax.main(plan.sell))}
    months = CYCLE_MONTHS.get(plan.billing)
    if months is None:
        line = gettext("%(price)s instead of %(then)s", **prices)
    elif plan.billing is Billing.MONTHLY:
        line = ngettext(
            "%(price)s for the first month, then %(then)s",
            "%(price)s for the first %(num)s months, then %(then)s",
            cycles,
            **prices,
        )
    else:
        line = ngettext(
            "%(price)s for the first payment, then %(then)s",
            "%(price)s for the first %(num)s payments, then %(then)s",
            cycles,
            **prices,
        )
    return f"{line} ({gettext('for new customers')})" if plan.promotion.newcomers else str(line)
