"""The poll of a process's page: what one costs, and five hundred people who watch."""

from __future__ import annotations

import os
import secrets
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import event, select

from portal.app import Vitrine
from portal.commands import serving
from portal.config import Settings
from portal.core.clock import now
from portal.core.db import Model, add_many, db
from portal.local import children
from portal.processes.models import Process
from portal.users.gate import COOKIE, hashed
from portal.users.models import SignIn, User
from tests.bench import watchers
from tests.bench.asking import Asker
from tests.bench.figures import Tell
from tests.bench.stopwatch import hello, milliseconds
from tests.chaos import onboardings
from tests.local.installation import answers, free_port
from tests.queries import counted
from tests.world import House, World

WATCHERS, SLOWEST = 500, 250
HOST = "office.localhost"


def test_a_poll_is_one_statement_and_loads_nothing(world: World, tell: Tell, is_long) -> None:
    app, key, cookie = world.meridian.app, _processes(world, 1)[0], _cookies(world.meridian, 1)[0]
    path, seen = _shown(world, key, cookie)
    again = Asker(app, f"http://{HOST}:8000{path}", headers={"Cookie": cookie, "If-None-Match": seen})
    with counted(app) as asked, _loaded() as loaded:
        again()
    assert again.status == 304, again.status
    assert len(asked) == 1, asked
    assert not loaded
    took = milliseconds({"poll": again, "hello": hello()}, rounds=11 if is_long else 5, times=50)
    budget = 1000 * watchers.EVERY / WATCHERS
    tell(
        f"Poll of progress, nothing moved: CPU, when {WATCHERS} watch on one processor",
        f"{took['poll']:.2f} ms",
        f"{budget:.1f} ms",
        kept=took["poll"] <= budget,
    )


def test_five_hundred_watch(world: World, settings: Settings, tmp_path: Path, tell: Tell, is_long) -> None:
    keys, cookies = _processes(world, 25), _cookies(world.meridian, WATCHERS)
    shown = [_shown(world, key, cookies[0]) for key in keys]
    questions = [(shown[at % len(shown)][0], cookie, shown[at % len(shown)][1]) for at, cookie in enumerate(cookies)]
    with _serving(world.meridian.app, settings, tmp_path / "web.log") as (port, pid):
        spare = _apart(pid)
        begun, before = _spent(pid), os.getloadavg()[0]
        order = watchers.Order(port, HOST, 20 if is_long else 8, questions, spare)
        seen = watchers.ended(watchers.begin(order))
        each = (_spent(pid) - begun) * 1000 / len(seen.waits)
    assert set(seen.statuses) <= {"200", "304"}, seen.statuses
    assert seen.statuses["304"] > seen.statuses.get("200", 0)
    slowest, middle = seen.slowest(0.01), seen.slowest(0.5)
    tell(
        f"{WATCHERS} watchers every {watchers.EVERY:.0f} s, one server processor: p99 (load {before:.1f} before)",
        f"{slowest:.0f} ms (median {middle:.0f} ms, {each:.1f} ms of CPU each)",
        f"{SLOWEST} ms",
        kept=slowest < SLOWEST,
    )


def _processes(world: World, count: int) -> list[str]:
    """Onboardings that have been begun; their keys."""
    for number in range(count):
        onboardings.begin(world, number)
    with world.meridian.office():
        begun = db.session.scalars(select(Process)).all()
        for process in begun:
            process.moved_at = now()  # what stands still for half a minute is drawn anew: nothing of that here
        return [process.key for process in begun]


def _shown(world: World, key: str, cookie: str) -> tuple[str, str]:
    """Where a browser that shows the process asks again, and what it has seen."""
    path = f"/processes/{key}/progress"
    page = Asker(world.meridian.app, f"http://{HOST}:8000{path}", headers={"Cookie": cookie})
    page()
    return path, page.headers["ETag"]


def _cookies(house: House, count: int) -> list[str]:
    """So many browsers in which the administrator is signed in; the cookie of each."""
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    with house.office():
        person = db.session.scalars(select(User).where(User.username == house.people["administrator"])).one()
        same = {"user_id": person.id, "door": "office", "host": HOST}
        same |= {"source": "127.0.0.1", "agent": "watcher", "created_at": now(), "seen_at": now()}
        add_many(SignIn, ({"token_hash": hashed(token), **same} for token in tokens))
    return [f"{COOKIE}={house.client_id}.{token}" for token in tokens]


@contextmanager
def _loaded() -> Iterator[list[Any]]:
    """Rows the ORM makes objects of."""
    found: list[Any] = []

    def note(row: Any, _: Any) -> None:
        found.append(row)

    event.listen(Model, "load", note, propagate=True)
    try:
        yield found
    finally:
        event.remove(Model, "load", note)


@contextmanager
def _serving(app: Vitrine, settings: Settings, log: Path) -> Iterator[tuple[int, int]]:
    """The real web server on the app; its port, and the process that answers."""
    port = free_port()
    with warnings.catch_warnings():  # a fork beside a thread is what some Pythons warn of
        warnings.simplefilter("ignore", DeprecationWarning)
        child = children.fork(partial(serving.serve, app, replace(settings, port=port)), log)
    child.go()
    try:
        assert children.wait(lambda: answers(port), 30), children.last_words(log)
        assert children.wait(lambda: bool(psutil.Process(child.pid).children()), 10)
        yield port, psutil.Process(child.pid).children()[0].pid
    finally:
        children.end({child: signal.SIGTERM}, 10)


def _apart(pid: int) -> int | None:
    """Give the server one processor for itself and its threads, and name one for the watchers; None where that cannot be."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    ours, *others = sorted(os.sched_getaffinity(0))
    for thread in psutil.Process(pid).threads():
        os.sched_setaffinity(thread.id, {ours})
    return others[-1] if others else ours


def _spent(pid: int) -> float:
    """Processor seconds of a process so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
