"""The supervisor's own promises, with children that do nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import psutil
import pytest

from portal.config import Fault
from portal.local import children, stores
from portal.local import register as module
from portal.local.children import Child, wait
from portal.local.people import Servant
from portal.local.register import Register, birth
from portal.local.supervisor import Program, Stopped, Supervisor

SLEEPER = "import signal; signal.pause()"


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    words = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
    before = {word: signal.getsignal(word) for word in words}
    one = Supervisor(Register(tmp_path / "running.json"))
    yield one
    one.stop()
    signal.set_wakeup_fd(-1)
    for word, handler in before.items():
        signal.signal(word, handler)


def program(tmp_path: Path, code: str, *, ready: Callable[[], bool] = lambda: True, name: str = "child") -> Program:
    log = tmp_path / f"{name}.log"

    def begin() -> Child:
        return children.command([sys.executable, "-c", code], log, Servant())

    return Program(name=name, begin=begin, log=log, ready=ready)


def test_one_that_cannot_start_gives_its_own_reason(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.begin(program(tmp_path, "raise SystemExit('Error: the moon is full')", ready=lambda: False))
    with pytest.raises(Fault, match=r"child does not start: Error: the moon is full"):
        supervisor.await_ready()


def test_one_that_cannot_stay_up_stops_everything(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.begin(program(tmp_path, "raise SystemExit('Error: and again')"))
    with pytest.raises(Fault, match="child does not stay up: Error: and again"):
        supervisor.watch()


def test_a_word_to_stop_is_heard_while_starting(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.begin(program(tmp_path, SLEEPER, ready=lambda: os.kill(os.getpid(), signal.SIGTERM) is not None))
    with pytest.raises(Stopped):
        supervisor.await_ready()


def test_one_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    log = tmp_path / "deaf.log"
    child = children.command([sys.executable, "-c", deaf], log, Servant())
    child.go()
    assert wait(lambda: log.stat().st_size > 0, 10)
    children.end({child: signal.SIGTERM}, 0.2)
    assert child.poll() == -signal.SIGKILL


def test_a_child_that_was_not_noted_never_begins(tmp_path: Path) -> None:
    """Its parent died between making it and writing it down: nobody could find it again."""
    log = tmp_path / "child.log"
    child = children.command([sys.executable, "-c", "print('began')"], log, Servant())
    assert child.stdin is not None  # type: ignore[attr-defined]
    child.stdin.close()  # type: ignore[attr-defined]
    assert wait(lambda: child.poll() is not None, 10)
    assert log.read_text() == ""


def test_only_our_own_are_buried(tmp_path: Path) -> None:
    """The number of a dead child may have been given to a stranger."""
    ours, stranger = (subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True) for _ in range(2))
    register = Register(tmp_path / "running.json")
    register.note("ours", _seen(ours), signal.SIGTERM)
    register._known["stranger"] = (stranger.pid, "another birth", int(signal.SIGTERM))  # noqa: SLF001 - as if long ago
    register.note("ours", _seen(ours), signal.SIGTERM)
    assert Register(register.path).bury(seconds=3) == ["ours"]
    assert ours.wait(5) == -signal.SIGTERM
    assert birth(stranger.pid) is not None
    stranger.kill()
    stranger.wait()


def test_a_birth_is_told_without_proc_too(tmp_path: Path) -> None:
    """MacOS has no /proc."""
    with subprocess.Popen([sys.executable, "-c", SLEEPER]) as process:
        born = module._born_by_ps(process.pid)  # noqa: SLF001 - the other system's way
        assert born
        assert born == module._born_by_ps(process.pid)  # noqa: SLF001 - likewise
        process.kill()
        assert wait(lambda: module._born_by_ps(process.pid) is None, 5)  # noqa: SLF001 - only its shell is left
    assert module._born_by_ps(process.pid) is None  # noqa: SLF001 - and now not even that


def _seen(process: subprocess.Popen[bytes]) -> Child:
    return process  # type: ignore[return-value]


def test_nothing_is_buried_after_the_machine_was_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = Register(tmp_path / "running.json")
    with subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True) as process:
        register.note("somebody", _seen(process), signal.SIGTERM)
        monkeypatch.setattr(module, "world", lambda: "after the next boot")
        assert register.bury(seconds=0.2) == []
        assert birth(process.pid) is not None
        process.kill()


def test_stores_of_a_killed_test_run_are_ended_by_the_next(tmp_path: Path) -> None:
    code = (
        "import signal; from portal.local import stores\n"
        "with stores.temporary() as a: print(a.redis_url, flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        folder = Path(killed.stdout.readline().removeprefix("unix://")).parent.parent
        left = psutil.Process(killed.pid).children(recursive=True)
        killed.kill()
    assert folder.is_dir()
    with stores.temporary():
        assert not folder.exists()
    Event().wait(0.1)
    assert not [process for process in left if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
