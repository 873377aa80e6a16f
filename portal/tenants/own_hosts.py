"""Domains of the tenants' own among the hosts: held once proved, serving once they lead here, led back when they do not.

The table's key holds each name for one tenant only, whoever else claims it.
"""

from __future__ import annotations

from flask import current_app
from sqlalchemy import ColumnElement, ScalarSelect, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from portal.core.db import db
from portal.core.scope import acting_scope
from portal.tenants import hosts
from portal.tenants.actions import raise_stamp
from portal.tenants.models import Door, Host, State, Tenant


def hold(name: str, door: Door) -> bool:
    """Keep a proved name for the acting tenant, without serving anything yet; False when another tenant has it."""
    mine = {"name": name, "door": door, "tenant_id": acting_scope().tenant_id, "outside": True, "serves": False}
    db.session.execute(insert(Host).values(mine).on_conflict_do_nothing())
    return db.session.scalar(select(Host.tenant_id).where(Host.name == name)) == acting_scope().tenant_id


def release(name: str) -> None:
    """The name is nobody's from here on.  Content when it was not held."""
    db.session.execute(delete(Host).where(*_mine(name)))
    raise_stamp()


def serve(name: str, door: Door, *, main: bool) -> None:
    """Open the door under this name; as the main one, all other names of that door lead to it from here on."""
    if main:
        step_back(door)
    leads_to = None if main else _ours(door)
    db.session.execute(update(Host).where(*_mine(name)).values(serves=True, main=main, leads_to=leads_to))
    raise_stamp()


def fall_back(name: str, door: Door) -> None:
    """The name no longer leads here: whoever comes by it all the same is led to ours."""
    db.session.execute(update(Host).where(*_mine(name)).values(serves=True, main=False, leads_to=_ours(door)))
    raise_stamp()


def step_back(door: Door) -> None:
    """Whatever name is the main one of this door leads to ours from here on."""
    mine = (Host.tenant_id == acting_scope().tenant_id, Host.outside, Host.door == door, Host.main)
    db.session.execute(update(Host).where(*mine).values(main=False, leads_to=_ours(door)))
    raise_stamp()


def count(tenant_id: int) -> int:
    """How many names a tenant holds."""
    return db.session.scalar(select(func.count()).where(Host.tenant_id == tenant_id, Host.outside)) or 0


def is_anothers(name: str) -> bool:
    """Whether somebody else holds the name."""
    owner = db.session.scalar(select(Host.tenant_id).where(Host.name == name))
    return owner is not None and owner != acting_scope().tenant_id


def may_be_certified(name: str) -> bool:
    """Whether a certificate may be had for this name: a proved domain of a tenant who works."""
    known = select(Host.name).join(Tenant).where(Host.name == name, Host.outside, Tenant.state == State.ACTIVE)
    return db.session.scalar(known) is not None


def home(door: Door, tenant_id: int | None = None) -> str:
    """Where the door of a tenant opens, the acting one's if none is said: under its main name, with scheme and port."""
    return address(door, db.session.scalar(select(name_of(door, tenant_id))) or "")


def name_of(door: Door, tenant_id: int | None = None) -> ScalarSelect[str]:
    """The main name of a door, to stand in a statement that asks for something else, too."""
    number = acting_scope().tenant_id if tenant_id is None else tenant_id
    named = (Host.tenant_id == number, Host.door == door, Host.main | (~Host.outside & Host.leads_to.is_(None)))
    return select(Host.name).where(*named).order_by(Host.main.desc()).limit(1).scalar_subquery()


def address(door: Door, name: str) -> str:
    """Where the door opens under this name, with scheme and port."""
    settings = current_app.config["VITRINE"]
    ours = settings.shop_host if door is Door.SHOP else settings.office_host
    port = ours.removeprefix(hosts.plain(ours))
    return f"{settings.scheme}://{name}{port}"


def _ours(door: Door) -> str | None:
    """The name before our own host."""
    named = (Host.tenant_id == acting_scope().tenant_id, Host.door == door, ~Host.outside, Host.leads_to.is_(None))
    return db.session.scalar(select(Host.name).where(*named))


def _mine(name: str) -> tuple[ColumnElement[bool], ...]:
    return Host.name == name, Host.tenant_id == acting_scope().tenant_id, Host.outside.is_(True)
