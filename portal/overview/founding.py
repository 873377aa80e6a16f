"""Founding the house: the distributor at the top of the tree, and its first administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from portal.branding.actions import dress
from portal.branding.designing import Wish
from portal.catalogue.actions import lay_out_categories
from portal.core.db import db
from portal.core.scope import acting
from portal.storefront import actions as storefront
from portal.tenants import actions as tenants
from portal.tenants import client_ids, hosts
from portal.users.actions import create_administrator
from portal.users.passwords import hash_password

# Twenty characters without look-alikes: 117 bits, and it must be changed at the first sign-in all the same.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _LENGTH = 5, 4


@dataclass(frozen=True, slots=True)
class Founded:
    """What the first administrator needs to sign in."""

    client_id: str
    username: str
    password: str


def found(  # noqa: PLR0913 - these are the words of the `found` command
    *,
    name: str,
    administrator: str,
    email: str,
    username: str = "admin",
    password: str | None = None,
    country: str = "US",
    currency: str = "USD",
    language: str = "en",
    time_zone: str = "UTC",
    date_format: str = "d MMM y",
    address: str | None = None,
    lasting: bool = False,
) -> Founded:
    """Found the distributor.  Raises Conflict when there is one.

    A password that is not given is made up.  It must be changed at the first sign-in, unless `lasting` (the demo).
    Called in an application context that acts for nobody; commits, for it is a command's whole work.
    """
    password = password or made_up_password()
    password_hash = hash_password(password)
    tenants.lay_out_editions()
    tenant = tenants.found_root()
    hosts.take(tenant, hosts.free_name(address or hosts.suggestion(name)))
    scope, client_id = tenant.scope, client_ids.spelled(tenant.client_id)
    db.session.commit()
    with acting(scope):
        tenants.open_organization(
            name=name,
            country=country,
            currency=currency,
            language=language,
            time_zone=time_zone,
            date_format=date_format,
            administrator_name=administrator,
            administrator_email=email,
            administrator_username=username,
        )
        user = create_administrator(administrator, email, username, password_hash)
        if lasting:
            user.must_change, user.initial_expires_at = False, None
        dress(Wish(name))
        storefront.lay_out()
        lay_out_categories()
        db.session.commit()
    return Founded(client_id, username, password)


def made_up_password() -> str:
    """A password nobody chose, in groups that can be read out."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(_GROUPS))
