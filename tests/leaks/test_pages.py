"""The scanner in the office, and at the terminal: who may have it look, who sees what it found."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from portal.branding import actions as branding
from portal.branding.designing import Wish
from portal.core.db import db
from portal.leaks import actions
from portal.leaks.models import LeakLook
from portal.leaks.report import Find, Where
from portal.leaks.searching import What
from portal.processes.models import Process
from portal.tenants.queries import scopes_named
from tests.browsing import Browser


@pytest.fixture
def editor(north) -> Browser:
    with north.office():
        branding.dress(Wish(north.name, "#352c8f"))
    browser = Browser(north.client())
    browser.open("/leaks")
    return browser


def test_it_is_looked_in_the_background_and_the_result_is_kept(editor, worker):
    assert "Nobody has looked yet" in editor.text
    assert editor.send(button="Look now").status_code == 303
    editor.follow()
    assert "The storefront is being looked at" in editor.text
    assert editor.page.select_one("#leaks-progress")["hx-get"] == "/leaks/progress"
    worker.run_due()
    assert editor.client.get("/leaks/progress").headers["HX-Refresh"] == "true"
    editor.open("/leaks")
    assert "100 of 100" in editor.text
    assert "No leak" in editor.text
    assert "No customer can sign in yet" in editor.text
    assert editor.page.find("button", string="Look again")


def test_the_brand_page_leads_there(editor):
    editor.open("/brand")
    assert editor.page.select_one('main a[href="/leaks"]')


def test_two_who_press_at_once_have_it_looked_once(editor, north):
    again = {**editor.values(), "once": "0" * 32}
    editor.send(button="Look now")
    editor.client.post("/leaks", data=again)
    with north.office():
        assert len(db.session.scalars(select(Process).where(Process.plan_name == "leaks.look")).all()) == 1
        assert len(db.session.scalars(select(LeakLook)).all()) == 1


def test_only_the_last_ones_are_kept(north, worker):
    for _ in range(actions.MOST + 2):
        with north.office():
            process = actions.look()
            process_id = process.id
        with north.office():
            db.session.get_one(Process, (north.tenant_id, process_id)).state = "cancelled"
    with north.office():
        assert len(db.session.scalars(select(LeakLook)).all()) == actions.MOST


def test_a_leak_is_shown_with_what_leads_to_it(editor, north, worker):
    editor.send(button="Look now")
    worker.run_due()
    found = [
        Find(What.NAME, 1, "Meridian Cloud Distribution", Where.PAGE, "by Meridian", ["/contact"], 12),
        Find(What.HOST, 0, "office.localhost", Where.LETTER, "", ["invitation"]),
        Find(What.COLOUR, 2, "#8a2be2", Where.FILE, "secret", ["/x.css"]),
    ]
    with north.office():
        look = db.session.scalars(select(LeakLook)).one()
        look.tainted, look.finds = 3, [one.stored() for one in found]
    editor.open("/leaks")
    assert "3 leaks" in editor.text
    assert re.search(r"9\d of 100", editor.text)
    links = [link["href"] for link in editor.page.select(".places a")]
    assert links == [
        "http://north.shop.localhost:8000/contact",
        "/settings/texts/invitation/en",
        "http://north.shop.localhost:8000/x.css",
    ]
    assert editor.page.find("a", string="Letter: invitation")
    assert "and 11 more" in editor.text
    assert "#8a2be2" not in editor.answer.text
    assert "secret" not in editor.answer.text


def test_what_was_found_is_seen_by_nobody_else(editor, world, worker):
    editor.send(button="Look now")
    worker.run_due()
    for other in (world.meridian, world.south, world.fjord):
        page = Browser(other.client())
        page.open("/leaks")
        assert "Nobody has looked yet" in page.text


def test_whoever_may_not_change_the_brand_sees_it_and_has_nothing_to_press(editor, north):
    reader = Browser(north.client("sales"))
    assert reader.open("/leaks").status_code == 200
    assert not reader.page.find("button", string="Look now")


def test_a_tenant_is_known_by_client_id_host_or_name(app, north):
    with app.app_context():
        for word in (north.client_id, north.client_id.lower(), "north", "north.shop.localhost", "nordlicht it"):
            assert scopes_named(word) == [north.scope], word
        assert scopes_named("nobody") == []
