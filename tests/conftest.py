"""Real PostgreSQL, real Valkey, the app's powerless role.  Every test begins with the same small world."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from portal import config
from portal.app import Vitrine, create_app
from portal.core.db import Model, db
from portal.core.walls import raise_walls
from portal.local import stores
from tests.workers import InProcessWorker
from tests.world import World

WORLD, BUSY = "world", "busy"

pytest_plugins = ("tests.bench.figures",)  # the table of figures at the end of a run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the long forms of the heavy proofs, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is only for the long form."""
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


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
    with psycopg.connect(addresses.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


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
    server.execute(f"create database {WORLD} template {BUSY}")
    yield app
    with app.app_context():
        db.engine.dispose()


def forget_everything() -> None:
    """What the process remembers of another copy of the world must not reach this one."""
    for name, module in list(sys.modules.items()):
        if name.startswith("portal."):
            for value in list(vars(module).values()):
                if isinstance(value, functools._lru_cache_wrapper):  # noqa: SLF001 - the only name of its kind
                    value.cache_clear()


@pytest.fixture
def app(app_of_session: Vitrine, server: psycopg.Connection) -> Vitrine:
    """The app on a fresh copy of the world."""
    forget_everything()
    if app_of_session.extensions.pop("tests.touched", True):
        with app_of_session.app_context():
            db.engine.dispose()
        server.execute(f"drop database if exists {BUSY} with (force)")
        server.execute(f"create database {BUSY} template {WORLD} owner {stores.OWNER} strategy file_copy")
    app_of_session.extensions["tests.touched"] = True
    return app_of_session


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
