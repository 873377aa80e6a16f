"""What the commands do, each in a process of its own, on one installation with real stores."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlalchemy import make_url

from portal.commands import maps
from portal.config import ROOT
from portal.core import routes
from portal.local import stores
from portal.local.children import wait
from tests.catalogue.sheets import US as US_SHEET
from tests.catalogue.sheets import sheet
from tests.local.installation import Done, Installation, answers

FOUND = ("found", "--name", "Aster Cloud", "--administrator", "Ines Kahl", "--email", "ines.kahl@aster.example")
OFFICE, PASSWORD = "office.localhost", "violet harbour kettle 41"


@pytest.fixture(scope="module")
def house(
    install: Callable[..., Installation], bare_stores: stores.Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """An installation on stores of its own, with nothing in them yet."""
    installation = install(tmp_path_factory.mktemp("commands") / "checkout")
    installation.settings = {
        "DATABASE_URL": bare_stores.database_url,
        "DATABASE_OWNER_URL": bare_stores.database_owner_url,
        "REDIS_URL": bare_stores.redis_url,
        "PASSWORD_COST": "cheap",
    }
    return installation


@pytest.fixture(scope="module")
def migrated(house: Installation) -> Done:
    """The first `migrate`, from empty."""
    assert house.portal(*FOUND).stderr.count("python3 -m portal migrate") == 1  # it says what is to be done first
    return house.portal("migrate")


@pytest.fixture(scope="module")
def founded(house: Installation, migrated: Done) -> Done:
    """The first `found` that succeeds."""
    assert migrated.returncode == 0
    return house.portal(*FOUND, VITRINE_PASSWORD=PASSWORD)


@pytest.fixture
def here(house: Installation, typed: Callable[..., Done]) -> Callable[..., Done]:
    """The same command on the same installation, in this process: for what is refused before it begins."""

    def run(*order: str, on: Installation = house, **settings: str) -> Done:
        return typed(*order, settings={**on.settings, "INSTANCE": str(on.instance), **settings})

    return run


@pytest.fixture(scope="module")
def aside(house: Installation, migrated: Done) -> Installation:
    """The same installation on a second database, migrated and empty."""
    asked(house, "create database aside owner vitrine_owner")
    urls = {name: url.replace("/vitrine?", "/aside?") for name, url in house.settings.items()}
    beside = replace(house, settings=urls)
    assert beside.portal("migrate").returncode == 0
    return beside


def asked(house: Installation, question: str, role: str = "superuser") -> list[tuple[object, ...]]:
    """What the database answers to the one who may see everything."""
    url = make_url(house.settings["DATABASE_OWNER_URL"]).set(drivername="postgresql")
    if role == "superuser":
        url = url.set(username="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def changed(house: Installation, wrong: str, right: str) -> Iterator[None]:
    """Something is wrong in the database for the length of the block."""
    asked(house, wrong, "owner")
    try:
        yield
    finally:
        asked(house, right, "owner")


def refused(done: Done) -> str:
    """The one line and the remedy of a command that could not."""
    assert done.returncode == 1, done
    assert len(done.stderr.splitlines()) == 2, done.stderr
    return done.stderr


# ---------------------------------------------------------------------------------------------------------- migrate


def test_migrate_brings_an_empty_database_to_the_newest_revision(migrated: Done, here: Callable[..., Done]) -> None:
    revisions = sorted(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    assert (migrated.returncode, migrated.stdout.split()[1::2]) == (0, revisions)
    again = here("migrate")
    assert (again.returncode, again.stdout.strip()) == (0, "Nothing was pending.")
    checked = here("migrate", "--check")
    assert (checked.returncode, checked.stdout.strip()) == (0, "The database is as it must be.")


def test_migrate_says_what_is_pending(house: Installation, migrated: Done, here: Callable[..., Done]) -> None:
    ((standing,),) = asked(house, "select version_num from alembic_version")
    with changed(house, "delete from alembic_version", f"insert into alembic_version select '{standing}'"):
        checked = here("migrate", "--check")
        assert (checked.returncode, checked.stdout.splitlines()[0]) == (1, "pending: 0001")
        assert re.search(r"the database lacks \d+ migration\(s\), the first is 0001", refused(here("serve")))


# ------------------------------------------------------------------------------------------------------------ found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"VITRINE_PASSWORD": "password1234"}, "VITRINE_PASSWORD is weak"),
        ({"VITRINE_PASSWORD": "short"}, "Use at least 12 characters"),
        ({"VITRINE_PASSWORD": "the house of aster"}, "Leave out “aster”"),
        ({"--email": "nobody"}, "--email 'nobody'"),
        ({"--currency": "EURO"}, "--currency 'EURO'"),
        ({"--country": "Germany"}, "--country 'Germany'"),
        ({"--time-zone": "Mars/Olympus"}, "--time-zone 'Mars/Olympus'"),
        ({"--name": "  "}, "--name"),
    ],
)
def test_found_refuses_what_the_office_would_refuse(
    house: Installation, migrated: Done, here: Callable[..., Done], given: dict[str, str], said: str
) -> None:
    typed = [word for name, value in given.items() if name.startswith("--") for word in (name, value)]
    settings = {name: value for name, value in given.items() if not name.startswith("--")}
    assert said in refused(here(*FOUND, *typed, **settings))
    assert asked(house, "select count(*) from tenant") == [(0,)]


def test_found_makes_the_distributor_and_his_first_administrator(house: Installation, founded: Done) -> None:
    assert founded.returncode == 0, founded.stderr
    told = dict(re.findall(r"^(Client ID|Username|Password) +(.+)$", founded.stdout, re.MULTILINE))
    assert (told["Username"], told["Password"]) == ("admin", "as given")
    assert PASSWORD not in founded.stdout
    assert asked(house, "select client_id from tenant") == [(told["Client ID"].replace("-", ""),)]
    assert asked(house, 'select name, email, username, must_change from "user"') == [
        ("Ines Kahl", "ines.kahl@aster.example", "admin", True)
    ]


def test_found_does_not_found_twice(house: Installation, founded: Done, here: Callable[..., Done]) -> None:
    assert "the distributor is founded already" in refused(here(*FOUND))
    assert asked(house, "select count(*) from tenant") == [(1,)]


def test_found_without_a_password_makes_one_and_shows_it_once(aside: Installation) -> None:
    done = aside.portal(*FOUND)
    (shown,) = re.findall(r"^Password +(\S+) \(to be changed at the first sign-in\)$", done.stdout, re.MULTILINE)
    ((kept,),) = asked(aside, 'select password_hash from "user"')
    assert shown not in str(kept)
    assert PasswordHasher().verify(str(kept), shown)


# ----------------------------------------------------------------------------------------------------- demo, import


def test_demo_makes_as_many_tenants_as_told(aside: Installation, here: Callable[..., Done]) -> None:
    asked(aside, "truncate tenant cascade")
    assert "there is no distributor yet" in refused(here("demo", on=aside))
    assert here(*FOUND, on=aside).returncode == 0
    assert aside.portal("demo", "--tenants", "3").returncode == 0
    living = "select count(*) from tenant where lower(state) = 'active' and cardinality(above) > 0"
    assert asked(aside, living) == [(3,)]
    assert here("demo", "--tenants", "3", on=aside).returncode == 0
    assert asked(aside, living) == [(3,)]
    assert asked(aside, living) == [(3,)]


def test_a_storefront_of_the_demo_tells_of_nobody_above_it(aside: Installation, here: Callable[..., Done]) -> None:
    asked(aside, "truncate tenant cascade")
    assert here(*FOUND, on=aside).returncode == 0
    assert here("demo", "--tenants", "2", on=aside).returncode == 0
    question = (
        "select client_id, name from tenant join organization on tenant_id = tenant.id where cardinality(above) > 0"
    )
    found = asked(aside, question)
    for client_id, _ in found:
        done = here("leaks", str(client_id), on=aside)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert done.stdout.startswith("100 of 100: ")
    assert here("leaks", str(found[-1][1]), on=aside).stdout == done.stdout
    assert "no tenant is called Nobody & Sons" in refused(here("leaks", "Nobody & Sons", on=aside))


def test_a_good_price_sheet_is_read_and_applied_by_processes(house: Installation, founded: Done) -> None:
    done = house.portal("import", "price-sheet", str(US_SHEET))
    assert (done.returncode, done.stderr) == (0, ""), done
    assert done.stdout.splitlines()[-1] == "Applied."
    ((new,),) = (
        re.findall(
            r"(\d+) new, 0 dearer, 0 cheaper, 0 otherwise changed, 0 not in the sheet, 0 unchanged, 0 broken",
            done.stdout,
        ),
    )
    assert asked(house, "select count(*) from plan") == [(int(new),)]
    plans = asked(house, "select plan_name, state from process order by created_at")
    assert plans == [("price.import", "done"), ("price.apply", "done")]
    assert [str(worker)[:7] for (worker,) in asked(house, "select distinct worker from attempt")] == ["import-"]


def test_a_broken_row_does_not_stop_the_good_ones(
    house: Installation, founded: Done, here: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "broken.csv").write_bytes(sheet({}, {"SkuId": "0002", "UnitPrice": "cheap"}))
    done = here("import", "price-sheet", "--preview", str(tmp_path / "broken.csv"))
    assert done.returncode == 0, done
    assert "1 new, 0 dearer, 0 cheaper, 0 otherwise changed, 0 not in the sheet, 0 unchanged, 1 broken" in done.stdout
    assert "Applied" not in done.stdout
    assert asked(house, 'select line, "column", value from sheet_error') == [(3, "UnitPrice", "cheap")]
    assert asked(house, "select state from price_sheet where name = 'broken.csv'") == [("ready",)]


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "is not a file"), (b"", "is no price sheet"), (b"\x89PNG\r\n\x1a\n\x00\xff", "is no price sheet")],
)
def test_what_is_no_price_sheet_is_refused(
    house: Installation, founded: Done, here: Callable[..., Done], tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "sheet.csv"
    if content is not None:
        file.write_bytes(content)
    assert said in refused(here("import", "price-sheet", str(file)))
    assert asked(house, "select count(*) from price_sheet where name = 'sheet.csv'") == [(0,)]


# ---------------------------------------------------------------------------------------------------- serve, worker


def page(port: int, host: str, path: str = "/") -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(line):
        line.request("GET", path, headers={"Host": f"{host}:{port}"})
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def ended(process: subprocess.Popen[str]) -> tuple[int, float]:
    """The status of one that is told to stop, and how many seconds it took."""
    begun = time.monotonic()
    process.terminate()
    return process.wait(30), time.monotonic() - begun


def test_serve_answers_at_both_doors_and_stops_when_told(
    house: Installation, founded: Done, here: Callable[..., Done]
) -> None:
    ((client_id,),) = asked(house, "select client_id from tenant")
    with house.beside("serve", "--port", str(house.port)) as server:
        assert wait(lambda: answers(house.port), 30)
        status, office = page(house.port, OFFICE, "/sign-in")
        assert (status, "Client ID" in office) == (200, True)
        status, shop = page(house.port, "shop.localhost", f"/@{client_id}/")
        assert (status, "Aster Cloud" in shop) == (503, True)  # its owner has not opened it yet
        assert page(house.port, "elsewhere.example")[0] == 404
        assert here("maintenance", "on").stdout == "Maintenance is on.\n"
        assert page(house.port, OFFICE, "/sign-in")[0] == 503
        assert here("maintenance", "off").stdout == "Maintenance is off.\n"
        assert page(house.port, OFFICE, "/sign-in")[0] == 200
        status, seconds = ended(server)
        assert (status, seconds < 10) == (0, True)
        assert not answers(house.port)


def test_serve_refuses_a_database_without_walls(house: Installation, founded: Done, here: Callable[..., Done]) -> None:
    with changed(house, *(f"alter table account {one} force row level security" for one in ("no", ""))):
        said = refused(here("serve", "--port", str(house.port)))
        assert "the walls between tenants do not stand: table account has no forced row-level security" in said
        assert "python3 -m portal migrate raises them" in said
        assert here("migrate").returncode == 0
        forced = asked(house, "select relforcerowsecurity from pg_class where relname = 'account'")
        assert forced == [(True,)]


def test_a_worker_takes_due_work_and_stops_when_told(house: Installation, founded: Done) -> None:
    waiting = "select count(*) from work where due_at is not null"
    asked(house, "update work set due_at = now() where process_id in (select process_id from work limit 1)")
    assert asked(house, waiting) == [(1,)]
    with house.beside("worker", "--name", "hands") as worker:
        assert wait(lambda: asked(house, waiting) == [(0,)], 30)
        status, seconds = ended(worker)
    assert (status, seconds < 10) == (0, True)
    assert ("hands",) in asked(house, "select worker from work")


def test_the_schedule_stops_when_told(house: Installation, founded: Done) -> None:
    with house.beside("worker", "--schedule") as schedule:
        listening = "select count(*) from pg_stat_activity where query ilike 'listen%'"
        assert wait(lambda: asked(house, listening) == [(1,)], 30)
        status, seconds = ended(schedule)
    assert (status, seconds < 10) == (0, True)


# ------------------------------------------------------------------------------------ routes, permissions, catalogues


def test_routes_are_the_map_of_both_doors(house: Installation) -> None:
    done = house.portal("routes", "--json")
    told = json.loads(done.stdout)
    app = maps.unconnected_app()
    assert told == json.loads(json.dumps(list(routes.routes(app))))
    assert {(one["method"], one["endpoint"]) for one in told} == {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {one["door"] for one in told} <= {"office", "shop", "any"}
    (form,) = [one for one in told if (one["method"], one["endpoint"]) == ("POST", "accounts.edit")]
    assert (form["rule"], form["permission"], form["parameters"]) == ("/accounts/<key>/edit", "accounts.edit", ["key"])


def test_permissions_name_who_holds_them(here: Callable[..., Done]) -> None:
    told = json.loads(here("permissions", "--json").stdout)
    assert all("administrator" in roles for roles in told.values())
    assert told["tenants.create"] == [role for role in told["accounts.view"] if role in told["tenants.create"]]
    assert {one["permission"] for one in routes.routes(maps.unconnected_app()) if one["permission"]} <= told.keys()


def test_catalogues_begin_another_language_and_say_what_is_left(house: Installation) -> None:
    done = house.portal("catalogues", "--add", "fr")
    assert done.returncode == 0, done.stderr
    left, whole = map(int, re.findall(r"^fr: (\d+) of (\d+) texts", done.stdout, re.MULTILINE)[0])
    assert left == whole > 500
    assert re.search(r"^de: \d+ of", done.stdout, re.MULTILINE)
    assert (house.root / "portal/translations/fr/LC_MESSAGES/messages.po").is_file()
