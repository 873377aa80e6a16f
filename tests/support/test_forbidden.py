"""What support never does: every route of the map is walked by somebody who came in to look, and by one who may change."""

from __future__ import annotations

import re

import pytest

from portal.core.db import db
from portal.support.forbidden import KEPT_FOR_USERS, TWELVE, may
from portal.support.models import Reach
from portal.users.roles import Role
from tests.house.asking import Route, map_of
from tests.house.asking import Visit as Asking
from tests.house.furniture import furnish, furnish_world

SEEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ANSWERED = {200, 204, 303, 304, 409, 422}
LEAVING = {"support.departure"}
THEIR_OWN = {"log_record", "support_entry", "person_key", "receipt"}  # what watching somebody writes


@pytest.fixture
def furnished(world):
    furnish_world(world)
    return world


def inside_north(visiting, world, reach: str) -> Asking:
    """Somebody of Meridian in North: Premium, so that every page is there."""
    visit = visiting(world.meridian, world.north)
    browser = visit.enter(reach=reach, minutes=60)
    token = SEEN.search(browser.answer.text)[1]
    return Asking(world.north, browser.client, token)


def routes(world) -> list[Route]:
    return [one for one in map_of(world.north.app) if one.door == "office" and one.endpoint not in LEAVING]


def counted(world) -> dict[str, str]:
    """Every row of every table there is, as one word for each table."""
    found = {}
    with world.north.office():
        names = db.session.connection().exec_driver_sql(
            "select tablename from pg_tables where schemaname = 'public' order by tablename"
        )
        for (name,) in names.all():
            if name not in THEIR_OWN | {"alembic_version"}:
                sql = f"select md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from \"{name}\" t"  # noqa: S608 - names of our own tables
                found[name] = db.session.connection().exec_driver_sql(sql).scalar_one()
    return found


def test_there_are_twelve_and_each_says_why():
    assert len({one.code for one in TWELVE}) == len(TWELVE) == 12
    assert all(one.what and one.why for one in TWELVE)


def test_every_endpoint_of_the_table_is_in_the_map(app):
    named = {endpoint for one in TWELVE for endpoint in one.endpoints}
    assert sorted(named - set(app.view_functions)) == []


def test_to_look_opens_views_and_nothing_else():
    assert all(one.endswith(".view") for one in Role.ADMINISTRATOR.permissions if may(Reach.LOOK, one))
    assert may(Reach.LOOK, "accounts.view")


def test_to_change_opens_what_the_role_support_may_and_no_more():
    beyond = {one for one in Role.ADMINISTRATOR.permissions if may(Reach.CHANGE, one)} - Role.SUPPORT.permissions
    assert {one for one in beyond if not one.endswith(".view")} == set()
    assert may(Reach.CHANGE, "accounts.edit")


def test_who_came_to_look_changes_nothing_anywhere(visiting, furnished):
    rows = furnish(furnished.north)
    visit = inside_north(visiting, furnished, "look")
    before, complaints = counted(furnished), []
    for route in (one for one in routes(furnished) if one.is_unsafe):
        told = visit.ask(route, route.own(rows))
        if told.status_code != 403:
            complaints.append(f"{route}: {told.status_code}")
    assert complaints == []
    after = counted(furnished)
    assert {name for name in before if before[name] != after[name]} == set()


def test_who_came_to_look_sees_what_is_only_looked_at(visiting, furnished):
    rows, complaints = furnish(furnished.north), []
    visit = inside_north(visiting, furnished, "look")
    for route in (one for one in routes(furnished) if one.method == "GET" and one.permission):
        never = any(one.meets(route.endpoint, route.permission, "") for one in TWELVE)
        open_to_him = route.permission.endswith(".view") and not never and route.feature != "price_sheets"
        told = visit.ask(route, route.own(rows)).status_code
        if (told in {200, 204}) is not open_to_him or (told == 403) is open_to_him:
            complaints.append(f"{route}: {told}")
    assert complaints == []


def test_none_of_the_twelve_is_done_by_who_may_change(visiting, furnished):
    rows, complaints, met = furnish(furnished.north), [], set()
    visit = inside_north(visiting, furnished, "change")
    before = counted(furnished)
    for route in routes(furnished):
        for form in ("", "csv", "xlsx"):
            stopping = [one for one in TWELVE if one.meets(route.endpoint, route.permission, form)]
            if not stopping or (form and route.is_unsafe):
                continue
            met |= {one.code for one in stopping}
            query = {"query_string": {"format": form}} if form else {}
            told = visit.ask(route, route.own(rows), **query)
            if told.status_code != 403 or "Never by way of support" not in told.text:
                complaints.append(f"{route} {form}: {told.status_code}")
    assert complaints == []
    assert met == {one.code for one in TWELVE}
    after = counted(furnished)
    assert {name for name in before if before[name] != after[name]} == set()


def test_everything_else_of_the_role_support_works(visiting, furnished):
    complaints, visit = [], inside_north(visiting, furnished, "change")
    for route in routes(furnished):
        if not route.permission or any(one.meets(route.endpoint, route.permission, "") for one in TWELVE):
            continue
        if not Role.SUPPORT.may(route.permission) or route.feature == "price_sheets":
            continue
        about_oneself = route.is_unsafe and route.permission.endswith(".view")
        wanted = {403} if about_oneself or route.endpoint.endswith(KEPT_FOR_USERS) else ANSWERED
        told = visit.ask(route, route.own(furnish(furnished.north))).status_code
        if told not in wanted:
            complaints.append(f"{route}: {told}")
    assert complaints == []


def test_no_page_shows_a_link_that_outlives_the_entry(visiting, furnished):
    assert "/preview/" in furnished.north.client().get("/storefront").text
    visit = inside_north(visiting, furnished, "change")
    shown = visit.client.get("/storefront")
    assert shown.status_code == 200
    assert "/preview/" not in shown.text
