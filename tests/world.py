"""The small named world every test begins in.

Meridian is the distributor.  North (Premium) and South (Basic) are its tenant resellers, Fjord is a tenant reseller of
North's, and Strand is the stranger: another tenant of Meridian's whose people must never see anything of the others.
Each has one person per role; everybody's password is `PASSWORD`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.app import Vitrine
from portal.catalogue.actions import lay_out_categories
from portal.core.db import db
from portal.core.scope import Scope, acting
from portal.storefront import actions as storefront
from portal.storefront.models import Visibility
from portal.tenants import actions as tenants
from portal.tenants import hosts
from portal.tenants.models import Organization, Tenant
from portal.users import passwords
from portal.users.gate import COOKIE, hashed
from portal.users.models import SignIn, State, User
from portal.users.roles import Role

PASSWORD = "correct horse battery staple 7"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
OFFICE = "http://office.localhost:8000"

HOUSES = {
    "meridian": ("Meridian Cloud Distribution", None, tenants.PREMIUM, "US", "USD", "America/Chicago"),
    "north": ("Nordlicht IT", "meridian", tenants.PREMIUM, "DE", "EUR", "Europe/Berlin"),
    "south": ("Halcyon Works", "meridian", tenants.BASIC, "US", "USD", "America/Chicago"),
    "strand": ("Strand Systems", "meridian", tenants.BASIC, "US", "USD", "America/Chicago"),
    "fjord": ("Fjordline Digital", "north", tenants.BASIC, "DE", "EUR", "Europe/Berlin"),
}


class Browser(FlaskClient):
    """A test client that stays at one address."""

    base = OFFICE

    def open(self, *args: Any, **options: Any) -> Any:
        options.setdefault("base_url", self.base)
        options.setdefault("buffered", True)  # read to its end, as a browser does: some things follow an answer
        return super().open(*args, **options)


@dataclass(slots=True)
class House:
    """One tenant of the world, seen from a test."""

    app: Vitrine
    word: str
    name: str
    scope: Scope
    client_id: str
    people: dict[str, str] = field(default_factory=dict)  # role -> username

    @property
    def tenant_id(self) -> int:
        return self.scope.tenant_id

    @contextmanager
    def office(self) -> Iterator[None]:
        """Act for this tenant; what was done is kept when the block ends well."""
        with self.app.app_context(), acting(self.scope):
            yield
            db.session.commit()

    def client(self, role: str = "administrator", *, own_address: bool = False) -> Browser:
        """A browser in which the person of this role is signed in at the office."""
        return self._signed_in(role, "office", f"http://{self.word}.office.localhost:8000" if own_address else OFFICE)

    def shop_client(self, role: str = "administrator") -> Browser:
        """A browser in which the person of this role is signed in at the storefront."""
        return self._signed_in(role, "shop", f"http://{self.word}.shop.localhost:8000")

    def _signed_in(self, role: str, door: str, base: str) -> Browser:
        client = self.visitor(base)
        token = secrets.token_urlsafe(32)
        host = base.removeprefix("http://").partition(":")[0]
        with self.office():
            person = db.session.scalars(select(User).where(User.username == self.people[role])).one()
            db.session.add(
                SignIn(
                    token_hash=hashed(token),
                    user_id=person.id,
                    door=door,
                    host=host,
                    source="127.0.0.1",
                    agent="test",
                )
            )
        client.set_cookie(COOKIE, f"{self.client_id}.{token}", domain=host)
        return client

    def visitor(self, base: str = OFFICE) -> Browser:
        """A browser in which nobody is signed in."""
        browser = Browser(self.app, self.app.response_class)
        browser.base = base
        return browser

    def shop(self) -> Browser:
        """A visitor's browser at this tenant's storefront."""
        return self.visitor(f"http://{self.word}.shop.localhost:8000")


@dataclass(slots=True)
class World:
    meridian: House
    north: House
    south: House
    strand: House
    fjord: House

    @property
    def stranger(self) -> House:
        return self.strand

    @property
    def houses(self) -> tuple[House, ...]:
        return (self.meridian, self.north, self.south, self.strand, self.fjord)

    @classmethod
    def found(cls, app: Vitrine) -> None:
        """Make the world in an empty database."""
        scopes: dict[str, Scope] = {}
        with app.app_context():
            tenants.lay_out_editions()
            db.session.commit()
        for word, (name, parent, edition, country, currency, zone) in HOUSES.items():
            with app.app_context():
                tenant = _placed(word, scopes.get(parent or ""), edition)
                tenant.state_since = LONG_AGO  # tests travel in time
                scopes[word] = tenant.scope
                db.session.commit()
            with app.app_context(), acting(scopes[word]):
                _furnish(word, name, country, currency, zone)
                if parent is None:
                    lay_out_categories()
                db.session.commit()

    @classmethod
    def remembered(cls, app: Vitrine) -> World:
        """The world as it stands in the database."""
        with app.app_context():
            found = {tenant.id: tenant for tenant in db.session.scalars(select(Tenant))}
        by_order = dict(zip(HOUSES, sorted(found), strict=False))
        return cls(
            **{
                word: House(
                    app,
                    word,
                    HOUSES[word][0],
                    found[number].scope,
                    found[number].client_id or "",
                    {role.value: f"{word}.{role.value}" for role in Role},
                )
                for word, number in by_order.items()
            }
        )


def _placed(word: str, parent: Scope | None, edition: str) -> Tenant:
    if parent is None:
        tenant = tenants.found_root()
        hosts.take(tenant, word)
        return tenant
    tenant = tenants.reserve(parent, edition=edition, name=word)
    tenants.reserve_client_id(tenant)
    tenants.activate(tenant)
    return tenant


def _furnish(word: str, name: str, country: str, currency: str, zone: str) -> None:
    tenants.open_organization(
        name=name, country=country, currency=currency, language="en", time_zone=zone, date_format="d MMM y"
    )
    storefront.admit(storefront.lay_out(), Visibility.OPEN)
    for role in Role:
        db.session.add(
            User(
                username=f"{word}.{role.value}",
                name=f"{word.title()} {role.value.replace('_', ' ').title()}",
                email=f"{role.value.replace('_', '-')}@{word}.example",
                role=role,
                state=State.ACTIVE,
                password_hash=passwords.hash_password(PASSWORD),
            )
        )


def organization_of(house: House) -> Organization:
    """The tenant's record, detached, for looking at."""
    with house.office():
        return db.session.scalars(select(Organization).where(Organization.tenant_id == house.tenant_id)).one()


__all__ = ["OFFICE", "PASSWORD", "House", "World", "organization_of"]
