"""Giving a user another password: by himself, who knows the current one, or by a ticket out of a letter."""

from __future__ import annotations

from uuid import UUID

from portal import audit
from portal.core.clock import now
from portal.core.db import get
from portal.core.errors import Invalid
from portal.core.words import N_
from portal.users import passwords, throttle, tickets
from portal.users.actions import letters
from portal.users.actions.sign_ins import end_sign_ins
from portal.users.gate import Person
from portal.users.models import LIFECYCLE, Purpose, State, User
from portal.users.passwords import check_password_rules, hash_password


def set_password(user: User, password_hash: str, *, keep: UUID | None = None) -> None:
    """Give the user another password.  All his sign-ins end but `keep`, and so do letters that would set one.

    Hash first, then transact: this takes the hash.
    """
    joining = user.state == State.INVITED
    if joining:
        user.state = LIFECYCLE.move(user.state, to=State.ACTIVE)
    user.password_hash, user.password_set_at = password_hash, now()
    user.must_change, user.initial_expires_at = False, None
    end_sign_ins(user, keep=keep)
    tickets.void(user)
    audit.record("user.invitation_accepted" if joining else "user.password_changed", user)
    if not joining:
        letters.write_to(user, "password_changed", link=letters.page_for(user, "/forgotten-password"))


def proven(person: Person, current: str) -> User:
    """The signed-in user, who has just typed his password.  Raises Invalid at `current`, TooMany.

    It is counted like a sign-in: an open screen is no reason to try passwords.
    """
    user = get(User, person.id)
    tries = [throttle.of_user(letters.own_client_id(), user.signs_in_as)]
    moment = throttle.take(tries)
    if not passwords.matches(user.password_hash, current):
        raise Invalid(N_("This is not your current password."), field="current")
    throttle.give_back(tries, moment)
    return user


def change_password(person: Person, *, current: str, new: str) -> None:
    """Somebody gives himself another password; the sign-in he does it from stays open.  Raises Invalid, TooMany."""
    user = proven(person, current)
    if new == current:
        raise Invalid(N_("Choose another password than the current one."), field="password")
    check_password_rules(new, about=words_about(user))
    set_password(user, hash_password(new), keep=person.sign_in_id)


def redeem(ticket: str, *, purpose: Purpose, password: str) -> User:
    """Set the password a ticket stands for.  Raises NotFound when it no longer works, Invalid at the password."""
    user = tickets.find(ticket, purpose=purpose).user
    check_password_rules(password, about=words_about(user))
    password_hash = hash_password(password)
    found = tickets.find(ticket, purpose=purpose, lock=True)
    found.used_at = now()
    audit.set_actor(audit.Actor("user", user.id, user.name, user.email, tenant_id=user.tenant_id))
    set_password(found.user, password_hash)
    return found.user


def words_about(user: User) -> tuple[str, ...]:
    """What a password of this user must not contain."""
    return (user.name, user.signs_in_as, user.email, letters.own_client_id())
