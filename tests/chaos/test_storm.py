"""Nothing lost, nothing twice: whatever happens to workers, Redis and PostgreSQL meanwhile."""

from __future__ import annotations

import sys

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.core.jobs import Tempo
from portal.processes.models import Attempt, Outcome
from tests.chaos.errands import ERRANDS, TASKS
from tests.chaos.onboardings import ONBOARDINGS
from tests.chaos.stage import Stage, stage
from tests.chaos.storm import weather

pytestmark = pytest.mark.chaos

HASTY = Tempo(lease=2, beat=0.5, sweep=0.5, patience=2, ring_again=2)
SETTINGS = {"PASSWORD_COST": "cheap", "SECRET_KEY": "a-secret-of-the-tests-0123456789-abcdef"}


def attempts(on: Stage) -> list[Attempt]:
    """Every attempt of everybody, oldest first."""
    found: list[Attempt] = []
    for house in on.world.houses:
        with house.office():
            found += db.session.scalars(select(Attempt))
    return sorted(found, key=lambda attempt: attempt.finished_at)


def idle(on: Stage, count: int) -> bool:
    return bool(on.ask("select count(*) from work where due_at is null")[0][0] >= count)


@pytest.mark.parametrize("undertaking", [ERRANDS, ONBOARDINGS], ids=["errands", "onboardings"])
def test_forty_in_a_storm(capsys, undertaking):
    with stage(SETTINGS, workers=3, tempo=HASTY) as on:
        storm = weather(on, undertaking, count=40, seed=7, seconds=300)
    assert storm.has_fallen
    with capsys.disabled():
        sys.stdout.write(f"\n40 in a storm: {dict(storm.strokes)}\n")


def test_undisturbed_every_attempt_was_rung_for_and_without_redis_none():
    with stage(SETTINGS, tempo=Tempo()) as on:
        for number in range(10):
            ERRANDS.begin(on.world, number)
        on.eventually(lambda: idle(on, 10), 60)
        calm = attempts(on)
        assert len(calm) == 60
        assert {attempt.outcome for attempt in calm} == {Outcome.DONE}
        assert all(attempt.job_id for attempt in calm)

        on.stop_redis()
        ERRANDS.begin(on.world, 10)
        took = on.eventually(lambda: len(attempts(on)) > 60, 30)
        assert took < 5
        on.eventually(lambda: idle(on, 11), 30)
        assert not any(attempt.job_id for attempt in attempts(on)[60:])

        on.begin_redis()
        numbers = iter(range(11, 40))
        on.eventually(lambda: rung_for(on, next(numbers)), 60)
        ERRANDS.verify(on.world, next(numbers))


def rung_for(on: Stage, number: int) -> bool:
    """Begin another and see whether it was rung for."""
    before = len(attempts(on))
    ERRANDS.begin(on.world, number)
    on.eventually(lambda: len(attempts(on)) == before + len(TASKS), 30)
    return all(attempt.job_id for attempt in attempts(on)[before:])


def test_a_killed_workers_process_goes_on_within_fifteen_seconds(capsys):
    with stage(SETTINGS, tempo=Tempo()) as on:
        ERRANDS.begin(on.world, 0)
        on.eventually(lambda: holder(on), 30)
        on.kill(holder(on))
        before = len(attempts(on))
        took = on.eventually(lambda: len(attempts(on)) > before, 30)
        on.eventually(lambda: idle(on, 1), 30)
        ERRANDS.verify(on.world, 1)
    assert took < 15
    with capsys.disabled():
        sys.stdout.write(f"\na killed worker's process went on after {took:.1f} s\n")


def test_a_worker_told_to_stop_leaves_its_process_in_good_order():
    with stage(SETTINGS, tempo=Tempo()) as on:
        ERRANDS.begin(on.world, 0)
        on.eventually(lambda: holder(on), 30)
        leaving = holder(on)
        on.stop(leaving)
        on.eventually(lambda: idle(on, 1), 30)
        ERRANDS.verify(on.world, 1)
        assert {attempt.outcome for attempt in attempts(on)} == {Outcome.DONE}
        assert len({attempt.worker for attempt in attempts(on)}) == 2


def test_during_maintenance_nothing_new_is_begun():
    with stage(SETTINGS, tempo=Tempo()) as on:
        mark = on.app.config["VITRINE"].maintenance_mark
        mark.parent.mkdir(exist_ok=True)
        mark.touch()
        ERRANDS.begin(on.world, 0)
        on.eventually(lambda: on.ask("select count(*) from work where rung_at is not null")[0][0], 30)
        assert not attempts(on)
        mark.unlink()
        on.eventually(lambda: idle(on, 1), 60)
        ERRANDS.verify(on.world, 1)


def holder(on: Stage) -> str:
    found = on.ask("select worker from work where lease_until is not null and due_at is not null")
    return found[0][0] if found else ""
