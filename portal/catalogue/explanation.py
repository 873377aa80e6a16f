"""What is asked after when somebody asks why a price is so, and what is found: values, which pages and files lay out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import request
from flask_babel import gettext

from portal.catalogue import prices
from portal.catalogue.explaining import Step
from portal.catalogue.models import Breadth
from portal.catalogue.prices import Good, GoodPlan, Price, Terms
from portal.catalogue.queries.explained import Heard
from portal.core.clock import today
from portal.core.money import Money

MOST_UNITS = 1_000_000
LONGEST = 7
"""Digits of a quantity."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """For whom a price is asked after, and why he buys by that list."""

    name: str
    address: str
    because: str
    list_key: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks.  Nonsense in it is read as the usual: today, one unit, the storefront's list."""

    on: date
    quantity: int
    list_key: str
    version: int | None

    @classmethod
    def read(cls, buyer: Buyer | None = None) -> Wanted:
        number = request.args.get("version", "")
        return cls(
            _day(request.args.get("on", "")),
            _units(request.args.get("quantity", "")),
            buyer.list_key if buyer else request.args.get("list", ""),
            int(number) if number.isascii() and number.isdecimal() and len(number) < LONGEST and not buyer else None,
        )


@dataclass(frozen=True, slots=True)
class Passed:
    """A list that was asked and does not have the plan, or says nothing on the day, and the one that was asked next."""

    list_id: UUID
    name: str
    next: str
    says_nothing: bool = False

    @property
    def text(self) -> str:
        words = {"name": self.name, "next": self.next}
        if self.says_nothing:
            return str(gettext("%(name)s is not in force on this day, therefore %(next)s", **words))
        return str(gettext("Not in %(name)s, therefore %(next)s", **words))


@dataclass(slots=True)
class Explanation:
    """A plan's price and how it came to be, as far as whoever looks may know."""

    good: Good
    plan: GoodPlan
    wanted: Wanted
    heard: Heard
    cost: Money | None = None
    price: Price | None = None
    total: Money | None = None
    lack: str = ""
    reason: prices.Lack | None = None
    remedy: str = ""
    steps: list[Step] = field(default_factory=list)
    promotion: prices.Offered | None = None
    breadth: Breadth | None = None  # of what the list decides its price by
    by: Terms | None = None  # the list that answers
    passed: Sequence[Passed] = ()  # those that were asked before it
    about: str = ""  # of which part of the range the list speaks
    named: str = ""  # the same for machines

    @property
    def terms(self) -> Terms | None:
        return self.by or self.heard.terms

    @property
    def margin(self) -> Money | None:
        if self.price is None or self.price.money.currency != self.price.cost.currency:
            return None
        return self.price.money - self.price.cost


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def _units(text: str) -> int:
    whole = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else 1
    return min(max(whole, 1), MOST_UNITS)
