"""Customers who may sign in to the shop: contacts of an account, invited by those who know them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from portal import audit
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.keys import spell
from portal.core.words import N_, say
from portal.users.actions import letters
from portal.users.models import Kind, State, User
from portal.users.names import plain_email
from portal.users.roles import Role


def invite_customer(*, contact_id: UUID, account_id: UUID, name: str, email: str, language: str) -> User:
    """Make a user of a contact, or write to him again, with the link by which he sets his password.

    Raises Invalid when the address belongs to another user, Conflict when he has joined.
    """
    user = db.session.scalar(select(User).where(User.contact_id == contact_id))
    address = plain_email(email)
    asked = select(User.id).where(User.email == address)
    if (user is None or user.email != address) and db.session.scalar(asked):
        raise Invalid(N_("Somebody with this e-mail address is a user already."))
    if user is None:
        user = User(
            username=f"contact-{spell(contact_id)}",
            name=name,
            email=address,
            role=Role.READ_ONLY,
            kind=Kind.CUSTOMER,
            account_id=account_id,
            contact_id=contact_id,
            language=language,
        )
        db.session.add(user)
    if user.state != State.INVITED:
        raise Conflict(say(N_("Only somebody who has not joined yet can be invited.")))
    user.name, user.email = name, address
    audit.record("user.invited", user)
    letters.send_invitation(user)
    return user


def remove_customer(user: User) -> None:
    """The contact is gone, and with it the way in; the address is free again.  Records keep the name."""
    audit.record("user.removed", user)
    db.session.delete(user)
