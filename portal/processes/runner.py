"""The engine: takes what is due and carries it on, one transaction at a time.

Every task is one transaction in the scope of the tenant it is about, and its last statement is the fenced UPDATE that
renews the lease (`core.jobs`): effect, task, attempt and fence are committed together or not at all.  What the engine
itself has to say (taken up, put off, stuck, settled) is written in the maker's scope, with the process locked, in the
order process → work everywhere.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic

from flask import Flask, current_app
from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from portal.audit.actions import record
from portal.audit.actor import acting_as
from portal.core import jobs
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Problem
from portal.core.jobs import Hold
from portal.core.scope import acting
from portal.core.words import N_, Line, say
from portal.processes import ledger, setbacks
from portal.processes.hands import Hands, Held, scopes_of
from portal.processes.models import LIFECYCLE, Outcome, Process, State, Task, TaskState
from portal.processes.plans import WITNESSES, Later, More
from portal.processes.pulse import beating

__all__ = ["Hands", "carry_on"]

log = logging.getLogger(__name__)


def carry_on(hands: Hands, *, patience: float = 0) -> bool:
    """Take the fairest process that is due and carry it as far as it goes now.  False: nothing was due."""
    hold = jobs.claim(hands.worker, lease=hands.tempo.lease, patience=patience)
    if hold is None:
        return False
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own idiom
    errand = Held(hold, hands, *scopes_of(hold))
    enough = monotonic() + hands.tempo.turn
    with beating(app, hold, hands.tempo) as pulse:
        going = _take_up(errand)
        while going:
            pulse.begin()
            going = _advance(errand)
            if going and (hands.stopping.is_set() or monotonic() > enough):
                going = _pause(errand)
    return True


def _load(hold: Hold, *, lock: bool = False) -> Process:
    return db.session.scalars(_whole(lock=lock), {"process_id": hold.process_id}).unique().one()


@lru_cache(maxsize=2)
def _whole(*, lock: bool) -> Select[Process]:
    """A process with its tasks.  Each task asks it twice, so it is written once: to write it takes longer than to ask it."""
    question = select(Process).where(Process.id == bindparam("process_id")).options(joinedload(Process.tasks))
    return (question.with_for_update(of=Process) if lock else question).execution_options(kept=True)


def _take_up(errand: Held) -> bool:
    """Say who has it now.  False: there is nothing to do."""
    hold = errand.hold
    with acting(errand.maker):
        process = _load(hold, lock=True)
        if process.at_rest:
            return errand.released(wait=None)
        ledger.move(process)
        if hold.lost and process.current:
            ledger.lose(process.current, hold.lost)
        if hold.crashes >= setbacks.MOST_CRASHES:
            reason = say(N_("A worker was lost at this task %(count)s times in a row."), count=hold.crashes)
            return _stick(errand, process, reason)
        if process.state in (State.QUEUED, State.WAITING):
            process.state = LIFECYCLE.move(process.state, to=State.RUNNING)
        process.worker = errand.hands.worker
        process.started_at = process.started_at or now()
        process.reason = process.next_try_at = None
        if process.current and not process.undoing:
            ledger.begin(process.current)
        return errand.kept()


def _advance(errand: Held) -> bool:
    """One task further, or one task back, or to the end."""
    with acting(errand.subject):
        process = _load(errand.hold)
        task = process.current
        if task is not None and not process.at_rest:
            return _undo(errand, process, task) if process.undoing else _carry_out(errand, process, task)
    return _settle(errand)


def _carry_out(errand: Held, process: Process, task: Task) -> bool:
    name = task.name
    try:
        with acting_as(process.actor):
            result = task.step.run(process)
        if isinstance(result, More | Later):
            ledger.go_on(task, result)
        else:
            ledger.finish(task, result, errand.hands.worker, errand.hands.job_id)
        ledger.measure(process)
        ledger.move(process)
        kept = errand.kept(advanced=True)
    except Exception as error:  # noqa: BLE001 - whatever a task raises is a try that failed
        db.session.rollback()
        return _put_off(errand, name, error)
    return _ask_again(errand, result.seconds) if kept and isinstance(result, Later) else kept


def _ask_again(errand: Held, seconds: float) -> bool:
    """The world outside is not ready: it is running still, in nobody's hands."""
    with acting(errand.maker):
        process = _load(errand.hold, lock=True)
        if process.undoing:  # cancelled meanwhile: nobody waits for it any more
            db.session.rollback()
            return True
        process.next_try_at, process.worker = now() + timedelta(seconds=seconds), None
        return errand.released(wait=seconds)


def _undo(errand: Held, process: Process, task: Task) -> bool:
    name, began = task.name, now()
    try:
        with acting_as(process.actor):
            line = task.step.undo(process) if task.step.undo else None
        if task.step.undo:
            task.begun_at = began
            ledger.tried(task, Outcome.UNDONE, line, errand.hands.worker, errand.hands.job_id)
        task.state, task.finished_at, task.percent = TaskState.UNDONE, now(), 0
        task.line = line.stored() if line else None
        ledger.move(process)
        return errand.kept(advanced=True)
    except Exception as error:  # noqa: BLE001 - whatever a task raises is a try that failed
        db.session.rollback()
        return _put_off(errand, name, error, undoing=began)


def _put_off(errand: Held, name: str, error: Exception, *, undoing: datetime | None = None) -> bool:
    """A task failed, or its undoing, begun then: again a little later, or a person has to look."""
    details = None if isinstance(error, Problem) else error
    log.warning("%s of process %s failed: %s", name, errand.hold.process_id, error, exc_info=details)
    with acting(errand.maker):
        process = _load(errand.hold, lock=True)
        task = next(task for task in process.tasks if task.name == name)
        if process.current is not task:  # its commit had arrived although the answer to it had not
            db.session.rollback()
            return True
        reason = setbacks.reason(error)
        ledger.move(process)
        task.begun_at = undoing or task.begun_at
        ledger.tried(task, Outcome.FAILED, reason, errand.hands.worker, errand.hands.job_id)
        task.tries, task.state, task.line = task.tries + 1, TaskState.FAILED, reason.stored()
        if process.undoing and not undoing:  # cancelled meanwhile: nobody needs this task any more
            return errand.kept()
        if setbacks.is_final(error, task.tries):
            return _stick(errand, process, reason)
        wait = setbacks.wait(task.tries)
        process.reason = reason.stored()
        process.next_try_at = now() + timedelta(seconds=wait)
        if not process.undoing:
            task.state, process.state = TaskState.WAITING, LIFECYCLE.move(process.state, to=State.WAITING)
        return errand.released(wait=wait)


def _stick(errand: Held, process: Process, reason: Line) -> bool:
    """A person has to look."""
    if process.current:
        process.current.state, process.current.line = TaskState.FAILED, reason.stored()
    process.state = LIFECYCLE.move(process.state, to=State.ATTENTION)
    process.reason, process.next_try_at, process.quiet = reason.stored(), None, False
    with acting_as(process.actor):
        record("process.stopped", process, line=reason)
        _tell(process, process.plan.when_stuck)
    return errand.released(wait=None)


def _settle(errand: Held) -> bool:
    """Every task is done, or undone: close the book, unless somebody asked for something else in the meantime."""
    with acting(errand.maker):
        process = _load(errand.hold, lock=True)
        if process.at_rest:
            return errand.released(wait=None)
        if process.current is not None:
            db.session.rollback()
            return True
        process.state = LIFECYCLE.move(process.state, to=State.CANCELLED if process.undoing else State.DONE)
        process.finished_at, process.worker, process.reason, process.next_try_at = now(), None, None, None
        ledger.measure(process)
        ledger.move(process)
        with acting_as(process.actor):
            if not process.quiet:
                record(f"process.{process.state}", process)
            plan = process.plan
            _tell(process, plan.when_done if process.state is State.DONE else plan.when_cancelled)
        return errand.released(wait=None)


def _pause(errand: Held) -> bool:
    """Back into the row, in good order: others are waiting, or the worker is being stopped."""
    with current_app.app_context():
        return errand.released(wait=0)


def _tell(process: Process, whom: object) -> None:
    """Let the plan start its letters, and whoever watches hear of it.  What goes wrong there must not keep the process from settling."""
    for one in (whom, *WITNESSES):
        if not callable(one):
            continue
        try:
            with db.session.begin_nested():
                one(process)
        except OperationalError:
            raise
        except Exception:
            log.exception("what %s does at the end failed", process.plan_name)
