"""Where goods stand among each other by what is asked for them: which are sold under cost, and whose price is lowest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from portal.catalogue.prices.goods import Good, GoodPlan
from portal.catalogue.prices.price import Side, by_month


class Places(ABC):
    """What follows from the price of each plan, whoever asks it."""

    @cached_property
    @abstractmethod
    def listed(self) -> Mapping[Good, Sequence[GoodPlan]]:
        """The goods that are asked for something, with their plans that may be bought."""

    @abstractmethod
    def amount(self, good: Good, plan: GoodPlan, quantity: int = 1) -> Decimal | None:
        """What one of so many units is sold at."""

    @abstractmethod
    def side(self, good: Good, plan: GoodPlan) -> Side:
        """What a plan costs and is sold at, in the currency it is sold in."""

    @cached_property
    def losing(self) -> Mapping[Good, Sequence[GoodPlan]]:
        """The goods with their plans that are sold for less than they cost."""
        plans = (
            (good, [plan for plan in some if self.side(good, plan).is_under]) for good, some in self.listed.items()
        )
        return {good: some for good, some in plans if some}

    @cached_property
    def lowest(self) -> Mapping[UUID, Decimal]:
        """What the month of each good's lowest plan is sold at: the order of a range by its prices."""
        return self.lowest_of(self.listed)

    def lowest_of(self, some: Mapping[Good, Sequence[GoodPlan]]) -> Mapping[UUID, Decimal]:
        """The same of some plans alone."""
        found: dict[UUID, Decimal] = {}
        for good, plans in some.items():
            known = [(plan, amount) for plan in plans if (amount := self.amount(good, plan)) is not None]
            if known:
                found[good.id] = min(by_month(plan.billing, amount) for plan, amount in known)[-1]
        return found
