"""Signing in: one try, judged in the same time and with the same answer whatever is wrong with it.

First everything is looked up in a session of its own, which is closed again; then one hash is computed, with no
transaction open; then, if all was right, the sign-in is written in the session of the request.  Someone who does not
exist is looked up like someone who does: for a Client ID that nobody has, in the scope of tenant 0, which is nobody's.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select, update

from portal import audit
from portal.core import once
from portal.core.clock import now
from portal.core.db import db, get
from portal.core.errors import Invalid
from portal.core.scope import Scope, acting, acting_scope, enter, scope
from portal.core.seal import fingerprint
from portal.core.words import N_
from portal.tenants import client_ids
from portal.tenants.models import Door, Tenant
from portal.tenants.models import State as TenantState
from portal.users import passwords, throttle
from portal.users.gate import hashed
from portal.users.models import AGENT_LENGTH, Device, HalfSignIn, Kind, SecondFactor, SignIn, SignInRules, State, User
from portal.users.names import plain_email, plain_username

NO_MATCH: Final = N_("Client ID, username and password do not match.")
NO_MATCH_HERE: Final = N_("Username and password do not match.")
FIRST_FACTOR: Final = N_("Set up your second factor first: sign in at your office once, then come back.")
FIRST_PASSWORD: Final = N_("Choose a password of your own first: sign in at your office once, then come back.")
_OPEN_TO_PEOPLE: Final = (TenantState.ACTIVE, TenantState.SUSPENDED)
_NOBODYS: Final = Scope(0)
_OLD: Final = timedelta(days=30)
DEVICE_LASTS: Final = timedelta(days=180)
HALF_LASTS: Final = timedelta(minutes=10)
WITNESSES: list[Callable[[User], None]] = []
"""Slices above that want to hear of everybody who enters, in the transaction of his sign-in."""


class NotYet(Invalid):
    """Everything was right, and there is something to do before this door opens."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed, where, and what his browser showed."""

    door: str
    host: str
    source: str
    agent: str
    device: str  # the browser's own mark, kept in a signed cookie; empty when it showed none
    client_id: str = ""
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A sign-in that was made: what the browser is to keep."""

    client_id: str
    cookie: str
    user: User


@dataclass(frozen=True, slots=True)
class HalfOpened:
    """The password was right, and a code is asked for: what the browser is to keep until then."""

    cookie: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What must be known of a user to judge a try, as plain values."""

    id: UUID
    state: State
    password_hash: str | None = field(repr=False)
    must_change: bool
    initial_expires_at: datetime | None
    tenant_state: TenantState
    device_known: bool
    has_factor: bool
    needs_factor: bool


def sign_in(attempt: Attempt) -> Opened | HalfOpened:
    """Open a sign-in in the tenant's scope, or half of one.  Raises Invalid, always the same, or TooMany.

    Where a first password cannot be changed it opens nothing: whoever knows it is told so (NotYet).
    """
    place = client_ids.read(attempt.client_id)
    found = _whose(place)
    known = _look_up(found, attempt)
    limits = _limits(attempt, place, known_device=bool(known and known.device_known))
    db.session.rollback()  # nothing was written; hold no connection while the hash is computed
    moment = throttle.take(limits)
    right = passwords.matches(known.password_hash if known else None, attempt.password)
    if not (right and known and place and _is_welcome(known)):
        raise Invalid(NO_MATCH)
    throttle.give_back(limits, moment)
    if attempt.door != Door.OFFICE:
        _refuse_what_begins_at_the_office(known)
    better = passwords.hash_password(attempt.password) if passwords.is_outdated(known.password_hash or "") else None
    act_for(found)
    user = get(User, known.id, lock=True)
    if user.password_hash != known.password_hash or user.state != State.ACTIVE:
        raise Invalid(NO_MATCH)  # he has changed since he was looked up
    user.password_hash = better or user.password_hash
    if known.has_factor:
        return _half_open(place, user, attempt, known_device=known.device_known)
    return open_for(user, place, attempt)


def _refuse_what_begins_at_the_office(known: _Known) -> None:
    """Raises NotYet."""
    if known.must_change:
        raise NotYet(FIRST_PASSWORD)
    if known.needs_factor and not known.has_factor:
        raise NotYet(FIRST_FACTOR)


def _whose(place: str | None) -> Scope:
    """In whose scope to look.  Asked of the database each time, known or not, so that both take the same time."""
    row = db.session.execute(select(Tenant.id, Tenant.above).where(Tenant.client_id == (place or ""))).first()
    return Scope(row.id, tuple(row.above)) if row else _NOBODYS


def _look_up(found: Scope, attempt: Attempt) -> _Known | None:
    """The user somebody claims to be, if there is one; the session is gone when this returns."""
    with acting(found):
        known_device = exists(Device.id).where(
            Device.user_id == User.id, Device.mark == _device_mark(found, attempt), Device.tenant_id == User.tenant_id
        )
        row = db.session.execute(
            select(
                User.id,
                User.state,
                User.password_hash,
                User.must_change,
                User.initial_expires_at,
                Tenant.state.label("tenant_state"),
                known_device.label("device_known"),
                exists(SecondFactor.id)
                .where(SecondFactor.user_id == User.id, SecondFactor.tenant_id == User.tenant_id)
                .label("has_factor"),
                exists(SignInRules.id)
                .where(
                    SignInRules.second_factor_since <= now(),
                    SignInRules.tenant_id == User.tenant_id,
                    User.kind == Kind.STAFF,
                )
                .label("needs_factor"),
            )
            .join(Tenant, Tenant.id == User.tenant_id)
            .where(_called(attempt))
            .order_by(User.kind)  # a customer's address before a colleague's name that reads the same
        ).first()
        return _Known(*row) if row else None


def _called(attempt: Attempt) -> ColumnElement[bool]:
    """Staff by username, at both doors; customers by e-mail address, in the shop alone."""
    staff = (User.kind == Kind.STAFF) & (User.username == plain_username(attempt.username))
    customer = (User.kind == Kind.CUSTOMER) & (User.email == plain_email(attempt.username))
    return staff if attempt.door == Door.OFFICE else staff | customer


def _limits(attempt: Attempt, place: str | None, *, known_device: bool) -> list[throttle.Limit]:
    """What the try counts against, by what was typed.  A known device counts for itself alone."""
    tenant, username = place or attempt.client_id, plain_username(attempt.username)
    if known_device:
        return [throttle.of_device(tenant, username, attempt.device)]
    return [
        throttle.of_user(tenant, username),
        throttle.of_source(attempt.source),
        throttle.of_client_id(tenant),
    ]


def _is_welcome(known: _Known) -> bool:
    """Whether this user may come in at all, apart from the password."""
    dead = known.initial_expires_at is not None and known.initial_expires_at <= now()
    return known.state == State.ACTIVE and known.tenant_state in _OPEN_TO_PEOPLE and not dead


def _half_open(place: str, user: User, attempt: Attempt, *, known_device: bool) -> HalfOpened:
    """Keep that the password was right, for as long as it takes to find a phone."""
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(HalfSignIn).where(HalfSignIn.created_at < now() - HALF_LASTS))
    db.session.add(
        HalfSignIn(
            token_hash=hashed(token),
            user_id=user.id,
            door=attempt.door,
            host=attempt.host,
            known_device=known_device,
        )
    )
    return HalfOpened(f"{place}.{token}")


def open_for(user: User, place: str, attempt: Attempt) -> Opened:
    """Write the sign-in of somebody who has shown who he is, in the session that acts for his tenant."""
    token, found = secrets.token_urlsafe(32), acting_scope()
    db.session.add(
        SignIn(
            token_hash=hashed(token),
            user_id=user.id,
            door=attempt.door,
            host=attempt.host,
            source=attempt.source,
            agent=attempt.agent[:AGENT_LENGTH],
        )
    )
    user.signed_in_at = now()
    _forget_old(user.id)
    once.sweep()
    _remember_device(user.id, found, attempt)
    audit.set_actor(audit.Actor("user", user.id, user.name, user.email, attempt.source, tenant_id=found.tenant_id))
    audit.record("user.signed_in", user)
    for told in WITNESSES:
        told(user)
    return Opened(place, f"{place}.{token}", user)


def act_for(found: Scope) -> None:
    """From here on the request's session acts for this tenant, even if it began for somebody who had signed in before.

    Whoever that was is a visitor here: to this tenant's log he would be its provider, who has done nothing.
    """
    if scope() not in (None, found):
        db.session.remove()
        audit.set_actor(audit.Actor("visitor"))
    if scope() is None:
        enter(found)


def _forget_old(user_id: UUID) -> None:
    moment = now()
    db.session.execute(delete(SignIn).where(SignIn.user_id == user_id, SignIn.created_at < moment - _OLD))
    db.session.execute(delete(Device).where(Device.user_id == user_id, Device.seen_at < moment - DEVICE_LASTS))


def _remember_device(user_id: UUID, found: Scope, attempt: Attempt) -> None:
    mark, moment = _device_mark(found, attempt), now()
    renew = update(Device).where(Device.user_id == user_id, Device.mark == mark).values(seen_at=moment)
    if db.session.scalar(renew.returning(Device.id)) is None:
        db.session.add(Device(user_id=user_id, mark=mark))


def _device_mark(found: Scope, attempt: Attempt) -> bytes:
    """What is kept of a device: another mark for each user, so that rows of two tenants cannot be laid side by side."""
    words = (str(found.tenant_id), plain_username(attempt.username), attempt.device)
    return fingerprint("\0".join(words), purpose="users.device")
