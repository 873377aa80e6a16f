"""Questions about letters: what was sent, what waits, what did not leave, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.core.db import Page, db, get
from portal.core.listing import Listing
from portal.core.words import N_
from portal.notifications.models import Envelope
from portal.notifications.steps import TEST
from portal.processes.models import AT_REST, Process, State

SORTS: dict[str, Any] = {"written": Envelope.written_at, "to": func.lower(Envelope.address)}
STATES = {"sent": N_("Sent"), "waiting": N_("Waiting"), "failed": N_("Not delivered"), "withdrawn": N_("Withdrawn")}
_IN_STATE = {
    "sent": Process.state == State.DONE,
    "waiting": Process.state.not_in(AT_REST),
    "failed": Process.state == State.ATTENTION,
    "withdrawn": Process.state == State.CANCELLED,
}


def letters(wanted: Listing) -> Page[Envelope]:
    """One page of what was written, each with its process and why that waits."""
    question = (
        select(Envelope)
        .join(Envelope.process)
        .options(contains_eager(Envelope.process).selectinload(Process.tasks))
        .where(*_asked_for(wanted))
    )
    if wanted.search:
        columns = (Envelope.name, Envelope.address, Envelope.subject)
        question = question.where(or_(*(column.ilike(wanted.pattern, escape="\\") for column in columns)))
    return wanted.page(question, Envelope.id.desc())


def counts() -> Mapping[str, int]:
    """How many there are in each state, in one statement."""
    columns = [func.count().filter(rule).label(name) for name, rule in _IN_STATE.items()]
    row = db.session.execute(select(func.count().label("all"), *columns).select_from(Envelope).join(Envelope.process))
    return dict(row.mappings().one())


def envelope(key: str) -> Envelope:
    """One, with its process.  Raises NotFound."""
    return get(Envelope, key, options=[joinedload(Envelope.process).selectinload(Process.tasks)])


def stuck(limit: int) -> list[Process]:
    """Letters that wait for a person, the oldest first."""
    question = select(Process).join(Envelope, _of_envelope()).options(selectinload(Process.tasks))
    return list(db.session.scalars(question.where(_IN_STATE["failed"]).order_by(Process.created_at).limit(limit)))


def held_up(limit: int) -> list[Process]:
    """Letters that ask again later, or wait for a person, the oldest first."""
    later = (Process.state == State.RUNNING) & Process.next_try_at.is_not(None)
    question = select(Process).join(Envelope, _of_envelope()).options(selectinload(Process.tasks))
    waiting = question.where(or_(_IN_STATE["failed"], later)).order_by(Process.created_at).limit(limit)
    return list(db.session.scalars(waiting))


def last_test() -> Envelope | None:
    """The latest letter by which somebody tried the mail sender, with its process."""
    question = select(Envelope).options(joinedload(Envelope.process)).where(Envelope.kind == TEST)
    return db.session.scalar(question.order_by(Envelope.written_at.desc(), Envelope.id.desc()).limit(1))


def _asked_for(wanted: Listing) -> list[Any]:
    state, kind = wanted.filters.get("state"), wanted.filters.get("kind")
    return ([_IN_STATE[state]] if state else []) + ([Envelope.kind == kind] if kind else [])


def _of_envelope() -> Any:
    return (Envelope.tenant_id == Process.tenant_id) & (Envelope.process_id == Process.id)
