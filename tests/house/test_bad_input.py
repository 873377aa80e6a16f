"""Any field, any route, any method: nothing breaks, what is refused says so at its field, and what was typed is kept.

Everything is read off the map of the doors and the pages themselves: a new form is covered by being there.
"""

from __future__ import annotations

import unicodedata
from itertools import cycle, islice
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.forms import BIDI
from tests.house.asking import Route, Visit, map_of
from tests.house.furniture import furnish
from tests.house.typing_badly import NASTY, Field, fields_of, file, filled, still_shows

BROKEN = 500
ASKED = (
    "q",
    "sort",
    "page",
    "state",
    "kind",
    "market",
    "version",
    "show",
    "ticked",
    "next",
    "row",
    "who",
    "since",
    "sent",
)
MANNERS = ({}, {"HX-Request": "true", "If-None-Match": '"x', "Accept-Language": "x;q=9,\x7f"})
IMAGES = (
    b"",
    b"GIF89a",
    b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    b"<svg onload='alert(1)'/>",
    b"PK\x03\x04",
    b"\xff" * 3000,
)


@pytest.fixture(scope="module")
def world(make_furnished):
    return make_furnished("typed_into")


@pytest.fixture(scope="module")
def routes(world) -> list[Route]:
    return map_of(world.north.app)


class Desk:
    """One form, somebody in front of it, and rows of his own to fill in."""

    def __init__(self, world, route: Route) -> None:
        self.house = world.meridian if route.feature == "price_sheets" else world.north
        self.route, self.rows = route, furnish(self.house)
        self.visit = Visit.of(self.house, route.door, self._role())
        self.fields: list[Field] = fields_of(self.visit, route, self.given)

    def _role(self) -> str | None:
        return "administrator" if self.route.permission else None

    @property
    def given(self) -> dict[str, str]:
        return self.route.own(self.rows)

    def send(self, **typed):
        if "/sign-out" in self.route.rule or "ending" in self.route.rule:
            self.visit = Visit.of(self.house, self.route.door, self._role())
        return self.visit.ask(self.route, self.given, data=filled(self.fields, self.visit, **typed))


@pytest.fixture(scope="module")
def desks(world, routes) -> list[Desk]:
    return [Desk(world, route) for route in routes if route.is_unsafe]


def test_every_form_is_read_off_its_page(desks):
    """Whatever has a page has fields; otherwise this file would type into nothing."""
    pages = {desk.route.endpoint for desk in desks if desk.fields}
    assert {
        "accounts.new",
        "accounts.edit",
        "catalogue.new_list",
        "tenants.create",
        "tenants.edit",
        "users.new",
    } <= pages
    assert sum(len(desk.fields) for desk in desks) > 80


def test_nothing_typed_into_a_field_breaks_a_page(desks, is_long):
    """In the short form each field gets one of the nasty ones in turn; in the long form all of them."""
    complaints, turn = [], cycle(NASTY)
    for desk in desks:
        for one in desk.fields:
            if one.kind in {"file", "button"}:
                continue
            for nasty in NASTY if is_long else islice(turn, 1):
                answer = desk.send(**{one.name: nasty})
                complaints += verdict(answer, desk, {one.name: nasty} if one.is_typed else {})
    assert not complaints, "\n".join(complaints)


def test_nothing_typed_into_all_fields_breaks_a_page(desks, is_long):
    complaints = []
    for number, desk in enumerate(desk for desk in desks if desk.fields):
        for nasty in NASTY if is_long else NASTY[number % 4 :: 4]:
            typed = {one.name: nasty for one in desk.fields if one.kind not in {"file", "button", "hidden"}}
            answer = desk.send(**typed)
            kept = {one.name: nasty for one in desk.fields if one.is_typed}
            complaints += verdict(answer, desk, kept)
    assert not complaints, "\n".join(complaints)


def verdict(answer, desk, typed):
    """What is wrong with an answer: it broke, or it lost what was typed, or it says nothing about what is wrong."""
    what = {name: value[:40] for name, value in typed.items()}
    if answer.status_code >= BROKEN:
        yield f"{desk.route}, {what}: {answer.status_code}"
    if answer.status_code == 422 and desk.fields:
        page = answer.text
        if 'aria-invalid="true"' not in page and 'role="alert"' not in page:
            yield f"{desk.route}, {what}: says nothing of what is wrong"
        yield from (
            f"{desk.route}: {name} was {value[:40]!r} and is lost"
            for name, value in typed.items()
            if is_kept(value) and not still_shows(page, value)
        )


def is_kept(value):
    """What can be stored at all: no half letters, and nothing a page could not carry."""
    return all(unicodedata.category(letter) not in {"Cc", "Cs"} for letter in value)


def test_missing_doubled_and_mistaken_fields_break_nothing(desks, is_long):
    """In the short form each form gets every third of the sendings, beginning elsewhere each time."""
    complaints = []
    for number, desk in enumerate(desks):
        for what, options in list(sendings(desk))[0 if is_long else number % 3 :: 1 if is_long else 3]:
            answer = desk.visit.ask(desk.route, desk.given, **options)
            if answer.status_code >= BROKEN:
                complaints.append(f"{desk.route}, {what}: {answer.status_code}")
    assert not complaints, "\n".join(complaints)


def sendings(desk):
    """The form as no page sends it."""
    token = {"csrf_token": desk.visit.csrf()}
    once, header = filled(desk.fields, desk.visit), {"headers": {"X-CSRFToken": token["csrf_token"]}}
    yield "nothing at all", {"data": token}
    yield "only blanks", {"data": {**dict.fromkeys(once, ""), **token}}
    yield "all twice", {"data": {**{name: [value, value] for name, value in once.items()}, **token}}
    yield "a hundred times", {"data": {**{name: [value] * 100 for name, value in once.items()}, **token}}
    yield "files for words", {"data": {**{name: file() for name in once}, **token}}
    yield "words for files", {"data": {**once, **{one.name: "x" for one in desk.fields if one.kind == "file"}}}
    yield "json", {"json": once, **header}
    yield "json of other shapes", {"json": {name: {"x": [1]} for name in once}, **header}
    yield "json that is a list", {"json": [1, None], **header}
    yield (
        "a torn body",
        {"data": b"--x\r\nContent-Disposi", "content_type": "multipart/form-data; boundary=x", **header},
    )
    yield "no boundary", {"data": b"x", "content_type": "multipart/form-data", **header}
    yield "bytes", {"data": b"\xff\xfe=\x00&a", "content_type": "application/x-www-form-urlencoded", **header}
    yield "a key that is none", {"data": {**once, "once": "\x00' --"}}
    yield "another's key", {"data": {**once, "once": "0" * 26}}
    yield "two thousand fields", {"data": {**{f"f{number}": "x" for number in range(2000)}, **token}}


def test_no_file_breaks_an_upload(desks):
    uploads = [(desk, one) for desk in desks for one in desk.fields if one.kind == "file"]
    assert len({desk.route.endpoint for desk, _ in uploads}) >= 2
    names = ("x.csv", "x.png", "../../x.svg", "", "\u202egnp.exe", "n" * 300 + ".png", "con", "a\x00b.csv")
    complaints = []
    for desk, one in uploads:
        for content, name in zip(cycle(IMAGES), names, strict=False):
            answer = desk.send(**{one.name: file(content, name)})
            if answer.status_code >= BROKEN:
                complaints.append(f"{desk.route}, {one.name} = {content[:10]!r} as {name!r}: {answer.status_code}")
    assert not complaints, "\n".join(complaints)


def test_nothing_in_an_address_breaks_a_page(world, routes, is_long):
    complaints, turn, manners = [], cycle(NASTY), cycle(MANNERS)
    rows = {house.word: furnish(house) for house in (world.meridian, world.north)}
    visits = {}
    for route in (one for one in routes if one.method == "GET"):
        house = world.meridian if route.feature == "price_sheets" else world.north
        visit = visits.setdefault((house.word, route.door), Visit.of(house, route.door, "administrator"))
        for _ in range(len(NASTY) if is_long else 1):
            nasty = {name: next(turn).encode("utf-8", "replace") for name in ASKED}
            address = visit.address(route, route.own(rows[house.word]))
            query = "&".join(f"{name}={quote(value)}" for name, value in nasty.items())
            headers = next(manners)
            answer = visit.client.get(f"{address}?{query}", headers=headers)
            if answer.status_code >= BROKEN:
                complaints.append(f"{route}?{query[:300]}, {headers}: {answer.status_code}")
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize(
    "value", ["", "x", ".", "x.y", "ABCDEFGH.", "ABCDEFGH.é", "." * 5000, "ABCDEFGH." + "a" * 80, "\x01"]
)
def test_no_cookie_breaks_a_page(world, value):
    for door in ("office", "shop"):
        visit = Visit.of(world.north, door)
        cookies = "; ".join(f"{name}={value}" for name in ("sign-in", "visit", "device", "client-id", "mode"))
        for path in ("/", "/sign-in", "/products"):
            answer = visit.client.get(path, headers={"Cookie": cookies})
            assert answer.status_code < BROKEN


def test_no_fuzz_breaks_a_page(desks, is_long):
    """What nobody thought of: any letters, in any fields of any form."""
    forms = [desk for desk in desks if desk.fields]
    letters = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
    numbers = st.one_of(st.integers(), st.decimals(), st.floats()).map(str)

    @settings(
        max_examples=600 if is_long else 60,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(data=st.data())
    def fuzz(data):
        desk = data.draw(st.sampled_from(forms))
        names = [one.name for one in desk.fields if one.kind not in {"file", "button"}]
        values = st.one_of(letters, numbers, st.sampled_from(NASTY), st.sampled_from(sorted(BIDI)))
        typed = data.draw(st.dictionaries(st.sampled_from(names), values, min_size=1)) if names else {}
        assert desk.send(**typed).status_code < BROKEN, (str(desk.route), typed)

    fuzz()
