"""What may become of a process, of a task and of a try, and what people call it."""

from __future__ import annotations

from enum import StrEnum

from portal.core.lifecycle import Lifecycle
from portal.core.words import N_


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    ATTENTION = "attention"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    DONE = "done"


LIFECYCLE = Lifecycle(
    {
        State.QUEUED: {State.RUNNING, State.ATTENTION, State.CANCELLING},
        State.RUNNING: {State.WAITING, State.ATTENTION, State.CANCELLING, State.DONE},
        State.WAITING: {State.RUNNING, State.ATTENTION, State.CANCELLING},
        State.ATTENTION: {State.QUEUED, State.CANCELLING},
        State.CANCELLING: {State.ATTENTION, State.CANCELLED},
    }
)
OVER = (State.DONE, State.CANCELLED)
AT_REST = (*OVER, State.ATTENTION)

# state -> (mood, word): the same tone and word everywhere
SHOWN = {
    State.QUEUED: ("plain", N_("Queued")),
    State.RUNNING: ("busy", N_("Running")),
    State.WAITING: ("warn", N_("Waiting")),
    State.ATTENTION: ("bad", N_("Needs attention")),
    State.CANCELLING: ("busy", N_("Cancelling")),
    State.CANCELLED: ("plain", N_("Cancelled")),
    State.DONE: ("good", N_("Done")),
}


class TaskState(StrEnum):
    TODO = "todo"
    RUNNING = "running"
    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"
    UNDONE = "undone"


TASK_SHOWN = {
    TaskState.TODO: N_("Not started"),
    TaskState.RUNNING: N_("Running"),
    TaskState.WAITING: N_("Waiting"),
    TaskState.FAILED: N_("Failed"),
    TaskState.DONE: N_("Done"),
    TaskState.UNDONE: N_("Undone"),
}

TASK_MOODS = {
    TaskState.RUNNING: "running",
    TaskState.WAITING: "waiting",
    TaskState.FAILED: "failed",
    TaskState.DONE: "done",
}


class Outcome(StrEnum):
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"  # the worker stopped answering
    UNDONE = "undone"
