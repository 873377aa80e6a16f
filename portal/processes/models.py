"""A process, its tasks, and every attempt ever made at one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit.actor import Actor
from portal.core.clock import now
from portal.core.db import Model, belongs_to, has_many, index, one_of, unique
from portal.core.kinds import Errand
from portal.core.words import Line, told
from portal.processes.plans import PLANS, Plan, Step
from portal.processes.states import (
    AT_REST,
    LIFECYCLE,
    OVER,
    SHOWN,
    TASK_MOODS,
    TASK_SHOWN,
    Outcome,
    State,
    TaskState,
)

__all__ = ["AT_REST", "LIFECYCLE", "OVER", "SHOWN", "Attempt", "Outcome", "Process", "State", "Task", "TaskState"]


LivingOnly = text("state not in ('done', 'cancelled')")


class Process(Errand, Model):
    """Long work of its maker, about one tenant.  `about` names what it is about: only one of that may live at a time."""

    __table_args__ = (
        index("created_at"),
        index("subject_id", "created_at"),
        index("moved_at"),
        UniqueConstraint("id"),  # one that is lent is lent by its id: there must not be two of it
        Index("process_one_living", "tenant_id", "about", unique=True, postgresql_where=LivingOnly),
    )
    __label__ = "label"
    __page__ = "processes.show"
    __found_by__ = ("name", "subject_name")
    __found_unless__ = "quiet"
    __unlogged__: ClassVar[set[str]] = {"facts"}

    plan_name: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(200))
    name: Mapped[dict[str, Any]]  # a stored Line
    quiet: Mapped[bool] = mapped_column(default=False)
    subject_id: Mapped[int] = mapped_column(BigInteger)  # no key: the log outlives its subject
    subject_name: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[State] = mapped_column(one_of(State), default=State.QUEUED)
    undoing: Mapped[bool] = mapped_column(default=False)
    percent: Mapped[int] = mapped_column(default=0)
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # why it waits or needs attention
    worker: Mapped[str | None] = mapped_column(String(80))
    stamp: Mapped[int] = mapped_column(BigInteger, default=0)  # raised by everything its page shows
    started_by_id: Mapped[UUID | None]
    started_by_name: Mapped[str] = mapped_column(String(200), default="")
    started_by_email: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    moved_at: Mapped[datetime] = mapped_column(default=now)
    next_try_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    tasks: Mapped[list[Task]] = has_many(
        "process", back_populates="process", order_by="Task.position", passive_deletes=True
    )

    @property
    def plan(self) -> Plan:
        return PLANS[self.plan_name]

    @property
    def mood(self) -> str:
        return SHOWN[self.state][0]

    @property
    def word(self) -> str:
        """Its state as a message id."""
        return SHOWN[self.state][1]

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return told(self.name)

    @property
    def label(self) -> Line:
        """Its name for the log, which is read in every language."""
        return Line.of(self.name)

    @property
    def over(self) -> bool:
        """Nothing will ever move here again."""
        return self.state in OVER

    @property
    def at_rest(self) -> bool:
        """Nothing moves until somebody does something."""
        return self.state in AT_REST

    @property
    def asks_again(self) -> bool:
        """It runs and is in nobody's hands: it waits for the world outside, and asks again at `next_try_at`."""
        return self.state is State.RUNNING and self.next_try_at is not None

    @property
    def current(self) -> Task | None:
        """The task to work on: the first open one; when undoing, the last that may have left a trace."""
        if self.undoing:
            return next((task for task in reversed(self.tasks) if task.left_a_trace), None)
        return next((task for task in self.tasks if task.state is not TaskState.DONE), None)

    @property
    def undoable(self) -> list[Task]:
        """What cancelling would take back, in that order."""
        return [task for task in reversed(self.tasks) if task.left_a_trace and task.step.undo]

    @property
    def done_count(self) -> int:
        return sum(task.state is TaskState.DONE for task in self.tasks)

    @property
    def cancellable(self) -> bool:
        """It may be undone: it is not over, not being undone, and its final task is neither done nor in hand."""
        final = next((task for task in self.tasks if task.name == self.plan.final), None)
        committed = final is not None and final.state in (TaskState.RUNNING, TaskState.DONE)
        return not (self.over or self.undoing or committed)

    @property
    def actor(self) -> Actor:
        """In whose name its tasks act."""
        person = Actor(
            "user", self.started_by_id, self.started_by_name, self.started_by_email, tenant_id=self.tenant_id
        )
        return Actor("system", request_id=self.key, on_behalf_of=person if self.started_by_id else None)

    def effect_key(self, task: str) -> str:
        """The name under which the outside world knows the effect of a task, however often it is tried."""
        return f"{self.key}:{task}"

    def note(self, **facts: Any) -> None:
        """Keep facts for later tasks, in the transaction of this one."""
        self.facts = {**self.facts, **facts}

    def forget(self, *names: str) -> None:
        """Drop facts that nobody needs any more (a password hash)."""
        self.facts = {name: value for name, value in self.facts.items() if name not in names}


class Task(Errand, Model):
    """One step of one process.  `attempts` counts every try, `tries` those since the last Retry or progress."""

    __table_args__ = (unique("process_id", "position"),)

    process_id: Mapped[UUID] = mapped_column()
    process: Mapped[Process] = belongs_to(back_populates="tasks", ondelete="CASCADE")
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    state: Mapped[TaskState] = mapped_column(one_of(TaskState), default=TaskState.TODO)
    percent: Mapped[int] = mapped_column(default=0)
    line: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    attempts: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]  # the first time
    begun_at: Mapped[datetime | None]  # this time
    finished_at: Mapped[datetime | None]

    history: Mapped[list[Attempt]] = has_many(
        "task", back_populates="task", order_by="Attempt.finished_at", passive_deletes=True
    )

    @property
    def step(self) -> Step:
        return self.process.plan.step(self.name)

    @property
    def word(self) -> str:
        """Its state as a message id."""
        return TASK_SHOWN[self.state]

    @property
    def mood(self) -> str:
        """How the page shows it: done, running, waiting, failed or todo."""
        if self.state is TaskState.WAITING and not self.attempts:
            return "todo"  # nothing went wrong yet
        return TASK_MOODS.get(self.state, "todo")

    @property
    def left_a_trace(self) -> bool:
        """It may have changed something, even if only outside and before a worker was lost."""
        return self.state not in (TaskState.TODO, TaskState.UNDONE)


class Attempt(Errand, Model):
    """One try of one task, kept for ever.  `job_id` is the RQ job that rang for it; none when the work was found."""

    __append_only__ = True

    process_id: Mapped[UUID] = mapped_column()
    process: Mapped[Process] = belongs_to()
    task_id: Mapped[UUID] = mapped_column()
    task: Mapped[Task] = belongs_to(back_populates="history")
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    line: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    worker: Mapped[str] = mapped_column(String(80))
    job_id: Mapped[str | None] = mapped_column(String(80))
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime] = mapped_column(default=now)
