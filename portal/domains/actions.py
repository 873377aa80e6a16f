"""What people do with domains: add, have looked at, make the main address, remove."""

from __future__ import annotations

from sqlalchemy import func, select, update

from portal.audit import facts, record
from portal.core import jobs
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.domains import names
from portal.domains.following import move
from portal.domains.models import MOST, Domain, Pretence, Pretend, State
from portal.domains.steps import WATCH
from portal.processes import actions as processes
from portal.processes.models import Process
from portal.processes.models import State as ProcessState
from portal.tenants import own_hosts
from portal.tenants.models import Door


def add(*, name: str, door: Door) -> Domain:
    """Take a name up, to be proved.  It serves nothing before.  Raises Invalid at the name."""
    plain = names.read(name)
    living = select(Domain).where(Domain.state != State.REMOVED)
    if db.session.scalar(living.where(Domain.name == plain)) is not None:
        raise Invalid(say(N_("You have added %(name)s already."), name=names.shown(plain)), field="name")
    if own_hosts.is_anothers(plain):
        raise names.taken(plain)
    if (db.session.scalar(select(func.count()).select_from(living.subquery())) or 0) >= MOST:
        raise Invalid(say(N_("You have %(count)s domains. Remove one before you add another."), count=MOST))
    is_first = db.session.scalar(living.where(Domain.door == door, Domain.wants_main)) is None
    domain = Domain(name=plain, door=door, wants_main=is_first)
    db.session.add(domain)
    db.session.flush()
    record("domain.added", domain, after=facts(domain))
    look_now(domain)
    return domain


def look_now(domain: Domain) -> None:
    """Have it looked at as soon as a worker is free.  Raises Conflict when it is removed."""
    if not domain.is_living:
        raise Conflict(say(N_("This domain was removed. Add it again to use it.")))
    if domain.is_asked:
        return
    domain.asked_at, domain.looks = now(), 0
    process = _watch(domain)
    if process.state is ProcessState.ATTENTION:
        processes.retry(process)
    else:
        jobs.call(process.id, tenant_id=process.tenant_id, subject_id=process.subject_id)


def make_main(domain: Domain) -> None:
    """All other names of its door lead to it.  Raises Conflict unless it is live."""
    if domain.state is not State.LIVE:
        raise Conflict(say(N_("Only a live domain can be the main address.")))
    others = update(Domain).where(Domain.door == domain.door, Domain.id != domain.id, Domain.wants_main)
    db.session.execute(others.values(wants_main=False))
    domain.wants_main = True
    own_hosts.serve(domain.name, domain.door, main=True)
    record("domain.made_main", domain)


def step_back(domain: Domain) -> None:
    """The address before our own host is the main one again; this name leads to it."""
    if not domain.wants_main:
        raise Conflict(say(N_("This domain is not the main address.")))
    domain.wants_main = False
    own_hosts.step_back(domain.door)
    record("domain.stepped_back", domain)


def remove(domain: Domain) -> None:
    """Let the name go.  It is remembered; to come back, it is proved anew.  Raises Conflict when it is gone already."""
    before = domain.state
    move(domain, State.REMOVED)
    domain.next_look_at = None
    own_hosts.release(domain.name)
    record("domain.removed", domain, before={"state": before}, after={"state": domain.state})
    process = processes.living(about(domain))
    if process is not None:
        jobs.call(process.id, tenant_id=process.tenant_id, subject_id=process.subject_id)


def pretend(domain: Domain, what: Pretend) -> None:
    """Let the demo's name servers speak so of it, and look."""
    told = db.session.scalar(select(Pretence).where(Pretence.domain_id == domain.id))
    if told is None:
        db.session.add(Pretence(domain_id=domain.id, what=what))
    else:
        told.what = what
    domain.asked_at = None
    look_now(domain)


def about(domain: Domain) -> str:
    """What the process that watches it is about."""
    return f"domain:{domain.key}"


def _watch(domain: Domain) -> Process:
    name = say(N_("Watch over %(domain)s"), domain=domain.shown)
    return processes.start(WATCH, name=name, about=about(domain), facts={"domain": domain.key})
