"""What a tier may buy on a day: what the one above sells it, and what it put on its own shelf."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from portal.catalogue.prices.counting import Kinds
from portal.catalogue.prices.goods import ANY_MARKET, PURCHASE, RECOMMENDED, Good, GoodPlan, Shelf
from portal.catalogue.prices.own import Rewording, in_order, reworded
from portal.catalogue.prices.price import Price
from portal.catalogue.prices.rates import Rate, rate_between
from portal.catalogue.prices.searching import Words
from portal.catalogue.prices.terms import Terms
from portal.catalogue.prices.ways import NOTHING
from portal.core.money import Money

if TYPE_CHECKING:
    from portal.catalogue.prices.selling import Selling

Currencies: TypeAlias = tuple[str, ...]
"""In which a cost is wanted, the best first: what its owner has no price for in one, he may have one for in the next."""


@dataclass(frozen=True, slots=True)
class Own:
    """What one tier brings along: its own shelf, and what it rewords of what it inherits."""

    tenant_id: int
    shelf: Shelf
    rewording: Rewording = None


class Supply:
    """What one tier may buy on a day: in order of names, with what each plan costs it."""

    market: str

    def __init__(self, own: Own, market: str | None, above: Selling | None = None) -> None:
        """Without a market it follows the one above, who follows one for each list that he asks."""
        self.tenant_id, self.above, self._own, self._market = own.tenant_id, above, own, market
        self._shelf, self._rewording = own.shelf, own.rewording
        inherited: str = above.supply.market if above else ANY_MARKET
        self.market = inherited if market is None else market
        self.follows_many = market is None and above is not None and above.follows_many
        self._like: Supply | None = None  # whose goods these are
        self._offered: dict[Currencies, Mapping[Good, Sequence[GoodPlan]]] = {}
        self.words: dict[Hashable, Words] = {}  # by who looks
        self.kinds: dict[Hashable, Kinds] = {}

    @cached_property
    def goods(self) -> Mapping[UUID, Good]:
        """Everything that has a price here."""
        if self._like is not None:
            return self._like.goods
        if self.above is None:
            return self._shelf.goods
        passed_on = {good.id: good for good in self.above.sold if not good.hidden}
        inherited = reworded(passed_on, self._rewording, self.tenant_id)
        return in_order({**inherited, **self._shelf.goods}) if self._shelf.goods else inherited

    @property
    def most(self) -> Decimal:
        """What nothing of it costs more than."""
        return max(self._shelf.most, self.above.most if self.above else NOTHING)

    def elsewhere(self, market: str | None) -> Supply:
        """The same goods, bought where another market's prices count."""
        if market == self._market:
            return self
        other = Supply(self._own, market, self.above)
        other._like = self._like or self
        return other

    def market_of(self, good: Good, plan: GoodPlan) -> str:
        """The market whose prices count for the plan."""
        if not self.follows_many or self.above is None or self.is_own(good):
            return self.market
        its = self.as_above(good)
        return self.above.by(its, plan).supply.market_of(its, plan)

    def rate_for(self, terms: Terms) -> Rate | None:
        """By what costs are converted for this list; None where nothing is to be converted, or no rate is known."""
        return rate_between(self._shelf.rates, terms.buys_in, terms.currency)

    @property
    def currency(self) -> str:
        """In which it buys of the tier above; empty where nobody is above."""
        return self.above.terms.currency if self.above else ""

    def as_above(self, good: Good) -> Good:
        """As the one above has it, who prices it as he sorts it, whatever is said of it here."""
        return good.was if good.was is not None and good.reworded_by == self.tenant_id else good

    def is_own(self, good: Good) -> bool:
        return good.tenant_id == self.tenant_id

    def costs_in(self, good: Good, plan: GoodPlan, wanted: Currencies) -> str:
        """The currency in which the plan costs something here: what one buys, one buys in the currency of the list."""
        if self.above is not None and good.tenant_id != self.tenant_id:
            return self.above.terms.currency
        if len(wanted) == 1:  # nearly all are
            return wanted[0]
        known = (one for one in wanted if plan.has_at(self.market, (one,), PURCHASE))
        return next(known, wanted[0])

    def amount(self, good: Good, plan: GoodPlan, wanted: Currencies, quantity: int = 1) -> Decimal | None:
        """What one unit costs this tier, in the currency `costs_in` says; `wanted` are those asked of its owner."""
        if self.above is None or good.tenant_id == self.tenant_id:
            return plan.at(self.market, self.costs_in(good, plan, wanted), PURCHASE)
        return self.above.unit_amount(self.as_above(good), plan, quantity)

    def cost(self, good: Good, plan: GoodPlan, wanted: Currencies, quantity: int = 1) -> Money | None:
        """The same as money."""
        amount = self.amount(good, plan, wanted, quantity)
        return None if amount is None else Money(amount, self.costs_in(good, plan, wanted))

    def offered(self, wanted: Currencies) -> Mapping[Good, Sequence[GoodPlan]]:
        """The goods with the plans that may be bought, in order of names; `wanted` as for `amount`."""
        if wanted not in self._offered:
            plans = ((good, self._buyable(good, wanted)) for good in self.goods.values())
            self._offered[wanted] = {good: some for good, some in plans if some}
        return self._offered[wanted]

    def _buyable(self, good: Good, wanted: Currencies) -> Sequence[GoodPlan]:
        if self.above is None or good.tenant_id == self.tenant_id:
            return [plan for plan in good.plans if plan.has_at(self.market, wanted, PURCHASE)]
        priced = self.above.priced
        return good.plans if priced.issuperset(good.plans) else [plan for plan in good.plans if plan in priced]

    def steps(self, good: Good, plan: GoodPlan, quantity: int = 1) -> list[Price]:
        """How its cost came to be, tier by tier from its owner down.  For those who may see all of it: nobody below."""
        if self.above is None or self.is_own(good):
            return []
        its = self.as_above(good)
        price = self.above.price(its, plan, quantity)
        return [*self.above.by(its, plan).supply.steps(its, plan, quantity), price] if price else []

    def recommended(self, good: Good, plan: GoodPlan, currency: str, market: str | None = None) -> Money | None:
        """What its owner recommends there; without a market in that of the list one buys by."""
        amount = plan.at(market or self.market_of(good, plan), currency, RECOMMENDED)
        return None if amount is None else Money(amount, currency)
