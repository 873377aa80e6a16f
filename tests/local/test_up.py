"""`up`, as somebody meets it: on a fresh checkout, again, beside another, killed, and told to stop."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from portal.local.children import wait
from tests.local.installation import Installation, answers, ordinary_user, python_for

Install = Callable[..., Installation]


@pytest.fixture(scope="module")
def living(install: Install, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One that runs while its neighbours look at it."""
    with install(tmp_path_factory.mktemp("living") / "checkout").up() as installation:
        yield installation


@pytest.fixture
def checkout(install: Install, tmp_path: Path) -> Installation:
    """A fresh one."""
    return install(tmp_path / "checkout")


def test_it_tells_the_way_in_to_its_owner_alone(living: Installation) -> None:
    assert set(living.told) == {"office_url", "client_id", "username", "password", "storefronts", "mail_dir"}
    assert living.told["office_url"] == f"http://office.localhost:{living.port}"
    assert [set(one) for one in living.told["storefronts"]] == [{"name", "url", "client_id"}]
    assert stat.S_IMODE((living.instance / "up.json").stat().st_mode) == 0o600


def test_a_second_start_says_that_it_runs(living: Installation) -> None:
    refused = living.portal("up")
    assert refused.returncode == 1
    assert f"Vitrine is running here already (process {living.running.pid})" in refused.stderr  # type: ignore[union-attr]


def test_commands_join_the_running_stores(living: Installation) -> None:
    seen = living.portal("doctor")
    assert (seen.returncode, "Nothing to mend." in seen.stdout) == (0, True), seen.stdout


def test_it_is_small_at_rest(living: Installation) -> None:
    taken = [process.memory_full_info() for process in living.tree()]
    megabytes = sum(getattr(one, "pss", one.uss) for one in taken) / 1e6  # macOS knows only what is a process's alone
    assert megabytes < 500


def test_another_installation_blames_the_port_and_not_itself(living: Installation, checkout: Installation) -> None:
    checkout.port = living.port
    refused = checkout.portal("up", "--port", str(living.port))
    assert refused.returncode == 1
    assert f"port {living.port} at 127.0.0.1 cannot be had" in refused.stderr
    assert f"--port {living.port + 10}" in refused.stderr


@pytest.mark.parametrize("dead", ["web", "worker-1", "schedule", "valkey", "postgres"])
def test_a_dead_child_is_started_again(living: Installation, dead: str) -> None:
    before = living.children[dead]
    os.kill(before, signal.SIGKILL)
    assert wait(lambda: living.children[dead] != before, 15)
    assert wait(lambda: answers(living.port), 15)


def test_killed_as_a_whole_it_cleans_up_and_keeps_its_data(checkout: Installation) -> None:
    checkout.start()
    first, tree = checkout.told, checkout.tree()
    os.kill(checkout.children["web"], signal.SIGKILL)  # its own worker is left, and keeps the port
    checkout.stop(signal.SIGKILL)
    with checkout.up():
        assert checkout.told == first
        assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in tree)


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_leaves_nothing(checkout: Installation, word: signal.Signals) -> None:
    checkout.start()
    tree = checkout.tree()
    assert checkout.stop(word) == 0
    assert not [process for process in tree if process.is_running()]
    assert not answers(checkout.port)


def test_it_lives_deep_down_beside_another_and_under_strange_names(install: Install, tmp_path: Path) -> None:
    deep = install(tmp_path / ("a folder, with “words” in it" * 3) / "of a long name" / "checkout")
    flat = install(tmp_path / "checkout")
    with deep.up(), flat.up():
        assert deep.told["client_id"] != flat.told["client_id"]
        assert answers(deep.port)
        assert answers(flat.port)


def test_it_opens_no_folder_above_its_own(install: Install, tmp_path: Path) -> None:
    home = tmp_path / "home"
    checkout = install(home / "work" / "checkout")
    home.chmod(0o700)
    above = [home / "work", home, *home.parents]
    before = {path: stat.S_IMODE(path.stat().st_mode) for path in above}
    with checkout.up():
        assert {path: stat.S_IMODE(path.stat().st_mode) for path in above} == before


def test_an_ordinary_user_needs_nobodys_help(install: Install, short_folder: Callable[[], Path]) -> None:
    user = ordinary_user()
    if user is None or not python_for(user)[0]:
        pytest.skip("we are the ordinary user, or this machine has no Python that one may run")
    checkout = install(short_folder() / "checkout", user)
    with checkout.up():
        assert {process.uids().real for process in checkout.tree()} == {user.pw_uid}
        assert answers(checkout.port)
    refused = Installation(checkout.root, user, checkout.port, settings={"INSTANCE": "/proc/instance"}).portal("up")
    assert (refused.returncode, "cannot be written" in refused.stderr) == (1, True), refused.stderr
