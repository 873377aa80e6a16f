"""Folders and stores for installations."""

from __future__ import annotations

import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from portal import cli, config
from portal.local import stores
from tests.local.installation import Done, Installation


@pytest.fixture(scope="module")
def install() -> Iterator[Callable[..., Installation]]:
    """Makes checkouts; at the end nothing of them runs, and nothing is left elsewhere on the machine."""
    made: list[Installation] = []

    def make(root: Path, user: pwd.struct_passwd | None = None) -> Installation:
        made.append(Installation.at(root, user))
        return made[-1]

    yield make
    for installation in made:
        installation.forget()


@pytest.fixture
def short_folder() -> Iterator[Callable[[], Path]]:
    """Makes folders everybody may walk into: pytest's own are closed to others."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="vitrine-")))
        made[-1].chmod(0o755)
        return made[-1]

    yield make
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """One command, with these settings alone, in this process: ten times as cheap as in one of its own."""

    def run(*order: str, settings: Mapping[str, str]) -> Done:
        with monkeypatch.context() as environment:
            for name, _, _ in config.table():
                environment.delenv(name, raising=False)
            for name, value in settings.items():
                environment.setenv(name, value)
            status = cli.main(list(order))
        return Done(order, status, *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def bare_stores() -> Iterator[stores.Addresses]:
    """Stores with nothing in them."""
    with stores.temporary() as addresses:
        yield addresses
