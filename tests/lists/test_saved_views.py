"""A view of a list under a name of one's own."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.core.keys import new_id, spell
from portal.lists.models import SavedView
from portal.lists.views import MOST as MOST_VIEWS
from tests.browsing import Browser
from tests.catalogue.sheets import price_list
from tests.queries import MOST, counted


@pytest.fixture
def keller(north) -> Browser:
    return Browser(north.client())


def save(browser, path, name):
    """Follow "Save this view" on a list, and name it."""
    browser.open(path)
    browser.open(next(link["href"] for link in browser.page.select("a.filter.add") if "Save" in link.get_text()))
    return browser.send(name=name)


def mine(browser, path="/accounts"):
    """Name → address of one's own views; the one that is looked at is marked."""
    browser.open(path)
    links = browser.page.select(".views .mine a")
    return {link.get_text(): (link["href"], link.get("aria-current") == "true") for link in links}


def test_a_view_keeps_what_the_list_was_asked_for(keller):
    answer = save(keller, "/accounts?kind=reseller&q=blue&sort=-created&page=3&format=csvx&rubbish=1", "My resellers")
    assert answer.status_code == 303
    assert answer.location == "/accounts?q=blue&sort=-created&kind=reseller"
    assert mine(keller) == {"My resellers": ("?q=blue&sort=-created&kind=reseller", False)}
    assert mine(keller, answer.location)["My resellers"][1]
    assert len(keller.page.select('.views [aria-current="true"]')) == 1
    assert "You saved the view “My resellers” on" in keller.page.select_one("#views .changed").get_text()


def test_views_are_of_one_person_in_one_list(north, world, keller):
    save(keller, "/accounts?q=blue", "Blue")
    assert mine(keller, "/users") == {}
    for other in (north.client("sales"), world.strand.client()):
        assert mine(Browser(other)) == {}


@pytest.mark.parametrize(
    "path",
    [
        "/accounts",
        "/users",
        "/products",
        "/price-lists",
        "/processes",
        "/tenants",
        "/tenants/processes",
        "/tenants/go-live",
    ],
)
def test_every_list_has_views_and_asks_no_more_for_them(world, path):
    keller = Browser(world.meridian.client())
    assert save(keller, f"{path}?q=blue", "Blue").status_code == 303
    keller.open(path)
    with counted(world.meridian.app) as asked:
        assert list(mine(keller, path)) == ["Blue"]
    assert len(asked) <= MOST, asked


def test_the_same_name_gives_way(keller):
    save(keller, "/accounts?q=blue", "Mine")
    save(keller, "/accounts?q=green", "Mine")
    assert mine(keller) == {"Mine": ("?q=green&sort=name", False)}


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "bell\x07", "left\u202eright"])
def test_a_name_must_be_one(keller, name):
    assert save(keller, "/accounts", name).status_code == 422
    assert "name" in keller.errors


def test_a_name_in_any_script_is_a_name(keller):
    for name in ("🦊 <b>", "雪国", "Ωμέγα"):
        assert save(keller, "/accounts?q=blue", name).status_code == 303
    assert set(mine(keller)) == {"🦊 <b>", "雪国", "Ωμέγα"}


def test_a_list_has_so_many_views_and_no_more(keller):
    for number in range(MOST_VIEWS):
        assert save(keller, f"/accounts?q={number}", f"View {number}").status_code == 303
    answer = save(keller, "/accounts?q=more", "One more")
    assert answer.status_code == 422
    assert "Remove a view first" in keller.errors["name"]
    assert save(keller, "/accounts?q=again", "View 0").status_code == 303
    assert save(keller, "/users", "Another list").status_code == 303


def test_a_view_is_removed_by_its_owner_alone(north, world, keller):
    save(keller, "/accounts?q=blue", "Blue")
    keller.open("/accounts")
    button = keller.page.select_one(".views .mine form")["action"]
    token = re.search(r'name="csrf_token" value="([^"]+)"', keller.answer.text)[1]
    for other in (north.client("sales"), world.strand.client()):
        theirs = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/accounts").text)[1]
        assert other.post(button, data={"csrf_token": theirs}).status_code == 404
    assert keller.client.post(button, data={"csrf_token": token}).location == "/accounts"
    assert mine(keller) == {}


def test_nobody_writes_a_view_by_hand(north, keller):
    """What a page of ours has not sealed is no view of a list."""
    for forged in ("x", spell(new_id()), "accounts.index?q=blue"):
        assert keller.open(f"/saved-views/new?view={forged}").status_code == 404
    keller.open("/accounts")
    keller.open(next(link["href"] for link in keller.page.select("a.filter.add") if "Save" in link.get_text()))
    assert keller.send(name="Mine", view="forged").status_code == 404
    with north.office():
        assert db.session.scalars(select(SavedView)).all() == []


def test_a_page_of_one_thing_has_no_views(north):
    with north.office():
        key = price_list("Shelf", valid_from=date(2026, 1, 1)).key
    assert "Save this view" not in north.client().get(f"/price-lists/{key}").text
