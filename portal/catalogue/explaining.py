"""Why a price is what it is: the steps that made it, each with the number after it.

The steps are those of the tier that asks this price.  Above them stands one, what it costs him: how that came to be is
nobody's business below.  They are reckoned by what the price itself was made with, and the last one is the price.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from babel.numbers import format_currency, format_decimal
from flask_babel import get_locale, gettext

from portal.catalogue.models import Breadth, Rounding, Rule
from portal.catalogue.prices import Good, GoodPlan, Price, Rate, Terms, rounded
from portal.catalogue.prices.rates import Said
from portal.catalogue.prices.rounding import is_lifted
from portal.catalogue.prices.terms import Saying, speaks_of
from portal.catalogue.prices.ways import HUNDRED, by_rule
from portal.catalogue.wording import rule_of
from portal.core import dates
from portal.core.money import Money
from portal.core.words import N_


class Kind(StrEnum):
    """What a step does."""

    COST = "cost"
    RATE = "rate"
    SURCHARGE = "surcharge"
    RECOMMENDED = "recommended"
    FIXED = "fixed"
    RULE = "rule"
    AMOUNT = "amount"
    ROUNDING = "rounding"
    SMALLEST = "smallest"
    FLOOR = "floor"


KEPT = Decimal("0.000001")
"""As fine as a step is shown."""
OF_THE_LIST = frozenset({Kind.SURCHARGE, Kind.FIXED, Kind.RULE, Kind.AMOUNT, Kind.ROUNDING, Kind.SMALLEST, Kind.FLOOR})
"""The steps that the version of the list says."""


@dataclass(frozen=True, slots=True)
class Step:
    kind: Kind
    money: Money  # what it has come to after this step
    price: Price

    @property
    def of_the_list(self) -> bool:
        return self.kind in OF_THE_LIST


def steps_of(price: Price, plan: GoodPlan) -> list[Step]:
    """From the cost of whoever sells to the price he asks for one unit and billing cycle."""
    return [Step(kind, money, price) for kind, money in _made(price, plan)]


def _made(price: Price, plan: GoodPlan) -> Iterator[tuple[Kind, Money]]:
    yield Kind.COST, price.cost
    terms, way, currency = price.terms, price.way, price.money.currency
    if terms is None or way is None:
        return
    if price.rate is not None:
        converted = price.cost.amount * price.rate.rate
        yield Kind.RATE, Money(converted, currency)
        if terms.surcharge:
            yield Kind.SURCHARGE, Money(converted * (HUNDRED + terms.surcharge) / HUNDRED, currency)
    if price.is_fixed:
        exact = way.amounts[plan.word]
        yield Kind.FIXED, Money(exact, currency)
    else:
        if way.rule is Rule.RECOMMENDED:
            yield Kind.RECOMMENDED, price.basis
        if way.percent:
            yield Kind.RULE, Money(by_rule(replace(way, amount=Decimal(0)), price.basis.amount), currency)
        exact = by_rule(way, price.basis.amount)
        if way.amount or not way.percent:
            yield (Kind.AMOUNT if way.amount else Kind.RULE), Money(exact, currency)
    nearest = rounded(exact, currency, price.rounding)
    if nearest != exact or price.rounding not in (Rounding.COIN, Rounding.EXACT):
        yield Kind.SMALLEST if is_lifted(exact, nearest) else Kind.ROUNDING, Money(nearest, currency)
    if price.is_floored:
        yield Kind.FLOOR, price.money


def saying_of(terms: Terms, breadth: Breadth, good: Good, plan: GoodPlan) -> Saying | None:
    """Whose word it is, when the list prices a part of the range in its own way: which type, category, vendor or segment."""
    same = (saying for saying in terms.broad if saying.breadth is breadth and speaks_of(saying, good, plan))
    return next((saying for saying in same if saying.way.says_price), None)


def said(step: Step) -> str:
    """The step in words."""
    price, terms = step.price, step.price.terms
    match step.kind:
        case Kind.COST:
            text = gettext("Your cost")
        case Kind.RATE if price.rate is not None:
            text = converted(price.rate)
        case Kind.SURCHARGE:
            text = gettext("+ %(percent)s %% for the exchange", percent=figure(terms.surcharge if terms else None))
        case Kind.RECOMMENDED:
            text = gettext("Starts from the recommended price instead")
        case Kind.FIXED:
            text = gettext("Fixed price")
        case Kind.AMOUNT if price.way is not None:
            sign = "\u2212" if price.way.amount < 0 else "+"
            text = f"{sign} {exactly(Money(abs(price.way.amount), price.money.currency))}"
        case Kind.ROUNDING:
            text = gettext(price.rounding.label)
        case Kind.SMALLEST:
            text = gettext("The smallest price its rounding allows: rounding makes nothing free")
        case Kind.FLOOR:
            text = gettext("Raised to the floor: never under cost + %(percent)s %%", percent=figure(price.floor))
        case _:
            text = rule_of(price)
    return str(text)


CONVERTED = {
    Said.DIRECT: N_("Converted at %(rate)s %(quote)s for 1 %(base)s (%(source)s, %(day)s)"),
    Said.INVERSE: N_("Converted at %(rate)s %(quote)s for 1 %(base)s (the other way round, %(source)s, %(day)s)"),
    Said.CROSSED: N_("Converted at %(rate)s %(quote)s for 1 %(base)s (through %(through)s, %(source)s, %(day)s)"),
}


def converted(rate: Rate) -> str:
    """By what a cost was converted, and who said so."""
    facts = {"quote": rate.quote, "base": rate.base, "source": rate.source, "through": rate.through}
    return str(gettext(CONVERTED[rate.said], rate=figure(rate.rate), day=dates.day(rate.on), **facts))


def exactly(amount: Money | None) -> str:
    """An amount with all its digits, and at least those of its currency."""
    if amount is None:
        return "–"
    fine = amount.amount.quantize(KEPT).normalize()
    return str(format_currency(fine, amount.currency, locale=get_locale(), decimal_quantization=False))


def figure(number: Decimal | None) -> str:
    """A number with all its digits, as it is written here."""
    return str(format_decimal((number or Decimal(0)).normalize(), locale=get_locale(), decimal_quantization=False))
