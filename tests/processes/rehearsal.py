"""A plan to rehearse with: four tasks that do what the test tells them, and otherwise leave a mark in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import select

from portal.audit.actions import record
from portal.audit.models import LogRecord
from portal.core.db import db
from portal.core.words import Line, say
from portal.processes.actions import start
from portal.processes.models import Process
from portal.processes.plans import More, Plan, Step
from portal.processes.queries import whole

if TYPE_CHECKING:
    from tests.world import House

Act = Callable[[Process], Line | More]
TASKS = ("first", "second", "third", "last")


@dataclass
class Script:
    """What each task does, and its undoing; unset ones do their usual."""

    does: dict[str, Act] = field(default_factory=dict)
    undoes: dict[str, Act] = field(default_factory=dict)
    done: Callable[[Process], None] | None = None
    stuck: Callable[[Process], None] | None = None

    def clear(self) -> None:
        self.does.clear()
        self.undoes.clear()
        self.done = self.stuck = None


SCRIPT = Script()


def mark(process: Process, what: str) -> Line:
    """An effect one can count: a line in the log of the tenant the task acts for."""
    record(f"rehearsal.{what}", process)
    return say("%(what)s is done", what=what)


def _run(task: str) -> Act:
    def run(process: Process) -> Line | More:
        act = SCRIPT.does.get(task)
        return act(process) if act else mark(process, task)

    return run


def _undo(task: str) -> Any:
    def undo(process: Process) -> Any:
        act = SCRIPT.undoes.get(task)
        return act(process) if act else mark(process, f"un{task}")

    return undo


PLAY = Plan(
    "rehearsal.play",
    (
        Step("first", "Do the first", _run("first"), undo=_undo("first"), weight=1),
        Step("second", "Do the second", _run("second"), undo=_undo("second"), weight=2),
        Step("third", "Do the third", _run("third"), weight=3),
        Step("last", "Do the last", _run("last"), weight=4),
    ),
    final="last",
    when_done=lambda process: SCRIPT.done(process) if SCRIPT.done else None,
    when_stuck=lambda process: SCRIPT.stuck(process) if SCRIPT.stuck else None,
    topic="Rehearsals",
)


def begin(house: House, *, about: str = "", subject: House | None = None, **facts: Any) -> str:
    """Start one in this house; its key."""
    with house.office():
        return start(
            PLAY,
            name=say("Rehearse for %(name)s", name=(subject or house).name),
            about=about or f"rehearsal:{uuid4()}",
            facts=facts,
            subject=subject.tenant_id if subject else None,
            subject_name=(subject or house).name,
        ).key


def seen(house: House, key: str) -> Process:
    """The process as it stands, with its tasks and their history, detached."""
    with house.office():
        return whole(key)


def marks(house: House) -> list[str]:
    """The effects in this house's log, in order."""
    with house.office():
        question = select(LogRecord.verb).where(LogRecord.verb.startswith("rehearsal.")).order_by(LogRecord.id)
        return [verb.removeprefix("rehearsal.") for verb in db.session.scalars(question)]


def trail(house: House) -> list[str]:
    """What the log says about processes, in order."""
    with house.office():
        question = select(LogRecord.verb).where(LogRecord.verb.startswith("process.")).order_by(LogRecord.id)
        return list(db.session.scalars(question))
