"""The way in for support: the signed word that leads there once, and who comes by the cookie it was exchanged for.

The word says which entry it opens and by which sign-in above it was fetched; it is signed, lives for minutes, and works as
long as its entry waits to be used: that is once.  So nothing that opens an office is ever kept, not even as a hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Row, Select, bindparam, func, or_, select, update

from portal import audit
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import read_key, spell
from portal.core.visits import cookie_of
from portal.core.web import SAFE, Entry, entry_of, source
from portal.core.words import N_, say
from portal.support import forbidden
from portal.support.actions import MARK
from portal.support.models import Policy, Reach, State, SupportConsent, SupportEntry, SupportRules
from portal.support.people import Duty, Supporter, staff, title
from portal.support.queries import said_yes
from portal.tenants import arrival
from portal.tenants.models import Organization, Tenant
from portal.tenants.models import State as TenantState
from portal.users.gate import COOKIE, GUESTS, SEEN_EVERY, beside, hashed

if TYPE_CHECKING:
    from datetime import datetime

WORD_LASTS: Final = timedelta(minutes=5)
LONGEST_WORD: Final = 300
LONGEST_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Word:
    """What a word says."""

    tenant_id: int
    entry_id: UUID
    sign_in_id: UUID


@dataclass(frozen=True, slots=True)
class Inside:
    """The entry somebody is in by, as the bar on every page shows it."""

    id: UUID
    provider: str
    person: str
    reason: str
    reach: Reach
    until: datetime


def word(entry: SupportEntry, sign_in_id: UUID) -> str:
    """What leads into the child's office, for the person who asked, as he is signed in now."""
    return str(_signer().dumps([entry.tenant_id, spell(entry.id), spell(sign_in_id)]))


def read(text: str) -> Word:
    """What a word says.  Raises NotFound for everything that is none of ours, or too old."""
    if len(text) > LONGEST_WORD:
        raise NotFound
    try:
        tenant_id, entry, sign_in = _signer().loads(text, max_age=int(WORD_LASTS.total_seconds()))
        entry_id, sign_in_id = read_key(entry), read_key(sign_in)
    except (BadData, ValueError, TypeError):
        raise NotFound from None
    if entry_id is None or sign_in_id is None:
        raise NotFound
    return Word(int(tenant_id), entry_id, sign_in_id)


def _signer() -> URLSafeTimedSerializer:
    config = current_app.config
    return URLSafeTimedSerializer([*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]], salt="support word")


def shown_token() -> str:
    """The token of a support entry that the browser shows, whether or not it opens anything; empty when it shows none."""
    token = cookie_of(COOKIE).partition(".")[2]
    return token if token.startswith(MARK) else ""


def shown_entry() -> SupportEntry | None:
    """The entry behind that token, within the tenant acted for."""
    token = shown_token()
    return db.session.scalar(select(SupportEntry).where(SupportEntry.token_hash == hashed(token))) if token else None


class Supporters:
    """Lets in whoever has an entry.  `users.gate.Guests`."""

    def asking(self, own: bool, also: Select[Any] | None) -> Select[Any]:  # noqa: FBT001 - as the gate calls it
        return _asking(own, also)

    def know(self, row: Row[Any], found: arrival.Way) -> bool:
        """Ask the tenant above about its person; then fill in who came, and write down what he opens."""
        person = staff(row.person_id, row.sign_in_id, seen_at=row.seen_at)
        if person is None:
            return False
        if not g.get("here"):
            g.here = arrival.here_from(row, found)
        g.here.house = g.here.house or arrival.house_from(row)
        name = title(row.provider, row.person_name, language=row.language)
        words = (person.language, person.time_zone, person.date_format)
        g.person = Supporter(row.person_id, row.person_name, Duty(row.reach), *words)
        g.support = Inside(row.entry_id, row.provider, row.person_name, row.reason, row.reach, row.until)
        audit.set_actor(audit.Actor("support", row.person_id, name, source=source(), tenant_id=row.tenant_number))
        asked = entry_of(request.endpoint)
        if asked is not None and asked.early:
            forbidden.hold(row.reach, asked)  # the door leaves it to the page to ask who comes
        _note(row, asked)
        return True


@lru_cache(maxsize=32)
def _asking(own: bool, also: Select[Any] | None) -> Select[Any]:  # noqa: FBT001 - one internal caller
    """Entry, tenant, organization, and what the tenant says to it, in one row: all of it must hold at each request."""
    question = (
        arrival.arriving(
            *arrival.house_columns(),
            SupportEntry.id.label("entry_id"),
            SupportEntry.person_id,
            SupportEntry.person_name,
            SupportEntry.provider,
            SupportEntry.sign_in_id,
            SupportEntry.reason,
            SupportEntry.reach,
            SupportEntry.until,
            SupportEntry.seen_at,
            SupportEntry.page,
        )
        .join(Organization, Organization.tenant_id == Tenant.id)
        .join(SupportEntry, SupportEntry.tenant_id == Tenant.id)
        .outerjoin(
            SupportConsent,
            (SupportConsent.tenant_id == Tenant.id) & said_yes(SupportEntry.id, SupportEntry.reach),
        )
        .outerjoin(SupportRules, SupportRules.tenant_id == Tenant.id)
        .where(
            Tenant.id == bindparam("acting_tenant"),
            Tenant.state == TenantState.ACTIVE,
            Tenant.state_since <= SupportEntry.entered_at,
            SupportEntry.parent_id == Tenant.parent_id,
            SupportEntry.token_hash == bindparam("token_hash"),
            SupportEntry.host == bindparam("host"),
            SupportEntry.state == State.OPEN,
            SupportEntry.until > bindparam("moment"),
            SupportEntry.seen_at > bindparam("seen_since"),
            _POLICY != Policy.NEVER,
            or_(SupportConsent.id.is_not(None), (SupportEntry.reach == Reach.LOOK) & (_POLICY == Policy.LOOK)),
        )
    )
    return beside(question, own, also)


_POLICY: Final = func.coalesce(SupportRules.policy, Policy.LOOK)


def _note(row: Row[Any], asked: Entry | None) -> None:
    """Write the page into the tenant's log.  What asks again by itself, or is loaded twice, stands there once."""
    if request.method not in SAFE or asked is None or asked.permission is None:
        return
    page = request.path[:LONGEST_PAGE]
    if page == row.page and row.seen_at >= now() - SEEN_EVERY:
        return
    free = select(SupportEntry.id).where(SupportEntry.id == row.entry_id).with_for_update(skip_locked=True)
    db.session.execute(
        update(SupportEntry).where(SupportEntry.id.in_(free)).values(seen_at=now(), page=page),
        execution_options={"synchronize_session": False},
    )
    if page != row.page:
        entry = db.session.get_one(SupportEntry, (row.tenant_number, row.entry_id))
        audit.record("support.looked", entry, line=say(N_("Page: %(page)s"), page=page))


GUESTS[MARK] = Supporters()
