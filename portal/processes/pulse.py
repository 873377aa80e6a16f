"""The heartbeat: a thread that renews the lease while a task takes its time.

It has a connection of its own, because the worker's is busy in the task's transaction.  After `longest_task` seconds it
falls silent: the task is stuck then, and the process goes to somebody else.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from portal.core import jobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

log = logging.getLogger(__name__)


class Pulse:
    """Beats for one hold until told to stop, until the process is lost, or until a task takes too long."""

    def __init__(self, app: Flask, hold: jobs.Hold, tempo: jobs.Tempo) -> None:
        self._app, self._hold, self._tempo = app, hold, tempo
        self._since = monotonic()
        self._over = Event()

    def begin(self) -> None:
        """A task begins: its time counts from here."""
        self._since = monotonic()

    def stop(self) -> None:
        self._over.set()

    def run(self) -> None:
        with self._app.app_context():
            while not self._over.wait(self._tempo.beat):
                if monotonic() - self._since > self._tempo.longest_task:
                    log.warning("process %s is stuck in a task; its lease is not renewed", self._hold.process_id)
                    return
                if not self._beat():
                    return

    def _beat(self) -> bool:
        try:
            return jobs.renew(self._hold, lease=self._tempo.lease)
        except SQLAlchemyError:
            log.warning("no heartbeat for process %s: the database does not answer", self._hold.process_id)
            return True


@contextmanager
def beating(app: Flask, hold: jobs.Hold, tempo: jobs.Tempo) -> Iterator[Pulse]:
    """Keep the lease alive inside the block."""
    pulse = Pulse(app, hold, tempo)
    thread = Thread(target=pulse.run, name=f"pulse-{hold.process_id}", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        pulse.stop()
        thread.join()
