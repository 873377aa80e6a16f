"""The schedule: rings for work that is due, the moment it is due.

PostgreSQL wakes it when something was committed; between that it looks by itself, for retries whose time has come, for
leases that ran out, and for rings that were lost.
"""

from __future__ import annotations

import logging
import signal
import sys
from threading import Event
from typing import TYPE_CHECKING

import psycopg
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy.exc import SQLAlchemyError

from portal.core import jobs as due
from portal.core.db import db
from portal.core.jobs import Tempo, tempo_for
from worker.bell import line, queue
from worker.desk import BREATH
from worker.jobs import NAME

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

KEPT = 3600  # seconds a failed ring can be looked at


def keep_schedule(app: Flask, *, tempo: Tempo | None = None) -> None:
    """Ring until told to stop.  May be called in a fork of a process that has used the database."""
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: sys.exit(0))  # nothing here can be left half done
    settings = app.config["VITRINE"]
    with app.app_context(), line(settings.redis_url) as connection:
        db.engine.dispose(close=False)
        while True:
            try:
                _serve(settings.database_dsn, queue(connection), tempo or tempo_for(settings.lease_seconds))
            except (SQLAlchemyError, psycopg.Error) as error:
                log.warning("the database does not answer (%s)", type(error).__name__)
                Event().wait(BREATH)


def _serve(dsn: str, bell: Queue, tempo: Tempo) -> None:
    with psycopg.connect(dsn, autocommit=True, connect_timeout=3) as ear:
        ear.execute(f"listen {due.CHANNEL}")
        while True:
            ring_for_all_due(bell, tempo)
            for _ in ear.notifies(timeout=_until_next(tempo), stop_after=1):
                pass


def ring_for_all_due(bell: Queue, tempo: Tempo) -> int:
    """Ring once for everything that is due; how many rings it took.  Without a bell nothing counts as rung."""
    process_ids = due.ring(again=tempo.ring_again)
    if not process_ids:
        return 0
    try:
        bell.enqueue_many(
            [Queue.prepare_data(NAME, (str(one),), timeout=-1, result_ttl=0, failure_ttl=KEPT) for one in process_ids]
        )
    except (RedisError, OSError) as error:
        log.warning("Redis does not answer (%s): the workers find their work in PostgreSQL", type(error).__name__)
        due.silence(process_ids)
        return 0
    return len(process_ids)


def _until_next(tempo: Tempo) -> float:
    """Seconds until something becomes due, and never longer than a sweep."""
    seconds = due.next_due()
    return tempo.sweep if seconds is None else min(tempo.sweep, max(0.02, seconds))
