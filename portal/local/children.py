"""The processes we are the parent of: how each is begun, seen, ended, and found again by the next start.

A child leads a session of its own, so that Ctrl-C reaches us alone and its whole group can be ended.  Whoever kills us
with -9 leaves children behind; `Register` keeps their number and birth time, and the next start buries those for whom
both still match.  A child does nothing before it was noted: it waits at a gate, and goes away when we die at that moment.
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


def _has_group(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, but there
    return True


def birth(pid: int) -> str | None:
    """When a living process was born, in the system's own words; None when there is none (or only its shell)."""
    status = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        with suppress(OSError):
            state, *rest = status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            return None if state == "Z" else rest[18]
        return None
    order = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(order, capture_output=True, text=True, check=False).stdout.strip() or None


def last_words(log: Path, since: int = 0) -> str:
    """The line of a log that says why: the last one that names an error, else the last one; from a byte on."""
    with suppress(OSError):
        return telling_line(log.read_bytes()[since:][-20000:].decode(errors="replace"))
    return "it said nothing"


def telling_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("FATAL", "error:", "Error", "ERR ", "Fault"))]
    return (telling or lines or ["it said nothing"])[-1]


def world() -> str:
    """Which run of which machine (or container) process numbers belong to: in another one they name strangers."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    order = ["/usr/sbin/sysctl", "-n", "kern.boottime"]
    return subprocess.run(order, capture_output=True, text=True, check=False).stdout.strip()


class Register:
    """`running.json`: who was begun, so that the next start can end what was left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, tuple[int, str, int]] = {}

    def note(self, name: str, child: Child, word: signal.Signals) -> None:
        self._known[name] = (child.pid, birth(child.pid) or "", int(word))
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps({"world": world(), "children": self._known}), encoding="utf-8")
        draft.replace(self.path)

    def clear(self) -> None:
        self._known.clear()
        self.path.unlink(missing_ok=True)

    def bury(self, seconds: float = 8) -> list[str]:
        """End what an earlier start left behind; the names of what was found alive."""
        left = self._left()
        alive = {name: one for name, one in left.items() if birth(one[0]) == one[1]}
        for pid, _, word in alive.values():
            with suppress(ProcessLookupError):
                os.kill(pid, word)
        wait(lambda: all(birth(pid) != born for pid, born, _ in alive.values()), seconds)
        orphaned = [
            pid for pid, born, _ in left.values() if birth(pid) in (born, None)
        ]  # else the number is a stranger's
        for pid in orphaned:
            kill_group(pid)
        wait(lambda: not any(_has_group(pid) for pid in orphaned), 2)
        self.clear()
        return list(alive)

    def _left(self) -> dict[str, tuple[int, str, int]]:
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            said = json.loads(self.path.read_text(encoding="utf-8"))
            if said["world"] == world():
                return dict(said["children"])
        return {}
