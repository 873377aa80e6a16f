"""How a list prices a part of the range, as plain values, and what one price comes to.

There is one place where a price is made of them: `Selling._make`.  Pages, documents and explanations all ask it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from portal.catalogue.models import Rounding, Rule
from portal.catalogue.prices.rounding import rounded, rounded_up

HUNDRED = Decimal(100)
NOTHING = Decimal(0)
ROUNDED_UP = Decimal(100)
"""More than rounding ever adds: prices that end in 99, of a currency without cents."""


@dataclass(frozen=True, slots=True)
class Tier:
    """From a number of units on: another percentage, or other fixed amounts."""

    first: int
    percent: Decimal | None = None
    amounts: Mapping[str, Decimal] = field(default_factory=dict)  # by the word of a plan


@dataclass(frozen=True, slots=True)
class Way:
    """What a list says of the price of a part of its range.  What it leaves open, a broader one says.

    A fixed amount is the price of one plan and its billing cycle, in the list's currency; a plan that is not named
    follows the rule.  `amount` is added after the percentage and may be negative.  Plans that `requests` names are sold
    without a price: whoever wants them asks.
    """

    rule: Rule | None = None
    percent: Decimal = NOTHING
    amounts: Mapping[str, Decimal] = field(default_factory=dict)  # by the word of a plan
    amount: Decimal = NOTHING
    tiers: tuple[Tier, ...] = ()  # by their first unit, rising
    graduated: bool = False  # each tier's units at its own price; otherwise all units at that of the last one reached
    rounding: Rounding | None = None
    floor: Decimal | None = None  # per cent over the cost, under which no price goes
    requests: frozenset[str] = frozenset()  # words of plans

    @property
    def is_fixed(self) -> bool:
        return bool(self.amounts) or any(tier.amounts for tier in self.tiers)

    @property
    def says_price(self) -> bool:
        return self.rule is not None or self.is_fixed or bool(self.requests)

    def is_on_request(self, word: str) -> bool:
        """Whether the plan of that word is sold without a price."""
        return word not in self.amounts and (self.rule is Rule.ON_REQUEST or word in self.requests)

    def at(self, quantity: int) -> Way:
        """The way as it is for so many units."""
        reached = [tier for tier in self.tiers if tier.first <= quantity]
        if not reached:
            return self
        last = reached[-1]
        percent = self.percent if last.percent is None else last.percent
        return replace(self, percent=percent, amounts={**self.amounts, **last.amounts}, tiers=())


def most_by(way: Way, cost: Decimal) -> Decimal:
    """What the way makes of no cost up to this one, in no tier, more than."""
    percents = [way.percent, *(tier.percent for tier in way.tiers if tier.percent is not None)]
    rules = [Rule.COST, Rule.MARGIN] if way.rule is None else [way.rule]  # a tier may wait for another's rule
    made = [by_rule(Way(rule, percent), cost) for rule in rules for percent in percents if _makes_sense(rule, percent)]
    fixed = [*way.amounts.values(), *(amount for tier in way.tiers for amount in tier.amounts.values())]
    least = cost * (HUNDRED + (way.floor or NOTHING)) / HUNDRED
    return max([*made, *fixed, least]) + max(way.amount, NOTHING) + ROUNDED_UP


def _makes_sense(rule: Rule, percent: Decimal) -> bool:
    return rule is not Rule.ON_REQUEST and not (rule is Rule.MARGIN and percent >= HUNDRED)


def by_rule(way: Way, basis: Decimal) -> Decimal:
    """What the rule makes of a cost or a recommended price, before anything is rounded.  The way has a rule that prices."""
    match way.rule:
        case Rule.COST:
            exact = basis * (HUNDRED + way.percent) / HUNDRED
        case Rule.MARGIN:
            exact = basis * HUNDRED / (HUNDRED - way.percent)
        case _:
            exact = basis * (HUNDRED - way.percent) / HUNDRED
    return exact + way.amount if way.amount else exact


def settled(exact: Decimal, currency: str, rounding: Rounding, least: Decimal | None) -> tuple[Decimal, bool]:
    """The price, rounded once and never under the least; and whether the least decided it."""
    price = rounded(exact, currency, rounding)
    if least is None or price >= least:
        return price, False
    return rounded_up(least, currency, rounding), True
