"""What somebody says of himself: his name, how pages are written for him, where his letters go."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal import audit
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.users import mailboxes, throttle, tickets
from portal.users.actions import letters
from portal.users.actions.passwords import proven
from portal.users.gate import Person
from portal.users.models import Purpose, User
from portal.users.names import plain_email


def describe(user: User, *, version: int, name: str, language: str, time_zone: str, date_format: str) -> None:
    """Keep what somebody says of himself.  Empty: as the organization.  Raises Conflict when an administrator was faster."""
    if user.version != version:
        raise Conflict(say(N_("Somebody has changed this user meanwhile. This is how it stands now; change it again.")))
    user.name, user.language, user.time_zone, user.date_format = name, language, time_zone, date_format
    before, after = audit.changes(user)
    if after:
        user.version += 1
        audit.record("user.changed", user, before=before, after=after)


def ask_for_email(person: Person, *, email: str, current: str, source: str) -> None:
    """Send a link to the address somebody wants his letters at, and word of it to the one they go to now.

    Whether the address belongs to another user is told to its reader alone: whoever asks gets the same answer, after the
    same work.  Raises Invalid, TooMany.
    """
    address = plain_email(email)
    throttle.take([throttle.of_letters(source), throttle.of_mailbox(address)])
    user = proven(person, current)
    if address == user.email:
        raise Invalid(N_("Letters go to this address already."), field="email")
    link = tickets.issue(user, purpose=Purpose.EMAIL, client_id=letters.own_client_id(), email=address)
    taken = db.session.scalar(select(User).where(User.email == address))
    minutes = tickets.LASTS[Purpose.EMAIL] // timedelta(minutes=1)
    if taken:
        letters.write_to(taken, "email_taken", link="")
    else:
        letters.write_to(user, "email_confirmation", address=address, link=link, minutes=minutes)
    again = letters.page_for(user, "/forgotten-password")
    letters.write_to(user, "email_asked", link=again, new_email=address, minutes=minutes)
    audit.record("user.email_asked", user)


def confirm_email(ticket: str) -> User:
    """The address a ticket was sent to is the user's from now on.  Raises NotFound, Conflict."""
    found = tickets.find(ticket, purpose=Purpose.EMAIL, lock=True)
    user, address = found.user, found.email
    if db.session.scalar(select(User.id).where(User.email == address)):
        raise Conflict(say(N_("Somebody with this e-mail address is a user already.")))
    found.used_at = now()
    audit.set_actor(audit.Actor("user", user.id, user.name, user.email, tenant_id=user.tenant_id))
    if not user.is_customer:
        mailboxes.forget(user.email)
        mailboxes.note(address)
    user.email, user.version = address, user.version + 1
    before, after = audit.changes(user)
    audit.record("user.changed", user, before=before, after=after)
    tickets.void(user)
    return user
