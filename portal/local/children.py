"""The processes we are the parent of: how each is begun, seen and ended.

A child leads a session of its own, so that Ctrl-C reaches us alone and its whole group can be ended.  It does nothing
before it was noted (`register`): it waits at a gate, and goes away when we die at that moment.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from portal.config import Fault
from portal.local.people import Servant

OURS_ALONE: list[IO[str]] = []  # locks that must die with this process, even when its copies live on
FOR_EVER = float("inf")
BEAT = 0.02  # seconds between two looks


class Child(Protocol):
    """A process of ours, living or dead."""

    pid: int

    def go(self) -> None:
        """Open the gate: it was noted."""

    def poll(self) -> int | None:
        """Its exit status, or None while it lives."""


class _Command(subprocess.Popen[bytes]):
    """A program behind a shell that waits for one line: end of file, and it never begins."""

    def go(self) -> None:
        if self.stdin is not None:
            with suppress(BrokenPipeError):
                self.stdin.write(b"\n")
                self.stdin.close()


@dataclass(slots=True, eq=False)
class _Forked:
    pid: int
    gate: int
    status: int | None = None

    def go(self) -> None:
        with suppress(BrokenPipeError):
            os.write(self.gate, b"\n")
        os.close(self.gate)

    def poll(self) -> int | None:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status


def command(order: list[str | Path], log: Path, who: Servant, environment: Mapping[str, str] | None = None) -> Child:
    """Begin another program."""
    with log.open("ab") as output:
        return _Command(
            ["/bin/sh", "-c", 'read -r gate && exec "$@" </dev/null', "gate", *order],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", **(environment or {})},
            **who.as_process,
        )


def fork(run: Callable[[], object], log: Path) -> Child:
    """Begin a function in a copy of this process: what is loaded here is loaded there, in the same memory."""
    sys.stdout.flush()
    sys.stderr.flush()
    wait_here, gate = os.pipe()
    pid = os.fork()
    if pid:
        os.close(wait_here)
        return _Forked(pid, gate)
    status = 1
    try:
        os.setsid()
        os.close(gate)
        if not os.read(wait_here, 1):
            os._exit(status)
        for handle in OURS_ALONE:
            handle.close()
        _forget_signals()
        _speak_into(log)
        run()
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else bool(leaving.code)
    except BaseException:  # noqa: BLE001 - whatever it is, it is told in the log, and the copy must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def ask(run: Callable[[], Any], log: Path, meanwhile: Callable[[], None]) -> Any:
    """What a function answers (as JSON) when carried out in a copy of this process, which stays as clean as it was.

    `meanwhile` is called again and again and may raise, which ends the copy.  Raises Fault: the copy's own, or one made of
    the last words in its log.
    """
    log.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        child = fork(lambda: answer.write_text(json.dumps(_answered(run)), encoding="utf-8"), log)
        child.go()
        try:
            wait(lambda: _over(child, meanwhile), FOR_EVER)
        finally:
            end({child: signal.SIGTERM}, 3)
        if not answer.is_file():
            raise Fault(last_words(log), f"more is in {log}")
        told = json.loads(answer.read_text(encoding="utf-8"))
    if "fault" in told:
        raise Fault(*told["fault"])
    return told["answer"]


def _over(child: Child, meanwhile: Callable[[], None]) -> bool:
    meanwhile()
    return child.poll() is not None


def _answered(run: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"answer": run()}
    except Fault as fault:
        return {"fault": [fault.reason, fault.remedy]}


def _forget_signals() -> None:
    signal.set_wakeup_fd(-1)
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(one, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def _speak_into(log: Path) -> None:
    silence, output = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((silence, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(silence)
    os.close(output)


def wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        pause.wait(BEAT)
    return True


def end(children: Mapping[Child, signal.Signals], seconds: float) -> None:
    """End all of them at once: politely, then, when the time is over, with their whole groups."""
    for child, word in children.items():
        if child.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(child.pid, word)
    wait(lambda: all(child.poll() is not None for child in children), seconds)
    for child in children:
        kill_group(child.pid)
        wait(lambda child=child: child.poll() is not None, 2)  # type: ignore[misc]


def kill_group(leader: int) -> None:
    """End whatever is left of a child's group: a server killed with -9 leaves a worker that keeps the port."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def last_words(log: Path, since: int = 0) -> str:
    """The line of a log that says why: the last one that names an error, else the last one; from a byte on."""
    with suppress(OSError):
        return telling_line(log.read_bytes()[since:][-20000:].decode(errors="replace"))
    return "it said nothing"


def telling_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("FATAL", "error:", "Error", "ERR ", "Fault"))]
    return (telling or lines or ["it said nothing"])[-1]
