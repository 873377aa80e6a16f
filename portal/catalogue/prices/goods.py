"""What somebody who owns products offers, as plain values: they may be kept, and handed from tier to tier.

The owner's purchase prices are among them: a shelf stays with the tier that put it there, and what leaves are prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from portal.catalogue.models import Billing, Segment, Term
from portal.catalogue.models.categories import OTHERS
from portal.catalogue.models.products import CYCLE_MONTHS
from portal.catalogue.prices.rates import Rate, rates_from
from portal.core import keys
from portal.core.finding import folded

ANY_MARKET = ""
"""The market of prices that hold in every one: those that were typed by hand."""
TERMS = {str(term): term for term in Term}
BILLINGS = {str(billing): billing for billing in Billing}
SEGMENTS = {str(segment): segment for segment in Segment}
PLACES = {word: place for words in (TERMS, BILLINGS, SEGMENTS) for place, word in enumerate(words)}
PLAN, MARKET, CURRENCY, PURCHASE, RECOMMENDED = range(5)
"""What stands where in a row of prices."""


@dataclass(frozen=True, slots=True)
class Market:
    """Where an owner of products buys, or whose recommended prices are wanted."""

    market: str
    currency: str


@dataclass(slots=True, eq=False)
class GoodPlan:
    """A product at one term, billing cycle and segment, with what its owner pays and recommends, by market and currency."""

    key: str  # its id, as text: nobody asks for most of them
    term: Term
    billing: Billing
    segment: Segment
    word: str  # its name among those of its product
    place: int  # where it stands among them
    prices: Sequence[Sequence[Any]]  # market, currency, purchase and recommended price as text

    def at(self, market: str, currency: str, which: int) -> Decimal | None:
        """Its purchase or recommended price there, for one unit and one billing cycle."""
        typed = None
        for row in self.prices:
            amount = row[which]
            if amount is not None and row[CURRENCY] == currency:
                if row[MARKET] == market:
                    return _decimal(amount)
                if row[MARKET] == ANY_MARKET:
                    typed = amount
        return None if typed is None else _decimal(typed)

    def has_at(self, market: str, currencies: Sequence[str], which: int) -> bool:
        """Whether `at` knows a price there in any of these: asked of every plan of a range, so it makes no number of any."""
        for row in self.prices:
            if row[which] is not None and row[CURRENCY] in currencies and row[MARKET] in (market, ANY_MARKET):
                return True
        return False

    @property
    def months(self) -> int | None:
        """How many months a billing cycle has; None for what is billed once."""
        return CYCLE_MONTHS.get(self.billing)


@dataclass(slots=True, eq=False)
class Good:
    """A product as its owner describes it."""

    id: UUID
    tenant_id: int
    code: str
    slug: str
    name: str
    family: str
    vendor: str
    summary: str
    unit: str
    kind: str
    type_key: str
    category: str  # its code
    categories: Sequence[str]  # keys of its category and of those above that one, the nearest first
    created_at: datetime
    plans: Sequence[GoodPlan]
    picture: str = ""  # the name of its picture
    hidden: bool = False  # from the shop of whoever says so, and from those below
    more: bool = False  # there is more to say of it than lists show
    reworded_by: int = 0  # the tenant that says of it what stands here
    was: Good | None = None  # as the one above that tenant has it

    @property
    def found_by(self) -> str:
        """Its name, code and vendor, folded, a space before each word."""
        return _folded(f" {self.name} {self.code} {self.vendor}")

    @property
    def key(self) -> str:
        """The id as it stands in addresses."""
        return keys.spell(self.id)


_decimal = lru_cache(maxsize=100_000)(Decimal)
_folded = lru_cache(maxsize=50_000)(folded)


@dataclass(slots=True, eq=False)
class Shelf:
    """All goods of one owner that have a price on a day, by id, in order of their names; and the rates it converts by.

    No price of it is above `most`, whatever its currency.
    """

    owner: int
    goods: Mapping[UUID, Good]
    most: Decimal = Decimal(0)
    rates: Sequence[Rate] = ()  # by which its owner converts on that day
    places: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)  # as `categories_from` gave them


def shelf_from(owner: int, facts: Mapping[str, Any] | None) -> Shelf:
    """`Shelf` out of what `shelf_column` gave: products, plans and prices, each a list of lists."""
    if not facts:
        return Shelf(owner, {})
    prices: dict[str, list[Sequence[Any]]] = {}
    for row in facts["prices"]["rows"] or ():  # as they were read: thousands of values made anew wake the collector
        prices.setdefault(row[PLAN], []).append(row)
    plans: dict[str, list[GoodPlan]] = {}
    for key, product, term, billing, segment in facts["plans"] or ():
        if (known := prices.get(key)) is not None:
            plans.setdefault(product, []).append(plan_from(key, (term, billing, segment), known))
    goods = {}
    places, pictures = categories_from(facts["categories"] or ()), dict(facts["pictures"] or ())
    for key, code, slug, name, family, vendor, summary, unit, kind, of_type, placed, pic, created, more in (
        facts["products"] or ()
    ):
        if (offered := plans.get(key)) is not None:
            offered.sort(key=attrgetter("place"))
            category, above = places.get(placed, (OTHERS, ()))
            good = Good(
                *(UUID(key), owner, code, slug, name, family, vendor, summary, unit, kind),
                type_key=_spelled(of_type),
                category=category,
                categories=above,
                created_at=datetime.fromisoformat(created),
                plans=offered,
                picture=pic or pictures.get(of_type, ""),
                more=more,
            )
            goods[good.id] = good
    return Shelf(owner, goods, Decimal(facts["prices"]["most"] or 0), rates_from(facts["rates"]), places)


def plan_from(key: str, named: tuple[str, str, str], prices: Sequence[Sequence[Any]]) -> GoodPlan:
    """A plan of this id, by its term, billing cycle and segment."""
    return GoodPlan(key, *_named(*named), prices)


def categories_from(rows: Sequence[Sequence[str]]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """By id: the code of a category, and the keys of itself and of all above it."""
    known = {key: (code, parent) for key, code, parent in rows}
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for key, (code, _) in known.items():
        path: list[str] = []
        at: str | None = key
        while at in known and at not in path:
            path.append(at)
            at = known[at][1]
        found[key] = (code, tuple(map(_spelled, path)))
    return found


def _spelled(text: str | None) -> str:
    return keys.spell(UUID(text)) if text else ""


@lru_cache(maxsize=1_000)
def _named(term: str, billing: str, segment: str) -> tuple[Term, Billing, Segment, str, int]:
    """A plan's three words: what they name, in one word, and where it stands by segment, then term, then billing cycle."""
    place = (PLACES[segment] * len(TERMS) + PLACES[term]) * len(BILLINGS) + PLACES[billing]
    return TERMS[term], BILLINGS[billing], SEGMENTS[segment], f"{term}-{billing}-{segment}", place
