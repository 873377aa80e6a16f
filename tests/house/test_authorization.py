"""Every route × every role × {own, another tenant's, a child's, the parent's, missing, malformed}."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from portal.users.roles import Role
from tests.house.asking import Route, Visit, body, map_of
from tests.house.authorization import BY_ADDRESS, MALFORMED, PARAMETERS, named
from tests.house.furniture import furnish

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANSWERED = {200, 204, 303, 304, 409, 422}  # served, or a verb's own objection
REFUSED, TO_SIGN_IN, MISSING, STALE = 403, 303, 404, 400


@pytest.fixture(scope="module")
def furnished(make_furnished):
    return make_furnished("furnished")


@pytest.fixture(scope="module")
def routes(furnished) -> list[Route]:
    return map_of(furnished.north.app)


def houses_for(route, world):
    """Who asks, and whose rows he must not reach: another tenant's, a child's, his parent's.

    What only the owner of the products may do is asked by the distributor, who has nobody above.
    """
    if route.feature == "price_sheets":
        return world.meridian, {"another's": world.strand, "a child's": world.north}
    return world.north, {"another's": world.south, "a child's": world.fjord, "the parent's": world.meridian}


def test_every_parameter_of_every_route_is_in_the_table(routes):
    lost = [f"{route}: {name}" for route in routes for name in route.parameters if named(route.endpoint, name) is None]
    assert lost == [], "say in tests/house/authorization.py how these name a row"


def test_the_table_has_nothing_that_is_no_longer_there(routes):
    there = {place for route in routes for place in (route.endpoint, route.endpoint.partition(".")[0])}
    assert sorted(set(PARAMETERS) - there) == []


def test_a_row_that_is_not_ones_own_is_the_same_404_as_one_that_is_not_there(furnished, routes, is_long):
    complaints, nonsense = [], MALFORMED if is_long else MALFORMED[:2]
    rows = {house.word: furnish(house) for house in furnished.houses}
    visits = {}
    with time_machine.travel(datetime.now(UTC), tick=False):
        for route in (one for one in routes if one.parameters):
            asking, others = houses_for(route, furnished)
            visit = visits.setdefault((asking.word, route.door), Visit.of(asking, route.door, "administrator"))
            own = rows[asking.word]
            tried = [
                *((whose, given) for whose, house in others.items() for given in route.foreign(own, rows[house.word])),
                *(("missing", given) for given in route.missing(own)),
                *(("malformed", given) for given in route.malformed(own, nonsense)),
            ]
            pages = {}
            for whose, given in tried:
                answer = visit.ask(route, given)
                if answer.status_code != MISSING:
                    complaints.append(f"{route}, {whose} {given}: {answer.status_code}")
                pages.setdefault((body(answer), answer.mimetype), []).append(whose)
            if len(pages) > 1:
                complaints.append(f"{route}: {[sorted(set(whose)) for whose in pages.values()]} tell themselves apart")
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_what_its_table_says(furnished, routes, role):
    complaints, visits, rows = [], {}, {}
    for route in (one for one in routes if one.permission):
        asking, _ = houses_for(route, furnished)
        changes = route.is_unsafe and role.may(route.permission)
        at = (asking.word, route.door)
        if changes or at not in visits:
            visits[at], rows[at] = Visit.of(asking, route.door, role), furnish(asking, role)
        answer = visits[at].ask(route, route.own(rows[at]))
        if changes:
            del visits[at]  # what was removed is not there for the next
        expected = ANSWERED if role.may(route.permission) else {REFUSED}
        if answer.status_code not in expected:
            complaints.append(
                f"{route}, {role}: {answer.status_code} {answer.text[-300:] if answer.status_code >= 500 else ''}"
            )
    assert not complaints, "\n".join(complaints)


def test_what_an_edition_does_not_open_is_refused_even_to_administrators(furnished, routes):
    """South bought the small edition."""
    rows, visit = furnish(furnished.south), Visit.of(furnished.south, "office", "administrator")
    shut = {route.feature for route in routes if route.feature}
    assert "tenant_resellers" in shut
    answers = {str(route): visit.ask(route, route.own(rows)).status_code for route in routes if route.feature}
    assert {name: status for name, status in answers.items() if status != REFUSED} == {}


def test_a_visitor_is_sent_to_sign_in(furnished, routes):
    rows, complaints = furnish(furnished.north), []
    visits = {door: Visit.of(furnished.north, door) for door in ("office", "shop")}
    for route in (one for one in routes if one.permission):
        answer = visits[route.door].ask(route, route.own(rows))
        if answer.status_code != TO_SIGN_IN or not answer.location.startswith("/sign-in"):
            complaints.append(f"{route}: {answer.status_code} {answer.location}")
    assert not complaints, "\n".join(complaints)


def test_a_sign_in_for_one_tenant_is_none_at_anothers_address(furnished, routes):
    stranger, rows = furnished.south.visitor("http://south.office.localhost:8000"), furnish(furnished.south)
    cookie = furnished.north.client().get_cookie("sign-in", domain="office.localhost")
    stranger.set_cookie("sign-in", cookie.value, domain="south.office.localhost")
    visit = Visit(furnished.south, stranger)
    reads = [route for route in routes if route.permission and route.method == "GET" and route.door == "office"]
    answers = {str(route): visit.ask(route, route.own(rows)).status_code for route in reads}
    assert {name: status for name, status in answers.items() if status != TO_SIGN_IN} == {}


BELOW_A_LOOK = {
    "shop_branding.look",
    "shop_catalogue.example",
    "shop_samples.letter",
    "shop_samples.letter_style",
    "shop_samples.letterhead",
}
"""What stands below the address of a look alone."""


def test_what_is_open_to_all_answers_all(furnished, routes):
    rows = furnish(furnished.north)
    complaints = []
    for route in (one for one in routes if one.permission is None):
        for role in (None, "administrator"):
            rows = furnish(furnished.north) if {"ticket"} & set(route.parameters) else rows  # it works once
            answer = Visit.of(furnished.north, route.door, role).ask(route, route.own(rows))
            nobodys = route.door == "office" and role is None and "branding" in route.endpoint
            nobodys |= route.endpoint in BELOW_A_LOOK
            if answer.status_code not in ({MISSING} if nobodys else ANSWERED):
                complaints.append(f"{route}, {role}: {answer.status_code}")
    assert not complaints, "\n".join(complaints)


def test_nothing_is_changed_without_the_forms_token(furnished, routes):
    complaints, rows = [], {house.word: furnish(house) for house in (furnished.meridian, furnished.north)}
    for role in (None, "administrator"):
        for route in (one for one in routes if one.is_unsafe and one.endpoint not in BY_ADDRESS):
            house, _ = houses_for(route, furnished)
            visit = Visit.of(house, route.door, role)
            wanted = TO_SIGN_IN if role is None and route.permission else STALE  # a stranger's token is not even read
            for data in ({}, {"csrf_token": "x"}):
                answer = visit.ask(route, route.own(rows[house.word]), data=data)
                if answer.status_code != wanted:
                    complaints.append(f"{route}, {role}, {data}: {answer.status_code}")
    assert not complaints, "\n".join(complaints)


def test_no_other_method_is_answered(furnished, routes):
    rows, complaints = furnish(furnished.north), []
    visit = Visit.of(furnished.north, "office", "administrator")
    for route in (one for one in routes if one.door == "office" and one.method == "GET"):
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "NONSENSE"):
            headers = {"X-CSRFToken": visit.csrf()}
            answer = visit.client.open(visit.address(route, route.own(rows)), method=method, headers=headers)
            if answer.status_code not in {400, 404, 405}:
                complaints.append(f"{method} {route.rule}: {answer.status_code}")
    assert not complaints, "\n".join(complaints)
