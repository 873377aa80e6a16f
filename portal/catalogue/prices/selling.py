"""What a tier asks for its supply by the terms of one list: its price is made out of the one above's.

A price is made when it is asked for, by one way only, and keeps how it came to be: the price above it is its cost.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain, pairwise, takewhile

from portal.catalogue.models import Rule
from portal.catalogue.prices.counting import Kinds
from portal.catalogue.prices.goods import RECOMMENDED, Good, GoodPlan
from portal.catalogue.prices.places import Places
from portal.catalogue.prices.price import Lack, Made, Price, Side, unfit
from portal.catalogue.prices.rates import Rate
from portal.catalogue.prices.rounding import KEPT
from portal.catalogue.prices.searching import Words
from portal.catalogue.prices.supplies import Supply
from portal.catalogue.prices.terms import Heard, Offered, Terms
from portal.catalogue.prices.ways import HUNDRED, by_rule, settled
from portal.core.money import AMOUNT_LIMIT, Money, quantize


class Selling(Places):
    """A tier's supply at its prices by one list.  `rate` converts costs where the list says so."""

    def __init__(self, terms: Terms, supply: Supply, rate: Rate | None = None) -> None:
        self.terms, self.supply, self._rate = terms, supply, rate
        self._amounts: dict[GoodPlan, Decimal | None] = {}  # of one unit each
        self.words: dict[Hashable, Words] = {}  # by who looks
        self.kinds: dict[Hashable, Kinds] = {}
        self._says_one_thing, self._wanted = terms.says_one_thing, terms.costs_wanted  # asked for each plan
        self._stays = {supply.currency or terms.buys_in, terms.buys_in} == {terms.currency}  # nothing is converted

    @property
    def rate(self) -> Rate | None:
        """By what it converts its costs."""
        return self._rate

    @property
    def follows_many(self) -> bool:
        """Whether the prices of several markets count, one for each of its lists or of those above."""
        return self.supply.follows_many

    @property
    def rungs(self) -> Sequence[Selling]:
        """By one list each, in the order they are asked."""
        return (self,)

    def by(self, good: Good, plan: GoodPlan) -> Selling:  # noqa: ARG002 - of several lists one answers
        """What one list asks: the one that answers for the plan, or the first where none has it."""
        return self

    def passed(self, good: Good, plan: GoodPlan) -> Sequence[Terms]:
        """The lists that were asked before the one that answers, and do not have the plan."""
        return [rung.terms for rung in takewhile(lambda one: one is not self.by(good, plan), self.rungs)]

    @cached_property
    def offered(self) -> Mapping[Good, Sequence[GoodPlan]]:
        """The goods with their plans that may be bought, in order of names."""
        return self.supply.offered(self._wanted)

    @cached_property
    def sold(self) -> Mapping[Good, Sequence[GoodPlan]]:
        """The goods with their plans that have a price, in order of names.  It is known without reckoning."""
        if self._prices_all:
            return self.offered
        plans = ((good, [plan for plan in some if self._prices(good, plan)]) for good, some in self.offered.items())
        return {good: some for good, some in plans if some}

    @cached_property
    def priced(self) -> frozenset[GoodPlan]:
        """All plans that have a price, whatever a tier below calls their goods."""
        return frozenset(chain.from_iterable(self.sold.values()))

    @cached_property
    def listed(self) -> Mapping[Good, Sequence[GoodPlan]]:
        """The goods the list has, with their plans that may be bought, whether or not they have a price."""
        if self._says_one_thing:
            return self.offered
        plans = ((good, [plan for plan in some if self.has(good, plan)]) for good, some in self.offered.items())
        return {good: some for good, some in plans if some}

    def side(self, good: Good, plan: GoodPlan) -> Side:
        """What a plan costs and is sold at, in the list's currency."""
        cost = self.supply.amount(good, plan, self._wanted)
        if cost is not None and not self._stays:
            cost = self._converted(cost, self.supply.costs_in(good, plan, self._wanted))
        price = self.amount(good, plan)
        return Side(cost, price, price is None and self.is_on_request(good, plan))

    def has(self, good: Good, plan: GoodPlan) -> bool:
        """Whether the plan is in the list, with or without a price."""
        return self.terms.includes(good, plan)

    def is_featured(self, good: Good) -> bool:
        return good.id in self.terms.featured

    def prices_alone(self, good: Good) -> bool:
        """Whether the list prices it in its own way."""
        return good.id in self.terms.ways

    def heard(self, good: Good, plan: GoodPlan) -> Heard:
        """How the plan is priced."""
        return self.terms.heard(good, plan)

    def amount(self, good: Good, plan: GoodPlan, quantity: int = 1) -> Decimal | None:
        """What one of so many units is sold at, in the list's currency; None when it has no price."""
        if quantity == 1 and plan in self._amounts:
            return self._amounts[plan]
        made = self._make(good, plan, quantity)
        amount = made.amount if made else None
        if quantity == 1:
            self._amounts[plan] = amount
        return amount

    def unit_amount(self, good: Good, plan: GoodPlan, quantity: int) -> Decimal | None:
        """What one of so many units comes to for whoever buys them all, where each has the price of its own tier, too."""
        if quantity == 1 or not self.terms.heard(good, plan).is_graduated:
            return self.amount(good, plan, quantity)
        total = self.total(good, plan, quantity)
        return quantize(total.amount / quantity, KEPT) if total else None

    @cached_property
    def most(self) -> Decimal:
        """What it asks for nothing more than."""
        cost = self.supply.most
        return self.terms.most(cost if self._rate is None else max(cost, self._by_rate(cost, self._rate)))

    @property
    def _prices_all(self) -> bool:
        """Whether what may be bought is sold: everything, by one rule that starts from costs which are known."""
        way = self.terms.way
        by_cost = way.rule is not None and way.rule.needs_cost and not (way.amounts or way.requests) and way.amount >= 0
        known = self._stays or all(
            map(self._converts, (self.supply.currency or self.terms.buys_in, self.terms.buys_in))
        )
        return self._says_one_thing and by_cost and known and self.most < AMOUNT_LIMIT

    def _prices(self, good: Good, plan: GoodPlan) -> bool:
        """Whether a plan that may be bought has an `amount`; reckoned only where that may be no price."""
        terms = self.terms
        if not self._says_one_thing and not terms.includes(good, plan):
            return False
        heard = terms.alone if self._says_one_thing else terms.heard(good, plan)
        way, is_fixed = heard.way, bool(heard.way.amounts) and plan.word in heard.way.amounts
        by_cost = heard.floor is not None or not (is_fixed or way.rule is Rule.RECOMMENDED)
        known = not by_cost or self._converts(self.supply.costs_in(good, plan, self._wanted))
        if not known or way.is_on_request(plan.word):
            return False
        if way.amount < 0 or self.most >= AMOUNT_LIMIT:
            return self.amount(good, plan) is not None
        if is_fixed:
            return True
        if way.rule is Rule.RECOMMENDED:
            market = terms.market or self.supply.market_of(good, plan)
            return plan.has_at(market, (terms.currency,), RECOMMENDED)
        return True

    def _converts(self, currency: str) -> bool:
        """Whether costs in this currency are known in the list's."""
        return currency == self.terms.currency or (self._rate is not None and currency == self.terms.buys_in)

    def price(self, good: Good, plan: GoodPlan, quantity: int = 1) -> Price | None:
        """The same with how it came to be; None when the list does not have it, or has nothing to make it from."""
        made = self._make(good, plan, quantity)
        if made is None:
            return None
        currency, heard = self.terms.currency, made.heard
        above = Money(made.above, self.supply.costs_in(good, plan, self._wanted))
        return Price(
            Money(made.amount, currency),
            above if made.basis is None else Money(made.basis, currency),
            above,
            self.terms,
            made.way,
            heard.breadth,
            heard.rounding,
            is_fixed=made.is_fixed,
            floor=heard.floor,
            is_floored=made.is_floored,
            quantity=quantity,
            rate=self._rate if above.currency != currency else None,
        )

    def _make(self, good: Good, plan: GoodPlan, quantity: int) -> Made | None:
        """The one place where a price is made; None when the list does not have the plan, or has nothing to make it from."""
        terms = self.terms
        if not self._says_one_thing and not terms.includes(good, plan):
            return None
        above = self.supply.amount(good, plan, self._wanted, quantity)
        if above is None:
            return None
        heard = terms.alone if self._says_one_thing else terms.heard(good, plan)
        way = heard.way.at(quantity) if heard.way.tiers else heard.way
        cost = above if self._stays else self._converted(above, self.supply.costs_in(good, plan, self._wanted))
        fixed = way.amounts.get(plan.word) if way.amounts else None
        if way.is_on_request(plan.word):
            return None  # whoever wants it asks
        by_advice = fixed is None and way.rule is Rule.RECOMMENDED
        basis = cost
        if by_advice:
            basis = plan.at(terms.market or self.supply.market_of(good, plan), terms.currency, RECOMMENDED)
        if (basis is None and fixed is None) or (heard.floor is not None and cost is None):
            return None  # what may not go under its cost has no price where the cost is not known
        exact = fixed if basis is None or fixed is not None else by_rule(way, basis)
        least = None if heard.floor is None or cost is None else cost * (HUNDRED + heard.floor) / HUNDRED
        if exact is None or exact < 0 or max(exact, least or exact) > AMOUNT_LIMIT:
            return None  # what is less than nothing, or more than an invoice could hold, is no price
        amount, is_floored = settled(exact, terms.currency, heard.rounding, least)
        return Made(amount, above, basis, heard, way, fixed is not None, is_floored)

    def _converted(self, cost: Decimal, currency: str) -> Decimal | None:
        """The cost in the list's currency, not rounded: a price is rounded once, at its end."""
        if currency == self.terms.currency:
            return cost
        if self._rate is None or not self._converts(currency):
            return None
        return self._by_rate(cost, self._rate)

    def _by_rate(self, cost: Decimal, rate: Rate) -> Decimal:
        return cost * rate.rate * (HUNDRED + self.terms.surcharge) / HUNDRED

    def bought_at(self, good: Good, plan: GoodPlan, quantity: int = 1) -> Money | None:
        """What one unit costs, in the currency it is bought in."""
        return self.supply.cost(good, plan, self._wanted, quantity)

    def cost(self, good: Good, plan: GoodPlan, quantity: int = 1) -> Money | None:
        """What one unit costs, in the list's currency; None when that is not known there."""
        above = self.bought_at(good, plan, quantity)
        cost = self._converted(above.amount, above.currency) if above else None
        return None if cost is None else Money(cost, self.terms.currency)

    def total(self, good: Good, plan: GoodPlan, quantity: int) -> Money | None:
        """What so many units come to for one billing cycle."""
        heard = self.terms.heard(good, plan)
        price = self.price(good, plan, quantity)
        if price is None or not heard.is_graduated:
            return price.money * quantity if price else None
        edges = [1, *(tier.first for tier in heard.way.tiers if tier.first <= quantity), quantity + 1]
        parts = [(self.price(good, plan, first), last - first) for first, last in pairwise(edges)]
        amounts = [part.money.amount * units for part, units in parts if part is not None]
        if len(amounts) < len(parts):
            return None  # what some of the units have no price for has none
        return Money(sum(amounts, Decimal(0)), price.money.currency)

    def tiers(self, good: Good, plan: GoodPlan) -> list[tuple[int, Money]]:
        """From which number of units on one unit is sold at what, beginning with the first."""
        firsts = [1, *(tier.first for tier in self.terms.heard(good, plan).way.tiers if tier.first > 1)]
        return [(first, price.money) for first in firsts if (price := self.price(good, plan, first))]

    def promotion(self, good: Good, day: date, plan: GoodPlan) -> Offered | None:
        return self.terms.promotion_of(good, day, plan)

    def is_on_request(self, good: Good, plan: GoodPlan) -> bool:
        """Whether the list sells the plan and asks whoever wants it to ask."""
        on_request = self.terms.includes(good, plan) and self.terms.heard(good, plan).way.is_on_request(plan.word)
        return on_request and self.supply.amount(good, plan, self._wanted) is not None

    def lack(self, good: Good, plan: GoodPlan) -> Lack | None:
        """Why the plan has no price by this list; None when it has one."""
        if not self.terms.includes(good, plan):
            return Lack.SEGMENT if self.terms.shuts_out_segment(good, plan) else Lack.NOT_IN_LIST
        if self.amount(good, plan) is not None:
            return None
        return self._lack(good, plan)

    def _lack(self, good: Good, plan: GoodPlan) -> Lack:
        heard = self.terms.heard(good, plan)
        if self.supply.amount(good, plan, self._wanted) is None:
            return Lack.NO_COST if self.supply.above is None or self.supply.is_own(good) else Lack.NOT_OFFERED
        if heard.way.is_on_request(plan.word):
            return Lack.ON_REQUEST
        if heard.way.rule is Rule.RECOMMENDED and (heard.floor is None or self.cost(good, plan) is not None):
            advice = self.supply.recommended(good, plan, self.terms.currency, self.terms.market)
            return Lack.NO_RECOMMENDED if advice is None else unfit(heard.way, advice.amount)
        if (cost := self.cost(good, plan)) is not None:
            return unfit(heard.way, cost.amount)
        needs_rate = self._rate is None and self.terms.buys_in != self.terms.currency
        return Lack.NO_RATE if needs_rate else Lack.NO_COST
