"""Whom price lists touch: the tenants that buy by them, those below these, and what slices above have that hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased, joinedload

from portal.catalogue import prices
from portal.catalogue.models import PriceList
from portal.catalogue.models.lists import MOST_RUNGS
from portal.catalogue.prices import Terms
from portal.catalogue.prices.reading import own_versions_column
from portal.catalogue.prices.terms import newest
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import read_key
from portal.core.listing import alphabetical
from portal.core.scope import acting_scope
from portal.tenants.models import Organization, State, Tenant

NAMED = 5
"""How many are called by name where there are many."""
AFFECTED: dict[str, Callable[[Any], Any]] = {}
"""What slices above have that buys by a list: a message id for it -> a column with its count and the first names.

Accounts are there; subscriptions will be, with what they pay until they are renewed.
"""


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom a list touches."""

    price_list: PriceList
    tenants: Sequence[str]  # direct children, by name
    below: int  # those further down are nobody's names
    others: dict[str, tuple[int, Sequence[str]]]
    above: Sequence[Touched] = ()  # whom it touches over the lists that fall back to it, for what these do not have

    @property
    def is_used(self) -> bool:
        """Whether anybody buys by it."""
        bought = any(count for count, _ in self.others.values())
        return bool(self.tenants) or bought or self.price_list.for_storefront or any(one.is_used for one in self.above)


def touched(key: str) -> Touched:
    """The list, and those that fall back to it.  One statement."""
    row_id = read_key(key)
    if row_id is None:
        raise NotFound
    wanted = select(PriceList, *_whom(PriceList)).options(joinedload(PriceList.versions))
    leads_there = and_(PriceList.archived_at.is_(None), _leads_to(PriceList, row_id))
    wanted = wanted.where(or_(PriceList.id == row_id, leads_there))
    rows = db.session.execute(wanted.order_by(PriceList.height, alphabetical(PriceList.name)))
    found = {row[0].id: _read(row[0], row[1:]) for row in rows.unique(lambda found: found[0].id)}
    it = found.pop(row_id, None)
    if it is None:
        raise NotFound
    return replace(it, above=[one for one in found.values() if one.is_used])


def _leads_to(price_list: Any, row_id: UUID, rungs: int = MOST_RUNGS - 1) -> ColumnElement[bool]:
    """Whether it falls back to that list, at once or over others."""
    at_once: ColumnElement[bool] = price_list.falls_back_id == row_id
    if rungs == 1:
        return at_once
    below = aliased(PriceList)
    same = (below.tenant_id == price_list.tenant_id, below.id == price_list.falls_back_id)
    return or_(at_once, select(below.id).where(*same, _leads_to(below, row_id, rungs - 1)).exists())


def all_touched(on: date) -> list[tuple[Touched, Terms]]:
    """All lists in force on that day with what they say then, those that somebody buys by first.  One statement."""
    it = aliased(PriceList)
    wanted = select(it, own_versions_column(PriceList.id == it.id), *_whom(it)).where(it.archived_at.is_(None))
    rows = db.session.execute(wanted.order_by(alphabetical(it.name), it.id)).all()
    known = {row[0].id: _read(row[0], row[2:]) for row in rows}
    said = ((row[0].id, newest(prices.published(row[1]), on)) for row in rows)
    above = _above(known)
    found = [(replace(known[key], above=above[key]), terms) for key, terms in said if terms is not None]
    return sorted(found, key=lambda one: not one[0].is_used)


def _above(known: Mapping[UUID, Touched]) -> Mapping[UUID, Sequence[Touched]]:
    """For each list those somebody buys by that fall back to it, at once or over others."""
    found: dict[UUID, list[Touched]] = {key: [] for key in known}
    for one in known.values():
        below = known.get(one.price_list.falls_back_id) if one.is_used and one.price_list.falls_back_id else None
        while below is not None:
            found[below.price_list.id].append(one)
            below = known.get(below.price_list.falls_back_id) if below.price_list.falls_back_id else None
    return found


def _whom(price_list: Any) -> list[Any]:
    """Columns with whom a list touches, as `_read` takes them."""
    columns = [make(price_list).label(f"affected_{place}") for place, make in enumerate(AFFECTED.values())]
    return [_names(price_list).label("names"), _further(price_list).label("below"), *columns]


def _read(price_list: PriceList, said: Sequence[Any]) -> Touched:
    names, below, *affected = said
    others = {title: (one["count"], one["names"] or []) for title, one in zip(AFFECTED, affected, strict=True)}
    return Touched(price_list, names or [], below, others)


def _buying(price_list: Any, wanted: Select[Any], *also: ColumnElement[bool]) -> Any:
    here = (Organization.parent_id == acting_scope().tenant_id, Organization.price_list_id == price_list.id)
    return wanted.where(*here, *also).correlate(price_list).scalar_subquery()


def _names(price_list: Any) -> Any:
    return _buying(price_list, select(func.array_agg(aggregate_order_by(Organization.name, Organization.name))))


def _further(price_list: Any) -> Any:
    """How many there are below those that buy by it: each stands below one of them, for they are beside each other."""
    above = func.unnest(Tenant.above).table_valued("id", name="above").render_derived()
    counted = select(func.count()).select_from(Tenant).join(above, true())
    lines = counted.join(Organization, Organization.tenant_id == above.c.id)
    return _buying(price_list, lines, Tenant.state != State.CLOSED)
