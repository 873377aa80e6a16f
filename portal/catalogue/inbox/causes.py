"""What made a cost move.  The same chain is read on two days, from the reader upwards, until something differs.

A reader learns which kind of thing changed and since when; never what anybody above him pays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.catalogue.prices import Good, GoodPlan, Selling
from portal.core.words import N_


class Because(StrEnum):
    """Why a cost moved."""

    PROVIDER = "provider"
    VENDOR = "vendor"
    RATE = "rate"
    OWN = "own"
    EARLIER = "earlier"


WORDS = {
    Because.PROVIDER: N_("New prices of your provider"),
    Because.VENDOR: N_("New prices of the vendor"),
    Because.RATE: N_("A new exchange rate"),
    Because.OWN: N_("Costs of your own products"),
    Because.EARLIER: N_("Changed or corrected since you set the price"),
}

Bought = tuple[Good, GoodPlan]
"""A plan as it stands in one day's chain: each day has its own, with that day's prices."""


@dataclass(frozen=True, slots=True)
class Cause:
    """`day` is when it began, where that is known."""

    because: Because
    day: date | None = None

    @property
    def word(self) -> str:
        """A message id."""
        return WORDS[self.because]

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among others: the newest first, what has no day last."""
        return (-self.day.toordinal() if self.day else 0, self.because)


def cause_of(before: tuple[Selling | None, Bought | None], after: tuple[Selling | None, Bought | None]) -> Cause:
    """Why a plan's cost differs between two days of the reader's own selling."""
    (old, old_plan), (new, new_plan) = before, after
    if new is None or new_plan is None:
        return Cause(Because.PROVIDER)
    if old is not None and old_plan is not None and old.cost(*old_plan) == new.cost(*new_plan):
        return Cause(Because.EARLIER)  # both days say the same, and the price was made for another
    supply = new.supply
    if supply.above is not None and supply.is_own(new_plan[0]):
        return Cause(Because.OWN)
    if old is None or old_plan is None:
        its = (supply.as_above(new_plan[0]), new_plan[1])
        return Cause(Because.PROVIDER, _began(supply.above, its)) if supply.above else Cause(Because.VENDOR)
    return _moved(old.by(*old_plan), old_plan, new.by(*new_plan), new_plan)


def _began(above: Selling, bought: Bought) -> date:
    """When he began to sell it so: by the list that answers, or since one that was asked before lets it."""
    return max(terms.valid_from for terms in (*above.passed(*bought), above.by(*bought).terms))


def _moved(old: Selling, old_plan: Bought, new: Selling, new_plan: Bought) -> Cause:
    """Both days know the plan: what differs next to the reader is heard first."""
    if old.supply.amount(*old_plan, old.terms.costs_wanted) == new.supply.amount(*new_plan, new.terms.costs_wanted):
        return Cause(Because.RATE, new.rate.on if new.rate else None)
    above, its_above = old.supply.above, new.supply.above
    if its_above is None or new.supply.is_own(new_plan[0]):
        return Cause(Because.VENDOR)
    old_plan = (old.supply.as_above(old_plan[0]), old_plan[1])
    new_plan = (new.supply.as_above(new_plan[0]), new_plan[1])
    was, is_now = above.by(*old_plan) if above else None, its_above.by(*new_plan)
    if was is None or was.terms.list_id != is_now.terms.list_id:
        return Cause(Because.PROVIDER, _began(its_above, new_plan))
    if was.terms.version_id != is_now.terms.version_id:
        return Cause(Because.PROVIDER, is_now.terms.valid_from)
    return _moved(was, old_plan, is_now, new_plan)
