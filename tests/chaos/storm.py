"""The storm: while work is done, workers are killed and frozen, Redis is flushed and stopped, PostgreSQL restarted."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.core.db import db
from portal.processes.models import OVER, Process, State
from portal.processes.setbacks import MOST_CRASHES

if TYPE_CHECKING:
    from tests.chaos.errands import Undertaking
    from tests.chaos.stage import Stage

PAUSE = 0.5  # seconds between two strokes
AWAY = 1.0  # seconds Redis stays away
SPARED = MOST_CRASHES - 1
FEW = 5  # with so few left to do, some worker is idle


class Storm:
    """Strikes again and again, and watches that nothing it sees ever goes backwards."""

    def __init__(self, stage: Stage, *, seed: int, restarts: int = 1) -> None:
        self.stage = stage
        self.strokes: Counter[str] = Counter()
        self.percents: dict[str, int] = {}
        self._chance = random.Random(seed)  # noqa: S311 - the same storm again
        self._strokes = (self._kill, self._freeze, self._flush, self._stop_redis, self._restart)
        self._first = list(self._strokes)  # each falls at least once
        self._restarts = restarts
        self._next = time.monotonic()
        self._redis_back: float | None = None

    def rage(self) -> None:
        """One look, and a stroke when it is time for one."""
        self._watch()
        self.stage.mend()
        if self._redis_back and time.monotonic() > self._redis_back:
            self.stage.begin_redis()
            self._redis_back = None
        if time.monotonic() < self._next:
            return
        if self._first:
            if not self._first[0]():
                return  # nobody to strike just now: it falls at the next look
            del self._first[0]
        else:
            self._chance.choices(self._strokes, (12, 6, 3, 2, 1))[0]()
        self._next = time.monotonic() + PAUSE * self._chance.uniform(0.5, 1.5)

    @property
    def has_fallen(self) -> bool:
        """Whether each kind of stroke has."""
        return not self._first

    def calm(self) -> None:
        """Whatever was taken away comes back."""
        if self._redis_back:
            self.stage.begin_redis()
            self._redis_back = None
        for name in list(self.stage.frozen):
            self.stage.wake(name)

    # Each stroke says whether it fell.

    def _kill(self) -> bool:
        return self._strike("kills", self.stage.kill)

    def _freeze(self) -> bool:
        beyond = self.stage.tempo.lease * 1.5
        return self._strike("freezes", lambda name: self.stage.freeze(name, beyond))

    def _strike(self, what: str, stroke: Callable[[str], None]) -> bool:
        spared = {*self.stage.frozen, *self._spared()}
        busy = [name for name in self._busy() if name not in spared]
        if busy:
            stroke(self._chance.choice(busy))
            self.strokes[what] += 1
        return bool(busy)

    def _busy(self) -> list[str]:
        """Workers that have something in hand: to strike an idle one proves nothing."""
        rows = self.stage.ask("select worker from work where lease_until > now() and due_at is not null")
        return sorted({worker for (worker,) in rows} & set(self.stage.workers))

    def _spared(self) -> set[str]:
        """Workers over whose process two were lost already: a third would, rightly, need attention."""
        rows = self.stage.ask("select worker from work where lease_until is not null and crashes >= :most", most=SPARED)
        return {worker for (worker,) in rows}

    def _flush(self) -> bool:
        if self._redis_back is not None:
            return False
        self.stage.flush_redis()
        self.strokes["flushes"] += 1
        return True

    def _stop_redis(self) -> bool:
        if self._redis_back is not None:
            return False
        self.stage.stop_redis()
        self._redis_back = time.monotonic() + AWAY
        self.strokes["times without Redis"] += 1
        return True

    def _restart(self) -> bool:
        if not self._restarts or self._spared() or not self._busy():
            return False
        self._restarts -= 1
        self.stage.restart_postgres()
        self.strokes["restarts of PostgreSQL"] += 1
        return True

    def _watch(self) -> None:
        for house in self.stage.world.houses:
            with house.office():
                for process_id, percent in db.session.execute(select(Process.id, Process.percent)):
                    before = self.percents.get(str(process_id), 0)
                    assert percent >= before, f"progress fell from {before} to {percent}"
                    self.percents[str(process_id)] = percent


def states(stage: Stage) -> Counter[State]:
    found: Counter[State] = Counter()
    for house in stage.world.houses:
        with house.office():
            found.update(db.session.scalars(select(Process.state)))
    return found


def stuck(stage: Stage) -> list[str]:
    """Which processes need attention, where and why, with every try."""
    told = []
    for house in stage.world.houses:
        with house.office():
            for process in db.session.scalars(select(Process).where(Process.state == State.ATTENTION)):
                task = process.current
                tries = [f"{one.outcome} {one.worker} {one.line}" for one in task.history] if task else []
                told.append(f"{process.label}: {process.reason} at {task.name if task else '?'}: {tries}")
    return told


def weather(stage: Stage, undertaking: Undertaking, *, count: int, seed: int, seconds: float) -> Storm:
    """Begin so many, let the storm rage until all of them are at their end, and verify every one.

    A quick machine could be through before each kind of stroke has fallen: then it gets more to do.
    """
    for number in range(count):
        undertaking.begin(stage.world, number)
    storm = Storm(stage, seed=seed)

    def rage() -> None:
        nonlocal count
        storm.rage()
        if not storm.has_fallen and _open(stage) < FEW:
            undertaking.begin(stage.world, count)
            count += 1

    stage.eventually(lambda: _all_over(stage, count) and storm.has_fallen, seconds, meanwhile=rage)
    storm.calm()
    found = states(stage)
    assert found[State.DONE] >= count
    assert set(found) == {State.DONE}
    undertaking.verify(stage.world, count)
    return storm


def _open(stage: Stage) -> int:
    """How many are not at their end."""
    found = states(stage)
    return sum(found.values()) - sum(found[state] for state in OVER)


def _all_over(stage: Stage, count: int) -> bool:
    found = states(stage)
    assert not found[State.ATTENTION], stuck(stage)
    return sum(found[state] for state in OVER) >= count and sum(found.values()) == sum(found[state] for state in OVER)
