"""What is written down about a process: that it moved, what became of its tasks, how far the whole is."""

from __future__ import annotations

from portal.core.clock import now
from portal.core.db import db
from portal.core.words import N_, Line, say
from portal.processes.models import Attempt, Outcome, Process, State, Task, TaskState
from portal.processes.plans import Later, More


def move(process: Process) -> None:
    """Say that what the page shows has changed.  Counted by the database, so that two at once count twice."""
    process.stamp = Process.stamp + 1
    process.moved_at = now()


def begin(task: Task) -> None:
    if task.state is not TaskState.RUNNING or task.begun_at is None:
        task.begun_at = now()
    task.state = TaskState.RUNNING
    task.started_at = task.started_at or task.begun_at


def go_on(task: Task, said: More | Later) -> None:
    """The task is not done and has not failed: the attempt goes on, and failures before it do not count any more."""
    task.line, task.tries = said.line.stored(), 0
    if isinstance(said, More):
        task.percent = max(task.percent, min(99, int(said.percent)))


def finish(task: Task, line: Line, worker: str, job_id: str | None) -> None:
    """The task is done; the page shows the next one running from the same moment on."""
    tried(task, Outcome.DONE, line, worker, job_id)
    task.state, task.percent, task.tries = TaskState.DONE, 100, 0
    task.line, task.finished_at = line.stored(), now()
    if task.process.current:
        begin(task.process.current)


def lose(task: Task, worker: str) -> None:
    """The worker that had it is gone; whatever it did within the database went with it."""
    tried(task, Outcome.LOST, say(N_("%(worker)s stopped answering"), worker=worker), worker, None)
    task.begun_at = None


def tried(task: Task, outcome: Outcome, line: Line | None, worker: str, job_id: str | None) -> None:
    """Write the attempt down, for ever.  It is the maker's, whoever's scope it was made in."""
    task.attempts += 1
    db.session.add(
        Attempt(
            tenant_id=task.tenant_id,
            process_id=task.process_id,
            task_id=task.id,
            outcome=outcome,
            line=line.stored() if line else None,
            worker=worker,
            job_id=job_id,
            begun_at=task.begun_at or now(),
        )
    )


def measure(process: Process) -> None:
    """Progress by weight; it never falls, and 100 means done."""
    if process.state is State.DONE:
        process.percent = 100
    elif not process.undoing:
        covered = sum(task.step.weight * task.percent for task in process.tasks)
        process.percent = max(process.percent, min(99, int(covered / process.plan.weight)))
