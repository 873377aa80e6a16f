"""PostgreSQL and Valkey side by side: begun, made ready, ended.

Both listen at sockets in a folder nobody else can enter, and at no port: installations never collide, and nobody else on
the machine reaches them.

For tests::

    with stores.temporary() as addresses:      # fresh, empty, without fsync; gone after the block
        addresses.database_url                 # postgresql+psycopg://vitrine_app@…   the powerless role
        addresses.database_owner_url           # postgresql+psycopg://vitrine_owner@… makes tables, raises the walls
        addresses.superuser_url                # postgresql+psycopg://postgres@…      makes further databases; nothing else
        addresses.redis_url                    # unix://…
        settings = config.read({...}).with_stores(**addresses.of_the_app)

It takes about a second.  It works as root and as an ordinary user; stores a killed test run left behind are ended and
removed by the next one.  With pytest-xdist each worker process opens its own in a session fixture.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from portal.config import Fault, Settings
from portal.local.children import Child, end, last_words, wait
from portal.local.places import Places, passing, settle
from portal.local.postgres import APP, OWNER, Postgres
from portal.local.register import Register, birth
from portal.local.valkey import Valkey

PATIENCE = 60  # seconds a store may take to answer; a cold, busy disk took 20


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the stores answer."""

    superuser_url: str
    database_owner_url: str
    database_url: str
    redis_url: str

    @property
    def of_the_app(self) -> dict[str, str]:
        """For `Settings.with_stores(**…)`."""
        return {
            "database_url": self.database_url,
            "database_owner_url": self.database_owner_url,
            "redis_url": self.redis_url,
        }


Store = Postgres | Valkey


def addresses(places: Places) -> Addresses:
    """Where the embedded stores of these places answer, running or not."""
    postgres = Postgres(places)
    superuser, owner, app = (
        postgres.dsn(role).replace("postgresql:", "postgresql+psycopg:") for role in ("postgres", OWNER, APP)
    )
    return Addresses(superuser, owner, app, Valkey(places).url)


def furnish(stores: list[Store]) -> None:
    """Roles and database, once the cluster answers."""
    for store in stores:
        if isinstance(store, Postgres):
            store.furnish()


def started(children: dict[Store, Child]) -> None:
    """Wait until each of these answers.  Raises Fault with what the store itself said."""
    for store, child in children.items():
        if not wait(lambda s=store, c=child: c.poll() is not None or s.ready(), PATIENCE) or child.poll() is not None:  # type: ignore[misc]
            raise Fault(f"{store.name} does not start: {last_words(store.log)}", f"more is in {store.log}")


def embedded(settings: Settings, places: Places) -> list[Store]:
    """The stores that are ours to run: those for which no address was given."""
    stores: list[Store] = []
    if not settings.database_url:
        stores.append(Postgres(places))
    if not settings.redis_url:
        stores.append(Valkey(places))
    return stores


def standing_on(settings: Settings, places: Places) -> Settings:
    """The settings with the embedded stores' addresses where none was given."""
    ours = addresses(places)
    return settings.with_stores(
        database_url=settings.database_url or ours.database_url,
        database_owner_url=settings.database_owner_url if settings.database_url else ours.database_owner_url,
        redis_url=settings.redis_url or ours.redis_url,
    )


@contextmanager
def running(settings: Settings) -> Iterator[Settings]:
    """The embedded stores of an installation, for one command while `up` is not running.  Raises Fault."""
    places = settle(settings.instance)
    register = Register(settings.instance / "running.json")
    register.bury()
    with _lives(embedded(settings, places), register):
        yield standing_on(settings, places)


@contextmanager
def temporary() -> Iterator[Addresses]:
    """Fresh stores for as long as the block lasts.  See the head of this module."""
    _sweep()
    with passing("vitrine-test-") as (home, places):
        (home / "owner").write_text(f"{os.getpid()} {birth(os.getpid())}", encoding="ascii")
        with _lives([Postgres(places, careless=True), Valkey(places, keeping=False)], Register(home / "running.json")):
            yield addresses(places)


@contextmanager
def _lives(stores: list[Store], register: Register) -> Iterator[None]:
    children: dict[Store, Child] = {}
    try:
        for store in stores:
            store.prepare()
            children[store] = store.begin()
            register.note(store.name, children[store], store.word)
            children[store].go()
        started(children)
        furnish(stores)
        yield
    finally:
        end({child: store.word for store, child in children.items()}, 8)
        register.clear()


def _sweep() -> None:
    """End and remove the temporary stores of those who were killed."""
    for home in Path("/tmp" if os.geteuid() == 0 else tempfile.gettempdir()).glob("vitrine-test-*"):  # noqa: S108 - only looked at
        with suppress(OSError, ValueError):
            if home.stat().st_uid != os.geteuid():
                continue
            pid, born = (home / "owner").read_text(encoding="ascii").split()
            if birth(int(pid)) != born:
                Register(home / "running.json").bury(seconds=3)
                shutil.rmtree(home, ignore_errors=True)
