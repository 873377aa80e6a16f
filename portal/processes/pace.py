"""Time in round words: how long it took, how long it has been, how much is left."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from portal.core import dates
from portal.core.clock import now
from portal.core.words import N_, Line, say
from portal.processes.models import Process, Task, TaskState

if TYPE_CHECKING:
    from datetime import datetime

MINUTE, HOUR = 60, 3600
IN_SECONDS = 90  # below this one counts in seconds
SLOW = 2.0  # times the usual, and then it is longer than usual


def length(seconds: float, *, exact: bool = False) -> str:
    """`0.2 s`, `47 s`, `4 min 12 s`, `1 h 5 min`; `exact` keeps a tenth of a second below a minute."""
    if seconds < MINUTE:
        tenths = max(Decimal("0.1"), Decimal(str(round(seconds, 1))))
        whole = tenths if exact or seconds < 1 else Decimal(round(seconds))
        return str(_("%(seconds)s s", seconds=dates.number(whole)))
    if seconds < HOUR:
        return str(_("%(minutes)s min %(seconds)s s", minutes=int(seconds // MINUTE), seconds=int(seconds % MINUTE)))
    return str(_("%(hours)s h %(minutes)s min", hours=int(seconds // HOUR), minutes=int(seconds % HOUR // MINUTE)))


def ran(process: Process) -> float:
    """Seconds from its start to its end, or to now."""
    return ((process.finished_at or now()) - (process.started_at or process.created_at)).total_seconds()


def took(task: Task) -> float | None:
    """Seconds from the first try to the end, or to now; None before the start."""
    if task.started_at is None:
        return None
    stopped = task.state in (TaskState.FAILED, TaskState.WAITING)
    end = task.finished_at or (task.process.moved_at if stopped else now())
    return max(0.0, (end - task.started_at).total_seconds())


def remaining(process: Process, moment: datetime | None = None) -> float:
    """Seconds the open tasks usually take, less what the current one has had."""
    todo = sum(
        task.step.usual * (100 - task.percent) / 100 for task in process.tasks if task.state is not TaskState.DONE
    )
    current = process.current
    if current is None or current.state is not TaskState.RUNNING or current.begun_at is None:
        return todo
    spent = ((moment or now()) - current.begun_at).total_seconds()
    return todo - min(spent, current.step.usual * (100 - current.percent) / 100)


def left(process: Process) -> Line:
    """What is left, for a process that moves."""
    if _is_slow(process):
        return say(N_("This takes longer than usual"))
    return about(remaining(process))


def about(seconds: float) -> Line:
    if seconds < 1:
        return say(N_("Nearly there"))
    if seconds < IN_SECONDS:
        return say(N_("About %(count)s second left"), N_("About %(count)s seconds left"), count=round(seconds))
    return say(N_("About %(count)s minute left"), N_("About %(count)s minutes left"), count=round(seconds / MINUTE))


def after_retry(process: Process) -> Line:
    """What a person who presses Retry has to expect."""
    seconds = max(1, round(remaining(process)))
    if seconds < IN_SECONDS:
        return say(N_("About %(count)s second after Retry"), N_("About %(count)s seconds after Retry"), count=seconds)
    minutes = round(seconds / MINUTE)
    return say(N_("About %(count)s minute after Retry"), N_("About %(count)s minutes after Retry"), count=minutes)


def _is_slow(process: Process) -> bool:
    task = process.current
    if task is None or task.state is not TaskState.RUNNING or task.begun_at is None:
        return False
    return (now() - task.begun_at).total_seconds() > SLOW * task.step.usual + 2
