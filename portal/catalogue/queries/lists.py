"""Price lists: who has which, who buys by them, and what he will find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import selectinload

from portal.catalogue import prices
from portal.catalogue.models import (
    PriceList,
    PriceListEntry,
    PriceListVersion,
    Product,
    VersionState,
)
from portal.catalogue.prices import Market, Offer, Question, Terms
from portal.catalogue.queries.own import Source, is_owner, own_terms
from portal.core.clock import today
from portal.core.db import Page, db
from portal.core.errors import NotFound
from portal.core.keys import read_key
from portal.core.listing import MOST_EXPORTED, Listing
from portal.core.scope import acting_scope
from portal.core.words import N_
from portal.tenants.models import Organization

LIST_SORTS: dict[str, Any] = {
    "name": func.lower(PriceList.name),
    "currency": PriceList.currency,
    "created": PriceList.created_at,
}
LIST_STATES = {"published": N_("Published"), "draft": N_("Draft"), "archived": N_("Archived")}


def price_lists(listing: Listing) -> Page[PriceList]:
    """The lists with all their versions; archived ones only when asked for."""
    state = listing.filters.get("state") or ""
    wanted = select(PriceList).options(selectinload(PriceList.versions))
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
    return db.session.scalars(
        wanted.options(selectinload(PriceList.versions)).order_by(func.lower(PriceList.name))
    ).all()


def price_list(key: str) -> tuple[PriceList, Sequence[str]]:
    """The list with its versions, and the tenants below that buy by it.  Two statements."""
    row_id = read_key(key)
    below = Organization.parent_id == acting_scope().tenant_id
    names = select(func.array_agg(aggregate_order_by(Organization.name, Organization.name)))
    buyers = names.where(below, Organization.price_list_id == PriceList.id).correlate(PriceList).scalar_subquery()
    wanted = select(PriceList, buyers).options(selectinload(PriceList.versions)).where(PriceList.id == row_id)
    row = db.session.execute(wanted).first() if row_id else None
    if row is None:
        raise NotFound
    return row[0], row[1] or []


def version_of(price_list: PriceList, number: int) -> PriceListVersion:
    found = next((version for version in price_list.versions if version.number == number), None)
    if found is None:
        raise NotFound
    return found


def has_entries(version: PriceListVersion) -> bool:
    some = select(PriceListEntry.id).where(PriceListEntry.version_id == version.id, PriceListEntry.apart).limit(1)
    return db.session.scalar(some) is not None


def buyers_by(price_list: PriceList) -> Sequence[str]:
    """The tenants one step below that buy by this list."""
    below = select(Organization.name).where(Organization.parent_id == acting_scope().tenant_id)
    return db.session.scalars(
        below.where(Organization.price_list_id == price_list.id).order_by(Organization.name)
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
    version, question = price_list.published, Question(on=today())
    if version is None:
        return RangeFacts(0, 0)
    terms = prices.terms_of_version(version)
    source = _source_for(version)
    named = len(terms.apart) if not terms.everything else _within_reach(terms, source)
    if not terms.covers(question.on):
        return RangeFacts(0, named)
    priced = len(prices.range_ids(question.by(terms), source))
    return RangeFacts(priced, max(0, named - priced))


def _source_for(version: PriceListVersion) -> Source:
    """From whom the owner of this version buys what it prices here."""
    if is_owner():
        return Market(version.market or "", version.price_list.currency)
    return own_terms().price_list_id


def _within_reach(terms: Terms, source: Source) -> int:
    """How many products a list of everything means.  Below the owner: of what the one above opens, never of what he has."""
    if is_owner():
        return max(0, _living_products() - len(terms.apart))
    return len(prices.range_ids(Question(on=today()).ticked_by(terms), source))


def _living_products() -> int:
    alive = or_(Product.discontinued_on.is_(None), Product.discontinued_on > today())
    return db.session.scalar(select(func.count()).select_from(Product).where(alive)) or 0


def under_cost(version: PriceListVersion, source: Source) -> list[Offer]:
    """The products of a version that are sold for less than they cost, with the plans of which that is true."""
    terms = prices.terms_of_version(version)
    losing = []
    for offer in prices.sold(Question(on=today(), size=MOST_EXPORTED), source, terms):
        offer.plans = [plan for plan in offer.plans if plan.is_under_cost]
        losing += [offer] if offer.plans else []
    return losing
