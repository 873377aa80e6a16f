"""The ground a command stands on: its settings, and stores that answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from portal import config
from portal.config import Settings

if TYPE_CHECKING:
    from flask import Flask


@contextmanager
def on_stores(**chosen: str) -> Iterator[Settings]:
    """The settings, with stores behind them: the given ones, else the embedded ones, begun if nobody runs them."""
    settings = config.read(**chosen)
    if settings.database_url and settings.redis_url:
        yield settings
        return
    from portal.local import stores, supervisor
    from portal.local.places import settle

    if supervisor.is_up(settings.instance):
        yield stores.standing_on(settings, settle(settings.instance))
        return
    with supervisor.alone(settings.instance), stores.running(settings) as standing:
        yield standing


@contextmanager
def in_app(**chosen: str) -> Iterator["Flask"]:
    """The application on its stores, with its schema as it must be."""
    with on_stores(**chosen) as settings:
        from portal.app import create_app
        from portal.commands import catalogues, schema
        from portal.core.db import db

        if waiting := schema.pending(settings):
            raise config.Fault(
                f"the database lacks {len(waiting)} migration(s), the first is {waiting[0]}",
                "python3 -m portal migrate",
            )
        schema.need_walls(settings)
        catalogues.compile_stale()
        app = create_app(settings)
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()
