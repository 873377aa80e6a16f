"""What is carried out in the storm: a plan, how one of it is begun, and how one sees that it happened exactly once.

The plan is a parameter: `ERRANDS` here are small and cost nothing; onboarding brings its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.audit.actions import record
from portal.audit.models import LogRecord
from portal.core.db import db
from portal.core.words import Line, say
from portal.processes.actions import start
from portal.processes.plans import Plan, Step

if TYPE_CHECKING:
    from portal.processes.models import Process
    from tests.world import World

TASKS = ("fetch", "weigh", "pack", "label", "carry", "sign")
EFFORT = 0.05  # seconds a task is at work; somebody has to be met while at it


@dataclass(frozen=True)
class Undertaking:
    """`begin` begins number n; `verify` raises unless everything was done exactly once."""

    begin: Callable[[World, int], None]
    verify: Callable[[World, int], None]


def _task(name: str) -> Callable[[Process], Line]:
    def work(process: Process) -> Line:
        record(f"errand.{name}", process)
        db.session.flush()
        Event().wait(EFFORT)
        return say("%(task)s is done", task=name)

    return work


ERRAND = Plan("errand", tuple(Step(name, f"To {name}", _task(name)) for name in TASKS), final="sign")


def begin(world: World, number: int) -> None:
    house = world.houses[number % len(world.houses)]
    with house.office():
        start(ERRAND, name=say("Errand %(number)s", number=number), about=f"errand:{number}", facts={})


def verify(world: World, count: int) -> None:
    effects: Counter[tuple[str | None, str]] = Counter()
    for house in world.houses:
        with house.office():
            question = select(LogRecord.row_id, LogRecord.verb).where(LogRecord.verb.startswith("errand."))
            effects.update((row_id, verb) for row_id, verb in db.session.execute(question))
    assert len(effects) == count * len(TASKS)
    assert set(effects.values()) == {1}


ERRANDS = Undertaking(begin, verify)
