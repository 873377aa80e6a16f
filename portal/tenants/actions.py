"""What is done to a tenant: founded, reserved, opened, activated, suspended, changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, cast, delete, extract, func, select, update
from sqlalchemy.dialects.postgresql import insert

from portal.audit import record
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.scope import Scope, acting_scope
from portal.core.words import N_, say
from portal.tenants import client_ids, hosts
from portal.tenants.checklist import Checklist
from portal.tenants.models import ORDER_STATUSES, Edition, Host, OrderStatus, Organization, State, Tenant

BASIC, PREMIUM = "basic", "premium"
EDITIONS = (
    {"code": BASIC, "name": "Basic", "position": 1, "features": []},
    {
        "code": PREMIUM,
        "name": "Premium",
        "position": 2,
        "features": ["studio", "own_domain", "own_products", "tickets", "tenant_resellers"],
    },
)


def lay_out_editions() -> None:
    """The two editions we ship; one that is there stays as it is."""
    db.session.execute(insert(Edition).values(list(EDITIONS)).on_conflict_do_nothing())


def found_root() -> Tenant:
    """The distributor's place at the top of the tree.  Raises Conflict when there is one."""
    if db.session.scalar(select(Tenant.id).where(Tenant.parent_id.is_(None))) is not None:
        raise Conflict(say(N_("There is a distributor already.")))
    tenant = Tenant(edition_code=PREMIUM, above=[])
    db.session.add(tenant)
    db.session.flush()
    reserve_client_id(tenant)
    tenant.move(to=State.ACTIVE)
    return tenant


def reserve(parent: Scope, *, edition: str, name: str) -> Tenant:
    """A place below the parent and a name for its doors, both still empty.  Raises Invalid at the address's field."""
    tenant = Tenant(parent_id=parent.tenant_id, above=list(parent.line), edition_code=edition)
    db.session.add(tenant)
    db.session.flush()
    hosts.take(tenant, name)
    return tenant


def reserve_client_id(tenant: Tenant) -> str:
    """Give the tenant its Client ID, once.  Returns it as people read it."""
    while tenant.client_id is None:
        drawn = client_ids.draw()
        if db.session.scalar(select(Tenant.id).where(Tenant.client_id == drawn)) is None:
            tenant.client_id = drawn
    db.session.flush()
    return client_ids.spelled(tenant.client_id)


def open_organization(**facts: Any) -> Organization:
    """The tenant's record and the states its orders go through, made in its own scope.  Made before: left as they are."""
    acting = acting_scope()
    standing = db.session.scalar(select(Organization).where(Organization.tenant_id == acting.tenant_id))
    if standing is not None:
        return standing
    parent_id = acting.above[0] if acting.above else None
    organization = Organization(parent_id=parent_id, **facts)
    db.session.add(organization)
    db.session.add_all(
        OrderStatus(code=code, name=name, position=position, tone=tone, final=final)
        for position, (code, name, tone, final) in enumerate(ORDER_STATUSES, start=1)
    )
    if parent_id is not None:
        db.session.add(Checklist(parent_id=parent_id))
    record("tenant.opened", organization)
    return organization


def close_organization() -> None:
    """Take back the tenant's record and all that began with it, in its own scope."""
    db.session.execute(delete(OrderStatus))
    db.session.execute(delete(Checklist).where(Checklist.tenant_id == acting_scope().tenant_id))
    db.session.execute(delete(Organization).where(Organization.tenant_id == acting_scope().tenant_id))


def give_up(tenant: Tenant) -> None:
    """Take back the place and the names of a tenant that never opened.

    Its number stays, closed and nameless, because its log is kept for ever and needs somebody whose it is.
    """
    if tenant.state != State.CLOSED:
        tenant.move(to=State.CLOSED)
    tenant.client_id = None
    db.session.execute(delete(Host).where(Host.tenant_id == tenant.id))


def activate(tenant: Tenant) -> None:
    """From here the tenant lives."""
    if tenant.state != State.ACTIVE:
        tenant.move(to=State.ACTIVE)


def suspend(tenant: Tenant, organization: Organization, *, reason: str) -> None:
    """The office becomes read-only, the shop shows that it is closed; what customers have goes on."""
    tenant.move(to=State.SUSPENDED)
    organization.suspended_because = reason
    raise_stamp(tenant.id)
    record("tenant.suspended", organization, after={"reason": reason})


def reactivate(tenant: Tenant, organization: Organization, *, reason: str) -> None:
    tenant.move(to=State.ACTIVE)
    organization.suspended_because = ""
    raise_stamp(tenant.id)
    record("tenant.reactivated", organization, after={"reason": reason})


def raise_stamp(tenant_id: int | None = None) -> None:
    """Say that something the shops of this tenant and below show has changed: what they remember is dropped.

    The stamp is the time in microseconds, so that a database put back to an older state never shows a known one again.
    """
    number = acting_scope().tenant_id if tenant_id is None else tenant_id
    moment = cast(extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)
    db.session.execute(update(Tenant).where(Tenant.id == number).values(stamp=func.greatest(Tenant.stamp + 1, moment)))
