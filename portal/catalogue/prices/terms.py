"""What one version of a price list says, as plain values: they may be kept, and handed from tier to tier.

A published version never changes, so what was read of it once is true for ever.  Which version counts on a day is
decided here, too: the newest that covers it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.catalogue.models import Breadth, Rounding, Rule
from portal.catalogue.prices.goods import Good, GoodPlan
from portal.catalogue.prices.rounding import coin, nearest
from portal.catalogue.prices.ways import HUNDRED, Way, most_by
from portal.core.money import Money

NARROWNESS = {breadth: place for place, breadth in enumerate(Breadth)}
"""Where each stands among others, the narrowest first."""


@dataclass(frozen=True, slots=True, eq=False)
class Saying:
    """What a version says of a part of the range."""

    breadth: Breadth
    about: str
    sells: bool | None
    way: Way


@dataclass(frozen=True, slots=True, eq=False)
class Offered:
    """Something taken off for a while: of what is bought on its days, for its first cycles."""

    name: str
    breadth: Breadth | None
    about: str
    percent: Decimal
    amount: Decimal
    cycles: int
    begins: date
    ends: date | None
    newcomers: bool

    def taken_off(self, price: Money) -> Money:
        """What is asked for it while this lasts."""
        left = max(price.amount * (HUNDRED - self.percent) / HUNDRED - self.amount, Decimal(0))
        return Money(nearest(left, coin(price.currency)), price.currency)

    def holds_on(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """How one plan is priced when everybody who speaks of it was heard, the narrowest first."""

    way: Way
    rounding: Rounding
    floor: Decimal | None
    breadth: Breadth | None  # whose word it is; none: the version's own rule

    @property
    def is_graduated(self) -> bool:
        """Whether each tier's units have a price of their own."""
        return self.way.graduated and bool(self.way.tiers)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """One version of a list.  What nothing speaks of is in it when `everything` is, and follows `way`."""

    list_id: UUID
    version_id: UUID
    name: str
    number: int
    currency: str
    market: str | None
    way: Way
    everything: bool
    valid_from: date
    valid_until: date | None
    costs_in: str | None = None
    surcharge: Decimal = Decimal(0)
    inside: frozenset[UUID] = frozenset()
    outside: frozenset[UUID] = frozenset()
    featured: frozenset[UUID] = frozenset()
    ways: Mapping[UUID, Way] = field(default_factory=dict)  # of the products that are priced in their own way
    broad: Sequence[Saying] = ()  # of types, categories, vendors and segments, the narrowest first
    promotions: Sequence[Offered] = ()
    is_published: bool = True  # and never changes again
    otherwise: Terms | None = None  # what sells what this does not have
    alone: Heard = field(init=False)  # how a plan is priced of which nothing else is said

    def __post_init__(self) -> None:
        way = self.way
        object.__setattr__(self, "alone", Heard(way, way.rounding or Rounding.COIN, way.floor, None))

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def says_the_same_as(self, other: Terms) -> bool:
        """Whether everything is priced alike by both, whenever each of them begins."""
        return _said(self) == _said(other)

    @property
    def chain(self) -> Sequence[Terms]:
        """These, then those that sell what these do not have, in the order they are asked."""
        return (self, *self.otherwise.chain) if self.otherwise else (self,)

    @property
    def markets(self) -> frozenset[str]:
        """Whose prices the chain follows by name."""
        return frozenset(one.market for one in self.chain if one.market)

    @property
    def rule(self) -> Rule:
        return self.way.rule or Rule.RECOMMENDED

    @property
    def percent(self) -> Decimal:
        return self.way.percent

    @property
    def buys_in(self) -> str:
        """The currency of the costs it starts from."""
        return self.costs_in or self.currency

    @property
    def costs_wanted(self) -> tuple[str, ...]:
        """The same, then the list's own currency: what is one's own may be priced there alone, and needs no rate."""
        return tuple(dict.fromkeys((self.buys_in, self.currency)))

    @property
    def says_one_thing(self) -> bool:
        """Whether everything is in it, by one rule: then no part of the range need be looked for in it."""
        return self.everything and not (self.broad or self.ways or self.outside)

    def most(self, cost: Decimal) -> Decimal:
        """What the list asks for nothing that costs up to so much more than: known without looking at any of it."""
        ways = (self.way, *self.ways.values(), *(saying.way for saying in self.broad))
        return max(most_by(way, cost) for way in ways)

    @property
    def has_everything(self) -> bool:
        """Whether nothing is left for another list to sell."""
        return self.everything and not self.outside and all(saying.sells is not False for saying in self.broad)

    def includes(self, good: Good, plan: GoodPlan | None = None) -> bool:
        """Whether the list has the product, or one plan of it."""
        if self.outside and good.id in self.outside:  # an id is dear to hash
            return False
        if self.inside and good.id in self.inside:
            return True
        for saying in self._speaking(good, plan):
            if saying.sells is not None:
                return saying.sells
        return self.everything

    def shuts_out_segment(self, good: Good, plan: GoodPlan) -> bool:
        """Of a plan that is not in the list: whether its segment is why, named itself or not among those that are let in."""
        if good.id in self.outside:
            return False
        decides = next((saying for saying in self._speaking(good, plan) if saying.sells is not None), None)
        if decides is not None:
            return decides.breadth is Breadth.SEGMENT
        return any(saying.breadth is Breadth.SEGMENT and saying.sells for saying in self.broad)

    def _speaking(self, good: Good, plan: GoodPlan | None) -> list[Saying]:
        """Who speaks of it, the narrowest first: of two categories the one that stands nearer to it."""
        found = [saying for saying in self.broad if speaks_of(saying, good, plan)]
        if len(found) > 1 and sum(saying.breadth is Breadth.CATEGORY for saying in found) > 1:
            found.sort(key=lambda saying: (NARROWNESS[saying.breadth], _distance(saying, good)))
        return found

    def ways_of(self, good: Good, plan: GoodPlan) -> list[tuple[Breadth | None, Way]]:
        """Everything that is said of the plan's price, the narrowest first."""
        found: list[tuple[Breadth | None, Way]] = []
        if (own := self.ways.get(good.id)) is not None:
            found.append((Breadth.PRODUCT, own))
        found += [(saying.breadth, saying.way) for saying in self._speaking(good, plan)]
        return [*found, (None, self.way)]

    def heard(self, good: Good, plan: GoodPlan) -> Heard:
        """Which rule or fixed amount counts for the plan, how it is rounded, and under what it never goes."""
        if not self.broad and (not self.ways or good.id not in self.ways):
            return self.alone
        said = self.ways_of(good, plan)
        if len(said) == 1:
            return self.alone
        breadth, way = next((one for one in said if one[1].rule is not None or _fixes(one[1], plan.word)), said[-1])
        rounding = next((way.rounding for _, way in said if way.rounding is not None), Rounding.COIN)
        floor = next((way.floor for _, way in said if way.floor is not None), None)
        if way.rule is None and plan.word not in way.amounts:
            # fixed from a number of units on: till then as the next says
            rule = next((one for _, one in said if one.rule is not None), self.way)
            way = replace(way, rule=rule.rule, percent=rule.percent, amount=rule.amount)
        return Heard(way, rounding, floor, breadth)

    def promotion_of(self, good: Good, day: date, plan: GoodPlan | None = None) -> Offered | None:
        """What is taken off on that day; of several the first by name."""
        for one in self.promotions:
            if one.holds_on(day) and (one.breadth is None or _is_about(one.breadth, one.about, good, plan)):
                return one
        return None


def _fixes(way: Way, word: str) -> bool:
    return word in way.amounts or word in way.requests or any(word in tier.amounts for tier in way.tiers)


def speaks_of(saying: Saying, good: Good, plan: GoodPlan | None) -> bool:
    return _is_about(saying.breadth, saying.about, good, plan)


def _distance(saying: Saying, good: Good) -> int:
    return list(good.categories).index(saying.about) if saying.breadth is Breadth.CATEGORY else 0


def _is_about(breadth: Breadth, about: str, good: Good, plan: GoodPlan | None) -> bool:
    match breadth:
        case Breadth.PRODUCT:
            return about == good.key
        case Breadth.TYPE:
            return about == good.type_key
        case Breadth.CATEGORY:
            return about in good.categories
        case Breadth.VENDOR:
            return about == good.vendor
        case Breadth.SEGMENT:
            return plan is not None and about == plan.segment


WHICH = ("version_id", "number", "valid_from", "is_published", "otherwise")
"""What tells one version from another that says the same."""


def _said(terms: Terms) -> dict[str, Any]:
    facts = {name: value for name, value in asdict(replace(terms, otherwise=None)).items() if name not in WHICH}
    return facts | {"broad": sorted(facts["broad"], key=repr)}


def newest(versions: Sequence[Terms], day: date) -> Terms | None:
    """Of the published versions of one list the newest that covers the day."""
    return max((one for one in versions if one.covers(day)), key=lambda one: one.number, default=None)


def standing(versions: Sequence[Terms], day: date) -> Terms | None:
    """What counts on the day of a list and of those it falls back to, whose versions come in the order they are asked.

    A list that says nothing on the day is passed over; beyond one that has everything nobody is asked.
    """
    lists: dict[UUID, list[Terms]] = {}
    for one in versions:
        lists.setdefault(one.list_id, []).append(one)
    found: Terms | None = None
    for some in reversed(lists.values()):
        if (chosen := newest(some, day)) is not None:
            found = falling_back(chosen, found)
    return found


def falling_back(terms: Terms, to: Terms | None) -> Terms:
    """The terms with others that sell what these do not have."""
    return replace(terms, otherwise=None if terms.has_everything else to)
