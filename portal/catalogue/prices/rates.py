"""By what a cost is converted on a day: the newest rate that was said of the two currencies, or one made of two others.

The rate of a pair may be said either way round.  What nobody said directly is crossed through one currency that both
were said against: the central bank says everything against its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any

FINE = Context(prec=12)
"""As many digits as a turned or crossed rate has."""


class Said(StrEnum):
    """How a rate came to be."""

    DIRECT = "direct"
    INVERSE = "inverse"
    CROSSED = "crossed"


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency is worth in another, by whom it was said, for which day."""

    base: str
    quote: str
    rate: Decimal
    source: str
    on: date
    said: Said = Said.DIRECT
    through: str = ""  # the currency it was crossed through


def rates_from(facts: Sequence[Sequence[Any]] | None) -> list[Rate]:
    """Rates as `shelf.rates_column` gave them."""
    return [
        Rate(base, quote, Decimal(rate), source, date.fromisoformat(on))
        for base, quote, rate, source, on in facts or ()
    ]


def rate_between(rates: Sequence[Rate], base: str, quote: str) -> Rate | None:
    """What one unit of `base` is worth in `quote`; None when nothing was said that leads there."""
    if base == quote or not rates:
        return None
    told = list(_told(rates, base, quote))
    return max(told or _crossed(rates, base, quote), key=_preferred, default=None)


def _preferred(rate: Rate) -> tuple[date, bool, str]:
    """The newest; of one day the one that was said directly; then by the alphabet, so that there is one answer."""
    return (rate.on, rate.said is Said.DIRECT, rate.through)


def _told(rates: Sequence[Rate], base: str, quote: str) -> Iterator[Rate]:
    for one in rates:
        if (one.base, one.quote) == (base, quote):
            yield one
        elif (one.base, one.quote) == (quote, base):
            yield Rate(base, quote, FINE.divide(Decimal(1), one.rate), one.source, one.on, Said.INVERSE)


def _crossed(rates: Sequence[Rate], base: str, quote: str) -> list[Rate]:
    """Through every currency that both were said against."""
    found = []
    others = {code for one in rates for code in (one.base, one.quote)} - {base, quote}
    for other in sorted(others):
        first = max(_told(rates, base, other), key=_preferred, default=None)
        then = max(_told(rates, other, quote), key=_preferred, default=None)
        if first is not None and then is not None:
            rate, on = FINE.multiply(first.rate, then.rate), min(first.on, then.on)
            sources = dict.fromkeys((first.source, then.source))
            found.append(Rate(base, quote, rate, ", ".join(sources), on, Said.CROSSED, other))
    return found
