"""What a tier asks by a list and by those it falls back to: for each plan the first that has it answers, for everything.

Whoever asks does not see the difference: it is asked what a `Selling` is asked.  All rungs stand on the same goods.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from portal.catalogue.prices.goods import ANY_MARKET, Good, GoodPlan
from portal.catalogue.prices.price import Lack, Price, Side
from portal.catalogue.prices.selling import Selling
from portal.catalogue.prices.supplies import Supply
from portal.catalogue.prices.terms import Heard, Offered, Terms
from portal.core.money import Money


def asked_by(terms: Terms, supply: Supply) -> Selling:
    """What is asked for the supply by these terms, and by what sells what they do not have."""
    rungs = [_rung(one, supply if one is terms else _where(one, supply)) for one in terms.chain]
    return rungs[0] if len(rungs) == 1 else Ladder(rungs)


def _rung(terms: Terms, supply: Supply) -> Selling:
    return Selling(terms, supply, supply.rate_for(terms))


def _where(terms: Terms, supply: Supply) -> Supply:
    """The same goods, bought where these terms follow the prices."""
    return supply.elsewhere(terms.market or (None if supply.above else ANY_MARKET))


class Ladder(Selling):
    """Several sellings, the first of which stands for all where it does not matter which is asked."""

    def __init__(self, rungs: Sequence[Selling]) -> None:
        first = rungs[0]
        super().__init__(first.terms, first.supply, first.rate)
        self._rungs = rungs
        self._says_one_thing = False
        self._answering: dict[GoodPlan, Selling] = {}

    @property
    def rungs(self) -> Sequence[Selling]:
        return self._rungs

    @property
    def follows_many(self) -> bool:
        return len({one.supply.market for one in self._rungs}) > 1 or super().follows_many

    def by(self, good: Good, plan: GoodPlan) -> Selling:
        known = self._answering.get(plan)
        if known is None:
            known = next((one for one in self._rungs if one.has(good, plan)), self._rungs[0])
            self._answering[plan] = known
        return known

    @cached_property
    def offered(self) -> Mapping[Good, Sequence[GoodPlan]]:
        plans = ((good, list(self._bought(good))) for good in self.supply.goods.values())
        return {good: some for good, some in plans if some}

    def _bought(self, good: Good) -> Iterator[GoodPlan]:
        """The plans that whoever answers for them may buy."""
        return (plan for plan in good.plans if plan in self.by(good, plan).offered.get(good, ()))

    @property
    def _prices_all(self) -> bool:
        return False

    def _prices(self, good: Good, plan: GoodPlan) -> bool:
        return self.by(good, plan)._prices(good, plan)  # noqa: SLF001 - it is one of its kind

    @cached_property
    def most(self) -> Decimal:
        return max(one.most for one in self._rungs)

    def has(self, good: Good, plan: GoodPlan) -> bool:
        return self.by(good, plan).has(good, plan)

    def _having(self, good: Good) -> Selling:
        """The first list that has any of it."""
        having = (one for one in self._rungs if any(one.has(good, plan) for plan in good.plans))
        return next(having, self._rungs[0])

    def is_featured(self, good: Good) -> bool:
        return self._having(good).is_featured(good)

    def prices_alone(self, good: Good) -> bool:
        return self._having(good).prices_alone(good)

    def heard(self, good: Good, plan: GoodPlan) -> Heard:
        return self.by(good, plan).heard(good, plan)

    def amount(self, good: Good, plan: GoodPlan, quantity: int = 1) -> Decimal | None:
        return self.by(good, plan).amount(good, plan, quantity)

    def unit_amount(self, good: Good, plan: GoodPlan, quantity: int) -> Decimal | None:
        return self.by(good, plan).unit_amount(good, plan, quantity)

    def price(self, good: Good, plan: GoodPlan, quantity: int = 1) -> Price | None:
        return self.by(good, plan).price(good, plan, quantity)

    def side(self, good: Good, plan: GoodPlan) -> Side:
        return self.by(good, plan).side(good, plan)

    def bought_at(self, good: Good, plan: GoodPlan, quantity: int = 1) -> Money | None:
        return self.by(good, plan).bought_at(good, plan, quantity)

    def cost(self, good: Good, plan: GoodPlan, quantity: int = 1) -> Money | None:
        return self.by(good, plan).cost(good, plan, quantity)

    def total(self, good: Good, plan: GoodPlan, quantity: int) -> Money | None:
        return self.by(good, plan).total(good, plan, quantity)

    def tiers(self, good: Good, plan: GoodPlan) -> list[tuple[int, Money]]:
        return self.by(good, plan).tiers(good, plan)

    def promotion(self, good: Good, day: date, plan: GoodPlan) -> Offered | None:
        return self.by(good, plan).promotion(good, day, plan)

    def is_on_request(self, good: Good, plan: GoodPlan) -> bool:
        return self.by(good, plan).is_on_request(good, plan)

    def lack(self, good: Good, plan: GoodPlan) -> Lack | None:
        return self.by(good, plan).lack(good, plan)
