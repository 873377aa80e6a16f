"""A stage for storms: stores, workers and a schedule of its own, which may be killed, frozen, flushed and restarted.

The workers are real ones, forked from this process.  Waiting is on conditions: the stage listens to what PostgreSQL
notifies, and looks again when something was committed.
"""

from __future__ import annotations

import gc
import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

import psycopg
from redis import Redis
from sqlalchemy import create_engine, text

from portal import config
from portal.app import Vitrine, create_app
from portal.core.db import Model, apart, db
from portal.core.jobs import CHANNEL, Tempo
from portal.core.walls import raise_walls
from portal.local import children, stores
from portal.local.places import Places, passing
from tests.world import World
from worker import program

if TYPE_CHECKING:
    from portal.local.children import Child

LOOK = 0.2  # seconds after which one looks again, though nothing was heard
START = 60  # seconds a store may take to come up


@dataclass
class Stage:
    """Everything a storm needs.  `workers` are called worker-1, worker-2, …; a dead one is begun again by `mend()`."""

    app: Vitrine
    world: World
    places: Places
    tempo: Tempo
    postgres: stores.Postgres
    valkey: stores.Valkey
    children: dict[str, Child] = field(default_factory=dict)
    frozen: dict[str, float] = field(default_factory=dict)  # name -> when it wakes

    @property
    def workers(self) -> list[str]:
        return [name for name in self.children if name.startswith("worker-")]

    def begin_worker(self, name: str) -> None:
        self._fork(name, partial(program.work, self.app, name, tempo=self.tempo))

    def begin_schedule(self) -> None:
        self._fork("schedule", partial(program.keep_schedule, self.app, tempo=self.tempo))

    def _fork(self, name: str, run: Callable[[], object]) -> None:
        with warnings.catch_warnings():  # a fork beside a thread is what some Pythons warn of
            warnings.simplefilter("ignore", DeprecationWarning)
            gc.collect()
            gc.freeze()  # as `up` does: else the child copies all that the tests before this one have left
            self.children[name] = children.fork(run, self.places.logs / f"{name}.log")
            gc.unfreeze()
        self.children[name].go()

    def kill(self, name: str) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.children[name].pid, signal.SIGKILL)

    def stop(self, name: str) -> None:
        """As a supervisor does that is told to stop; gone when this returns."""
        children.end({self.children.pop(name): signal.SIGTERM}, START)

    def freeze(self, name: str, seconds: float) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.children[name].pid, signal.SIGSTOP)
        self.frozen[name] = time.monotonic() + seconds

    def wake(self, name: str) -> None:
        self.frozen.pop(name, None)
        with suppress(ProcessLookupError):
            os.kill(self.children[name].pid, signal.SIGCONT)

    def mend(self) -> None:
        """What a supervisor does: begin the dead again.  And wake whoever was frozen long enough."""
        for name, until in list(self.frozen.items()):
            if time.monotonic() > until:
                self.wake(name)
        for name in list(self.children):
            if self.children[name].poll() is not None:
                self.frozen.pop(name, None)
                if name == "valkey":
                    continue
                if name == "postgres":
                    self.begin_postgres()
                elif name == "schedule":
                    self.begin_schedule()
                else:
                    self.begin_worker(name)

    def flush_redis(self) -> None:
        with suppress(Exception), Redis.from_url(self.valkey.url) as redis:
            redis.flushall()

    def stop_redis(self) -> None:
        children.end({self.children.pop("valkey"): signal.SIGTERM}, START)

    def begin_redis(self) -> None:
        self.children["valkey"] = _let_go(self.valkey.begin())
        assert children.wait(self.valkey.ready, START)

    def begin_postgres(self) -> None:
        self.children["postgres"] = _let_go(self.postgres.begin())
        assert children.wait(self.postgres.ready, START)

    def restart_postgres(self) -> None:
        children.end({self.children.pop("postgres"): self.postgres.word}, START)
        self.begin_postgres()

    def ask(self, question: str, **values: Any) -> list[Any]:
        """Rows of the platform's tables and of nobody else's."""
        with self.app.app_context(), apart() as connection:
            return list(connection.execute(text(question), values, execution_options={"reviewed": True}))

    def eventually(
        self, condition: Callable[[], object], seconds: float, *, meanwhile: Callable[[], None] | None = None
    ) -> float:
        """Wait until it is so; the seconds it took.  Looks again whenever work was committed."""
        begun = time.monotonic()
        while not self._holds(condition):
            assert time.monotonic() - begun < seconds, f"not within {seconds} s{self._last_words()}"
            if meanwhile:
                meanwhile()
            self._listen()
        return time.monotonic() - begun

    def _holds(self, condition: Callable[[], object]) -> bool:
        try:
            return bool(condition())
        except Exception as error:
            if isinstance(error, AssertionError) or ("postgres" in self.children and self.postgres.ready()):
                raise
            return False

    def _listen(self) -> None:
        try:
            with psycopg.connect(self.app.config["VITRINE"].database_dsn, autocommit=True) as ear:
                ear.execute(f"listen {CHANNEL}")
                for _ in ear.notifies(timeout=LOOK, stop_after=1):
                    pass
        except psycopg.Error:
            Event().wait(LOOK)

    def _last_words(self) -> str:
        return "".join(f"\n{name}: {children.last_words(self.places.logs / f'{name}.log')}" for name in self.workers)


@contextmanager
def stage(settings: dict[str, str], *, workers: int = 2, tempo: Tempo | None = None) -> Iterator[Stage]:
    """The stage, with everything on it running; gone after the block."""
    with passing("vitrine-storm-") as (home, places):
        postgres, valkey = stores.Postgres(places, careless=True), stores.Valkey(places, keeping=False)
        begun: dict[str, Child] = {}
        app: Vitrine | None = None
        try:
            for store in (postgres, valkey):
                store.prepare()
                begun[store.name] = _let_go(store.begin())
            stores.started({postgres: begun["postgres"], valkey: begun["valkey"]})
            postgres.furnish()
            app = _found(config.read({"INSTANCE": str(home / "instance"), **settings}), stores.addresses(places))
            there = Stage(app, World.remembered(app), places, tempo or Tempo(), postgres, valkey, begun)
            there.begin_schedule()
            for number in range(1, workers + 1):
                there.begin_worker(f"worker-{number}")
            yield there
        finally:
            kept = {begun.pop(name): signal.SIGINT for name in ("postgres", "valkey") if name in begun}
            children.end(dict.fromkeys(begun.values(), signal.SIGKILL), 5)
            if app is not None:
                with app.app_context():
                    db.engine.dispose()
            children.end(kept, 8)


def _let_go(child: Child) -> Child:
    child.go()
    return child


def _found(settings: config.Settings, where: stores.Addresses) -> Vitrine:
    app = create_app(settings.with_stores(**where.of_the_app))
    owner = create_engine(where.database_owner_url)
    with owner.begin() as connection:
        Model.metadata.create_all(connection)
        raise_walls(connection, stores.APP)
    owner.dispose()
    World.found(app)
    return app
