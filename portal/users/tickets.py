"""Links in letters: an invitation and a forgotten password, which set a password, and the proof of a new address.

A ticket reads "<client id>-<secret>": the Client ID says in whose scope it is looked up, of the secret only a hash is
kept.  It works once, until it is too old, and no longer than the user's next password.  Wrong, used, too old and a
stranger's are one and the same.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.scope import Scope
from portal.tenants import client_ids, own_hosts
from portal.tenants.arrival import scope_of_client_id
from portal.tenants.models import Door
from portal.users.gate import hashed
from portal.users.models import Purpose, State, Ticket, User

LASTS: Final = {
    Purpose.INVITATION: timedelta(hours=72),
    Purpose.PASSWORD: timedelta(minutes=30),
    Purpose.EMAIL: timedelta(minutes=30),
}
_PAGES: Final = {Purpose.INVITATION: "invitations", Purpose.PASSWORD: "new-password", Purpose.EMAIL: "e-mail"}
_LONGEST: Final = 100


def issue(user: User, *, purpose: Purpose, client_id: str, email: str = "") -> str:
    """A fresh ticket; earlier ones for the same purpose stop working.  Gives its full address at the door the user comes in by.

    `email` is the address whose reader the ticket proves to be the user.
    """
    db.session.execute(delete(Ticket).where(Ticket.user_id == user.id, Ticket.purpose == purpose))
    secret = secrets.token_hex(32)
    moment = now()
    db.session.add(
        Ticket(
            user_id=user.id,
            purpose=purpose,
            email=email,
            token_hash=hashed(secret),
            created_at=moment,
            expires_at=moment + LASTS[purpose],
        )
    )
    plain = client_ids.read(client_id) or ""
    return f"{door_of(user)}/{_PAGES[purpose]}/{plain}-{secret}"


def door_of(user: User) -> str:
    """Where letters lead this user: a customer to the shop, staff to the one office host; never where a request came to."""
    if user.is_customer:
        return own_hosts.home(Door.SHOP, user.tenant_id)
    return str(current_app.config["VITRINE"].office_url)


def scope_of(ticket: str) -> Scope:
    """In whose scope the ticket is to be looked up.  Raises NotFound."""
    place = client_ids.read(ticket.partition("-")[0]) if len(ticket) <= _LONGEST and ticket.isascii() else None
    found = scope_of_client_id(place) if place else None
    if found is None:
        raise NotFound
    return found


def find(ticket: str, *, purpose: Purpose, lock: bool = False) -> Ticket:
    """The ticket that still works, with its user.  Raises NotFound; with `lock` nobody else uses it meanwhile."""
    question = (
        select(Ticket)
        .join(Ticket.user)
        .options(joinedload(Ticket.user))
        .where(
            Ticket.token_hash == hashed(ticket.partition("-")[2]),
            Ticket.purpose == purpose,
            Ticket.used_at.is_(None),
            Ticket.expires_at > now(),
            User.state != State.DISABLED,
        )
    )
    if lock:
        question = question.with_for_update(of=Ticket).execution_options(populate_existing=True)
    found = db.session.scalar(question)
    if found is None:
        raise NotFound
    return found


def void(user: User) -> None:
    """None of the user's tickets works any more."""
    db.session.execute(delete(Ticket).where(Ticket.user_id == user.id, Ticket.used_at.is_(None)))
