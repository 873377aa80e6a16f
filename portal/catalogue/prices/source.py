"""Where a cost comes from: a published list of the tier that answers, or the market in which the owner buys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, bindparam, literal, or_, select, true

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
    """Where the cost comes from: a published list, or the own purchase prices in a market.  Columns of one row."""

    def __init__(self, *, by_list: bool) -> None:
        self._by_list = by_list
        if by_list:
            version = PriceListVersion
            self.columns: tuple[Any, ...] = (version.market, PriceList.currency, version.rule, version.percent)
        else:
            rule = literal(Rule.COST, PriceListVersion.rule.type)
            self.columns = (
                bindparam("own_market", type_=String),
                bindparam("own_currency", type_=String),
                rule,
                literal(0),
            )
        self.market: Any
        self.currency: Any
        self.rule: Any
        self.percent: Any
        self.market, self.currency, self.rule, self.percent = self.columns

    def beside(self, question: Select[Any]) -> Select[Any]:
        """The question with the list's version beside every row."""
        if not self._by_list:
            return question
        version = PriceListVersion
        return (
            question.join(version, true())
            .join(version.price_list)
            .where(PriceList.id == bindparam("list_id"), PriceList.archived_at.is_(None))
            .where(version.state == VersionState.PUBLISHED, version.valid_from <= on())
            .where(or_(version.valid_until.is_(None), version.valid_until >= on()))
        )

    def includes(self) -> ColumnElement[bool]:
        """Whether the list has the product."""
        if not self._by_list:
            return true()
        entry = (
            select(PriceListEntry.id)
            .where(PriceListEntry.version_id == PriceListVersion.id, PriceListEntry.product_id == Product.id)
            .correlate(PriceListVersion, Product)
            .exists()
        )
        return entry != PriceListVersion.everything
