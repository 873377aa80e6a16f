"""What the house's own tests stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import psycopg
import pytest

from portal.app import Vitrine, create_app
from portal.config import Settings
from portal.core.db import db
from portal.local import stores
from tests.conftest import WORLD
from tests.house.access_patterns.matrix import Ground
from tests.house.access_patterns.plots import plant
from tests.house.furniture import furnish_world
from tests.world import World

MakeGround = Callable[..., Ground]
MakeWorld = Callable[[str], World]


@pytest.fixture(scope="module")
def make_world(
    app_of_session: Vitrine, settings: Settings, addresses: stores.Addresses, server: psycopg.Connection
) -> Iterator[MakeWorld]:
    """Makes a copy of the world that lives as long as the module, in a database of this name."""
    with ExitStack() as stack:
        yield lambda name: World.remembered(stack.enter_context(_copy(name, WORLD, settings, addresses, server)))


@pytest.fixture(scope="session")
def furnished_world(
    app_of_session: Vitrine, settings: Settings, addresses: stores.Addresses, server: psycopg.Connection
) -> str:
    """The world with brands, a range and open shops; made once, to be copied."""
    with _copy("furnished_world", WORLD, settings, addresses, server) as app:
        furnish_world(World.remembered(app))
    return "furnished_world"


@pytest.fixture(scope="module")
def make_furnished(
    furnished_world: str, settings: Settings, addresses: stores.Addresses, server: psycopg.Connection
) -> Iterator[MakeWorld]:
    """Likewise, furnished."""
    with ExitStack() as stack:
        yield lambda name: World.remembered(
            stack.enter_context(_copy(name, furnished_world, settings, addresses, server))
        )


@pytest.fixture(scope="module")
def make_ground(make_world: MakeWorld, settings: Settings, addresses: stores.Addresses) -> Iterator[MakeGround]:
    """Makes a world with rows to aim at; `through` turns the address of its database into another."""
    with ExitStack() as stack:

        def make(name: str, through: Callable[[str], str] = str) -> Ground:
            world = make_world(name)
            aims = {house.word: plant(house) for house in world.houses}
            four = {"own": aims["north"], "other": aims["south"], "child": aims["fjord"], "parent": aims["meridian"]}
            app, plain = world.north.app, _in_database(name, addresses.database_url)
            if through(plain) != plain:
                app = create_app(replace(settings, database_url=through(plain)))
                stack.callback(_let_go, app)
            superuser = _in_database(name, addresses.superuser_url).replace("+psycopg", "")
            eyes = stack.enter_context(psycopg.connect(superuser, autocommit=True))
            return Ground(app, world.north.scope, four, eyes)

        yield make


@contextmanager
def _copy(
    name: str, template: str, settings: Settings, addresses: stores.Addresses, server: psycopg.Connection
) -> Iterator[Vitrine]:
    server.execute(f"drop database if exists {name} with (force)")  # made before by whoever imports these
    server.execute(f"create database {name} template {template} owner {stores.OWNER}")
    app = create_app(replace(settings, database_url=_in_database(name, addresses.database_url)))
    yield app
    _let_go(app)


def _in_database(name: str, url: str) -> str:
    return url.replace("/vitrine?", f"/{name}?")


def _let_go(app: Vitrine) -> None:
    with app.app_context():
        db.engine.dispose()
