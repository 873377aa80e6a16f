"""Real PostgreSQL, real Valkey, the app's powerless role.  Every test begins with the same small world."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from portal import config
from portal.app import Vitrine, create_app
from portal.core.db import Model, db
from portal.core.walls import raise_walls
from portal.local import stores
from tests.copies import Copy, keep
from tests.workers import InProcessWorker
from tests.world import World

WORLD, BUSY = "world", "busy"
WORLDLY = frozenset(
    (
        "portal.branding.colours",
        "portal.branding.icons",
        "portal.catalogue.sheets.values",
        "portal.core.regions",
        "portal.core.session",
        "portal.users.passwords",
    )
)  # rooms whose caches hold nothing of anybody
LONGEST = ("chaos", "browser", "house", "local", "bench")  # folders of tests that take seconds each

pytest_plugins = ("tests.bench.figures",)  # the table of figures at the end of a run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the long forms of the heavy proofs, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that nobody waits for it at the end; leave out what is only for the long form."""
    items.sort(key=lambda item: _turn(item.path))
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def _turn(file: Path) -> int:
    """When a folder's tests are taken up."""
    return LONGEST.index(file.parent.name) if file.parent.name in LONGEST else len(LONGEST)


@pytest.fixture(scope="session")
def is_long(pytestconfig: pytest.Config) -> bool:
    """Whether the long form of a proof was asked for."""
    return bool(pytestconfig.getoption("--long"))


@pytest.fixture(scope="session")
def addresses() -> Iterator[stores.Addresses]:
    """Stores of this test process alone."""
    with stores.temporary() as found:
        yield found


@pytest.fixture(scope="session")
def settings(addresses: stores.Addresses, tmp_path_factory: pytest.TempPathFactory) -> config.Settings:
    instance = tmp_path_factory.mktemp("instance")
    given = {
        "INSTANCE": str(instance),
        "PASSWORD_COST": "cheap",
        "SECRET_KEY": "a-secret-of-the-tests-0123456789-abcdef",
    }
    return config.read(given).with_stores(
        database_url=_at(addresses.database_url, BUSY),
        database_owner_url=_at(addresses.database_owner_url, BUSY),
        redis_url=addresses.redis_url,
    )


def _at(url: str, database: str) -> str:
    """The same server and role, another database."""
    return re.sub(r"/vitrine(?=\?|$)", f"/{database}", url)


@pytest.fixture(scope="session")
def server(addresses: stores.Addresses) -> Iterator[psycopg.Connection]:
    """The superuser's connection, which only makes and drops databases."""
    with psycopg.connect(_plain(addresses.superuser_url), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def copy(server: psycopg.Connection, addresses: stores.Addresses) -> Iterator[Copy]:
    """The database the tests work in."""
    made = Copy(server, _plain(_at(addresses.superuser_url, BUSY)), name=BUSY, template=WORLD)
    yield made
    made.close()


def _plain(url: str) -> str:
    """An address as psycopg reads it."""
    return url.replace("+psycopg", "")


@pytest.fixture(scope="session")
def app_of_session(
    settings: config.Settings, addresses: stores.Addresses, server: psycopg.Connection
) -> Iterator[Vitrine]:
    """The app; its world is founded once and kept as a template."""
    server.execute(f"create database {BUSY} owner {stores.OWNER}")
    app = create_app(settings)
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        Model.metadata.create_all(connection)
        raise_walls(connection, stores.APP)
    owner.dispose()
    World.found(app)
    with app.app_context():
        db.engine.dispose()
    keep(_plain(_at(addresses.superuser_url, BUSY)))
    server.execute(f"create database {WORLD} template {BUSY}")
    yield app
    with app.app_context():
        db.engine.dispose()


def forget_everything() -> None:
    """What the process remembers of another copy of the world must not reach this one.

    It may remember statements and what it knows of the wide world: no copy says anything else, and each takes its time.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("portal.") and name not in WORLDLY:
            for value in list(vars(module).values()):
                if isinstance(value, functools._lru_cache_wrapper) and not _is_statement(value):  # noqa: SLF001 - the only name of its kind
                    value.cache_clear()


def _is_statement(made: Callable[..., object]) -> bool:
    return str(getattr(made, "__annotations__", {}).get("return", "")).startswith("Select[")


@pytest.fixture
def app(app_of_session: Vitrine, copy: Copy) -> Vitrine:
    """The app on a fresh copy of the world."""
    forget_everything()
    with app_of_session.app_context():
        db.engine.dispose()
    copy.fresh()
    return app_of_session


@pytest.fixture
def built(app: Vitrine, copy: Copy) -> Callable[[str, Callable[[], object]], None]:
    """The app's world with something built on it that many tests begin with: `built("stocked", build)`."""

    def build_once(name: str, build: Callable[[], object]) -> None:
        def let_go() -> None:
            build()
            forget_connections()

        def forget_connections() -> None:
            with app.app_context():
                db.engine.dispose()

        forget_connections()
        copy.stage(name, let_go)
        forget_everything()

    return build_once


@pytest.fixture
def world(app: Vitrine) -> World:
    return World.remembered(app)


@pytest.fixture
def meridian(world: World):
    return world.meridian


@pytest.fixture
def north(world: World):
    return world.north


@pytest.fixture
def south(world: World):
    return world.south


@pytest.fixture
def mail_folder(settings: config.Settings) -> Path:
    """Where letters land, empty."""
    folder = settings.mail_folder
    folder.mkdir(exist_ok=True)
    for letter in folder.iterdir():
        letter.unlink()
    return folder


@pytest.fixture
def worker(app: Vitrine) -> InProcessWorker:
    """Carries out processes when told: `worker.run_due()`, `worker.run_all()`."""
    return InProcessWorker(app)
