"""Customers who may sign in to the shop: contacts of an account, invited by those who know them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from portal import audit
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.keys import spell
from portal.core.words import N_, say
from portal.users.actions import letters
from portal.users.actions.sign_ins import end_sign_ins
from portal.users.models import LIFECYCLE, Kind, State, User
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


def send_away(account_id: UUID) -> None:
    """Nobody of this account comes in any more, from his next request on, until it is brought back.

    An invitation is not taken back: who is disabled cannot use it, and afterwards it is as good as it was.
    """
    for user in _people_of(account_id, User.state != State.DISABLED):
        _move(user, State.DISABLED, away=True, verb="user.disabled")
        end_sign_ins(user)


def bring_back(account_id: UUID) -> None:
    """Undo `send_away`, for exactly those it was done to."""
    for user in _people_of(account_id, User.away.is_(True)):
        _move(user, State.ACTIVE if user.password_hash else State.INVITED, away=False, verb="user.enabled")


def _people_of(account_id: UUID, those: ColumnElement[bool]) -> Sequence[User]:
    wanted = select(User).where(User.account_id == account_id, User.kind == Kind.CUSTOMER, those)
    return db.session.scalars(wanted.order_by(User.id).with_for_update()).all()


def _move(user: User, to: State, *, away: bool, verb: str) -> None:
    before = user.state
    user.state, user.away, user.version = LIFECYCLE.move(before, to=to), away, user.version + 1
    audit.record(verb, user, before={"state": before}, after={"state": to})
