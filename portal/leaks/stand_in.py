"""Looking at a shop as one of its customers: by a word in this process's memory, for as long as it looks.

Nothing is stored and nothing is signed, as with `tenants.preview`: no cookie that comes over the network can carry such
a word, for no server's process ever makes one.  It opens pages and nothing else: the walk sends nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from flask import g
from sqlalchemy import Row, Select, bindparam, select

from portal import audit
from portal.core.db import db
from portal.core.visits import name_of
from portal.tenants import arrival, client_ids
from portal.tenants.models import Organization, Tenant
from portal.users.gate import COOKIE, GUESTS, Person, beside, shown_cookie
from portal.users.models import Kind, State, User

MARK: Final = "!"
_NOBODY: Final = UUID(int=0)
_words: dict[str, UUID] = {}


def somebody() -> UUID | None:
    """A customer of the acting tenant's shop who may enter it; None as long as there is none."""
    able = (User.kind == Kind.CUSTOMER, User.state == State.ACTIVE, User.must_change.is_(False))
    return db.session.scalar(select(User.id).where(*able).order_by(User.id).limit(1))


@contextmanager
def cookie(user_id: UUID, *, client_id: str, origin: str) -> Iterator[str]:
    """The cookie of this customer, as a header carries it."""
    word = MARK + secrets.token_urlsafe(24)
    _words[word] = user_id
    try:
        name = name_of(COOKIE, is_secure=origin.startswith("https:"))
        yield f"{name}={client_ids.spelled(client_id)}.{word}"
    finally:
        del _words[word]


class StandIns:
    """`users.gate.Guests`."""

    def asking(self, own: bool, also: Select[Any] | None) -> Select[Any]:  # noqa: FBT001 - as the gate calls it
        shown = shown_cookie()
        return _asking(_words.get(shown[1] if shown else "", _NOBODY), own, also)

    def know(self, row: Row[Any], found: arrival.Way) -> bool:
        if not g.get("here"):
            g.here = arrival.here_from(row, found)
        g.here.house = g.here.house or arrival.house_from(row)
        words = (row.person_language, row.person_time_zone, row.person_date_format)
        person = (row.person_id, row.person_name, row.username, row.person_email, row.role)
        g.person = Person(*person, False, True, _NOBODY, *words, Kind.CUSTOMER)
        audit.set_actor(audit.Actor("system"))
        return True


def _asking(user_id: UUID, own: bool, also: Select[Any] | None) -> Select[Any]:  # noqa: FBT001 - as the gate calls it
    question = (
        arrival.arriving(
            *arrival.house_columns(),
            User.id.label("person_id"),
            User.name.label("person_name"),
            User.username,
            User.email.label("person_email"),
            User.role,
            User.language.label("person_language"),
            User.time_zone.label("person_time_zone"),
            User.date_format.label("person_date_format"),
        )
        .join(Organization, Organization.tenant_id == Tenant.id)
        .join(User, User.tenant_id == Tenant.id)
        .where(Tenant.id == bindparam("acting_tenant"), User.id == user_id, User.kind == Kind.CUSTOMER)
    )
    return beside(question, own, also)


GUESTS[MARK] = StandIns()
