"""`test`: every check, then every test, with real PostgreSQL, Valkey and Chromium.

That templates compile and speak the htmx we have is among the tests (`tests/house/test_templates.py`).

Arguments this command does not know go to pytest: `python3 -m portal test tests/users -k invitation`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from portal.config import ROOT

LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run(['--no-logo']))"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, and what it answers (nothing, when all is well)."""

    name: str
    run: Callable[[], str]


def offer(commands: Any) -> None:
    parser = commands.add_parser("test", help="run every check and every test", description=__doc__)
    parser.add_argument("--long", action="store_true", help="the long forms of the heavy proofs")
    parser.add_argument("--install-browser", action="store_true", help="install Chromium when it is missing")
    parser.add_argument("--jobs", default="2", metavar="N", help="how many test processes side by side (2)")
    parser.add_argument("--only-checks", action="store_true", help="without pytest")
    parser.set_defaults(run=test, takes_more=True)


def test(options: argparse.Namespace) -> int:
    from portal.commands import browser, catalogues

    with_browser = not options.only_checks and "not browser" not in options.more
    if with_browser:
        browser.need(install=options.install_browser)
    catalogues.compile_stale()
    broken = [name for name, said in _checked() if said]
    status = 0
    if not options.only_checks:
        order = [
            "pytest",
            "-n",
            options.jobs,
            "--dist",
            "loadfile",
            "--no-loadscope-reorder",  # the order is that of tests/conftest.py
            *(["--long"] if options.long else []),
            *options.more,
        ]
        # The tests choose their own settings: what the shell has set for an installation must not reach them.  And they
        # start the house a hundred times: where no bytecode may be kept (images often say so) each would compile it anew.
        left_out = {*_settings(), "PYTHONDONTWRITEBYTECODE"}
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        status = subprocess.run([sys.executable, "-m", *order], cwd=ROOT, env=kept, check=False).returncode
    if broken:
        print(f"\nvitrine: these checks failed: {', '.join(broken)} (what they said is above)")
    return 1 if broken else status


def _checked() -> Iterator[tuple[str, str]]:
    """Two side by side; each tells how it went as soon as those before it have."""
    with ThreadPoolExecutor(2) as pool:
        for name, answer in [(check.name, pool.submit(_timed, check)) for check in CHECKS]:
            said, seconds = answer.result()
            print(f"{'failed' if said else 'ok':<8}{name:<14}{seconds:5.1f} s", flush=True)
            if said:
                print("".join(f"        {line}\n" for line in said.splitlines()), flush=True)
            yield name, said


def _timed(check: Check) -> tuple[str, float]:
    begun = time.monotonic()
    return check.run(), time.monotonic() - begun


def _by_module(*order: str) -> Callable[[], str]:
    return _by_python("-m", *order)


def _by_python(*order: str) -> Callable[[], str]:
    """A check that is a program: what it said, when it failed."""

    def run() -> str:
        done = subprocess.run([sys.executable, *order], cwd=ROOT, capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).strip() or f"status {done.returncode}" if done.returncode else ""

    return run


def _own(room: str, name: str) -> Callable[[], str]:
    """A check of ours: a function of a room of this package that yields complaints; in a process of its own."""
    return _by_python(
        "-c",
        f"import sys; from portal.commands.{room} import {name} as complain; "
        "found = list(complain()); print('\\n'.join(found)); sys.exit(bool(found))",
    )


def _settings() -> set[str]:
    from portal.config import table

    return {name for name, _, _ in table()}


CHECKS = [
    Check("mypy", _by_module("mypy")),
    Check("ruff", _by_module("ruff", "check", ".")),
    Check("ruff format", _by_module("ruff", "format", "--check", ".")),
    Check("imports", _by_python("-c", LINT_IMPORTS)),
    Check("dependencies", _by_module("deptry", ".", "--no-ansi")),
    Check("catalogues", _own("catalogues", "complaints")),
    Check("djlint", _by_module("djlint", "portal", "themes", "--lint", "--quiet")),
]
