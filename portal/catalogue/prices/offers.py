"""What a page shows of a range: products with their plans, what each costs its reader and what he asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Literal
from uuid import UUID

from portal.catalogue.models import Billing, Segment, Term
from portal.catalogue.prices.counting import Counts
from portal.catalogue.prices.price import Lack, Price, Side, by_month
from portal.catalogue.prices.terms import Offered
from portal.core import keys
from portal.core.clock import today
from portal.core.db import Page
from portal.core.money import Money


@dataclass(slots=True)
class PlanOffer:
    """A plan, what it costs its reader, what his list asks for it, and what its maker recommends."""

    term: Term
    billing: Billing
    segment: Segment
    cost: Money
    price: Price | None = None  # what the reader's own list makes of it
    recommended: Money | None = None
    cost_here: Money | None = None  # the cost in the currency of the reader's list
    tiers: list[tuple[int, Money]] = field(
        default_factory=list
    )  # from which unit on which price, where there are several
    promotion: Offered | None = None
    lack: Lack | None = None  # why there is no price

    @property
    def word(self) -> str:
        """The plan's name among those of its product, in addresses and where a list fixes its price."""
        return f"{self.term}-{self.billing}-{self.segment}"

    @property
    def sell(self) -> Money | None:
        """What the reader's own list asks."""
        return self.price.money if self.price else None

    @property
    def is_under_cost(self) -> bool:
        """Whether the reader's own list asks less than what he pays."""
        sell, cost = self.sell, self.cost_here or self.cost
        return sell is not None and sell.currency == cost.currency and Side(cost.amount, sell.amount).is_under

    def by_month(self, amount: Money) -> tuple[bool, bool, Decimal]:
        """Where an amount of this plan stands among its product's: see `selling.by_month`."""
        return by_month(self.billing, amount.amount)


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
    discontinued_on: date | None = None
    category: str = ""
    categories: Sequence[str] = ()  # keys of its category and of those above that one, the nearest first
    created_at: datetime | None = None
    plans: list[PlanOffer] = field(default_factory=list)
    picture: str = ""  # the name of its picture
    more: bool = False  # there is more to say of it than lists show
    in_shop: bool = False  # the reader's own shop shows it
    hidden: bool = False  # from the reader's own shop
    in_list: bool = True  # the reader's own list has it
    is_featured: bool = False  # the reader's own list shows it first

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
    counts: Counts | None = None  # what else there is to choose
    instead: str = ""  # what was looked for instead of a misspelt word

    def __iter__(self) -> Iterator[Offer]:
        return iter(self.items)

    @property
    def plans(self) -> Iterator[PlanOffer]:
        return (plan for offer in self.items for plan in offer.plans)

    @property
    def page(self) -> Page[Offer]:
        return Page(self.items, self.total, self.number, self.size)
