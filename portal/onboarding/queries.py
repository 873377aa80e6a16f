"""Questions about tenant resellers: which there are, what is said of one, what one may be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from portal.accounts.models import Account
from portal.audit.actions import facts
from portal.catalogue import queries as catalogue
from portal.catalogue.models import PriceList
from portal.core.db import Page, db
from portal.core.listing import Listing, alphabetical
from portal.core.scope import acting_scope
from portal.onboarding.models import Weather
from portal.processes.models import OVER, Process
from portal.tenants import queries as places
from portal.tenants.models import SHOWN, Door, Edition, Host, Organization, State, Tenant

SORTS: dict[str, Any] = {
    "name": alphabetical(Organization.name),
    "edition": Edition.position,
    "state": Tenant.state,
    "created": Organization.created_at,
}
STATES = {str(state): SHOWN[state][1] for state in (State.ACTIVE, State.IN_PROGRESS, State.SUSPENDED, State.CLOSED)}
"""What the filter offers, in the order people ask for it."""


def usable_lists(currency: str) -> list[PriceList]:
    """Lists in force today; those in this currency first, then by name."""
    return sorted(catalogue.usable_lists(), key=lambda row: row.currency != currency)


# ------------------------------------------------------------------------------------------------- those that there are


@dataclass(frozen=True, slots=True)
class Reseller:
    """One line of the list."""

    organization: Organization
    tenant: Tenant
    edition: Edition
    storefront: str
    process: Process | None


def resellers(listing: Listing) -> Page[Reseller]:
    """One page of the tenants one step below, each with its storefront and the process that still makes it."""
    making = (Process.subject_id == Tenant.id) & (Tenant.state == State.IN_PROGRESS) & Process.state.not_in(OVER)
    question = places.children().add_columns(_storefront(), Process).outerjoin(Process, making)
    chosen = listing.filters
    if state := chosen.get("state"):
        question = question.where(Tenant.state == State(state))
    if edition := chosen.get("edition"):
        question = question.where(Tenant.edition_code == edition)
    if listing.search:
        code = listing.pattern.replace("-", "").upper()
        question = question.where(
            or_(
                Organization.name.ilike(listing.pattern, escape="\\"),
                Tenant.client_id.like(code, escape="\\"),
                _storefront().ilike(listing.pattern, escape="\\"),
            )
        )
    found = listing.page(question, Organization.id, rows=True)
    return Page([Reseller(*row) for row in found.items], found.total, found.number, found.size)


def counts() -> Mapping[str, int]:
    """How many there are in each state, in one statement."""
    below = places.children().with_only_columns(Tenant.state, func.count()).group_by(Tenant.state)
    found = {str(state): count for state, count in db.session.execute(below)}
    return {"all": sum(found.values()), **{state: found.get(state, 0) for state in STATES}}


def _storefront() -> Any:
    """The host the shop answers under now."""
    ours = (Host.tenant_id == Tenant.id) & (Host.door == Door.SHOP) & Host.outside.is_(False)
    return (
        select(func.min(Host.name))
        .where(ours, Host.leads_to.is_(None))
        .correlate(Tenant)
        .scalar_subquery()
        .label("storefront")
    )


# ----------------------------------------------------------------------------------------------------- changing one


def said(organization: Organization, tenant: Tenant, *, storefront: str) -> dict[str, Any]:
    """The tenant's record as the trail tells it; `storefront` is the word before its hosts."""
    told = facts(organization)
    for name in ("parent_id", "account_id", "price_list_id", "numbering", "suspended_because"):
        told.pop(name, None)
    edition = db.session.get_one(Edition, tenant.edition_code).name
    return told | {"edition": edition, "storefront_address": storefront}


def lists_for(organization: Organization) -> list[PriceList]:
    """The lists a tenant may be given: usable ones, and the one it has."""
    found = usable_lists(organization.currency)
    if organization.price_list_id and all(row.id != organization.price_list_id for row in found):
        current = db.session.scalar(select(PriceList).where(PriceList.id == organization.price_list_id))
        return [*found, current] if current else found
    return found


def storefront_list() -> PriceList | None:
    """What visitors of the own storefront pay: no list to sell by to somebody who sells."""
    return db.session.scalar(select(PriceList).where(PriceList.for_storefront, PriceList.archived_at.is_(None)))


def all_editions() -> Sequence[Edition]:
    return db.session.scalars(select(Edition).order_by(Edition.position)).all()


def in_our_books(organization: Organization) -> tuple[Account | None, PriceList | None]:
    """The account it was made of, and the list of ours that it buys by.  One statement."""
    house, account, price_list = Organization, Account, PriceList
    wanted = (
        select(account, price_list)
        .select_from(house)
        .outerjoin(account, (account.tenant_id == house.parent_id) & (account.id == house.account_id))
        .outerjoin(price_list, (price_list.tenant_id == house.parent_id) & (price_list.id == house.price_list_id))
    )
    row = db.session.execute(wanted.where(house.id == organization.id)).one()
    return row[0], row[1]


def weather() -> Sequence[Weather]:
    """What the pretend world was told, by us."""
    return db.session.scalars(select(Weather).where(Weather.tenant_id == acting_scope().tenant_id)).all()
