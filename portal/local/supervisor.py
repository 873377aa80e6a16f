"""One tree of processes: begun in order, looked after, ended in the reverse order.

A child that dies is begun again (its whole group is ended first: a killed web server leaves a worker that keeps the
port).  One that cannot stay up stops everything, with its own last words as the reason.
"""

import fcntl
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from portal.config import Fault
from portal.local.children import OURS_ALONE, Child, end, kill_group, last_words, wait
from portal.local.register import Register

YOUNG = 3.0  # seconds; who dies younger did not really start
PATIENCE = 60  # seconds until ready
TRIES = 4
LOG_LIMIT = 5_000_000


class Stopped(BaseException):
    """Somebody told us to stop: Ctrl-C, TERM, or the terminal went away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is to run, and how one sees that it does."""

    name: str
    begin: Callable[[], Child]
    log: Path
    word: signal.Signals = signal.SIGTERM
    ready: Callable[[], bool] = lambda: True
    store: bool = False  # begun first, ended last


@dataclass(slots=True)
class _Running:
    program: Program
    child: Child
    since: float
    read_from: int  # where its own words begin in the log
    falls: int = 0  # young deaths in a row
    again_at: float | None = None  # dead, to be begun again then


class Supervisor:
    """The parent of all."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._running: list[_Running] = []
        self._told = False
        self._ear, mouth = os.pipe()
        for handle in (self._ear, mouth):
            os.set_blocking(handle, False)
        signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, self._hear)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes us

    def _hear(self, _: int, __: FrameType | None) -> None:
        self._told = True

    def listen(self) -> None:
        """Raise Stopped when somebody has told us to stop."""
        if self._told:
            raise Stopped

    def begin(self, *programs: Program) -> None:
        """Begin them side by side.  `await_ready` tells when they answer."""
        for program in programs:
            self.listen()
            _rotate(program.log)
            read_from = _size(program.log)
            self._running.append(_Running(program, self._birth(program), time.monotonic(), read_from))

    def await_ready(self) -> None:
        """Wait until all that was begun answers.  Raises Fault with the reason of the one that does not."""
        for running in self._running:
            if not wait(lambda one=running: self._answers(one), PATIENCE):  # type: ignore[misc]
                raise _cannot_start(running, f"does not answer after {PATIENCE} seconds")

    def watch(self) -> None:
        """Look after them until somebody tells us to stop.  Raises Stopped, or Fault when one cannot stay up."""
        while True:
            self.listen()
            for running in self._running:
                self._look_after(running)
            select.select([self._ear], [], [], 0.5)
            with suppress(BlockingIOError):
                os.read(self._ear, 512)

    def stop(self) -> None:
        """End everything: who works first, who stores last.  Further signals are not heard."""
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        for stores, patience in ((False, 5), (True, 3.5)):
            end({one.child: one.program.word for one in self._running if one.program.store is stores}, patience)
        self.register.clear()

    def _answers(self, running: _Running) -> bool:
        self.listen()
        if running.child.poll() is not None:
            raise _cannot_start(running, "does not start")
        return running.program.ready()

    def _look_after(self, running: _Running) -> None:
        if running.again_at is None and running.child.poll() is not None:
            young = time.monotonic() - running.since < YOUNG
            running.falls = running.falls + 1 if young else 0
            if running.falls >= TRIES:
                raise _cannot_start(running, "does not stay up")
            kill_group(running.child.pid)
            _say(f"{running.program.name} ended ({_how(running.child.poll())}) and is started again")
            running.again_at = time.monotonic() + 0.25 * running.falls**2
        if running.again_at is not None and time.monotonic() >= running.again_at:
            running.child, running.since, running.again_at = self._birth(running.program), time.monotonic(), None

    def _birth(self, program: Program) -> Child:
        child = program.begin()
        self.register.note(program.name, child, program.word)
        child.go()
        return child


def _cannot_start(running: _Running, how: str) -> Fault:
    program = running.program
    return Fault(f"{program.name} {how}: {last_words(program.log, running.read_from)}", f"more is in {program.log}")


def _how(status: int | None) -> str:
    return f"status {status}" if status is None or status >= 0 else signal.Signals(-status).name


def _rotate(log: Path) -> None:
    """Each start's words stand apart; a log that grew large makes room."""
    if _size(log) > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def _size(log: Path) -> int:
    return log.stat().st_size if log.is_file() else 0


def _say(line: str) -> None:
    with suppress(OSError):  # the terminal may be gone
        sys.stderr.write(f"vitrine: {line}\n")
        sys.stderr.flush()


@contextmanager
def alone(instance: Path) -> Iterator[None]:
    """Be the only one that runs the stores of this installation.  Raises Fault."""
    try:
        instance.mkdir(parents=True, exist_ok=True)
        lock = (instance / "up.lock").open("a+")
    except OSError as error:
        raise Fault(
            f"{instance} cannot be written ({error.strerror})", "make it writable, or name another with INSTANCE"
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Fault(
                f"Vitrine is running here already (process {lock.read().strip() or 'unknown'})",
                "stop it first, or use it: instance/up.json says where",
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        OURS_ALONE.append(lock)
        try:
            yield
        finally:
            OURS_ALONE.remove(lock)


def is_up(instance: Path) -> bool:
    """Whether somebody runs the stores of this installation."""
    with suppress(OSError), (instance / "up.lock").open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def need_port(address: str, port: int) -> None:
    """Raises Fault when somebody else listens there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise Fault(
                f"port {port} at {address} cannot be had ({error.strerror})", f"choose another: --port {port + 10}"
            ) from None
