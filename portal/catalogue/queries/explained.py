"""By which of one's own lists a price is asked after, and what that list says on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import aliased

from portal.catalogue import prices
from portal.catalogue.models import Category, PriceList, PriceListVersion, ProductType
from portal.catalogue.prices import Terms
from portal.catalogue.prices.reading import versions_column, with_rest
from portal.catalogue.prices.terms import standing
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import read_key, spell
from portal.core.listing import alphabetical


@dataclass(frozen=True, slots=True)
class Asked:
    """One of one's own lists, as a choice."""

    id: UUID
    name: str
    for_storefront: bool

    @property
    def key(self) -> str:
        return spell(self.id)


@dataclass(frozen=True, slots=True)
class Heard:
    """The lists one may choose from, the one that was chosen, and what it says on the day; nothing where none counts."""

    lists: Sequence[Asked]
    chosen: Asked | None
    terms: Terms | None
    since: Sequence[Terms] = field(
        default=()
    )  # what it, and what it falls back to, says on that day and those that follow


def heard(key: str, on: date, number: int | None = None) -> Heard:
    """The list of this key, else the one of the storefront.  One statement; of a named version two."""
    wanted = read_key(key) if key else None
    if key and wanted is None:
        raise NotFound
    outer = aliased(PriceList)
    this = outer.id == wanted if wanted else outer.for_storefront.is_(True)
    said = case((this, versions_column(PriceList.id == outer.id, back_to=on))).label("said")
    columns = (outer.id, outer.name, outer.for_storefront, this.label("chosen"), said)
    rows = db.session.execute(select(*columns).where(outer.archived_at.is_(None)).order_by(alphabetical(outer.name)))
    lists: list[Asked] = []
    chosen, said_since = None, list[Terms]()
    for row in rows:
        lists.append(Asked(row.id, row.name, row.for_storefront))
        if row.chosen:
            chosen, said_since = lists[-1], prices.published(row.said)
    if wanted and chosen is None:
        raise NotFound
    if number is None or chosen is None:
        return Heard(lists, chosen, standing(said_since, on), said_since)
    return Heard(lists, chosen, with_rest(_version(chosen.id, number), said_since, on), said_since)


def _version(list_id: UUID, number: int) -> Terms:
    """One version, published or not."""
    this = (PriceListVersion.price_list_id == list_id, PriceListVersion.number == number)
    found = db.session.scalar(select(PriceListVersion.id).where(*this))
    if found is None:
        raise NotFound
    return prices.terms_of(found)


def category_title(key: str) -> str:
    """What the category of this key is called here."""
    found = db.session.scalar(select(Category).where(Category.id == read_key(key)))
    return str(found.title) if found else key


def type_name(key: str) -> str:
    return db.session.scalar(select(ProductType.name).where(ProductType.id == read_key(key))) or key
