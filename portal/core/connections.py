"""Connections that lie in the pool: whoever takes one out is not the one to find that the database has closed it.

To ask the database whether it is there would be a way to and fro before every page.  A connection that was closed has
something to read, which one that is at rest never has; looking is enough.  Only what has lain for long is asked, because a
network may forget a connection without a word.
"""

from __future__ import annotations

import select
from time import monotonic

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

LONG = 30  # seconds
_LAID_BACK = "laid back at"


def watch(engine: Engine) -> None:
    """Look at every connection of this engine that is taken out; one that is gone is replaced, with all beside it."""
    event.listen(engine, "checkout", _look_at)
    event.listen(engine, "checkin", _note)


def _look_at(connection: psycopg.Connection, entry: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
    if not is_open(connection, rested=monotonic() - entry.info.get(_LAID_BACK, monotonic())):
        raise InvalidatePoolError


def _note(_: psycopg.Connection | None, entry: ConnectionPoolEntry) -> None:
    entry.info[_LAID_BACK] = monotonic()


def is_open(connection: psycopg.Connection, *, rested: float) -> bool:
    """Whether the other side is still there, after so many seconds of rest."""
    if connection.closed or _has_something_to_say(connection):
        return False
    if rested < LONG:
        return True
    try:
        connection.execute("select 1")
        connection.rollback()
    except psycopg.OperationalError:
        return False
    return True


def _has_something_to_say(connection: psycopg.Connection) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
