"""What users are written: each letter leads to the one office host, whatever host a request came to."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import current_app
from sqlalchemy import select

from portal import audit
from portal.core.db import db
from portal.core.scope import acting_scope
from portal.notifications import write
from portal.tenants import client_ids
from portal.tenants.arrival import own_house
from portal.tenants.models import Tenant
from portal.users import tickets
from portal.users.models import Kind, Purpose, State, User
from portal.users.names import plain_email

INVITATION_HOURS: Final = tickets.LASTS[Purpose.INVITATION] // timedelta(hours=1)
PASSWORD_MINUTES: Final = tickets.LASTS[Purpose.PASSWORD] // timedelta(minutes=1)


def invitation_link(user: User) -> str:
    """The address, good once and for `INVITATION_HOURS`, at which the user sets his password."""
    return tickets.issue(user, purpose=Purpose.INVITATION, client_id=own_client_id())


def send_invitation(user: User) -> None:
    """Send the link by which somebody sets his first password.  Earlier ones stop working."""
    if user.is_customer:
        write_to(user, "customer_invitation", link=invitation_link(user), hours=INVITATION_HOURS)
        return
    inviter = audit.current_actor().name or own_house().name
    write_to(user, "invitation", link=invitation_link(user), hours=INVITATION_HOURS, inviter=inviter)


def send_password_ticket(user: User) -> None:
    """Send the letter by which somebody who forgot his password sets another."""
    link = tickets.issue(user, purpose=Purpose.PASSWORD, client_id=own_client_id())
    audit.record("user.password_forgotten", user)
    write_to(user, "password_reset", link=link, minutes=PASSWORD_MINUTES)


def send_client_id(email: str) -> None:
    """Write to the acting tenant's user with this address which Client ID and username are his."""
    user = db.session.scalar(
        select(User).where(User.email == plain_email(email), User.state != State.DISABLED, User.kind == Kind.STAFF)
    )
    if user is not None:
        write_to(user, "client_id_reminder", link=office_page("/sign-in"))


def write_to(user: User, kind: str, *, link: str, address: str = "", **values: object) -> None:
    """Write to the user, in his language; `address` is another than his own."""
    house = own_house()
    write(
        kind,
        to=(user.name, address or user.email),
        language=user.language or house.language,
        clothes="shop" if user.is_customer else "office",
        values={
            "username": user.signs_in_as,
            "client_id": client_ids.spelled(own_client_id()),
            "organization": house.name,
            **values,
        },
        link=link,
    )


def page_for(user: User, path: str) -> str:
    """A page at the door this user comes in by."""
    return f"{tickets.door_of(user)}{path}"


def office_page(path: str) -> str:
    """A page of the one office host; letters never repeat the host a request came to."""
    return f"{current_app.config['VITRINE'].office_url}{path}"


def own_client_id() -> str:
    """The acting tenant's Client ID, without its hyphen."""
    return db.session.scalar(select(Tenant.client_id).where(Tenant.id == acting_scope().tenant_id)) or ""
