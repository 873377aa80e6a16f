"""What one does with processes: start, retry, cancel.  The rest is the worker's (`runner`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from portal.audit.actions import record
from portal.audit.actor import current_actor
from portal.core import jobs
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.scope import acting_scope
from portal.core.words import N_, Line, say
from portal.processes import ledger
from portal.processes.models import LIFECYCLE, OVER, Process, State, Task, TaskState

if TYPE_CHECKING:
    from portal.processes.plans import Plan

_RESERVE = text("select pg_advisory_xact_lock(hashtextextended(:about, :tenant_id))").execution_options(reviewed=True)


def start(
    plan: Plan,
    *,
    name: Line,
    about: str,
    facts: dict[str, Any],
    subject: int | None = None,
    subject_name: str = "",
) -> Process:
    """Begin long work, in the scope of its maker; `subject` is the tenant it is about, the maker itself when None.

    A second start about the same thing gives the first process, as long as that lives.
    """
    if already := living(about):
        return already
    maker = acting_scope().tenant_id
    process = Process(
        plan_name=plan.name,
        about=about,
        name=name.stored(),
        quiet=plan.quiet,
        subject_id=subject or maker,
        subject_name=subject_name,
        facts=facts,
        **_starter(maker),
    )
    process.tasks = [
        Task(process_id=process.id, name=step.name, position=position)
        for position, step in enumerate(plan.steps, start=1)
    ]
    if plan.begun:
        process.tasks[0].state = TaskState.WAITING
    db.session.add(process)
    _record("process.started", process)
    _call(process)
    return process


def living(about: str) -> Process | None:
    """The process about this that is not over, if any.  From here to the commit nobody else can start one."""
    maker = acting_scope().tenant_id
    db.session.execute(_RESERVE, {"about": about, "tenant_id": maker})
    return db.session.scalar(
        select(Process).where(Process.tenant_id == maker, Process.about == about, Process.state.not_in(OVER))
    )


def retry(process: Process) -> None:
    """Go on at the task it stopped at; nothing that is done is repeated.  Raises Conflict unless it needs attention."""
    db.session.refresh(process, with_for_update=True)
    if process.state is not State.ATTENTION:
        raise Conflict(say(N_("Nothing waits for a retry here: this process does not need attention.")))
    process.state = LIFECYCLE.move(process.state, to=State.CANCELLING if process.undoing else State.QUEUED)
    process.reason = None
    for task in process.tasks:
        task.tries = 0
    ledger.move(process)
    _record("process.retried", process)
    _call(process)


def cancel(process: Process) -> None:
    """Undo, in reverse, everything that was done.  Raises Conflict when it is over or beyond its final task."""
    db.session.refresh(process, with_for_update=True)
    db.session.refresh(process, attribute_names=["tasks"])
    if process.over:
        raise Conflict(say(N_("This process is over: there is nothing left to cancel.")))
    if process.undoing:
        raise Conflict(say(N_("This process is being cancelled already.")))
    if not process.cancellable:
        final = say(process.plan.step(process.plan.final).title)
        raise Conflict(say(N_("It is too late to cancel: from “%(task)s” on nothing can be undone."), task=final))
    process.state = LIFECYCLE.move(process.state, to=State.CANCELLING)
    process.undoing = True
    process.reason = None
    process.next_try_at = None
    for task in process.tasks:
        task.tries = 0
    ledger.move(process)
    _record("process.cancellation_asked", process)
    _call(process)


def _call(process: Process) -> None:
    db.session.flush()
    jobs.call(process.id, tenant_id=process.tenant_id, subject_id=process.subject_id)


def _record(verb: str, process: Process) -> None:
    if not process.quiet:
        record(verb, process)


def _starter(maker: int) -> dict[str, Any]:
    """Who started it, as far as the maker may know."""
    actor = current_actor().seen_by(maker)
    person = actor.on_behalf_of or actor
    return {"started_by_id": person.id, "started_by_name": person.name, "started_by_email": person.email}
