"""Whole onboardings by two real workers, without a logo: eleven tasks each, and the letters."""

from __future__ import annotations

import os
from time import monotonic

import psutil

from tests.bench.figures import Tell
from tests.chaos import onboardings
from tests.chaos.stage import Stage, stage
from tests.chaos.test_storm import SETTINGS

LEAST = 4  # tenants a second
WORKERS = 2


def test_two_workers_onboard(tell: Tell, is_long) -> None:
    count = 200 if is_long else 40
    with stage(SETTINGS, workers=0) as on:
        for number in range(count):
            onboardings.begin(on.world, number)
        before, load, begun = _spent(), os.getloadavg()[0], monotonic()
        for number in range(1, WORKERS + 1):
            on.begin_worker(f"worker-{number}")
        on.eventually(lambda: _settled(on) >= count, 300)
        took, spent = monotonic() - begun, _spent() - before
        onboardings.verify(on.world, count)
    tell(
        f"{count} onboardings, {WORKERS} workers, no logo (load {load:.1f} before)",
        f"{count / took:.1f} a second ({spent / count * 1000:.0f} ms of CPU each, stores included)",
        f"{LEAST} a second",
        kept=count / took >= LEAST,
    )


def _settled(on: Stage) -> int:
    """Onboardings with nothing left to do; the work of a letter is about the one who writes it."""
    return int(on.ask("select count(*) from work where subject_id <> tenant_id and due_at is null")[0][0])


def _spent() -> float:
    """Processor seconds of all who work for us, so far."""
    times = [process.cpu_times() for process in psutil.Process().children(recursive=True)]
    return float(sum(one.user + one.system for one in times))
