"""What becomes of prices when something changes: two sellings beside each other, plan by plan, in memory.

The same serves whoever is about to publish a version and whoever finds that his costs have changed: it compares what a
plan costs and is sold at before and after, as far as the acting tenant knows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import TypeAlias
from uuid import UUID

from portal.catalogue.prices import Good, GoodPlan, Selling, Side
from portal.catalogue.prices.ways import HUNDRED
from portal.core.finding import folded
from portal.core.words import N_

Bought: TypeAlias = tuple[Good, GoodPlan]
TENTH = Decimal("0.1")
NOTHING = Decimal(0)


class Kind(StrEnum):
    """How a plan's price moves."""

    UP = "up"
    DOWN = "down"
    NEW = "new"
    REQUEST = "on_request"
    GONE = "gone"
    SAME = "same"


UNDER = "under"
SHOWN = {
    Kind.UP.value: N_("Dearer"),
    Kind.DOWN.value: N_("Cheaper"),
    Kind.NEW.value: N_("New"),
    Kind.REQUEST.value: N_("On request"),
    Kind.GONE.value: N_("Without a price"),
    UNDER: N_("Under cost"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """A plan before and after.  `watched` is what moved: the price, or the cost."""

    good: Good
    plan: GoodPlan
    before: Side
    after: Side
    watched: str = "price"

    @property
    def amounts(self) -> tuple[Decimal | None, Decimal | None]:
        return getattr(self.before, self.watched), getattr(self.after, self.watched)

    @property
    def is_sold(self) -> bool:
        """Before or after, at a price or on request."""
        asked = self.before.on_request or self.after.on_request
        return asked or any(amount is not None for amount in self.amounts)

    @property
    def kind(self) -> Kind:
        old, new = self.amounts
        if self.watched == "price" and new is None and self.after.on_request:
            return Kind.SAME if self.before.on_request else Kind.REQUEST
        if new is None:
            return Kind.GONE
        if old is None:
            return Kind.NEW
        return Kind.SAME if old == new else Kind.UP if new > old else Kind.DOWN

    @property
    def percent(self) -> Decimal | None:
        """By how much it moved."""
        old, new = self.amounts
        return None if not old or new is None else ((new - old) / old * HUNDRED).quantize(TENTH)

    @property
    def turns_under(self) -> bool:
        """Whether it is sold under cost from now on, and was not before."""
        return self.after.is_under and not self.before.is_under


@dataclass(slots=True)
class Impact:
    """All plans that change, and what that comes to."""

    moves: list[Move] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    sums: tuple[Decimal, Decimal] = (NOTHING, NOTHING)  # margins of one unit of each plan
    medians: tuple[Decimal | None, Decimal | None] = (None, None)

    def shown(self, kind: str, search: str = "") -> list[Move]:
        """Those of one kind; without one all that change or are sold under cost."""
        words = folded(search).split()
        found = (one for one in self.moves if all(f" {word}" in one.good.found_by for word in words))
        if kind == UNDER:
            return [one for one in found if one.after.is_under]
        return [one for one in found if (one.kind == kind if kind else one.kind is not Kind.SAME)]


def compared(before: Selling | None, after: Selling | None, watched: str = "price") -> Impact:
    """Every plan that is sold on one of the two sides."""
    return _told(moves_of(before, after, watched))


def moves_of(before: Selling | None, after: Selling | None, watched: str = "price") -> Iterator[Move]:
    """The same one by one, in the order of the later side."""
    for old, new in _beside(before, after):
        if (named := new or old) is not None:
            move = Move(*named, _side(before, old), _side(after, new), watched)
            if move.is_sold:
                yield move


def _beside(before: Selling | None, after: Selling | None) -> Iterator[tuple[Bought | None, Bought | None]]:
    """What names the same on both sides; a product is looked up once, because an id is dear to hash."""
    olds, news = ({} if one is None else one.supply.goods for one in (before, after))
    for key in dict.fromkeys((*news, *olds)):
        once = {plan.word: (olds[key], plan) for plan in olds[key].plans} if key in olds else {}
        if (good := news.get(key)) is not None:
            yield from ((once.pop(plan.word, None), (good, plan)) for plan in good.plans)
        yield from ((bought, None) for bought in once.values())


def bought_of(sells: Selling | None, good: Good, plan: GoodPlan) -> Bought | None:
    """The same plan as it stands there, where it is bought there."""
    found = sells.supply.goods.get(good.id) if sells else None
    return next(((found, one) for one in found.plans if one.word == plan.word), None) if found else None


def plans_of(sells: Selling | None) -> Mapping[tuple[UUID, str], Bought]:
    """All that is bought, by what names it on every day: a plan carries the prices of its own day."""
    goods = sells.supply.goods.values() if sells else ()
    return {(good.id, plan.word): (good, plan) for good in goods for plan in good.plans}


def _side(sells: Selling | None, bought: Bought | None) -> Side:
    return Side() if sells is None or bought is None else sells.side(*bought)


def _told(moves: Iterable[Move]) -> Impact:
    found = list(moves)
    counts: Counter[str] = Counter(one.kind.value for one in found)
    counts[UNDER] = sum(one.after.is_under for one in found)
    counts["turns"] = sum(one.turns_under for one in found)
    sides = ([one.before for one in found], [one.after for one in found])
    sums = tuple(sum((margin for side in some if (margin := side.margin) is not None), NOTHING) for some in sides)
    medians = tuple(_median(some) for some in sides)
    return Impact(found, counts, (sums[0], sums[1]), (medians[0], medians[1]))


def _median(sides: Sequence[Side]) -> Decimal | None:
    percents = [percent for side in sides if (percent := side.percent) is not None]
    return Decimal(median(percents)).quantize(TENTH) if percents else None
