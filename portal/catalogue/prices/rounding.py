"""Where a price is rounded: once, after its rule, to what its list says.

What is more than nothing is never rounded to nothing: then the price is the smallest that the rounding allows.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision

from portal.catalogue.models import Rounding
from portal.core.money import quantize

KEPT = Decimal("0.0001")
"""As fine as a price is kept."""
_TIMES = {Rounding.COIN: 1, Rounding.FIVE: 5, Rounding.TEN: 10}


@lru_cache(maxsize=400)
def coin(currency: str) -> Decimal:
    """The smallest coin: 0.01 for USD, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, currency: str, rounding: Rounding) -> Decimal:
    """The nearest price the rounding allows; halves go up."""
    if rounding is Rounding.COIN:  # nearly all are
        return nearest(amount, coin(currency))
    return _to(amount, currency, rounding, ROUND_HALF_UP)


def nearest(amount: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of the step; of more than nothing at least one."""
    return quantize(amount, step) or (step if amount > 0 else Decimal(0).quantize(step))


def is_lifted(exact: Decimal, price: Decimal) -> bool:
    """Whether the price is more than rounding alone would give: that never doubles an amount."""
    return 0 < exact * 2 < price


def rounded_up(amount: Decimal, currency: str, rounding: Rounding) -> Decimal:
    """The lowest price the rounding allows that is not under the amount."""
    return _to(amount, currency, rounding, ROUND_CEILING)


def _to(amount: Decimal, currency: str, rounding: Rounding, way: str) -> Decimal:
    step, short = _grid(currency, rounding)
    if not amount:
        return amount.quantize(min(step, coin(currency)))  # what is free is free, also where prices end in 99
    smallest = step - short
    if not short and step < 1 and rounding in (Rounding.COIN, Rounding.EXACT):
        found = amount.quantize(step, rounding=way)
        return max(found, smallest) if amount > 0 else found
    found = ((amount + short) / step).to_integral_value(rounding=way) * step - short
    return (max(found, smallest) if amount > 0 else found).quantize(coin(currency))


@lru_cache(maxsize=2000)
def _grid(currency: str, rounding: Rounding) -> tuple[Decimal, Decimal]:
    """How far prices lie apart, and how far each lies under a multiple of that."""
    smallest = coin(currency)
    if rounding is Rounding.EXACT:
        return min(KEPT, smallest), Decimal(0)
    if rounding is Rounding.NINETY_NINE:
        return smallest * 100, smallest
    return smallest * _TIMES[rounding], Decimal(0)
