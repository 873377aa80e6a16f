"""Settings are read once; nonsense has a name."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pytest

from portal import config
from portal.commands import doctor
from portal.notifications.servers import Server

STRONG = "an9-unguessable+row=of*letters#and_signs"
APP, OWNER = "postgresql://app@db/vitrine", "postgres://owner@db/vitrine"
REAL = {
    "VITRINE_ENV": "production",
    "SECRET_KEY": STRONG,
    "OFFICE_HOST": "Office.Example.com",
    "SHOP_HOST": "shop.example.com",
    "SCHEME": "https",
}


def read(tmp_path: Path, **given: str) -> config.Settings:
    return config.read({"INSTANCE": str(tmp_path), **given})


def test_without_any_setting_it_runs_here(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.office_url == "http://office.localhost:8000"
    assert settings.shop_url == "http://shop.localhost:8000"
    assert (settings.database_url, settings.redis_url, settings.mail_url) == ("", "", "")


def test_another_port_moves_the_addresses(tmp_path: Path) -> None:
    assert read(tmp_path, PORT="8010").office_host == "office.localhost:8010"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("port = 9000\nworkers = 3\n", encoding="utf-8")
    settings = read(tmp_path, PORT="9001")
    assert (settings.port, settings.workers) == (9001, 3)


def test_the_own_secret_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    assert read(tmp_path).secret_key == read(tmp_path).secret_key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_real_installation(tmp_path: Path) -> None:
    settings = read(tmp_path, **REAL, DATABASE_URL=APP, DATABASE_OWNER_URL=OWNER, TRUSTED_PROXIES="10.0.0.0/8, ::1")
    assert settings.database_url == "postgresql+psycopg://app@db/vitrine"
    assert settings.database_dsn == "postgresql://app@db/vitrine"
    assert settings.office_url == "https://office.example.com"
    assert len(settings.trusted_proxies) == 2
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"PORT": "0"}, "PORT"),
        ({"WORKERS": "-1"}, "WORKERS"),
        ({"SCHEME": "gopher"}, "SCHEME"),
        ({"VITRINE_ENV": "prod"}, "VITRINE_ENV"),
        ({"DATABASE_URL": "mysql://db/vitrine"}, "DATABASE_URL"),
        ({"DATABASE_OWNER_URL": OWNER}, "DATABASE_URL"),
        ({"DATABASE_URL": APP, "DATABASE_OWNER_URL": APP}, "DATABASE_URL"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL"),
        ({"TRUSTED_PROXIES": "10.0.0.0/8, everybody"}, "TRUSTED_PROXIES"),
        ({"OFFICE_HOST": "https://office"}, "OFFICE_HOST"),
        ({**REAL, "OFFICE_HOST": ""}, "OFFICE_HOST"),
        ({**REAL, "SECRET_KEY": "x" * 100}, "SECRET_KEY"),
    ],
)
def test_nonsense_is_named(tmp_path: Path, given: dict[str, str], name: str) -> None:
    with pytest.raises(config.Misconfigured) as wrong:
        read(tmp_path, **given)
    assert wrong.value.name == name
    assert wrong.value.remedy


def test_no_secret_is_printed(tmp_path: Path) -> None:
    mail = "smtp://user:p4ssw0rd@mail"
    assert "p4ssw0rd" not in repr(read(tmp_path, MAIL_URL=mail))
    assert STRONG not in repr(read(tmp_path, SECRET_KEY=STRONG))


def test_former_secrets_are_a_list(tmp_path: Path) -> None:
    assert read(tmp_path).former_secret_keys == ()
    assert read(tmp_path, SECRET_KEY_FALLBACKS="one-before, and-before").former_secret_keys == (
        "one-before",
        "and-before",
    )


def test_the_readme_has_every_setting_and_no_other() -> None:
    rows = [line.split("|") for line in (config.ROOT / "README.md").read_text(encoding="utf-8").splitlines()]
    told = {row[1].strip().strip("`"): (row[2].strip().strip("`"), row[3].strip()) for row in rows if len(row) == 5}
    settings = {name: (default, says) for name, default, says in config.table()}
    assert {name: said for name, said in told.items() if name.isupper()} == settings


def test_a_mail_server_without_a_port_is_looked_for_where_letters_go(tmp_path: Path) -> None:
    (found,) = doctor.LOOKS["mail"](read(tmp_path, MAIL_URL="smtp://localhost"))
    assert f"localhost:{Server.at('smtp://localhost').port}" in found.seen


def test_every_setting_says_what_it_is_and_nothing_changes_it(tmp_path: Path) -> None:
    assert all(name and says for name, _, says in config.table())
    with pytest.raises(dataclasses.FrozenInstanceError):
        read(tmp_path).port = 1  # type: ignore[misc]
