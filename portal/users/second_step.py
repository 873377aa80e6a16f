"""The second step of signing in: a code, from whoever has just typed the right password in this browser.

Between the steps the browser holds a token that opens nothing but the page that asks for the code; of it, too, only a hash
is kept, for ten minutes, and less when the password changes meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from portal.core.clock import now
from portal.core.db import db, get
from portal.core.errors import Invalid, NotFound
from portal.core.words import N_
from portal.tenants import client_ids
from portal.tenants.arrival import scope_of_client_id
from portal.tenants.models import Tenant
from portal.users import actions, entrance, throttle
from portal.users.gate import hashed
from portal.users.models import HalfSignIn, State, User

NO_MATCH: Final = N_("This code does not fit. Wait for the next one, or use a recovery code.")
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Half:
    """Half a sign-in: whose it is, and in which tenant."""

    place: str
    row: HalfSignIn

    @property
    def user(self) -> User:
        return self.row.user


def arrive(shown: str, *, door: str, host: str) -> Half:
    """The half sign-in behind what the browser shows, in its tenant's scope.  Raises NotFound."""
    sign, dot, token = shown.partition(".")
    place = client_ids.read(sign) if len(shown) <= _LONGEST and shown.isascii() else None
    found = scope_of_client_id(place) if place and dot else None
    if place is None or found is None:
        raise NotFound
    entrance.act_for(found)
    row = db.session.scalar(
        select(HalfSignIn)
        .join(HalfSignIn.user)
        .join(Tenant, Tenant.id == HalfSignIn.tenant_id)
        .options(joinedload(HalfSignIn.user))
        .where(
            HalfSignIn.token_hash == hashed(token),
            HalfSignIn.door == door,
            HalfSignIn.host == host,
            HalfSignIn.created_at > now() - entrance.HALF_LASTS,
            Tenant.state_since <= HalfSignIn.created_at,
            User.state == State.ACTIVE,
        )
    )
    if row is None:
        raise NotFound
    return Half(place, row)


def pass_with(half: Half, typed: str, attempt: entrance.Attempt) -> entrance.Opened:
    """Open the sign-in for the right code.  Raises Invalid, always the same, or TooMany."""
    attempt = replace(attempt, client_id=half.place, username=half.user.signs_in_as)
    limits = _limits(half, attempt)
    moment = throttle.take(limits)
    user = get(User, half.user.id, lock=True)
    if not actions.accept_code(user, typed):
        db.session.rollback()
        raise Invalid(NO_MATCH)
    throttle.give_back(limits, moment)
    db.session.execute(delete(HalfSignIn).where(HalfSignIn.id == half.row.id))
    return entrance.open_for(user, half.place, attempt)


def _limits(half: Half, attempt: entrance.Attempt) -> list[throttle.Limit]:
    """As with passwords: a browser known from before counts for itself alone."""
    if half.row.known_device:
        return [throttle.of_code_from_device(half.place, attempt.username, attempt.device)]
    return [throttle.of_code(half.place, attempt.username), throttle.of_source(attempt.source)]
