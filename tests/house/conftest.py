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
from tests.world import World

MakeGround = Callable[..., Ground]


@pytest.fixture(scope="module")
def make_ground(
    app_of_session: Vitrine, settings: Settings, addresses: stores.Addresses, server: psycopg.Connection
) -> Iterator[MakeGround]:
    """Makes a database of its own with rows to aim at; `through` turns the app's database address into another."""
    with ExitStack() as stack:

        def make(name: str, through: Callable[[str], str] = str) -> Ground:
            return stack.enter_context(_ground(name, through, settings, addresses, server))

        yield make


@contextmanager
def _ground(
    name: str,
    through: Callable[[str], str],
    settings: Settings,
    addresses: stores.Addresses,
    server: psycopg.Connection,
) -> Iterator[Ground]:
    server.execute(f"create database {name} template {WORLD} owner {stores.OWNER}")
    plain = addresses.database_url.replace("/vitrine?", f"/{name}?")
    app = create_app(replace(settings, database_url=plain))
    world = World.remembered(app)
    aims = {house.word: plant(house) for house in world.houses}
    _let_go(app)
    if through(plain) != plain:
        app = create_app(replace(settings, database_url=through(plain)))
    superuser = addresses.superuser_url.replace("+psycopg", "").replace("/vitrine?", f"/{name}?")
    with psycopg.connect(superuser, autocommit=True) as eyes:
        four = {"own": aims["north"], "other": aims["south"], "child": aims["fjord"], "parent": aims["meridian"]}
        yield Ground(app, world.north.scope, four, eyes)
    _let_go(app)


def _let_go(app: Vitrine) -> None:
    with app.app_context():
        db.engine.dispose()
