"""The menu, the footer, and the line above every page: the owner's own where he wants, ours where not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from bs4 import BeautifulSoup

from portal.branding import actions as branding
from portal.branding.designing import Wish
from portal.catalogue.models import Category
from portal.content import menus, wayfinding
from portal.content.models import Place
from portal.core import themes
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.keys import spell
from portal.storefront.models import Topic
from tests.browsing import Browser
from tests.queries import counted
from tests.storefront.test_pages import write
from tests.world import House, World

AT = "/storefront/menu"
BAR = "/storefront/announcement"


def page(house: House, path: str = "/", **headers: str) -> BeautifulSoup:
    return BeautifulSoup(house.shop().get(path, headers=headers).text, "lxml")


def menu(house: House, path: str = "/", **headers: str) -> list[tuple[str, str]]:
    return [(link.text, str(link["href"])) for link in page(house, path, **headers).select("ul.menu a")]


def foot(house: House) -> list[str]:
    return [link.text for link in page(house).select("footer .wrap > div:nth-of-type(2) a")]


def put(house: House, place: Place = Place.MENU, target: str = "products", **words: str) -> str:
    with house.office():
        return wayfinding.add(place, target=target, words=words).key


def announce(house: House, words: dict[str, str], **terms: object) -> None:
    with house.office():
        given = {"target": "", "begins": None, "ends": None, **terms}
        wayfinding.announce(menus.announcement(), words=words, **given)  # type: ignore[arg-type]


def bar(house: House, path: str = "/", **headers: str) -> str:
    found = page(house, path, **headers).select_one("aside.announcement")
    return " ".join(found.get_text(" ").split()) if found else ""


USUAL = [("Home", "/"), ("Products", "/products"), ("Contact", "/contact")]


@pytest.mark.parametrize("theme", themes.names())
def test_who_chooses_nothing_has_the_usual_ways(shelf: House, office: Browser, theme: str) -> None:
    with shelf.office():
        branding.dress(Wish(shelf.name, theme=theme))
    assert menu(shelf) == USUAL
    office.open(AT)
    office.send(button="Arrange it yourself")
    assert menu(shelf) == USUAL
    office.follow()
    assert len(office.rows()) == 3


def test_entries_lead_to_places_pages_categories_and_elsewhere(shelf: House, office: Browser) -> None:
    write(shelf, Topic.ABOUT, title="Us", text="Bakers.")
    for target, address in (
        ("products", ""),
        ("page:about", ""),
        ("page:terms", ""),
        ("elsewhere", "https://a.example/x"),
    ):
        office.open(f"{AT}/new?place=menu")
        office.send(target=target, address=address, label_en="" if target != "elsewhere" else "Blog")
        assert office.answer is not None
        assert office.answer.status_code == 303
    with shelf.office():
        word = next(value for value, _ in _categories())
    put(shelf, target=word)
    found = menu(shelf)
    assert found[:3] == [("Products", "/products"), ("About us", "/about"), ("Blog", "https://a.example/x")]
    assert found[3][1].startswith("/products?category=")
    assert [link.text for link in page(shelf).select("nav.drawer a")][:4] == [name for name, _ in found]


def _categories() -> list[tuple[str, str]]:
    return [(f"category:{row.code}", row.name) for row in db.session.query(Category).order_by(Category.position)]


def test_an_entry_is_called_in_the_readers_language(shelf: House) -> None:
    put(shelf, en="Our range", de="Unser Angebot")
    assert menu(shelf, accept_language="de") == [("Unser Angebot", "/products")]
    assert menu(shelf, accept_language="el") == [("Our range", "/products")]
    link = page(shelf, accept_language="el").select_one("ul.menu a")
    assert link is not None
    assert link["lang"] == "en"


def test_where_one_is_is_marked(shelf: House) -> None:
    put(shelf, target="home")
    put(shelf, target="products")
    current = page(shelf, "/products").select('ul.menu a[aria-current="page"]')
    assert [link.text for link in current] == ["Products"]


def test_entries_are_moved_hidden_removed_and_put_back(shelf: House, office: Browser) -> None:
    first, second = put(shelf, target="products"), put(shelf, target="contact")
    token = _token(office)
    assert office.client.post(f"{AT}/{second}/moves", data={**token, "to": "up"}).status_code == 303
    assert [name for name, _ in menu(shelf)] == ["Contact", "Products"]
    office.client.post(f"{AT}/{first}/visibility", data={**token, "to": "hidden"})
    assert [name for name, _ in menu(shelf)] == ["Contact"]
    office.client.post(f"{AT}/{first}/visibility", data={**token, "to": "shown"})
    office.client.post(f"{AT}/{second}/removal", data=token)
    assert [name for name, _ in menu(shelf)] == ["Products"]
    office.open(AT)
    office.send(button="Undo")
    assert [name for name, _ in menu(shelf)] == ["Contact", "Products"]


def test_the_foot_keeps_what_the_law_wants(shelf: House) -> None:
    write(shelf, Topic.IMPRINT, title="Imprint", text="Us.")
    write(shelf, Topic.ACCESSIBILITY, title="For all", text="For all.")
    put(shelf, Place.FOOTER, target="https://a.example/", en="Blog")
    assert foot(shelf) == ["Blog"]
    legal = [str(link["href"]) for link in page(shelf).select("footer li a")]
    assert {"/imprint", "/accessibility"} <= set(legal)


def test_a_menu_has_seven_entries(shelf: House, office: Browser) -> None:
    gone = put(shelf)
    office.client.post(f"{AT}/{gone}/removal", data=_token(office))
    for _ in range(wayfinding.MOST[Place.MENU]):
        put(shelf)
    with shelf.office(), pytest.raises(Conflict):
        wayfinding.add(Place.MENU, target="home", words={})
    assert office.client.post(f"{AT}/{gone}/restoration", data=_token(office)).status_code == 409
    office.open(f"{AT}/new")
    office.send(target="home")
    assert office.answer is not None
    assert office.answer.status_code == 409
    assert office.values()["target"] == "home"


BAD = [
    {"target": ""},
    {"target": "elsewhere", "address": ""},
    {"target": "elsewhere", "address": "javascript:alert(1)"},
    {"target": "elsewhere", "address": "http://a.example"},
    {"target": "elsewhere", "address": f"https://a.example/{'x' * 300}"},
    {"target": "page:none"},
    {"target": "home", "label_en": "x" * 41},
    {"target": "home", "label_de": "a\u202eb"},
]


@pytest.mark.parametrize("typed", BAD)
def test_bad_input_is_refused_at_its_field_and_kept(shelf: House, office: Browser, typed: dict[str, str]) -> None:
    office.open(f"{AT}/new")
    words: dict[str, Any] = {"label_en": "Kept", **typed}
    office.send(**words)
    assert office.answer is not None
    assert office.answer.status_code == 422
    assert set(office.errors) & set(typed)
    assert office.values()["label_en"] == typed.get("label_en", "Kept")
    assert menu(shelf) == USUAL


@pytest.mark.parametrize("path", [f"{AT}/x", f"{AT}/{spell(UUID(int=7))}", f"{AT}/new?place=side", f"{AT}/%00"])
def test_an_address_of_no_entry_is_not_there(shelf: House, path: str) -> None:
    assert shelf.client().get(path).status_code == 404


def test_a_stranger_reaches_nothing_of_it(shelf: House, world: World) -> None:
    key = put(shelf, en="Souths own")
    announce(shelf, {"en": "Closed on Friday"})
    stranger = Browser(world.strand.client())
    assert "Souths own" not in stranger.open(AT).get_data(as_text=True)
    assert "Closed on Friday" not in stranger.open(BAR).get_data(as_text=True)
    assert stranger.client.get(f"{AT}/{key}").status_code == 404
    for place in ("moves", "visibility", "removal", "restoration"):
        assert stranger.client.post(f"{AT}/{key}/{place}", data=_token(stranger)).status_code == 404
    assert menu(world.strand) == USUAL
    assert bar(world.strand) == ""


def test_who_may_only_look_changes_nothing(shelf: House) -> None:
    key = put(shelf, en="Our range")
    client = shelf.client("sales")
    assert "Our range" in client.get(AT).text
    assert client.get(f"{AT}/{key}").status_code == 403
    assert client.get(BAR).status_code == 403


def test_what_is_announced_stands_on_every_page(shelf: House, office: Browser) -> None:
    office.open(BAR)
    office.send(text_en="Closed on Friday", text_de="Freitag zu", target="contact")
    assert office.answer is not None
    assert office.answer.status_code == 303
    for path in ("/", "/products", "/contact", "/sign-in", "/nothing"):
        assert bar(shelf, path) == "Closed on Friday Contact", path
    assert bar(shelf, accept_language="de").startswith("Freitag zu")
    office.open(BAR)
    assert "Shown" in office.text
    office.send(text_en="", text_de="")
    assert bar(shelf) == ""


def test_it_begins_and_ends_in_the_tenants_time_zone(shelf: House) -> None:
    """South is in Chicago: five or six hours behind."""
    day = datetime(2026, 12, 3, tzinfo=UTC).date()
    with time_machine.travel(datetime(2026, 12, 2, 12, tzinfo=UTC)) as clock:
        announce(shelf, {"en": "Sale"}, begins=day, ends=day)
        for moment, said in (
            (datetime(2026, 12, 3, 5, 59, tzinfo=UTC), ""),
            (datetime(2026, 12, 3, 6, 1, tzinfo=UTC), "Sale"),
            (datetime(2026, 12, 4, 5, 59, tzinfo=UTC), "Sale"),
            (datetime(2026, 12, 4, 6, 1, tzinfo=UTC), ""),
        ):
            clock.move_to(moment)
            assert bar(shelf) == said, moment


def test_who_has_read_it_closes_it_and_sees_the_next(shelf: House) -> None:
    announce(shelf, {"en": "One"})
    visitor = Browser(shelf.shop())
    visitor.open("/products?q=phone")
    link = visitor.page.select_one("aside.announcement a.ico")
    assert link is not None
    visitor.open(str(link["href"]))
    assert visitor.answer is not None
    assert (visitor.answer.status_code, visitor.answer.location) == (303, "/products?q=phone")
    visitor.open("/")
    assert visitor.page.select_one("aside.announcement") is None
    announce(shelf, {"en": "Two"})
    visitor.open("/")
    assert visitor.page.select_one("aside.announcement") is not None


@pytest.mark.parametrize("number", ["x", "1" * 30, "-1", "\x00", ""])
@pytest.mark.parametrize(
    "place", ["https://a.example", "//a.example", "/\\a.example", "javascript:alert(1)", "a\r\nb: c"]
)
def test_closing_leads_nowhere_else(shelf: House, number: str, place: str) -> None:
    answer = shelf.shop().get("/announcement/end", query_string={"number": number, "next": place})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "announcement" not in (answer.headers.get("Set-Cookie") or "")


@pytest.mark.parametrize(
    "typed",
    [
        {"begins": "2026-12-03", "ends": "2026-12-02"},
        {"ends": "2026-02-30"},
        {"text_en": "x" * 201},
        {"target": "elsewhere", "address": "http://a.example"},
    ],
)
def test_bad_input_about_it_is_refused_and_kept(shelf: House, office: Browser, typed: dict[str, str]) -> None:
    office.open(BAR)
    words: dict[str, Any] = {"text_de": "Bleibt", "text_en": "Kept", **typed}
    office.send(**words)
    assert office.answer is not None
    assert office.answer.status_code == 422
    assert set(office.errors) & set(typed)
    assert office.values()["text_de"] == "Bleibt"
    assert bar(shelf) == ""


def test_no_script_gets_out_of_it(shelf: House) -> None:
    announce(shelf, {"en": "<script>alert(1)</script>[x](javascript:y)"})
    found = page(shelf).select_one("aside.announcement p")
    assert found is not None
    assert found.text == "<script>alert(1)</script>[x](javascript:y)"
    assert found.find("script") is None


def test_the_log_tells_it(shelf: House, office: Browser) -> None:
    key = put(shelf, en="Our range")
    office.client.post(f"{AT}/{key}/removal", data=_token(office))
    announce(shelf, {"en": "Closed on Friday"})
    log = office.client.get("/log").text
    assert "from the ways through the shop" in log
    assert "changed the announcement" in log


def test_visitors_pay_no_statement_for_it(shelf: House) -> None:
    put(shelf)
    put(shelf, Place.FOOTER)
    announce(shelf, {"en": "Sale"})
    visitor = shelf.shop()
    visitor.get("/products")
    with counted(shelf.app) as asked:
        visitor.get("/products")
    assert len(asked) <= 1, asked


def _token(browser: Browser) -> dict[str, str]:
    beside = Browser(browser.client)
    beside.open(AT)
    return {"csrf_token": beside.values()["csrf_token"]}
