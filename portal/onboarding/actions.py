"""What one does with tenant resellers: begin one, change its record, close it and open it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.accounts.models import Account
from portal.audit.actions import record
from portal.core import keys
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.scope import Scope, acting_scope
from portal.core.words import N_, say
from portal.onboarding import prerequisites, queries
from portal.onboarding.models import Mood, Weather
from portal.onboarding.outside import Pretend, outside
from portal.onboarding.prerequisites import Surprising
from portal.onboarding.steps import ONBOARDING
from portal.processes.actions import start
from portal.processes.models import Process
from portal.tenants import actions as tenants
from portal.tenants import hosts
from portal.tenants.models import Organization, State, Tenant

if TYPE_CHECKING:
    from portal.catalogue.models import PriceList


@dataclass(frozen=True, slots=True)
class Administrator:
    """The first person who may sign in.  Without a hash he is invited to choose a password."""

    name: str
    email: str
    username: str
    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a tenant reseller starts with: everything the form chose."""

    price_list: PriceList
    currency: str
    country: str
    language: str
    time_zone: str
    date_format: str
    edition: str
    separate_invoices: bool
    storefront: str
    administrator: Administrator
    logo: str | None = None  # SHA-256 of a file in the maker's store


def about(account: Account) -> str:
    """What the process is about: only one of that lives at a time."""
    return f"account:{account.key}"


def begin(account: Account, terms: Terms, *, knowing: str | None = None) -> Process:
    """Reserve the names and start the work, all in the caller's transaction.

    `knowing` is the mark of the surprises somebody has read; None where there is nobody to read them.  Raises Invalid
    with every field that blocks, and Surprising when there is more to know.  Judged once, with the account in hand: of
    two who begin at the same moment, the second is told that it is being made.
    """
    maker = acting_scope()
    db.session.refresh(account, with_for_update=True)
    judgement = prerequisites.judge(account, terms)
    if knowing not in (None, judgement.mark):
        raise Surprising(judgement)
    tenant = tenants.reserve(maker, edition=terms.edition, name=terms.storefront)
    account.reseller_tenant_id = tenant.id
    charter = _charter(account, terms, tenant)
    process = start(
        ONBOARDING,
        name=say(N_("Create tenant reseller: %(name)s"), name=account.name),
        about=about(account),
        facts=_facts(account, terms, charter, maker) | {"range": judgement.range.priced},
        subject=tenant.id,
        subject_name=account.name,
    )
    record("tenant.created", charter, whole=account, after=queries.said(charter, tenant, storefront=terms.storefront))
    return process


def _charter(account: Account, terms: Terms, tenant: Tenant) -> Organization:
    """The record as it will be: never added here, the tenant's own scope opens it.  Its id lets the log find it."""
    return Organization(
        id=keys.new_id(),
        tenant_id=tenant.id,
        parent_id=tenant.parent_id,
        name=account.name,
        country=terms.country,
        currency=terms.currency,
        language=terms.language,
        time_zone=terms.time_zone,
        date_format=terms.date_format,
        separate_invoices=terms.separate_invoices,
        price_list_name=terms.price_list.name,
        administrator_name=terms.administrator.name,
        administrator_email=terms.administrator.email,
        administrator_username=terms.administrator.username,
    )


def _facts(account: Account, terms: Terms, charter: Organization, maker: Scope) -> dict[str, Any]:
    """What the tasks need of their maker, who may not be read from below."""
    return {
        "organization": keys.spell(charter.id),
        "name": account.name,
        "account": account.key,
        "country": terms.country,
        "currency": terms.currency,
        "language": terms.language,
        "time_zone": terms.time_zone,
        "date_format": terms.date_format,
        "edition": terms.edition,
        "separate_invoices": terms.separate_invoices,
        "price_list": terms.price_list.key,
        "price_list_name": terms.price_list.name,
        "storefront": terms.storefront,
        "host": hosts.shop_host(terms.storefront),
        "storefront_url": hosts.shop_url(terms.storefront),
        "administrator": {
            "name": terms.administrator.name,
            "email": terms.administrator.email,
            "username": terms.administrator.username,
        },
        "password_hash": terms.administrator.password_hash,
        "logo": terms.logo,
        "maker": maker.tenant_id,
        "pretend": isinstance(outside(), Pretend),
    }


@dataclass(frozen=True, slots=True)
class Changes:
    """What may change of a living tenant's record."""

    name: str
    language: str
    time_zone: str
    date_format: str
    price_list: PriceList
    edition: str
    separate_invoices: bool
    storefront: str


def change(organization: Organization, tenant: Tenant, wanted: Changes, *, version: int) -> None:
    """Write the changes over those of `version`.  Raises Conflict when somebody wrote in between, Invalid at a field."""
    _hold(organization, tenant)
    if organization.version != version:
        raise Conflict(say(N_("Somebody changed this tenant reseller while you were writing.")))
    if tenant.state is State.IN_PROGRESS:
        raise Conflict(say(N_("Wait until it is ready: it is still being prepared.")))
    storefront = hosts.name_of(tenant.id)
    before = queries.said(organization, tenant, storefront=storefront)
    prerequisites.refuse(prerequisites.forbidding(organization, tenant, wanted))
    if wanted.storefront != storefront:
        hosts.change(tenant, wanted.storefront)
    tenant.edition_code = wanted.edition
    for name in ("name", "language", "time_zone", "date_format", "separate_invoices"):
        setattr(organization, name, getattr(wanted, name))
    organization.price_list_id, organization.price_list_name = wanted.price_list.id, wanted.price_list.name
    db.session.flush()
    after = queries.said(organization, tenant, storefront=wanted.storefront)
    if before != after:
        tenants.raise_stamp(tenant.id)
        record("tenant.changed", organization, before=before, after=after)


def suspend(organization: Organization, tenant: Tenant, *, reason: str) -> None:
    """Close office and storefront for now.  Every sign-in ends at its next request, because the state moved on."""
    _hold(organization, tenant)
    if tenant.state is not State.ACTIVE:
        raise Conflict(say(N_("Only a tenant reseller that is ready can be suspended.")))
    tenants.suspend(tenant, organization, reason=reason)


def reactivate(organization: Organization, tenant: Tenant, *, reason: str) -> None:
    """Open it again: sign-ins start anew."""
    _hold(organization, tenant)
    if tenant.state is not State.SUSPENDED:
        raise Conflict(say(N_("Only a suspended tenant reseller can be reactivated.")))
    tenants.reactivate(tenant, organization, reason=reason)


def _hold(organization: Organization, tenant: Tenant) -> None:
    """Lock both, in the order in which the tenant itself writes them: its record, and last its stamp."""
    db.session.refresh(organization, with_for_update=True)
    db.session.refresh(tenant, with_for_update=True)


def provoke(*, task: str, mood: Mood, storefront: str = "") -> Weather:
    """From now on the pretend world behaves like this at the task; what it was told before about it is forgotten."""
    clear(task)
    weather = Weather(task=task, mood=mood, storefront=storefront)
    db.session.add(weather)
    record("weather.changed", weather, after={"mood": mood.label, "storefront": storefront})
    return weather


def clear(task: str) -> None:
    """The pretend world behaves at this task."""
    for weather in db.session.scalars(
        select(Weather).where(Weather.task == task, Weather.tenant_id == acting_scope().tenant_id)
    ):
        record("weather.removed", weather, before={"mood": weather.mood.label})
        db.session.delete(weather)
    db.session.flush()
