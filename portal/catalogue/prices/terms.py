"""What one price list says, as plain values: they may be remembered, and handed from tier to tier without opening a wall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision
from sqlalchemy import ColumnElement, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from portal.catalogue.models import PriceList, PriceListEntry, PriceListVersion, Rule, VersionState
from portal.core.db import db
from portal.core.money import Money, quantize

HUNDRED = Decimal(100)


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

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def includes(self, product_id: UUID) -> bool:
        return (product_id in self.apart) is not self.everything

    def price(self, *, cost: Money | None, recommended: Money | None) -> Price | None:
        """What the list asks; None when its rule has nothing to start from, or that is in another currency."""
        basis = cost if self.rule is Rule.COST else recommended
        if basis is None or basis.currency != self.currency:
            return None
        amount = priced(basis.amount, self.currency, self.rule, self.percent)
        return Price(Money(amount, self.currency), basis, self)


@dataclass(frozen=True, slots=True, eq=False)
class Price:
    """A resolved price, and how it came to be."""

    money: Money
    basis: Money
    terms: Terms


def priced(amount: Decimal, currency: str, rule: Rule, percent: Decimal) -> Decimal:
    """The rule's price of a cost or a recommended price, rounded once, to the currency's smallest coin."""
    factor = HUNDRED + percent if rule is Rule.COST else HUNDRED - percent
    return quantize(amount * factor / HUNDRED, coin(currency))


@lru_cache(maxsize=400)
def coin(currency: str) -> Decimal:
    """The smallest coin: 0.01 for USD, 1 for JPY."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def terms_column(*which: ColumnElement[bool]) -> Any:
    """A column with the published version of the list that `which` picks, for whatever statement is being made anyway."""
    apart = (
        select(func.coalesce(func.jsonb_agg(cast(PriceListEntry.product_id, Text)), literal([], type_=JSONB)))
        .where(PriceListEntry.tenant_id == PriceListVersion.tenant_id, PriceListEntry.version_id == PriceListVersion.id)
        .correlate(PriceListVersion)
        .scalar_subquery()
    )
    facts = (
        *("list_id", PriceList.id, "name", PriceList.name, "currency", PriceList.currency),
        *("version_id", PriceListVersion.id, "number", PriceListVersion.number, "market", PriceListVersion.market),
        *("rule", PriceListVersion.rule, "percent", cast(PriceListVersion.percent, Text)),
        *("everything", PriceListVersion.everything, "apart", apart),
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


def terms_from(facts: Mapping[str, Any] | None) -> Terms | None:
    """`Terms` out of what `terms_column` gave."""
    if facts is None:
        return None
    until = facts["valid_until"]
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
        apart=frozenset(UUID(product) for product in facts["apart"]),
        valid_from=date.fromisoformat(facts["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
    )


def storefront_column() -> Any:
    """The list the own shop sells by, as one more column of another statement."""
    return terms_column(PriceList.for_storefront.is_(True))


def storefront_terms() -> Terms | None:
    """The list the own shop sells by.  One statement."""
    return terms_from(db.session.scalar(select(storefront_column())))


def terms_of_version(version: PriceListVersion) -> Terms:
    """The terms of a version that is being looked at, published or not."""
    apart = select(PriceListEntry.product_id).where(PriceListEntry.version_id == version.id)
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
        apart=frozenset(db.session.scalars(apart)),
        valid_from=version.valid_from,
        valid_until=version.valid_until,
    )
