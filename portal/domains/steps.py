"""The watch over one domain: a quiet process that looks at it, less and less often, as long as it is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Select, select

from portal.core.clock import now
from portal.core.db import db, get
from portal.core.name_servers import Unanswered
from portal.core.scope import acting_scope
from portal.core.words import N_, Line, say
from portal.domains import sights
from portal.domains.following import take_in
from portal.domains.models import Domain, State
from portal.domains.resolver import resolver
from portal.processes.models import Process
from portal.processes.plans import Later, Plan, Step
from portal.tenants import own_hosts
from portal.tenants.models import Edition, Tenant
from portal.tenants.models import State as TenantState

FEATURE: Final = "own_domain"
SOON, HOUR = 60.0, 3600.0
WAITS: Final = {
    State.WAITING: (15, 30, 60, 120, 300, 600, 1800, HOUR, 3 * HOUR, 6 * HOUR),
    State.PROVED: (15, 30, 60, 120, 300, 600, 1800, HOUR, 3 * HOUR),
    State.CERTIFICATE: (10, 15, 30, 60, 120, 300, 600, HOUR),
    State.LIVE: (300, 600, 1800, HOUR),
    State.DEGRADED: (120, 300, 600, 1800, HOUR),
}
"""Seconds until the next look, by the looks since its state began; the last goes on."""
GIVEN_UP: Final = timedelta(days=30)
"""So long an unproved name is looked for."""


def look(process: Process) -> Line | Later:
    """Ask the name servers once, and let follow what follows."""
    domain = get(Domain, process.facts["domain"])
    if not domain.is_living:
        return say(N_("The domain was removed: nobody looks any more"))
    state, features = db.session.execute(_tenant()).one()
    if state is TenantState.CLOSED or FEATURE not in features:
        own_hosts.release(domain.name)
        domain.next_look_at = None
        return say(N_("The tenant is closed, or has another edition: nobody looks any more"))
    if domain.state is State.WAITING and now() - max(domain.since, domain.asked_at or domain.since) > GIVEN_UP:
        domain.next_look_at = None
        return say(N_("Not proved in %(days)s days: nobody looks any more"), days=GIVEN_UP.days)
    return _seen(domain)


def _tenant() -> Select[TenantState, list[str]]:
    """The acting one: its state, and what its edition opens."""
    asked = select(Tenant.state, Edition.features).join(Edition, Edition.code == Tenant.edition_code)
    return asked.where(Tenant.id == acting_scope().tenant_id)


def _seen(domain: Domain) -> Later:
    name, proof = domain.name, domain.proof
    db.session.rollback()  # nothing is written yet: no transaction stands open while name servers take their time
    try:
        sight = sights.take(name, proof=proof, asking=resolver())
    except Unanswered as silence:
        return _settle(_again(domain), silence)
    row = _again(domain)
    if row.is_living:
        take_in(row, sight)
    return _settle(row)


def _again(domain: Domain) -> Domain:
    """As it stands now: somebody may have removed it meanwhile."""
    db.session.refresh(domain, with_for_update=True)
    return domain


def _settle(domain: Domain, silence: Unanswered | None = None) -> Later:
    domain.looked_at, domain.looks = now(), domain.looks + 1
    if silence is not None:
        domain.sight = {**domain.sight, "hints": [{"mood": "warn", "line": silence.line.stored()}]}
    seconds = _wait(domain)
    domain.next_look_at = domain.looked_at + timedelta(seconds=seconds)
    return Later(seconds, say(N_("Looks again later")))


def _wait(domain: Domain) -> float:
    if not domain.is_living:
        return 0.0
    if domain.state is State.LIVE and domain.failures:
        return SOON
    steps = WAITS[domain.state]
    return float(steps[min(domain.looks, len(steps)) - 1])


# The names of plans and steps are for ever: rows carry them.
WATCH = Plan("domain.watch", (Step("look", N_("Look at the domain"), look, usual=1.0),), quiet=True)
