"""What keeps it from starting is said in one line, with the remedy in another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from portal import cli
from portal.config import ROOT
from portal.local import stores
from tests.local.installation import Installation


@pytest.fixture(scope="module")
def checkout(install: Callable[..., Installation], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("faults") / "checkout")


def refusal(checkout: Installation, *order: str, **settings: str) -> str:
    """The one line and its remedy."""
    refused = checkout.portal(*(order or ("up", "--port", str(checkout.port))), **settings)
    assert refused.returncode == 1, refused
    assert len(refused.stderr.splitlines()) == 2, refused.stderr
    return refused.stderr


def test_a_database_that_does_not_answer(checkout: Installation, tmp_path: Path) -> None:
    nowhere = f"postgresql://{{}}@/vitrine?host={tmp_path}"
    said = refusal(checkout, DATABASE_URL=nowhere.format("app"), DATABASE_OWNER_URL=nowhere.format("owner"))
    assert "the database of DATABASE_OWNER_URL does not answer" in said


def test_an_app_role_with_powers(checkout: Installation, bare_stores: stores.Addresses) -> None:
    said = refusal(
        checkout,
        DATABASE_URL=bare_stores.superuser_url,
        DATABASE_OWNER_URL=bare_stores.database_owner_url,
        REDIS_URL=bare_stores.redis_url,
    )
    assert "the app's role postgres has SUPERUSER" in said


@pytest.mark.parametrize(
    ("secret", "said"),
    [("", "SECRET_KEY is not set"), ("secret", "SECRET_KEY is weak"), ("a" * 64, "SECRET_KEY is weak")],
)
def test_a_missing_or_weak_secret_in_production(checkout: Installation, secret: str, said: str) -> None:
    hosts = {"OFFICE_HOST": "office.example.com", "SHOP_HOST": "shop.example.com"}
    refused = refusal(checkout, VITRINE_ENV="production", SECRET_KEY=secret, **hosts)
    assert said in refused
    assert "secrets.token_urlsafe" in refused


def test_a_folder_that_cannot_be_written(checkout: Installation) -> None:
    assert "/proc/instance cannot be written" in refusal(checkout, INSTANCE="/proc/instance")


def test_a_setting_that_is_nonsense(checkout: Installation) -> None:
    assert "PORT is 'eighty'" in refusal(checkout, "up", PORT="eighty")


def test_a_setting_nobody_knows(checkout: Installation, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('datbase_url = "x"', encoding="utf-8")
    assert "datbase_url" in refusal(checkout, INSTANCE=str(tmp_path))


def test_a_python_without_ensurepip(tmp_path: Path) -> None:
    hidden = "import sys, runpy; sys.modules['ensurepip'] = None; sys.argv[:] = ['portal', 'up']; "
    order = [sys.executable, "-c", f"{hidden}runpy.run_path({str(ROOT / 'portal')!r}, run_name='__main__')"]
    environment = {**os.environ, "VITRINE_VENV": str(tmp_path / "venv")}
    done = subprocess.run(order, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "this Python has no ensurepip" in done.stderr) == (1, True), done.stderr
    assert "apt install python3-venv" in done.stderr


def test_every_command_says_what_it_is_for() -> None:
    commands = (
        "up",
        "test",
        "serve",
        "worker",
        "migrate",
        "found",
        "demo",
        "import",
        "doctor",
        "maintenance",
        "routes",
        "permissions",
    )
    for command in commands:
        with pytest.raises(SystemExit) as leaving:
            cli.main([command, "--help"])
        assert leaving.value.code == 0


@pytest.mark.parametrize("number", ["-1", "two", "10001", ""])
def test_a_number_of_tenants_that_is_none(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["demo", "--tenants", number])
    assert "a whole number up to 10000" in capsys.readouterr().err
    assert cli.parser().parse_args(["demo", "--tenants", "200"]).tenants == 200


def test_the_apps_role_owns_nothing_and_may_nothing(bare_stores: stores.Addresses) -> None:
    with psycopg.connect(bare_stores.database_url.replace("+psycopg", "")) as connection:
        powers = connection.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles where rolname = current_user"
        ).fetchone()
        assert powers == (False,) * 5
        assert connection.execute("show idle_in_transaction_session_timeout").fetchone() == ("5s",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table mine (id int)")
