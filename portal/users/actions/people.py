"""Making users and changing them.

Whoever takes an administrator away (disables him, gives him another role) first locks all active administrators, in one
order: of two who take each other away at the same moment the second one meets the first one's work, and is refused.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from portal import audit
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.notifications.notices import notify
from portal.users import mailboxes, tickets
from portal.users.actions import letters
from portal.users.actions.sign_ins import end_sign_ins
from portal.users.models import LIFECYCLE, USERNAME_LENGTH, State, User
from portal.users.names import plain_email, plain_username
from portal.users.roles import Role

INITIAL_LASTS: Final = timedelta(days=7)
_USERNAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]*[a-z0-9])?")
_SHORTEST_USERNAME: Final = 2


def invite(*, name: str, email: str, username: str, role: Role) -> User:
    """Make a user and send the letter by which he sets his password himself."""
    user = _new(name=name, email=email, username=username, role=role, state=State.INVITED)
    audit.record("user.invited", user, after=audit.facts(user))
    letters.send_invitation(user)
    if role is Role.ADMINISTRATOR:
        line = say(N_("%(name)s was invited as an administrator"), name=name)
        notify("administrator_invited", line, place=f"/users/{user.key}", permission="users.edit")
    return user


def create_administrator(name: str, email: str, username: str, password_hash: str | None) -> User:
    """The first administrator of a tenant: in the administrators' group, whose rule is full access (`roles.RULES`).

    With a typed password (its hash) he must change it at his first sign-in, within seven days.  Without one he is to be
    invited: by a letter with his `invitation_link`, when the tenant is ready for him.  Running it again gives the same user.
    """
    if already := db.session.scalar(select(User).where(User.username == plain_username(username))):
        return already
    state = State.ACTIVE if password_hash else State.INVITED
    user = _new(name=name, email=email, username=username, role=Role.ADMINISTRATOR, state=state)
    if password_hash:
        user.password_hash, user.password_set_at = password_hash, now()
        user.must_change, user.initial_expires_at = True, now() + INITIAL_LASTS
    audit.record("user.created", user, after=audit.facts(user))
    db.session.flush()
    return user


def remove_administrator(username: str) -> None:
    """Take back what `create_administrator` made; content to find nothing."""
    user = db.session.scalar(select(User).where(User.username == plain_username(username)))
    if user is None:
        return
    mailboxes.forget(user.email)
    audit.record("user.removed", user)
    db.session.delete(user)


def send_invitation(user: User) -> None:
    """Send the letter (again).  Earlier ones stop working.  Raises Conflict when the user has a password already."""
    if user.state != State.INVITED:
        raise Conflict(say(N_("Only somebody who has not joined yet can be invited.")))
    audit.record("user.invited", user)
    letters.send_invitation(user)


def _new(*, name: str, email: str, username: str, role: Role, state: State) -> User:
    username, email = check_username(username), plain_email(email)
    _refuse_taken(User.username == username, N_("This username is taken."), field="username")
    _refuse_taken(User.email == email, N_("Somebody with this e-mail address is a user already."), field="email")
    user = User(name=name, email=email, username=username, role=role, state=state)
    db.session.add(user)
    mailboxes.note(email)
    return user


def check_username(typed: str, *, field: str = "username") -> str:
    """The username as it is kept.  Raises Invalid at `field`."""
    username = plain_username(typed)
    if not _SHORTEST_USERNAME <= len(username) <= USERNAME_LENGTH:
        raise Invalid(
            say(N_("Use %(least)s to %(most)s characters."), least=_SHORTEST_USERNAME, most=USERNAME_LENGTH),
            field=field,
        )
    if not _USERNAME.fullmatch(username):
        raise Invalid(N_("Use the letters a to z, digits, and . _ - @ + between them."), field=field)
    return username


def _refuse_taken(same: object, problem: str, *, field: str) -> None:
    if db.session.scalar(select(User.id).where(same).limit(1)):  # type: ignore[arg-type]
        raise Invalid(problem, field=field)


def edit(user: User, *, name: str, email: str, role: Role, version: int, by: UUID) -> None:
    """Change who somebody is and what he may do.  `version` is the one the form was filled from.  Raises Conflict."""
    _lock_administrators(user)
    if user.version != version:
        raise Conflict(say(N_("Somebody has changed this user meanwhile. This is how it stands now; change it again.")))
    email = plain_email(email)
    if email != user.email:
        _refuse_taken(User.email == email, N_("Somebody with this e-mail address is a user already."), field="email")
        mailboxes.forget(user.email)
        mailboxes.note(email)
        tickets.void(user)
    if role != user.role:
        _change_role(user, role, by=by)
    user.name, user.email, user.version = name, email, user.version + 1
    before, after = audit.changes(user)
    if after:
        audit.record("user.changed", user, before=before, after=after)


def _change_role(user: User, role: Role, *, by: UUID) -> None:
    if user.id == by:
        raise Invalid(N_("Nobody changes his own role: ask another administrator."), field="role")
    if user.role == Role.ADMINISTRATOR:
        _refuse_to_lose_the_last(user, field="role")
    if role.is_less_than(user.role):
        end_sign_ins(user)
    user.role = role


def disable(user: User, *, by: UUID) -> None:
    """Shut somebody out, from his next request on.  What he did stays."""
    _lock_administrators(user)
    if user.id == by:
        raise Conflict(say(N_("Nobody disables himself: ask another administrator.")))
    if user.role == Role.ADMINISTRATOR:
        _refuse_to_lose_the_last(user)
    before = user.state
    user.state = LIFECYCLE.move(user.state, to=State.DISABLED)
    user.version += 1
    end_sign_ins(user)
    tickets.void(user)
    audit.record("user.disabled", user, before={"state": before}, after={"state": user.state})


def enable(user: User) -> None:
    """Let somebody in again: with the password he had, or by another invitation if he never set one."""
    if user.state != State.DISABLED:
        raise Conflict(say(N_("This user is not disabled.")))
    user.state = LIFECYCLE.move(user.state, to=State.ACTIVE if user.password_hash else State.INVITED)
    user.version += 1
    audit.record("user.enabled", user, before={"state": State.DISABLED}, after={"state": user.state})
    if user.state == State.INVITED:
        letters.send_invitation(user)


def _lock_administrators(user: User) -> None:
    """Lock and read again the user and all active administrators, always in the same order."""
    administrators = (User.role == Role.ADMINISTRATOR) & (User.state == State.ACTIVE)
    db.session.scalars(
        select(User)
        .where(administrators | (User.id == user.id))
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _refuse_to_lose_the_last(user: User, *, field: str | None = None) -> None:
    """Raise when nobody would be left who may manage users.  Call with the administrators locked."""
    if user.state != State.ACTIVE:
        return
    other = select(User.id).where(User.role == Role.ADMINISTRATOR, User.state == State.ACTIVE, User.id != user.id)
    if db.session.scalar(other.limit(1)) is None:
        problem = say(N_("This is the last active administrator: make somebody else one first."))
        raise Invalid(problem, field=field) if field else Conflict(problem)
