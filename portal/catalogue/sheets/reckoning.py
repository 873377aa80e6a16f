"""What every list makes of a sheet before it is applied: which lists it reaches, and what becomes of their prices."""

from __future__ import annotations

from dataclasses import dataclass

from portal.catalogue.impact import Impact, Kind, compared
from portal.catalogue.prices import Selling, Supply, Terms
from portal.catalogue.prices.goods import Shelf
from portal.catalogue.prices.supplies import Own
from portal.catalogue.queries.impact import Touched, all_touched
from portal.catalogue.sheets.outlook import Outlook

MOST_RECKONED = 60_000
"""Plans that are reckoned for one page, each in each list: some seconds.  What lies beyond is reckoned when it is chosen."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A list that the sheet reaches.  Without an impact it was not reckoned, because there is so much of it."""

    touched: Touched
    terms: Terms
    impact: Impact | None

    @property
    def turns(self) -> int:
        return self.impact.counts["turns"] if self.impact else 0


def reached(found: Outlook, chosen: str = "") -> list[Reached]:
    """Every list in force on the outlook's day of which a price or a cost moves; `chosen` is reckoned in any case."""
    lists = all_touched(found.day)
    lists.sort(key=lambda one: one[0].price_list.key != chosen)  # the chosen one before the room is used up
    room = MOST_RECKONED
    told = []
    for touched, terms in lists:
        plans = _plans_of(found, terms)
        if plans == 0:
            continue
        room -= plans
        is_reckoned = room >= 0 or touched.price_list.key == chosen
        impact = _impact_on(found, terms) if is_reckoned else None
        if impact is None or _moves(impact):
            told.append(Reached(touched, terms, impact))
    return sorted(told, key=_place)


def _place(one: Reached) -> tuple[bool, int, str]:
    """What somebody buys by comes first, then what turns negative most."""
    return (not one.touched.is_used, -one.turns, one.touched.price_list.name.lower())


def _plans_of(found: Outlook, terms: Terms) -> int:
    """How many of the moved plans have prices where the list looks for them."""
    goods = {**found.before.goods, **found.after.goods}
    return sum(any(row[1] == terms.market for row in plan.prices) for good in goods.values() for plan in good.plans)


def _impact_on(found: Outlook, terms: Terms) -> Impact:
    return compared(_selling(found.before, terms), _selling(found.after, terms))


def _selling(shelf: Shelf, terms: Terms) -> Selling:
    supply = Supply(Own(shelf.owner, shelf), terms.market or "")
    return Selling(terms, supply, supply.rate_for(terms))


def _moves(impact: Impact) -> bool:
    """Whether any price moves, or any cost below one that stays."""
    return any(one.kind is not Kind.SAME or one.before.cost != one.after.cost for one in impact.moves)
