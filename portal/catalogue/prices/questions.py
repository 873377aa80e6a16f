"""What may be asked of a range, and what of a good and its plans is looked for when it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from portal.catalogue.models import Segment, Term
from portal.catalogue.prices.counting import Chosen
from portal.catalogue.prices.goods import Good, GoodPlan
from portal.catalogue.prices.tiers import Wish
from portal.core.finding import folded


class Ticked(StrEnum):
    """Which products are looked at, by what the list says of them."""

    ALL = "all"  # whatever it says
    IN = "in"
    OUT = "out"
    OWN = "own"  # priced in their own way
    FEATURED = "featured"
    UNDER = "under"  # sold for less than they cost


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a range."""

    on: date
    search: str = ""
    language: str = ""  # in whose words, the best first ("best"); without one by the beginnings of words alone
    exact: bool = False  # nothing that is looked for is taken for misspelt
    term: Term | None = None
    segment: Segment | None = None
    vendor: str = ""
    slug: str = ""
    product_id: UUID | None = None
    sort: str = "name"
    descending: bool = False
    number: int = 1
    size: int = 30
    first: frozenset[UUID] = frozenset()  # products that come before the others
    these: frozenset[UUID] = frozenset()  # these alone
    beside: bool = False  # after the product of the slug come those like it
    chosen: Chosen | None = None  # by facets: then it is counted what else there is to choose
    fresh: int = 0  # only what came in the last so many days, later than the range began
    recommend: str = ""  # the currency in which recommended prices are wanted beside the others
    ticked: Ticked = Ticked.IN
    quantity: int = 1
    in_shop: bool = False  # as visitors see it: without what is hidden

    def recommending(self, currency: str) -> Question:
        """The question with the recommended price in a currency beside the cost, to be shown."""
        return replace(self, recommend=currency)

    def wish(self, *markets: str | None) -> Wish:
        """What has to be read to answer it."""
        if self.product_id:
            return Wish.about(self.product_id, self.on, *markets)
        return Wish.of(self.on, *markets)

    @property
    def picks_plans(self) -> bool:
        """Whether only some plans are looked for."""
        by_facets = self.chosen is not None and self.chosen.picks
        return by_facets or self.term is not None or self.segment is not None

    def picked(self, plans: Iterable[GoodPlan]) -> Iterator[GoodPlan]:
        """Those of a good's plans that are looked for."""
        term, segment, chosen = self.term, self.segment, self.chosen
        if chosen is not None and chosen.picks:
            plans = filter(chosen.has, plans)
        return (plan for plan in plans if (not term or plan.term is term) and (not segment or plan.segment is segment))

    def conditions(self) -> Iterator[Callable[[Good], bool]]:
        """What is asked of a good by itself."""
        if self.product_id:
            yield lambda good: good.id == self.product_id
        if self.these:
            yield lambda good: good.id in self.these
        if self.slug and not self.beside:
            yield lambda good: good.slug == self.slug
        if self.vendor:
            yield lambda good: good.vendor == self.vendor
        if not self.language and (words := folded(self.search).split()):
            yield lambda good: all(f" {word}" in good.found_by for word in words)
