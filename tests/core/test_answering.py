"""How requests end: kept below 400, dropped above, and always with the safe headers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import select

from portal.app import create_app
from portal.core.answering import CONTENT_POLICY, afterwards, also_for
from portal.core.db import db
from portal.core.keys import read_key
from portal.core.once import Receipt
from portal.core.web import needs, open_to_all, see
from portal.tenants.models import Tenant
from tests.browsing import Browser
from tests.world import OFFICE

NOWHERE = "postgresql+psycopg://vitrine_app@/vitrine?host=/nowhere"


@pytest.fixture
def closed(settings):
    settings.maintenance_mark.touch()
    yield
    settings.maintenance_mark.unlink()


@pytest.mark.usefixtures("closed")
def test_during_maintenance_both_doors_say_so_and_when_to_come_back(world):
    for browser in (world.meridian.client(), world.south.shop()):
        answer = browser.get("/")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Nothing is lost" in answer.text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/accounts"])
def test_every_answer_carries_the_safe_headers(world, path):
    for browser in (world.meridian.client(), world.meridian.visitor(), world.south.shop()):
        headers = browser.get(path).headers
        assert headers["Content-Security-Policy"] == CONTENT_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_a_page_for_somebody_signed_in_is_kept_by_no_cache(world):
    assert world.meridian.client().get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["http://north.office.localhost:8000", "http://north.shop.localhost:8000"])
def test_while_the_database_is_away_both_doors_say_so(settings, address):
    app = create_app(replace(settings, database_url=NOWHERE))
    answer = app.test_client().get("/sign-in", base_url=address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "<h1>" in answer.text


def test_what_breaks_is_a_page_with_a_number_and_asks_no_database(settings, caplog):
    app = create_app(replace(settings, database_url=NOWHERE))

    def broken() -> str:
        raise ZeroDivisionError

    app.view_functions["users.sign_in"] = open_to_all(broken)
    answer = app.test_client().get("/sign-in", base_url=OFFICE)
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert answer.headers["X-Request-Id"] in caplog.text


def test_of_two_sendings_at_once_the_second_causes_nothing_elsewhere(world, app, monkeypatch):
    browser, told = Browser(world.meridian.client()), []
    browser.open("/accounts/new")
    key = read_key(browser.values()["once"])

    def slower() -> object:
        also_for(world.south.scope, lambda: told.append("elsewhere"))
        afterwards(lambda: told.append("afterwards"))
        with world.meridian.office():
            db.session.add(Receipt(id=key, location="/first"))
        return see("/second")

    monkeypatch.setitem(app.view_functions, "accounts.new", needs("accounts.edit")(slower))
    assert (browser.send(name="Twice").location, told) == ("/first", [])


def test_two_who_lock_each_other_out_are_told_to_look_again(world, app, copy, monkeypatch):
    browser = Browser(world.meridian.client())
    browser.open("/accounts/new")
    mine, others = world.north.tenant_id, world.south.tenant_id
    with (
        psycopg.connect(copy.url) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        other.execute("set deadlock_timeout = '1min'")  # it is the page that notices
        other.execute("select from tenant where id = %s for update", [others])

        def crosswise() -> object:
            lock = select(Tenant.id).with_for_update()
            db.session.execute(lock.where(Tenant.id == mine))
            pool.submit(other.execute, "select from tenant where id = %s for update", [mine])
            db.session.execute(lock.where(Tenant.id == others))
            return see("/")

        monkeypatch.setitem(app.view_functions, "accounts.new", needs("accounts.edit")(crosswise))
        assert browser.send(name="Crosswise").status_code == 409


@pytest.mark.parametrize("language", ["en", "de", "el"])
def test_a_refusal_without_words_of_its_own_says_the_usual_ones(north, language):
    """The empty text means the whole head of a catalogue to gettext, with the name of this software in it."""
    answer = north.shop().delete("/products", headers={"Accept-Language": language})
    assert answer.status_code == 405
    assert f'lang="{language}"' in answer.text
    assert "Project-Id-Version" not in answer.text
    assert "itrine" not in answer.text
