"""What one price list says, as plain values: they may be remembered, and handed from tier to tier without opening a wall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision
from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from portal.catalogue.models import PriceList, PriceListEntry, PriceListVersion, Rule, VersionState
from portal.core.db import db
from portal.core.money import Money, quantize

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Way:
    """How a list prices one product, where that is not the list's own rule.

    A fixed amount is the price of one plan and its billing cycle; the plans that are not named follow the list.
    """

    rule: Rule | None = None
    percent: Decimal = Decimal(0)
    amounts: Mapping[str, Decimal] = field(default_factory=dict)  # by the word of a plan

    @property
    def is_fixed(self) -> bool:
        return bool(self.amounts)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """One version of a list.  `apart` are the products that differ from `everything`: ticked out, or ticked in."""

    list_id: UUID
    version_id: UUID
    name: str
    number: int
    currency: str
    market: str | None
    rule: Rule
    percent: Decimal
    everything: bool
    apart: frozenset[UUID]
    valid_from: date
    valid_until: date | None
    ways: Mapping[UUID, Way] = field(default_factory=dict)  # of the products that are priced in their own way
    featured: frozenset[UUID] = frozenset()

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def includes(self, product_id: UUID) -> bool:
        return (product_id in self.apart) is not self.everything

    @property
    def starts_from_advice(self) -> bool:
        """Whether any of its prices is made from a recommended one."""
        return not self.rule.needs_cost or any(way.rule is Rule.RECOMMENDED for way in self.ways.values())

    def price(self, way: Way | None, word: str, *, cost: Money, recommended: Money | None) -> Price | None:
        """What the list asks for the plan of this word, whose product goes this way.

        None when its rule has nothing to start from, or that is in another currency.
        """
        if way and (fixed := way.amounts.get(word)) is not None:
            return Price(Money(fixed, self.currency), cost, self, None, Decimal(0), is_own=True)
        is_own = way is not None and way.rule is not None
        rule, percent = (way.rule, way.percent) if way and way.rule else (self.rule, self.percent)
        basis = cost if rule.needs_cost else recommended
        if basis is None or basis.currency != self.currency:
            return None
        amount = priced(basis.amount, self.currency, rule, percent)
        return Price(Money(amount, self.currency), basis, self, rule, percent, is_own)


@dataclass(frozen=True, slots=True, eq=False)
class Price:
    """A resolved price, and how it came to be: by which rule from what, or without one because it is fixed."""

    money: Money
    basis: Money
    terms: Terms
    rule: Rule | None
    percent: Decimal
    is_own: bool  # an exception of this product, not the rule of the list


def priced(amount: Decimal, currency: str, rule: Rule, percent: Decimal) -> Decimal:
    """The rule's price of a cost or a recommended price, rounded once, to the currency's smallest coin."""
    match rule:
        case Rule.COST:
            exact = amount * (HUNDRED + percent) / HUNDRED
        case Rule.MARGIN:
            exact = amount * HUNDRED / (HUNDRED - percent)
        case Rule.RECOMMENDED:
            exact = amount * (HUNDRED - percent) / HUNDRED
    return quantize(exact, coin(currency))


@lru_cache(maxsize=400)
def coin(currency: str) -> Decimal:
    """The smallest coin: 0.01 for USD, 1 for JPY."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def terms_column(*which: ColumnElement[bool]) -> Any:
    """A column with the published version of the list that `which` picks, for whatever statement is being made anyway."""
    entry = PriceListEntry
    shown = (
        select(func.jsonb_build_object(*_gathered(entry), type_=JSONB))
        .where(entry.tenant_id == PriceListVersion.tenant_id, entry.version_id == PriceListVersion.id)
        .correlate(PriceListVersion)
        .scalar_subquery()
    )
    facts = (
        *("list_id", PriceList.id, "name", PriceList.name, "currency", PriceList.currency),
        *("version_id", PriceListVersion.id, "number", PriceListVersion.number, "market", PriceListVersion.market),
        *("rule", PriceListVersion.rule, "percent", cast(PriceListVersion.percent, Text)),
        *("everything", PriceListVersion.everything, "entries", shown),
        *("valid_from", PriceListVersion.valid_from, "valid_until", PriceListVersion.valid_until),
    )
    return (
        select(func.jsonb_build_object(*facts, type_=JSONB))
        .select_from(PriceList)
        .join(PriceList.versions)
        .where(PriceList.archived_at.is_(None), PriceListVersion.state == VersionState.PUBLISHED, *which)
        .limit(1)
        .scalar_subquery()
    )


def _gathered(entry: type[PriceListEntry]) -> tuple[Any, ...]:
    """Ids of what is ticked apart and what is featured; rule, percentage and amounts of what goes its own way."""
    product = cast(entry.product_id, Text)
    way = func.jsonb_build_array(product, entry.rule, cast(entry.percent, Text), entry.amounts)
    own = or_(entry.rule.is_not(None), entry.amounts.is_not(None))
    return (
        *("apart", func.jsonb_agg(product).filter(entry.apart)),
        *("featured", func.jsonb_agg(product).filter(entry.featured)),
        *("ways", func.jsonb_agg(way).filter(own)),
    )


def terms_from(facts: Mapping[str, Any] | None) -> Terms | None:
    """`Terms` out of what `terms_column` gave."""
    if facts is None:
        return None
    until, entries = facts["valid_until"], facts["entries"]
    return Terms(
        list_id=UUID(facts["list_id"]),
        version_id=UUID(facts["version_id"]),
        name=facts["name"],
        number=facts["number"],
        currency=facts["currency"],
        market=facts["market"],
        rule=Rule(facts["rule"]),
        percent=Decimal(facts["percent"]),
        everything=facts["everything"],
        apart=_ids(entries["apart"]),
        valid_from=date.fromisoformat(facts["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
        ways={UUID(product): _way(*said) for product, *said in entries["ways"] or ()},
        featured=_ids(entries["featured"]),
    )


def _ids(texts: Sequence[str] | None) -> frozenset[UUID]:
    return frozenset(map(UUID, texts or ()))


def _way(rule: str | None, percent: str | None, amounts: Mapping[str, str] | None) -> Way:
    fixed = {word: Decimal(amount) for word, amount in (amounts or {}).items()}
    return Way(Rule(rule) if rule else None, Decimal(percent or 0), fixed)


def storefront_column() -> Any:
    """The list the own shop sells by, as one more column of another statement."""
    return terms_column(PriceList.for_storefront.is_(True))


def storefront_terms() -> Terms | None:
    """The list the own shop sells by.  One statement."""
    return terms_from(db.session.scalar(select(storefront_column())))


def terms_of_version(version: PriceListVersion) -> Terms:
    """The terms of a version that is being looked at, published or not."""
    said = select(func.jsonb_build_object(*_gathered(PriceListEntry), type_=JSONB))
    entries = db.session.execute(said.where(PriceListEntry.version_id == version.id)).scalar_one()
    return Terms(
        list_id=version.price_list_id,
        version_id=version.id,
        name=version.price_list.name,
        number=version.number,
        currency=version.price_list.currency,
        market=version.market,
        rule=version.rule,
        percent=version.percent,
        everything=version.everything,
        apart=_ids(entries["apart"]),
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        ways={UUID(product): _way(*said) for product, *said in entries["ways"] or ()},
        featured=_ids(entries["featured"]),
    )
