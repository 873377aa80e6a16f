"""`doctor` on houses that are not well: for each thing it looks at, what is wrong, how to mend it, and a status."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine
from sqlalchemy import make_url

from portal.local import stores
from tests.local.installation import Done, free_port

Examined = Callable[..., Done]
REAL = {
    "VITRINE_ENV": "production",
    "SECRET_KEY": "an9-unguessable+row=of*letters#and_signs",
    "OFFICE_HOST": "office.example.com",
    "SHOP_HOST": "shop.example.com",
}
OF_ALL_OF_IT = "python3 -m portal migrate"


@pytest.fixture(scope="module")
def of_the_house(bare_stores: stores.Addresses, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a house on stores of its own."""
    return {
        "DATABASE_URL": bare_stores.database_url,
        "DATABASE_OWNER_URL": bare_stores.database_owner_url,
        "REDIS_URL": bare_stores.redis_url,
        "INSTANCE": str(tmp_path_factory.mktemp("doctor")),
        "LEAST_ROOM": "0",
    }


@pytest.fixture
def house(of_the_house: dict[str, str], typed: Callable[..., Done]) -> dict[str, str]:
    """A house that is well."""
    assert typed("migrate", settings=of_the_house).returncode == 0
    return of_the_house


@pytest.fixture
def examined(house: dict[str, str], typed: Callable[..., Done]) -> Examined:
    return lambda **changed: typed("doctor", settings=house | changed)


def ill(done: Done) -> dict[str, tuple[str, str]]:
    """What is wrong, with its remedy, by subject; such a house makes the command fail."""
    assert done.returncode == 1, done.stdout
    lines = done.stdout.splitlines()
    wrong = [number for number, line in enumerate(lines) if line.startswith("wrong")]
    found: dict[str, tuple[str, str]] = {}
    for one in wrong:  # the first of a kind stands for it
        found.setdefault(lines[one][7:21].strip(), (lines[one][21:], lines[one + 1].strip().removeprefix("→ ")))
    assert all(seen and remedy for seen, remedy in found.values()), done.stdout
    assert "to mend." in lines[-1]
    return found


@contextmanager
def put_wrong(url: str, wrong: str, right: str) -> Iterator[None]:
    """Something is changed in the database for the length of the block."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(wrong.encode())
        try:
            yield
        finally:
            connection.execute(right.encode())


def test_a_house_that_is_well(examined: Examined) -> None:
    done = examined()
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Nothing to mend."), done.stdout


def test_a_setting_that_is_wrong(examined: Examined) -> None:
    found = ill(examined(**REAL | {"SECRET_KEY": "x"}))
    assert found.keys() == {"start"}
    assert found["start"][0] == "SECRET_KEY is weak"
    assert "secrets.token_urlsafe" in found["start"][1]


@pytest.mark.parametrize("power", ["superuser", "bypassrls", "createrole", "createdb"])
def test_an_app_role_with_powers(examined: Examined, bare_stores: stores.Addresses, power: str) -> None:
    with put_wrong(bare_stores.superuser_url, *(f"alter role {stores.APP} {one}{power}" for one in ("", "no"))):
        seen, remedy = ill(examined())["walls"]
    assert seen == f"the app's role {stores.APP} has {power.upper()}: it must be a role without powers"
    assert "alter role" in remedy


def test_an_app_role_that_holds_its_locks_for_ever(examined: Examined, bare_stores: stores.Addresses) -> None:
    setting = f"alter role {stores.APP} set idle_in_transaction_session_timeout = "
    with put_wrong(bare_stores.superuser_url, f"{setting} 0", f"{setting} '5s'"):
        seen, remedy = ill(examined())["database"]
    assert "a frozen worker would hold its locks" in seen
    assert remedy == f"{setting}'5s'"


def test_a_table_without_row_level_security(examined: Examined, bare_stores: stores.Addresses) -> None:
    for verb in ("disable", "no force"):
        with put_wrong(
            bare_stores.database_owner_url,
            f"alter table account {verb} row level security",
            "alter table account enable row level security, force row level security",
        ):
            seen, remedy = ill(examined())["walls"]
        assert seen == "table account has no forced row-level security"
        assert OF_ALL_OF_IT in remedy


def test_a_policy_that_is_missing(examined: Examined, house: dict[str, str], typed: Callable[..., Done]) -> None:
    with psycopg.connect(house["DATABASE_OWNER_URL"].replace("+psycopg", "")) as owner:
        (policy,) = owner.execute("select min(policyname) from pg_policies where tablename = 'account'").fetchone() or (
            "",
        )
    with put_wrong(house["DATABASE_OWNER_URL"], f"drop policy {policy} on account", "select 1"):
        seen, _ = ill(examined())["walls"]
        assert seen == f"policy {policy} of account is missing or changed"
        assert typed("migrate", settings=house).returncode == 0  # the remedy
        assert examined().returncode == 0


def test_migrations_that_are_pending(examined: Examined, house: dict[str, str]) -> None:
    with psycopg.connect(house["DATABASE_OWNER_URL"].replace("+psycopg", "")) as owner:
        (newest,) = owner.execute("select version_num from alembic_version").fetchone() or ("",)
    put_back = f"insert into alembic_version select '{newest}'"
    with put_wrong(house["DATABASE_OWNER_URL"], "delete from alembic_version", put_back):
        seen, remedy = ill(examined())["migrations"]
    assert seen.endswith("pending, the first is 0001")
    assert remedy == OF_ALL_OF_IT


def test_an_empty_database(examined: Examined, house: dict[str, str], bare_stores: stores.Addresses) -> None:
    url = make_url(house["DATABASE_URL"]).set(database="bare").render_as_string(hide_password=False)
    with put_wrong(bare_stores.superuser_url, "create database bare", "drop database bare with (force)"):
        found = ill(examined(DATABASE_URL=url, DATABASE_OWNER_URL=""))
    assert found["migrations"][1] == OF_ALL_OF_IT


def test_a_database_that_does_not_answer(examined: Examined, tmp_path: Path) -> None:
    nowhere = f"postgresql://{{}}@/vitrine?host={tmp_path}"
    found = ill(examined(DATABASE_URL=nowhere.format("app"), DATABASE_OWNER_URL=nowhere.format("owner")))
    assert "the database of DATABASE_URL does not answer" in found["database"][0]
    assert "is it running, and is the address right?" in found["database"][1]


def test_a_redis_that_is_away(examined: Examined, tmp_path: Path) -> None:
    seen, remedy = ill(examined(REDIS_URL=f"unix://{tmp_path}/valkey.sock"))["redis"]
    assert "does not answer" in seen
    assert "mend REDIS_URL" in remedy


def test_a_disk_that_is_nearly_full(examined: Examined, house: dict[str, str]) -> None:
    seen, remedy = ill(examined(LEAST_ROOM="100000"))["disk"]
    assert seen.endswith("GB free")
    assert remedy == f"make room on the disk of {house['INSTANCE']} (LEAST_ROOM)"


def test_a_clock_that_is_off(examined: Examined) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3)):
        seen, remedy = ill(examined())["clock"]
    assert seen.startswith("180.")
    assert "chrony" in remedy


def test_a_mail_server_that_does_not_answer(examined: Examined) -> None:
    port = free_port()
    seen, remedy = ill(examined(MAIL_URL=f"smtp://127.0.0.1:{port}"))["mail"]
    assert seen.startswith(f"127.0.0.1:{port} does not answer")
    assert "mend MAIL_URL" in remedy


def test_uploads_that_cannot_be_written(examined: Examined, house: dict[str, str]) -> None:
    uploads = Path(house["INSTANCE"]) / "uploads"
    uploads.touch()  # not a folder: that stops root as well
    try:
        seen, remedy = ill(examined())["folder"]
    finally:
        uploads.unlink()
    assert seen == f"{uploads} cannot be written (Not a directory)"
    assert remedy == "make it writable for this user"


def test_a_house_that_has_written_nothing_yet(examined: Examined, tmp_path: Path) -> None:
    """In production no secret is kept in a file, so `instance/` may not be there."""
    with socket.create_server(("127.0.0.1", 0)) as mail:
        url = f"smtp://127.0.0.1:{mail.getsockname()[1]}"
        real = {**REAL, "SCHEME": "https", "TRUSTED_PROXIES": "10.0.0.7", "MAIL_URL": url}
        done = examined(**real, INSTANCE=str(tmp_path / "instance"))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("given", "seen", "remedy"),
    [
        ({"SCHEME": "http"}, "passwords travel in the open", "SCHEME=https"),
        ({"SCHEME": "https"}, "nobody's word is believed", "TRUSTED_PROXIES"),
        ({"SCHEME": "https", "TRUSTED_PROXIES": "10.0.0.7"}, "letters reach nobody", "MAIL_URL"),
    ],
)
def test_a_house_that_is_real_by_half(examined: Examined, given: dict[str, str], seen: str, remedy: str) -> None:
    said = ill(examined(**REAL, **given))["configuration"]
    assert seen in said[0]
    assert remedy in said[1]


def test_a_secret_others_can_read(examined: Examined, house: dict[str, str]) -> None:
    secret = Path(house["INSTANCE"]) / "secret_key"
    secret.chmod(0o644)
    seen, remedy = ill(examined())["folder"]
    assert (seen, remedy) == ("secret_key can be read by others", f"chmod 600 {secret}")
    secret.chmod(0o600)
