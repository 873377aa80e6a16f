"""A checkout of its own, started by its own commands: as somebody has it who has just cloned it."""

from __future__ import annotations

import atexit
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil

from portal.config import ROOT, table
from portal.local.places import POINTER

PARTS = ("portal", "worker", "themes", "migrations", "pyproject.toml", "requirements.txt", "requirements-dev.txt")
Done = subprocess.CompletedProcess[str]
READY = "Ctrl-C stops everything"
PATIENCE = 60
SLOW = {
    "PYTHONDONTWRITEBYTECODE"
}  # some machines set it; then each of a hundred commands would compile the whole house


@dataclass
class Installation:
    """One checkout.  `user`: who runs it, when it is not we."""

    root: Path
    user: pwd.struct_passwd | None = None
    port: int = 0
    running: subprocess.Popen[str] | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, root: Path, user: pwd.struct_passwd | None = None) -> Installation:
        """A copy of this checkout: its code, and an `instance/` without anything in it."""
        root.mkdir(parents=True)
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, root / part, ignore=shutil.ignore_patterns("*.draft"))
            else:
                shutil.copy(source, root / part)
        (root / "instance").mkdir()
        if user is not None:
            for path in (root, *root.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)
        return cls(root, user, port=free_port())

    @property
    def instance(self) -> Path:
        return self.root / "instance"

    @property
    def told(self) -> dict[str, Any]:
        """What `up.json` says."""
        return dict(json.loads((self.instance / "up.json").read_text(encoding="utf-8")))

    @property
    def children(self) -> dict[str, int]:
        """The processes of the tree, by their names."""
        known = json.loads((self.instance / "running.json").read_text(encoding="utf-8"))["children"]
        return {name: one[0] for name, one in known.items()}

    def tree(self) -> list[psutil.Process]:
        """Every living process of it, the supervisor first."""
        assert self.running is not None
        supervisor = psutil.Process(self.running.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def portal(self, *order: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        with self._begun(*order, **settings) as process:
            said, wrong = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(order, process.returncode, said, wrong)

    @contextmanager
    def beside(self, *order: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
        """One command that runs until it is told to stop, or the block ends."""
        process = self._begun(*order, **settings)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.communicate(timeout=PATIENCE)
            finally:
                process.kill()

    @contextmanager
    def up(self, *order: str, **settings: str) -> Iterator[Installation]:
        """Everything started, until the block ends."""
        self.start(*order, **settings)
        try:
            yield self
        finally:
            self.stop()

    def start(self, *order: str, **settings: str) -> None:
        self.running = self._begun("up", "--empty", "--port", str(self.port), *order, **settings)
        assert self.running.stdout is not None
        for line in self.running.stdout:
            if READY in line:
                return
        said, wrong = self.running.communicate(timeout=PATIENCE)
        raise AssertionError(f"up did not start: {said}{wrong}")

    def stop(self, word: signal.Signals = signal.SIGTERM) -> int:
        """The exit status of a start that was told to stop."""
        assert self.running is not None
        self.running.send_signal(word)
        self.running.communicate(timeout=PATIENCE)
        return self.running.returncode

    def forget(self) -> None:
        """End what runs, and remove what root keeps elsewhere."""
        if self.running is not None and self.running.poll() is None:
            self.stop()
        pointer = self.instance / POINTER
        if pointer.is_file():
            shutil.rmtree(pointer.read_text(encoding="utf-8").strip(), ignore_errors=True)

    def _begun(self, *order: str, **settings: str) -> subprocess.Popen[str]:
        python, told = python_for(self.user)
        kept = {name: value for name, value in os.environ.items() if name not in {*SLOW, *(one[0] for one in table())}}
        environment = {**kept, "VITRINE_VENV": "none", "PYTHONPATH": "", **told, **self.settings, **settings}
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        return subprocess.Popen(
            [python, str(self.root / "portal"), *order],
            cwd="/",
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **who,
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def ordinary_user() -> pwd.struct_passwd | None:
    """Somebody without rights, when we are root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


@lru_cache
def python_for(user: pwd.struct_passwd | None) -> tuple[str, dict[str, str]]:
    """A Python this user may run, and what its environment must say; no Python when there is no way to one.

    Ours may stand in a home that is closed to others; then a copy of it is made where it is not.
    """
    if user is None:
        return sys.executable, {}
    for way in (lambda: Path(sys.executable), _copy_of_python):
        python = way()
        told = {"PYTHONPATH": sysconfig.get_path("purelib"), "LD_LIBRARY_PATH": str(python.parent.parent / "lib")}
        asked = [str(python), "-c", "import flask, psycopg, granian, redis"]
        with suppress(OSError):
            done = subprocess.run(
                asked, env=told, cwd="/", user=user.pw_uid, group=user.pw_gid, extra_groups=[], check=False
            )
            if done.returncode == 0:
                return str(python), told
    return "", {}


def _copy_of_python() -> Path:
    """The interpreter and its standard library, in a folder everybody may walk into, until the tests are over."""
    home = Path(tempfile.mkdtemp(prefix="vitrine-python-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    home.chmod(0o755)
    library = Path(sysconfig.get_path("stdlib"))
    left = shutil.ignore_patterns("site-packages", "test", "tests", "__pycache__", "idlelib", "config-*")
    shutil.copytree(library, home / "lib" / library.name, ignore=left)
    for shared in library.parent.glob("libpython*"):
        shutil.copy(shared, home / "lib")
    (home / "bin").mkdir()
    return Path(shutil.copy(Path(sys.executable).resolve(), home / "bin" / library.name))
