"""Price lists: who has which, who buys by them, and what he will find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from portal.catalogue import prices
from portal.catalogue.models import (
    PriceList,
    PriceListEntry,
    PriceListVersion,
    Product,
    VersionState,
)
from portal.catalogue.prices import Market, Offers, Question, Terms, Ticked, Wish
from portal.catalogue.queries.own import Source, is_owner, own_terms
from portal.core.clock import today
from portal.core.db import Page, db, get
from portal.core.errors import NotFound
from portal.core.keys import read_key, spell
from portal.core.listing import Listing, alphabetical
from portal.core.scope import acting_scope
from portal.core.words import N_
from portal.tenants.models import Organization

LIST_SORTS: dict[str, Any] = {
    "name": alphabetical(PriceList.name),
    "currency": PriceList.currency,
    "created": PriceList.created_at,
}
WHOLE = (joinedload(PriceList.versions), joinedload(PriceList.falls_back))
LIST_STATES = {"published": N_("Published"), "draft": N_("Draft"), "archived": N_("Archived")}


def price_lists(listing: Listing) -> Page[PriceList]:
    """The lists with all their versions; archived ones only when asked for."""
    state = listing.filters.get("state") or ""
    below = (selectinload(PriceList.versions), joinedload(PriceList.falls_back))
    wanted = select(PriceList).options(*below)
    wanted = wanted.where(
        PriceList.archived_at.is_not(None) if state == "archived" else PriceList.archived_at.is_(None)
    )
    if state in ("published", "draft"):
        version = select(PriceListVersion.id).where(PriceListVersion.price_list_id == PriceList.id)
        wanted = wanted.where(version.where(PriceListVersion.state == VersionState(state)).exists())
    if listing.search:
        wanted = wanted.where(PriceList.name.ilike(listing.pattern))
    return listing.page(wanted, PriceList.id)


def usable_lists(on: date | None = None) -> Sequence[PriceList]:
    """Published lists that are in force on that day: what a tenant or an account may be given."""
    day = on or today()
    in_force = (
        select(PriceListVersion.id)
        .where(PriceListVersion.price_list_id == PriceList.id, PriceListVersion.state == VersionState.PUBLISHED)
        .where(PriceListVersion.valid_from <= day)
        .where(or_(PriceListVersion.valid_until.is_(None), PriceListVersion.valid_until >= day))
        .exists()
    )
    wanted = select(PriceList).where(PriceList.archived_at.is_(None), PriceList.for_storefront.is_(False), in_force)
    ordered = wanted.options(joinedload(PriceList.versions)).order_by(alphabetical(PriceList.name))
    return db.session.scalars(ordered).unique().all()


@dataclass(frozen=True, slots=True)
class Uses:
    """What hangs on a list."""

    buyers: Sequence[str]  # the tenants below that buy by it
    lists: Sequence[tuple[str, str]]  # that fall back to it: keys and names


def price_list(key: str) -> tuple[PriceList, Uses]:
    """The list with its versions and the one it falls back to, and what hangs on it.  One statement."""
    row_id = read_key(key)
    below = Organization.parent_id == acting_scope().tenant_id
    names = select(func.array_agg(aggregate_order_by(Organization.name, Organization.name)))
    buyers = names.where(below, Organization.price_list_id == PriceList.id).correlate(PriceList).scalar_subquery()
    above = aliased(PriceList)
    named = aggregate_order_by(func.jsonb_build_array(cast(above.id, Text), above.name), alphabetical(above.name))
    fallen = select(func.jsonb_agg(named, type_=JSONB)).where(*_falls_back_to(above, PriceList))
    wanted = select(PriceList, buyers, fallen.correlate(PriceList).scalar_subquery()).where(PriceList.id == row_id)
    wanted = wanted.options(*WHOLE)
    row = db.session.execute(wanted).unique(itemgetter(0)).one_or_none() if row_id else None
    if row is None:
        raise NotFound
    return row[0], Uses(row[1] or [], [(spell(UUID(one)), name) for one, name in row[2] or []])


def whole_list(key: str, *, lock: bool = False) -> PriceList:
    """The list with its versions and the one it falls back to; locked for whoever writes.  One statement."""
    row = get(PriceList, key, options=WHOLE, lock=lock)
    for version in row.versions:
        set_committed_value(version, "price_list", row)
    return row


def _falls_back_to(above: Any, price_list: Any) -> tuple[ColumnElement[bool], ...]:
    """Whether a living list falls back to another, without one between them."""
    same = above.tenant_id == price_list.tenant_id
    return same, above.falls_back_id == price_list.id, above.archived_at.is_(None)


def falling_back_to(price_list: PriceList) -> Sequence[str]:
    """The names of the lists that fall back to this one."""
    named = select(PriceList.name).where(*_falls_back_to(PriceList, price_list))
    return db.session.scalars(named.order_by(alphabetical(PriceList.name))).all()


def fallbacks(price_list: PriceList | None = None) -> Sequence[PriceList]:
    """What may be chosen for a list to fall back to: those of its currency; for one that is new all, each in its own."""
    wanted = select(PriceList).where(PriceList.archived_at.is_(None)).order_by(alphabetical(PriceList.name))
    if price_list is not None:
        wanted = wanted.where(PriceList.id != price_list.id, PriceList.currency == price_list.currency)
    return db.session.scalars(wanted).all()


def storefront_list(*, lock: bool = False) -> PriceList:
    """The list the own shop sells by.  Raises NotFound."""
    wanted = select(PriceList).where(PriceList.for_storefront.is_(True), PriceList.archived_at.is_(None))
    found = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound
    return found


def version_of(price_list: PriceList, number: int) -> PriceListVersion:
    found = next((version for version in price_list.versions if version.number == number), None)
    if found is None:
        raise NotFound
    return found


def versions_of(key: str, one: int, other: int) -> tuple[PriceListVersion, PriceListVersion]:
    """Two versions of a list by their numbers, with all of its others.  One statement."""
    row_id = read_key(key)
    if row_id is None:
        raise NotFound
    wanted = select(PriceListVersion).where(PriceListVersion.price_list_id == row_id)
    rows = db.session.scalars(wanted.options(joinedload(PriceListVersion.price_list))).all()
    known = {version.number: version for version in rows}
    if one not in known or other not in known:
        raise NotFound
    row = known[one].price_list
    set_committed_value(row, "versions", sorted(rows, key=lambda version: -version.number))
    return known[one], known[other]


def has_entries(version: PriceListVersion) -> bool:
    mine = (PriceListEntry.version_id == version.id, PriceListEntry.sells.is_(True))
    some = select(PriceListEntry.id).where(*mine).limit(1)
    return db.session.scalar(some) is not None


def buyers_by(price_list: PriceList) -> Sequence[str]:
    """The tenants one step below that buy by this list."""
    below = select(Organization.name).where(Organization.parent_id == acting_scope().tenant_id)
    return db.session.scalars(
        below.where(Organization.price_list_id == price_list.id).order_by(alphabetical(Organization.name))
    ).all()


@dataclass(frozen=True, slots=True)
class RangeFacts:
    """What somebody who buys by a list will find: products with a price, and those of the list without one."""

    priced: int
    unpriced: int


def range_facts(price_list: PriceList) -> RangeFacts:
    """How many products of the list have a price today.

    Acts for the list's owner.  A list of everything counts the owner's whole range; a draft is not counted.
    """
    version = price_list.published
    if version is None:
        return RangeFacts(0, 0)
    sells = prices.sold_by(acting_scope(), price_list.id, Wish(today()))  # as he will ask it, and kept as for him
    chain = (sells.terms if sells else prices.terms_of_version(version)).chain
    whole = next((terms for terms in chain if terms.everything), None)
    inside = frozenset[UUID]().union(*(terms.inside for terms in chain))
    named = len(inside) if whole is None else _within_reach(whole, source_for(version))
    priced = len(sells.sold) if sells else 0
    return RangeFacts(priced, max(0, named - priced))


def source_for(version: PriceListVersion) -> Source:
    """By what the acting tenant buys what this version prices, also where nobody has arrived: see `buying`."""
    if is_owner():
        return Market(version.market or "", version.costs_in or version.price_list.currency)
    return own_terms().price_list_id


def _within_reach(terms: Terms, source: Source) -> int:
    """How many products a list of everything means.  Below the owner: of what the one above opens, never of what he has."""
    if is_owner():
        return max(0, _living_products() - len(terms.outside))
    return sum(1 for _, product in prices.range_ids(Question(on=today()), source) if product not in terms.outside)


def _living_products() -> int:
    return db.session.scalar(select(func.count()).select_from(Product).where(Product.sellable(today()))) or 0


def under_cost(version: PriceListVersion, source: Source, most: int) -> Offers:
    """The first products of a version that are sold for less than they cost, with the plans of which that is true."""
    return prices.sold(Question(today(), ticked=Ticked.UNDER, size=most), source, prices.terms_of_version(version))
