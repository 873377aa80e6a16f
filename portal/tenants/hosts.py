"""The names a tenant is reached under: one word, taken once, before both doors' hosts."""

from __future__ import annotations

import re

from flask import current_app
from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert

from portal.core import keys
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.words import N_, Line, say
from portal.tenants.models import Door, Host, Tenant

LONGEST = 40
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
RESERVED = frozenset(
    [
        "www",
        "office",
        "shop",
        "mail",
        "smtp",
        "imap",
        "ftp",
        "api",
        "admin",
        "root",
        "static",
        "assets",
        "cdn",
        "status",
        "help",
        "support",
        "docs",
        "login",
        "signin",
        "auth",
        "account",
        "accounts",
        "billing",
        "app",
        "apps",
        "portal",
        "demo",
        "test",
        "dev",
        "staging",
        "ns1",
        "ns2",
        "mx",
        "autoconfig",
        "autodiscover",
        "localhost",
    ]
)


def suggestion(name: str) -> str:
    """A storefront name made of an organization's: `Halcyon Works GmbH` → `halcyon-works-gmbh`."""
    return keys.slug(name, longest=LONGEST)


def check(name: str) -> None:
    """Whether a name may be taken at all.  Raises Invalid."""
    if not _NAME.fullmatch(name) or len(name) > LONGEST:
        raise Invalid(
            say(N_("Use lower-case letters, digits and hyphens, at most %(most)s."), most=LONGEST),
            field="storefront_address",
        )
    if name in RESERVED or name.startswith("xn--") or name[2:4] == "--":
        raise Invalid(
            say(N_("“%(name)s” is kept for the platform. Choose another name."), name=name), field="storefront_address"
        )


def is_free(name: str, *, to: int | None = None) -> bool:
    """Whether nobody is, or was, reached under this name; `to` is the tenant who may have it back."""
    owner = db.session.scalar(select(Host.tenant_id).where(Host.name == shop_host(name)))
    return owner is None or owner == to


def taken(name: str) -> Line:
    """Somebody has this name; here is one that nobody has."""
    return say(N_("“%(name)s” is taken. “%(free)s” is free."), name=name, free=free_name(name))


def free_name(wish: str) -> str:
    """The wish, or the wish with the first number that is free.  One statement."""
    wish = wish or "shop"
    taken = set(db.session.scalars(select(Host.name).where(Host.name.startswith(wish[: LONGEST - 5], autoescape=True))))
    ways = (wish, *(f"{wish[: LONGEST - 5]}-{number}" for number in range(2, 9999)))
    return next(name for name in ways if shop_host(name) not in taken and name not in RESERVED)


def shop_host(name: str) -> str:
    """The storefront's host, without port."""
    return f"{name}.{plain(current_app.config['VITRINE'].shop_host)}"


def office_host(name: str) -> str:
    return f"{name}.{plain(current_app.config['VITRINE'].office_host)}"


def plain(host: str) -> str:
    """`Office.Example:8000` → `office.example`."""
    name, _, port = host.lower().rpartition(":")
    return (name if name and port.isdigit() else host.lower()).rstrip(".")


def take(tenant: Tenant, name: str) -> None:
    """Give the tenant this name at both doors.  Raises Invalid when it cannot be had.

    The table's key decides: of two who take a name at the same moment, the second waits and is told that it is taken.
    """
    check(name)
    both = [(shop_host(name), Door.SHOP), (office_host(name), Door.OFFICE)]
    wanted = insert(Host).values([{"name": host, "door": door, "tenant_id": tenant.id} for host, door in both])
    got = db.session.scalars(wanted.on_conflict_do_nothing().returning(Host.name)).all()
    if len(got) < len(both):
        raise Invalid(taken(name), field="storefront_address")


def change(tenant: Tenant, name: str) -> None:
    """Reach the tenant under a new name, or again under one it had; everything else leads to it."""
    standing = db.session.get(Host, shop_host(name))
    if standing is None or standing.tenant_id != tenant.id:
        take(tenant, name)
    own = update(Host).where(Host.tenant_id == tenant.id)
    for door, host in ((Door.SHOP, shop_host(name)), (Door.OFFICE, office_host(name))):
        others = own.where(Host.door == door, Host.name != host, Host.outside.is_(False) | Host.leads_to.is_not(None))
        db.session.execute(own.where(Host.door == door, Host.name == host).values(leads_to=None))
        db.session.execute(others.values(leads_to=host))


def name_of(tenant_id: int) -> str:
    """The word that stands before both hosts now; empty when there is none."""
    return word_of(db.session.scalar(naming(tenant_id)))


def naming(tenant_id: int) -> Select[str]:
    """The host of a tenant's shop now; `word_of` takes its word."""
    ours = (Host.tenant_id == tenant_id, Host.door == Door.SHOP, Host.outside.is_(False), Host.leads_to.is_(None))
    return select(Host.name).where(*ours)


def word_of(host: str | None) -> str:
    return (host or "").partition(".")[0]


def shop_url(name: str) -> str:
    """Where the storefront opens, with scheme and port."""
    settings = current_app.config["VITRINE"]
    return f"{settings.scheme}://{name}.{settings.shop_host}"


def office_url(name: str) -> str:
    settings = current_app.config["VITRINE"]
    return f"{settings.scheme}://{name}.{settings.office_host}"
