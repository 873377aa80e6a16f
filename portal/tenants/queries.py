"""Questions about tenants: one's own record, and the children of the tenant acted for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select

from portal.audit.rows import found_by
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import read_key, spell
from portal.core.scope import Scope, acting, acting_scope
from portal.tenants import client_ids, hosts
from portal.tenants.checklist import Checklist
from portal.tenants.models import Edition, Host, OrderStatus, Organization, Tenant


def root_scope() -> Scope | None:
    """The distributor's scope; None before he is founded."""
    tenant = db.session.scalar(select(Tenant).where(Tenant.parent_id.is_(None)))
    return tenant.scope if tenant else None


def scope_of(tenant_id: int) -> Scope:
    """In whose scope a tenant's number acts.  NotFound when there is none."""
    tenant = db.session.get(Tenant, tenant_id)
    if tenant is None:
        raise NotFound
    return tenant.scope


def scopes_named(word: str) -> list[Scope]:
    """The tenants of this Client ID, this host, or this name.  By its name each is asked whether it is called so."""
    if client_id := client_ids.read(word):
        found = db.session.scalars(select(Tenant).where(Tenant.client_id == client_id)).all()
        if found:
            return [one.scope for one in found]
    at = (
        select(Tenant)
        .join(Host, Host.tenant_id == Tenant.id)
        .where(Host.name.in_([hosts.plain(word), hosts.shop_host(word)]))
    )
    if standing := db.session.scalars(at).first():
        return [standing.scope]
    everybody = [tenant.scope for tenant in db.session.scalars(select(Tenant))]
    return [scope for scope in everybody if _name_in(scope).casefold() == word.casefold()]


def _name_in(scope: Scope) -> str:
    """What the tenant of this scope is called; empty before it has a record."""
    with acting(scope):
        question = select(Organization.name).where(Organization.tenant_id == scope.tenant_id)
        return db.session.scalar(question) or ""


def own_client_id() -> str:
    """The acting tenant's, without the hyphen; empty before it is reserved."""
    return db.session.scalar(select(Tenant.client_id).where(Tenant.id == acting_scope().tenant_id)) or ""


def hosts_of(tenants: Collection[int]) -> list[tuple[str, int]]:
    """(host, whose) of all hosts of these tenants."""
    return [(name, number) for name, number in db.session.execute(_hosts(tenants))]


def _hosts(tenants: Collection[int]) -> Select[str, int]:
    return select(Host.name, Host.tenant_id).where(Host.tenant_id.in_(tenants))


def organization() -> Organization:
    """The acting tenant's own record."""
    return db.session.scalars(select(Organization).where(Organization.tenant_id == acting_scope().tenant_id)).one()


def prefix_of(document: str) -> str:
    """What the acting tenant puts before the numbers of this kind of document: `account` → `ACC`."""
    question = select(Organization.numbering).where(Organization.tenant_id == acting_scope().tenant_id)
    return str(db.session.scalars(question).one()[document])


def order_statuses() -> Sequence[OrderStatus]:
    """The states the acting tenant's orders go through, in their order."""
    return db.session.scalars(select(OrderStatus).order_by(OrderStatus.position)).all()


def children() -> Select[Organization, Tenant, Edition]:
    """The tenants one step below, each with its place and its edition."""
    return (
        select(Organization, Tenant, Edition)
        .join(Tenant, Tenant.id == Organization.tenant_id)
        .join(Edition, Edition.code == Tenant.edition_code)
        .where(Organization.parent_id == acting_scope().tenant_id)
    )


@found_by("organization")
def client_ids_of(keys: Collection[str]) -> dict[str, str]:
    """Under which Client ID the pages of these children stand."""
    ids = [row_id for key in keys if (row_id := read_key(key))]
    rows = db.session.execute(
        children().with_only_columns(Organization.id, Tenant.client_id).where(Organization.id.in_(ids))
    )
    return {spell(row.id): client_ids.spelled(row.client_id) for row in rows if row.client_id}


def storefront_of(tenant: Tenant) -> tuple[str, bool]:
    """The word before a child's hosts, and whether its shop lets visitors in, as far as its checklist says."""
    opened = select(Checklist.states["opening"].as_boolean()).where(Checklist.tenant_id == tenant.id)
    host, says_so = db.session.execute(
        select(hosts.naming(tenant.id).scalar_subquery(), opened.scalar_subquery())
    ).one()
    return hosts.word_of(host), bool(says_so)


def child(client_id: str) -> tuple[Organization, Tenant, Edition]:
    """The child of this Client ID, as its one spelling has it; anything else, and anybody else's, is NotFound."""
    plain = client_ids.read(client_id)
    if plain is None or client_ids.spelled(plain) != client_id:
        raise NotFound
    row = db.session.execute(children().where(Tenant.client_id == plain)).first()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]
