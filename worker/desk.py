"""Where one worker sits: its name, its tempo, the word that tells it to stop."""

from __future__ import annotations

import logging
import signal
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

from rq.exceptions import StopRequested
from sqlalchemy.exc import SQLAlchemyError

from portal.processes.runner import Hands, carry_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from flask import Flask

    from portal.core.jobs import Tempo

log = logging.getLogger(__name__)

BREATH = 1.0  # seconds before one asks again something that does not answer


class Desk:
    """Carries on what is due, one hold after the other."""

    def __init__(self, app: Flask, name: str, tempo: Tempo) -> None:
        self.app, self.name, self.tempo = app, name, tempo
        self.stopping = Event()
        self._interruptible = False

    @property
    def resting(self) -> bool:
        """Maintenance: nothing new is begun."""
        return bool(self.app.config["VITRINE"].maintenance_mark.exists())

    def carry_on(self, *, job_id: str | None, patience: float = 0) -> bool:
        """Take one process and carry it as far as it goes now; False when nothing was due, or the database is away."""
        if self.stopping.is_set() or self.resting:
            return False
        try:
            with self.app.app_context():
                return carry_on(Hands(self.name, job_id, self.tempo, self.stopping), patience=patience)
        except SQLAlchemyError as error:
            log.warning("%s: the database does not answer (%s)", self.name, type(error).__name__)
            self.stopping.wait(BREATH)
            return False

    def find_work(self, *, patience: float) -> None:
        """Carry on all that has been due for so long without anybody having rung."""
        while self.carry_on(job_id=None, patience=patience):
            pass

    def hear_signals(self) -> None:
        """TERM and Ctrl-C: finish the task in hand, put the process back, stop."""
        for word in (signal.SIGTERM, signal.SIGINT):
            signal.signal(word, self._hear)

    def _hear(self, _: int, __: FrameType | None) -> None:
        self.stopping.set()
        if self._interruptible:
            self._interruptible = False
            raise StopRequested

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Inside the block one only listens: the word to stop ends it at once.  Raises StopRequested."""
        self._interruptible = True
        try:
            if self.stopping.is_set():
                raise StopRequested
            yield
        finally:
            self._interruptible = False
