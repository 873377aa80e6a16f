"""What follows from a look: how far it carries a domain, and who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from portal.audit import record
from portal.core.clock import now
from portal.domains import alarms, names
from portal.domains.models import LIFECYCLE, Domain, State
from portal.domains.sights import Sight
from portal.tenants import own_hosts

PATIENCE: Final = 2
"""Looks in a row that must find a live domain astray before it counts."""
EXPIRES_SOON: Final = timedelta(days=14)
VERBS: Final = {
    State.WAITING: "domain.waiting",
    State.PROVED: "domain.proved",
    State.CERTIFICATE: "domain.certificate",
    State.LIVE: "domain.live",
    State.DEGRADED: "domain.degraded",
}


def take_in(domain: Domain, sight: Sight) -> None:
    """Move the domain as far as what was seen carries it."""
    domain.sight, domain.expires_at = sight.stored(), sight.expires_at or domain.expires_at
    if domain.state in (State.LIVE, State.DEGRADED):
        _keep_watch(domain, sight)
    else:
        _come_closer(domain, sight)
    if domain.state is State.LIVE:
        _mind_its_end(domain)


def _come_closer(domain: Domain, sight: Sight) -> None:
    """From proof to certificate to life, or back where one of them is gone."""
    if not sight.is_proved or not own_hosts.hold(domain.name, domain.door):
        if domain.state is not State.WAITING:
            _go(domain, State.WAITING)
            own_hosts.release(domain.name)
        elif sight.is_proved:
            domain.sight = {**domain.sight, "hints": [{"mood": "bad", "line": names.taken(domain.name).line.stored()}]}
        return
    if domain.state is State.WAITING:
        _go(domain, State.PROVED)
    if not sight.leads_here:
        if domain.state is State.CERTIFICATE:
            _go(domain, State.PROVED)
        return
    if domain.state is State.PROVED:
        _go(domain, State.CERTIFICATE)
    if sight.is_certified:
        _go(domain, State.LIVE)
        own_hosts.serve(domain.name, domain.door, main=domain.wants_main)
        alarms.tell_of_life(domain)


def _keep_watch(domain: Domain, sight: Sight) -> None:
    """A live one that is astray twice in a row falls back; one that is back where it was serves again."""
    holds = sight.is_proved and own_hosts.hold(domain.name, domain.door)
    if holds and sight.is_certified:
        domain.failures = 0
        if domain.state is State.DEGRADED:
            _go(domain, State.LIVE)
            own_hosts.serve(domain.name, domain.door, main=domain.wants_main)
            alarms.tell_of_life(domain)
        return
    domain.failures += 1
    is_lost = domain.state is State.LIVE and domain.failures >= PATIENCE
    if is_lost:
        _go(domain, State.DEGRADED)
    if domain.state is State.DEGRADED and holds:
        own_hosts.fall_back(domain.name, domain.door)
    elif domain.state is State.DEGRADED:
        own_hosts.release(domain.name)
    if is_lost:
        alarms.tell_of_loss(domain)


def _mind_its_end(domain: Domain) -> None:
    """Tell once of each certificate that it ends soon and was not renewed."""
    ends = domain.expires_at
    if ends is not None and ends - now() < EXPIRES_SOON and domain.warned_for != ends:
        domain.warned_for = ends
        alarms.tell_of_end(domain)


def _go(domain: Domain, state: State) -> None:
    """Move, and say so in the trail."""
    before = domain.state
    move(domain, state)
    record(VERBS[state], domain, before={"state": before}, after={"state": state})


def move(domain: Domain, state: State) -> None:
    """Enter another state.  Raises Conflict."""
    domain.state = LIFECYCLE.move(domain.state, to=state)
    domain.since, domain.looks, domain.failures = now(), 0, 0
