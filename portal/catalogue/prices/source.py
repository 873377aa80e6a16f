"""Where a cost comes from: a published list of the tier that answers, or the market in which the owner buys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    bindparam,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from portal.catalogue.models import PriceList, PriceListEntry, PriceListVersion, Product, Rule, VersionState


@dataclass(frozen=True, slots=True)
class Market:
    """Where the owner of the products buys: its own view, by no list."""

    market: str
    currency: str


def on() -> Any:
    """The day asked for: a parameter of its own at each place, because one that stands in many slows the reckoning."""
    return bindparam("on", type_=Date)


class Source:
    """Where the cost comes from: a published list, or the own purchase prices in a market.  Columns of one row.

    Beside the list's version stands what it says of the product alone, looked up for each product by itself.
    """

    def __init__(self, *, by_list: bool) -> None:
        self._by_list = by_list
        version, own = PriceListVersion, _entry()
        self._own = own
        if by_list:
            self.froms: tuple[Any, ...] = (Product, version, PriceList, own)
            said = (func.coalesce(own.c.rule, version.rule), func.coalesce(own.c.percent, version.percent))
            self.columns: tuple[Any, ...] = (version.market, PriceList.currency, *said, own.c.amounts)
        else:
            self.froms = (Product,)
            market = (bindparam("own_market", type_=String), bindparam("own_currency", type_=String))
            self.columns = (*market, literal(Rule.COST, version.rule.type), literal(0), cast(null(), JSONB))
        self.market: Any
        self.currency: Any
        self.rule: Any
        self.percent: Any
        self.amounts: Any
        self.market, self.currency, self.rule, self.percent, self.amounts = self.columns

    def beside(self, question: Select[Any]) -> Select[Any]:
        """The question with the list's version beside every row."""
        if not self._by_list:
            return question
        version = PriceListVersion
        return (
            question.join(version, true())
            .join(version.price_list)
            .outerjoin(self._own, true())
            .where(PriceList.id == bindparam("list_id"), PriceList.archived_at.is_(None))
            .where(version.state == VersionState.PUBLISHED, version.valid_from <= on())
            .where(or_(version.valid_until.is_(None), version.valid_until >= on()))
        )

    def includes(self) -> ColumnElement[bool]:
        """Whether the list has the product."""
        if not self._by_list:
            return true()
        return func.coalesce(self._own.c.apart, false()) != PriceListVersion.everything


def _entry() -> Any:
    """What the list's version says of the product alone."""
    entry, version = PriceListEntry, PriceListVersion
    return (
        select(entry.apart, entry.rule, entry.percent, entry.amounts)
        .where(entry.tenant_id == version.tenant_id, entry.version_id == version.id, entry.product_id == Product.id)
        .limit(literal_column("1"))
        .correlate(version, Product)
        .lateral("own")
    )
