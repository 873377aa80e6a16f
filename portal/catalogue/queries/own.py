"""By what the acting tenant buys, and where the owner of the products does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB

from portal.catalogue.models import (
    PriceSheet,
    SheetState,
)
from portal.catalogue.prices import Market
from portal.core.db import db
from portal.core.scope import acting_scope
from portal.tenants.models import Organization

Source: TypeAlias = UUID | Market | None


@dataclass(frozen=True, slots=True)
class Own:
    """By what the acting tenant buys, and what it reckons in."""

    price_list_id: UUID | None
    currency: str
    country: str
    language: str


def own_terms() -> Own:
    """By what the acting tenant buys.  One statement."""
    house = Organization
    columns = (house.price_list_id, house.currency, house.country, house.language)
    row = db.session.execute(select(*columns).where(Organization.tenant_id == acting_scope().tenant_id)).one()
    return Own(*row)


def is_owner() -> bool:
    """Whether the acting tenant owns the products, and imports sheets."""
    return not acting_scope().above


def markets() -> list[Market]:
    """Where the owner of the products has prices: the markets of its applied sheets."""
    return markets_in(db.session.scalar(select(markets_column())))


def markets_column() -> Any:
    """The same as a column, for a statement that asks for more."""
    applied = select(func.jsonb_agg(PriceSheet.markets.distinct(), type_=JSONB))
    return applied.where(PriceSheet.state == SheetState.APPLIED).scalar_subquery()


def markets_in(found: Sequence[Sequence[str]] | None) -> list[Market]:
    return [Market(*pair.split(" · ")) for pair in sorted({pair for pairs in found or () for pair in pairs})]


def home_market(known: Sequence[Market], *, currency: str, country: str) -> Market:
    """The market to begin with: the own country's, else one in the own currency, else the first."""
    by_currency = [market for market in known if market.currency == currency]
    home = next((market for market in by_currency if market.market == country), None)
    return home or next(iter(by_currency or known), Market(country, currency))
