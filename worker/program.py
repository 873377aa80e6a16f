"""One worker: answers the bell, and finds its work by itself when there is no bell."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from redis.exceptions import RedisError
from rq.exceptions import StopRequested

from portal.core.db import db
from portal.core.jobs import Tempo, tempo_for
from worker import jobs
from worker.bell import Listener, line
from worker.desk import BREATH, Desk
from worker.schedule import keep_schedule

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["keep_schedule", "work"]

log = logging.getLogger(__name__)


def work(app: Flask, name: str, *, tempo: Tempo | None = None) -> None:
    """Carry out processes until told to stop.  May be called in a fork of a process that has used the database."""
    settings = app.config["VITRINE"]
    desk = Desk(app, name, tempo or tempo_for(settings.lease_seconds))
    with app.app_context():
        db.engine.dispose(close=False)
    jobs.sit_down(desk)
    desk.hear_signals()
    bell_was_there = True
    while not desk.stopping.is_set():
        bell_is_there = _listen(desk, settings.redis_url)
        if bell_was_there and not bell_is_there and not desk.stopping.is_set():
            log.warning("%s: Redis does not answer; work is found in PostgreSQL", name)
        bell_was_there = bell_is_there
        desk.find_work(patience=0)
        with suppress(StopRequested), desk.interruptible():
            desk.stopping.wait(BREATH)


def _listen(desk: Desk, redis_url: str) -> bool:
    """Answer the bell until it falls silent for good, or until told to stop; False when it was not there at all."""
    try:
        with line(redis_url) as connection:
            connection.ping()
            name = f"{desk.name}-{os.getpid()}-{secrets.token_hex(3)}"  # a killed one keeps its name for a while
            Listener(desk, connection, name).work(logging_level="WARNING")
    except (RedisError, OSError):
        return False
    return True
