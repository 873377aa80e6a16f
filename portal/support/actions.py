"""Asking to come in, and being let in; coming in, leaving, and being shown out.  Both ends hear of each."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.audit import Actor, acting_as, record
from portal.core.answering import also_for
from portal.core.clock import now
from portal.core.db import db, get
from portal.core.errors import Conflict
from portal.core.scope import acting_scope
from portal.core.words import N_, say
from portal.support import letters, people, queries
from portal.support.models import (
    LIFECYCLE,
    LIVING,
    WAITS,
    Policy,
    Reach,
    State,
    SupportConsent,
    SupportEntry,
    SupportRules,
)
from portal.tenants import queries as places
from portal.tenants.models import Organization, Tenant
from portal.tenants.models import State as TenantState
from portal.users.gate import hashed

MARK = "~"  # no user's token begins with it


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants, and why."""

    reason: str
    minutes: int
    reach: Reach


def ask(organization: Organization, tenant: Tenant, wish: Wish, *, by: Any) -> SupportEntry:
    """Ask to come into a child's office.  Where nobody need be asked, it may be entered at once.  Raises Conflict."""
    policy = queries.policy_of(tenant.id)
    if tenant.state != TenantState.ACTIVE or policy is Policy.NEVER:
        raise Conflict(say(N_("%(name)s lets nobody in for support now."), name=organization.name))
    _put_away_lapsed(tenant, by.id)
    if queries.living_of(tenant.id, by.id):
        raise Conflict(say(N_("You have an entry here already. Use it, or take it back first.")))
    moment = now()
    entry = SupportEntry(
        tenant_id=tenant.id,
        parent_id=acting_scope().tenant_id,
        person_id=by.id,
        person_name=by.name,
        provider=places.organization().name,
        reason=wish.reason,
        reach=wish.reach,
        minutes=wish.minutes,
        state=State.READY if policy.answers(wish.reach) else State.WAITING,
        asked_at=moment,
        until=moment + WAITS,
    )
    db.session.add(entry)
    record("support.asked", entry, whole=organization, after=_wish(entry))
    also_for(tenant.scope, partial(_tell_of_wish, entry.id))
    return entry


def allow(entry: SupportEntry, *, by: UUID) -> None:
    """The tenant lets it happen."""
    _must_live(entry)
    entry.state = LIFECYCLE.move(entry.state, to=State.READY)
    entry.until = now() + WAITS
    db.session.add(SupportConsent(entry_id=entry.id, reach=entry.reach, user_id=by))
    record("support.allowed", entry, after=_wish(entry))
    _tell_above(entry, "support.allowed")


def refuse(entry: SupportEntry) -> None:
    """The tenant does not let it happen."""
    entry.state = LIFECYCLE.move(entry.state, to=State.REFUSED)
    entry.ended_at = now()
    record("support.refused", entry)
    _tell_above(entry, "support.refused")


def enter(entry: SupportEntry, *, sign_in_id: UUID, host: str) -> str:
    """Come in, once: the token of a sign-in that lasts as long as was asked for.

    Raises Conflict when it is not (any more) to be entered: used, too old, not allowed, or whoever asked is gone.
    """
    _must_live(entry)
    if not queries.is_allowed(entry) or people.staff(entry.person_id, sign_in_id) is None:
        raise Conflict(say(N_("This entry is not open to you any more.")))
    moment, token = now(), MARK + secrets.token_urlsafe(32)
    entry.state = LIFECYCLE.move(entry.state, to=State.OPEN)
    entry.entered_at = entry.seen_at = moment
    entry.until = moment + timedelta(minutes=entry.minutes)
    entry.sign_in_id, entry.token_hash, entry.host = sign_in_id, hashed(token), host
    with acting_as(people.actor(entry)):
        record("support.entered", entry, after=_wish(entry))
    letters.tell_entered(entry)
    also_for(people.provider(), partial(_record_above, entry.id, "support.entered", own=True))
    return token


def leave(entry: SupportEntry) -> None:
    """Whoever came in goes."""
    if _close(entry):
        with acting_as(people.actor(entry)):
            record("support.left", entry)
        also_for(people.provider(), partial(_record_above, entry.id, "support.left", own=True))


def show_out(entry: SupportEntry) -> None:
    """The tenant ends it; felt at the next request."""
    if _close(entry):
        record("support.ended", entry)
        _tell_above(entry, "support.ended")


def withdraw(entry: SupportEntry, organization: Organization) -> None:
    """Whoever stands above takes it back, used or not."""
    if _close(entry):
        record("support.withdrawn", entry, whole=organization)
        also_for(places.scope_of(entry.tenant_id), partial(_record_below, entry.id, "support.withdrawn"))


def lapse(entry: SupportEntry) -> None:
    """Write down that it is over already: its time, or whoever came in, has run out."""
    _close(entry)


def settle(rules: SupportRules, policy: Policy, *, version: int) -> None:
    """Say which entries are allowed.  Who is inside without consent, and may no longer be, is out at his next request."""
    if rules.version != version:
        raise Conflict(say(N_("Somebody changed this while you were writing.")))
    before, rules.policy = rules.policy, policy
    db.session.add(rules)
    record("support.policy_changed", rules, before={"policy": before}, after={"policy": policy})


def _close(entry: SupportEntry) -> bool:
    if entry.state not in LIVING:
        return False
    entry.state, entry.ended_at = LIFECYCLE.move(entry.state, to=State.ENDED), now()
    return True


def _must_live(entry: SupportEntry) -> None:
    if entry.standing not in LIVING:
        raise Conflict(say(N_("This entry is over. It can be asked for again.")))


def _put_away_lapsed(tenant: Tenant, person_id: UUID) -> None:
    for entry in queries.living(tenant.id, person_id):
        if entry.standing not in LIVING:
            lapse(entry)
    db.session.flush()


def _wish(entry: SupportEntry) -> dict[str, Any]:
    """What was asked for, as the log keeps it."""
    return {"reach": entry.reach, "minutes": entry.minutes, "reason": entry.reason}


# ---------------------------------------------------------------------------------- what the other end reads in its log


def _tell_of_wish(entry_id: UUID) -> None:
    """In the tenant's own scope: its log, and a letter where an answer is waited for."""
    entry = get(SupportEntry, entry_id)
    with acting_as(people.actor(entry)):
        record("support.asked", entry, after=_wish(entry))
    if entry.state is State.WAITING:
        letters.tell_asked(entry)


def _tell_above(entry: SupportEntry, verb: str) -> None:
    """What the tenant decided, in the log of the one above, who does not learn which of its people it was."""
    also_for(people.provider(), partial(_record_above, entry.id, verb, own=False))


def _record_above(entry_id: UUID, verb: str, *, own: bool) -> None:
    """In the scope above: by his own person, or by the tenant."""
    entry = get(SupportEntry, entry_id)
    organization = db.session.scalar(select(Organization).where(Organization.tenant_id == entry.tenant_id))
    name = organization.name if organization else ""
    actor = Actor("user", entry.person_id, entry.person_name, tenant_id=entry.parent_id)
    with acting_as(actor if own else Actor("system", name=name)):
        record(verb, entry, whole=organization)


def _record_below(entry_id: UUID, verb: str) -> None:
    entry = get(SupportEntry, entry_id)
    with acting_as(people.actor(entry)):
        record(verb, entry)
