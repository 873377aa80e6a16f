"""What is chosen of a range by its facets, and how many goods each other choice would leave.

Within a facet any of the chosen will do, of several facets all must.  The numbers beside a facet's choices take all
*other* facets into account and not itself: they say what one gets by choosing it instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.catalogue.models import Segment, Term
from portal.catalogue.prices.goods import Good, GoodPlan

NO_CATEGORY = ("",)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen; of a facet of which nothing is, everything."""

    categories: frozenset[str] = frozenset()  # keys; what stands in none has the empty one
    vendors: frozenset[str] = frozenset()
    terms: frozenset[Term] = frozenset()
    segments: frozenset[Segment] = frozenset()

    def has(self, plan: GoodPlan) -> bool:
        return (not self.terms or plan.term in self.terms) and (not self.segments or plan.segment in self.segments)

    @property
    def picks(self) -> bool:
        """Whether only some plans are looked for."""
        return bool(self.terms or self.segments)


@dataclass(slots=True)
class Counts:
    """How many goods there are, by what one may choose of each facet."""

    categories: Counter[str] = field(default_factory=Counter)  # with what stands below
    vendors: Counter[str] = field(default_factory=Counter)
    terms: Counter[Term] = field(default_factory=Counter)
    segments: Counter[Segment] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What is alike to every facet: goods of one maker and category that may be had by the same plans."""

    path: Sequence[str]  # keys of its category and of those above
    vendor: str
    plans: Sequence[GoodPlan]  # of one of them, for all


class Kinds:
    """The goods of a range by their kind: there are few of these, however many goods."""

    def __init__(self, seen: Mapping[Good, Sequence[GoodPlan]]) -> None:
        known: dict[tuple[Any, ...], Kind] = {}
        self._kinds: dict[Good, Kind] = {}
        for good, plans in seen.items():
            path = good.categories or NO_CATEGORY
            key = (path, good.vendor, *[plan.word for plan in plans])  # texts: cheaper to look up than what they name
            self._kinds[good] = known.get(key) or known.setdefault(key, Kind(path, good.vendor, plans))

    def counted(self, goods: list[Good], chosen: Chosen) -> tuple[list[Good], Counts]:
        """Those of the goods that are chosen, in the order they came in, and the numbers."""
        counts, fitting = Counts(), set()
        kinds = Counter(map(self._kinds.__getitem__, goods))
        for kind, number in kinds.items():
            if _count(counts, kind, number, chosen):
                fitting.add(kind)
        return [good for good in goods if self._kinds[good] in fitting] if len(fitting) < len(kinds) else goods, counts


def _count(counts: Counts, kind: Kind, number: int, chosen: Chosen) -> bool:
    """Add so many goods of a kind to the numbers, and say whether it is chosen."""
    pairs = {(plan.term, plan.segment) for plan in kind.plans}
    terms = {term for term, segment in pairs if not chosen.segments or segment in chosen.segments}
    segments = {segment for term, segment in pairs if not chosen.terms or term in chosen.terms}
    fits = bool(terms & chosen.terms if chosen.terms else terms)
    of_category = not chosen.categories or not chosen.categories.isdisjoint(kind.path)
    of_vendor = not chosen.vendors or kind.vendor in chosen.vendors
    if of_vendor and fits:
        counts.categories.update(dict.fromkeys(kind.path, number))
    if of_category and fits:
        counts.vendors[kind.vendor] += number
    if of_category and of_vendor:
        counts.terms.update(dict.fromkeys(terms, number))
        counts.segments.update(dict.fromkeys(segments, number))
    return fits and of_category and of_vendor
