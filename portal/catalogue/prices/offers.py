"""What a tier answers: products with their plans, each with the number the asker pays.  Values, never rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Literal
from uuid import UUID

from portal.catalogue.models import Billing, Segment, Term
from portal.catalogue.models.products import CYCLE_MONTHS
from portal.catalogue.prices.terms import Price, Terms
from portal.core import keys
from portal.core.clock import today
from portal.core.db import Page
from portal.core.money import Money


@dataclass(frozen=True, slots=True)
class Advice:
    """Which recommended price is wanted beside the cost.  No market: that of the list one buys by."""

    currency: str
    market: str | None = None


@dataclass(frozen=True, slots=True)
class Below:
    """A list below the tier that answers, as the question carries it: its ticks, and what it must start from."""

    terms: Terms
    advice: int | None = None  # which of the recommended prices its rules start from
    sells: bool = False  # what it cannot price is not in the range
    is_met: bool | None = None  # whether the cost comes in its currency; None: as that of the tier that answers does


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a range.  It goes up the line, every tier adding what its list says; the numbers come down."""

    on: date
    search: str = ""  # an ILIKE pattern
    term: Term | None = None
    segment: Segment | None = None
    vendor: str = ""
    slug: str = ""
    category: str = ""
    product_id: UUID | None = None
    sort: str = "name"
    descending: bool = False
    number: int = 1
    size: int = 30
    glance: bool = False  # only the plans that may be shown where there is room for one price
    first: frozenset[UUID] = frozenset()  # products that come before the others
    beside: bool = False  # after the product of the slug come those like it
    counts: bool = False  # how many there are in each category, whichever is chosen
    lists: tuple[Below, ...] = ()  # the lists below that narrow the range
    advice: tuple[Advice, ...] = ()  # recommended prices wanted, by the tiers that need them

    def recommending(self, currency: str) -> Question:
        """The question with the recommended price in a currency beside the cost, to be shown."""
        return replace(self, advice=(*self.advice, Advice(currency)))

    def by(self, terms: Terms) -> Question:
        """The question of whoever buys by these terms, as their owner asks it of the tier above."""
        met = tuple(
            replace(below, is_met=below.terms.currency == terms.currency) if below.is_met is None else below
            for below in self.lists
        )
        return replace(self, lists=met).narrowed_by(terms, sells=True)

    def shown_by(self, terms: Terms) -> Question:
        """The question of a shop: its list decides what is shown; what it cannot price is on request."""
        glance = self.glance and not any(way.is_fixed for way in terms.ways.values())
        return replace(self, glance=glance).narrowed_by(terms, sells=False)

    def narrowed_by(self, terms: Terms, *, sells: bool) -> Question:
        """The question with a list below more, and the recommended price that its rules start from."""
        if not terms.starts_from_advice:
            return replace(self, lists=(*self.lists, Below(terms, None, sells)))
        below, advice = Below(terms, len(self.advice), sells), Advice(terms.currency, terms.market)
        return replace(self, lists=(*self.lists, below), advice=(*self.advice, advice))

    def ticked_by(self, terms: Terms) -> Question:
        """The question narrowed to what a list ticks, whatever it asks for it."""
        return replace(self, lists=(*self.lists, Below(terms)))


@dataclass(slots=True)
class PlanOffer:
    """A plan, what it costs the asker, and the recommended prices that were asked for."""

    term: Term
    billing: Billing
    segment: Segment
    cost: Money
    advised: tuple[Money | None, ...] = ()
    price: Price | None = None  # what the asker's own list makes of it
    recommended: Money | None = None

    @property
    def word(self) -> str:
        """The plan's name among those of its product, in addresses and where a list fixes its price."""
        return f"{self.term}-{self.billing}-{self.segment}"

    @property
    def sell(self) -> Money | None:
        """What the asker's own list asks."""
        return self.price.money if self.price else None

    @property
    def is_under_cost(self) -> bool:
        """Whether the asker's own list asks less than what he pays."""
        sell = self.sell
        return sell is not None and sell.currency == self.cost.currency and sell < self.cost

    def by_month(self, amount: Money) -> tuple[bool, bool, Decimal]:
        """Where an amount of this plan stands among its product's: billed monthly, then by the month, then billed once.

        Only what is paid for the same time is compared: a month of three years paid at once is a thirty-sixth of it.
        """
        months = CYCLE_MONTHS.get(self.billing)
        return (months is None, months != 1, amount.amount / (months or 1))


@dataclass(slots=True)
class Offer:
    """A product in the range, with its plans in order of segment, term and billing cycle."""

    id: UUID
    tenant_id: int
    code: str
    slug: str
    name: str
    family: str
    vendor: str
    summary: str
    unit: str
    discontinued_on: date | None
    plans: list[PlanOffer] = field(default_factory=list)
    in_shop: bool = False  # the asker's own shop shows it
    is_featured: bool = False  # the asker's own list shows it first

    @property
    def key(self) -> str:
        """The id as it stands in addresses."""
        return keys.spell(self.id)

    @property
    def is_discontinued(self) -> bool:
        return self.discontinued_on is not None and self.discontinued_on <= today()

    @property
    def segments(self) -> list[Segment]:
        return list(dict.fromkeys(plan.segment for plan in self.plans))

    def lowest(self, what: Literal["cost", "recommended", "sell"]) -> PlanOffer | None:
        """The plan to show where there is room for one: where that amount is lowest for the same time.

        Show its billing beside the amount: it is the price of that period.
        """
        known = [(plan.by_month(amount), plan) for plan in self.plans if (amount := getattr(plan, what))]
        return min(known, key=itemgetter(0))[1] if known else None


@dataclass(slots=True)
class Offers:
    """One page of a range."""

    items: list[Offer]
    total: int
    number: int
    size: int
    counts: Mapping[str, int] = field(default_factory=dict)  # by category

    def __iter__(self) -> Iterator[Offer]:
        return iter(self.items)

    @property
    def plans(self) -> Iterator[PlanOffer]:
        return (plan for offer in self.items for plan in offer.plans)

    @property
    def page(self) -> Page[Offer]:
        return Page(self.items, self.total, self.number, self.size)

    def recommending(self, advice: int) -> Offers:
        """The same offers with the recommended price that was asked for as number `advice`."""
        for plan in self.plans:
            plan.recommended = plan.advised[advice]
        return self

    def costing(self, terms: Terms, advice: int) -> Offers:
        """The same offers for whoever buys by these terms: their price is his cost.  What has no price is gone."""
        for offer in self.items:
            offer.plans = [plan for plan in offer.plans if _cost_by(offer, plan, terms, advice)]
        self.items = [offer for offer in self.items if offer.plans]
        return self

    def selling(self, terms: Terms | None, advice: int) -> Offers:
        """The same offers with the price the own list asks for each plan, where it has one."""
        for offer in self.items:
            offer.is_featured = terms is not None and offer.id in terms.featured
            for plan in offer.plans:
                plan.price = _price(offer, plan, terms, advice) if terms else None
        return self


def _cost_by(offer: Offer, plan: PlanOffer, terms: Terms, advice: int) -> bool:
    """Put the list's price in the place of the cost; whether there is one."""
    price = _price(offer, plan, terms, advice)
    if price is None:
        return False
    plan.cost = price.money
    return True


def _price(offer: Offer, plan: PlanOffer, terms: Terms, advice: int) -> Price | None:
    way = terms.ways.get(offer.id)
    advised = plan.advised[advice] if len(plan.advised) > advice else None
    return terms.price(way, plan.word if way else "", cost=plan.cost, recommended=advised)


def nothing(question: Question) -> Offers:
    return Offers([], 0, question.number, question.size)
