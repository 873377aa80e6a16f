"""What a price is when it has been made, and why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from portal.catalogue.models import Billing, Breadth, Rounding, Rule
from portal.catalogue.models.products import CYCLE_MONTHS
from portal.catalogue.prices.rates import Rate
from portal.catalogue.prices.terms import Heard, Terms
from portal.catalogue.prices.ways import HUNDRED, Way, by_rule
from portal.core.money import Money
from portal.core.words import N_


@dataclass(slots=True, eq=False)
class Price:
    """A resolved price for one unit and billing cycle, and how it came to be.

    It knows the cost its seller pays, and not how that came to be: what stands above is nobody's business below.
    """

    money: Money
    basis: Money  # what its rule started from, in the list's currency
    cost: Money  # what one unit costs whoever sells it, in the currency he buys in
    terms: Terms | None = None
    way: Way | None = None
    breadth: Breadth | None = None  # of the entry that priced it; none: the list's own rule
    rounding: Rounding = Rounding.COIN
    is_fixed: bool = False
    floor: Decimal | None = None  # per cent over the cost, under which the list lets no price go
    is_floored: bool = False  # its rule came to less than that
    quantity: int = 1
    rate: Rate | None = None  # by which its cost was converted

    @property
    def rule(self) -> Rule | None:
        return None if self.is_fixed or self.way is None else self.way.rule

    @property
    def percent(self) -> Decimal:
        return self.way.percent if self.way else Decimal(0)

    @property
    def is_own(self) -> bool:
        """An exception, not the rule of the list."""
        return self.breadth is not None


@dataclass(slots=True, eq=False)
class Side:
    """What a plan costs and is sold at, one unit, both in the list's currency; None where that is not known."""

    cost: Decimal | None = None
    price: Decimal | None = None
    on_request: bool = False  # it is sold, and whoever wants it asks

    @property
    def margin(self) -> Decimal | None:
        return None if self.cost is None or self.price is None else self.price - self.cost

    @property
    def percent(self) -> Decimal | None:
        """The margin, in per cent of the price."""
        margin = self.margin
        return margin / self.price * HUNDRED if self.price and margin is not None else None

    @property
    def is_under(self) -> bool:
        """Whether it is sold for less than it costs."""
        return self.cost is not None and self.price is not None and self.price < self.cost


class Lack(StrEnum):
    """Why something has no price."""

    NOT_IN_LIST = "not_in_list"
    ON_REQUEST = "on_request"
    SEGMENT = "segment"
    DISCONTINUED = "discontinued"
    NOT_OFFERED = "not_offered"
    NO_COST = "no_cost"
    NO_RECOMMENDED = "no_recommended"
    NO_RATE = "no_rate"
    UNDER_NOTHING = "under_nothing"
    BEYOND = "beyond"


LACKS = {
    Lack.NOT_IN_LIST: N_("Not in the list"),
    Lack.ON_REQUEST: N_("On request in this list"),
    Lack.SEGMENT: N_("Segment not allowed"),
    Lack.DISCONTINUED: N_("Discontinued"),
    Lack.NOT_OFFERED: N_("Your provider does not sell it to you"),
    Lack.NO_COST: N_("Not priced in %(currency)s"),
    Lack.NO_RECOMMENDED: N_("No recommended price in %(currency)s"),
    Lack.NO_RATE: N_("No exchange rate from %(base)s to %(currency)s"),
    Lack.UNDER_NOTHING: N_("The rule comes to less than nothing"),
    Lack.BEYOND: N_("The rule comes to more than a price can be"),
}


class Made(NamedTuple):
    """A price on its way: amounts without their currencies, because most are only compared."""

    amount: Decimal
    above: Decimal
    basis: Decimal | None
    heard: Heard
    way: Way
    is_fixed: bool
    is_floored: bool


def by_month(billing: Billing, amount: Decimal) -> tuple[bool, bool, Decimal]:
    """Where an amount of a plan stands among its product's: billed monthly, then by the month, then billed once.

    Only what is paid for the same time is compared: a month of three years paid at once is a thirty-sixth of it.
    """
    months = CYCLE_MONTHS.get(billing)
    return (months is None, months != 1, amount / (months or 1))


def unfit(way: Way, basis: Decimal) -> Lack:
    """Why what the way makes of this basis is no price."""
    return Lack.UNDER_NOTHING if way.rule is not None and by_rule(way, basis) < 0 else Lack.BEYOND
