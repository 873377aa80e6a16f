"""Two workers and one process: whoever was overtaken writes nothing.

One worker is held within a task until another has taken the process over and gone on with it.  No chance is involved:
with the fence taken out of the UPDATE the effect is there twice, every time, and the last test here says so.
"""

from __future__ import annotations

from threading import Event, Thread, current_thread

import pytest

from portal.core import jobs
from portal.core.db import apart
from portal.processes.models import Outcome, State
from tests.processes.rehearsal import begin, mark, marks, seen

PATIENCE = 30
UNFENCED = jobs._reviewed(  # noqa: SLF001 - what stands here without its fence
    jobs._KEEP.text.replace("and fence = :fence", "and :fence > 0")  # noqa: SLF001 - likewise
)


class Frozen:
    """A task in which the first to come stays until it is let go."""

    def __init__(self):
        self.entered, self.let_go = Event(), Event()
        self.first = None

    def __call__(self, process):
        line = mark(process, "second")
        if self.first is None:
            self.first = current_thread()
            self.entered.set()
            assert self.let_go.wait(PATIENCE)
        return line


def overtake(worker, script, house):
    """One worker freezes in the second task; another takes over and ends it; the first wakes.  The key of the process."""
    script.does["second"] = frozen = Frozen()
    key = begin(house)
    slow = Thread(target=worker.called("slow", beat=PATIENCE).run_one)
    slow.start()
    assert frozen.entered.wait(PATIENCE)
    worker.let_leases_end()
    assert worker.called("quick").run_one()
    assert seen(house, key).state is State.DONE
    frozen.let_go.set()
    slow.join(PATIENCE)
    assert not slow.is_alive()
    return key


def test_who_was_overtaken_writes_nothing(meridian, worker, script):
    key = overtake(worker, script, meridian)
    process = seen(meridian, key)
    assert marks(meridian) == ["first", "second", "third", "last"]
    assert [(attempt.worker, attempt.outcome) for attempt in process.tasks[1].history] == [
        ("slow", Outcome.LOST),
        ("quick", Outcome.DONE),
    ]
    assert process.state is State.DONE


def test_who_was_overtaken_and_fails_writes_nothing(meridian, worker, script):
    script.does["second"] = frozen = Frozen()
    held = frozen.__call__

    def fails_late(process):
        line = held(process)
        if current_thread() is frozen.first:
            raise ConnectionError
        return line

    script.does["second"] = fails_late
    key = begin(meridian)
    slow = Thread(target=worker.called("slow", beat=PATIENCE).run_one)
    slow.start()
    assert frozen.entered.wait(PATIENCE)
    worker.let_leases_end()
    assert worker.called("quick").run_one()
    frozen.let_go.set()
    slow.join(PATIENCE)
    assert [attempt.outcome for attempt in seen(meridian, key).tasks[1].history] == [Outcome.LOST, Outcome.DONE]
    assert worker.run_due() == 0


def test_without_the_fence_it_would_happen_twice(meridian, worker, script, monkeypatch):
    monkeypatch.setattr(jobs, "_KEEP", UNFENCED)
    overtake(worker, script, meridian)
    assert marks(meridian).count("second") == 2


def test_a_heartbeat_keeps_the_process_while_a_task_takes_its_time(app, meridian, worker, script):
    renewed, asking = Event(), Event()

    def takes_its_time(process):
        leases = [_lease(app)]
        while not asking.wait(0.05) and not renewed.is_set():
            leases.append(_lease(app))
            if len(set(leases)) > 2:
                renewed.set()
        return mark(process, "first")

    script.does["first"] = takes_its_time
    key = begin(meridian)
    worker.called("worker-1", lease=2, beat=0.1).run_one()
    assert renewed.is_set()
    assert seen(meridian, key).tasks[0].attempts == 1


def test_a_task_that_takes_for_ever_loses_its_process(meridian, worker, script):
    script.does["second"] = frozen = Frozen()
    key = begin(meridian)
    stuck = Thread(target=worker.called("stuck", lease=0.3, beat=0.1, longest_task=0.2).run_one)
    stuck.start()
    assert frozen.entered.wait(PATIENCE)
    quick, tried = worker.called("quick"), Event()
    while not quick.run_one():
        assert not tried.wait(0.05)
    frozen.let_go.set()
    stuck.join(PATIENCE)
    assert seen(meridian, key).state is State.DONE
    assert marks(meridian).count("second") == 1


def _lease(app):
    with app.app_context(), apart() as connection:
        return connection.execute(jobs._reviewed("select lease_until from work")).scalar_one()  # noqa: SLF001 - to look


@pytest.fixture(autouse=True)
def _nobody_waits_for_ever(script):
    yield
    frozen = script.does.get("second")
    if isinstance(frozen, Frozen):
        frozen.let_go.set()
