"""The leak scanner: in no theme does a shop tell of anybody above it, and whatever is planted there is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Response, request
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.accounts.models import Account, Contact
from portal.accounts.models import Kind as AccountKind
from portal.app import create_app
from portal.branding import actions as branding
from portal.branding.designing import Wish
from portal.branding.queries import picture, published
from portal.content.models import Announcement
from portal.core import themes
from portal.core.db import Model, db
from portal.leaks import looking, stand_in
from portal.leaks.above import Above, Own
from portal.leaks.report import HIDDEN, Find, Place, Report, Where, score
from portal.leaks.searching import Search, What
from portal.notifications.letters import LETTERS
from portal.storefront.models import Page, Topic
from portal.tenants.actions import raise_stamp
from portal.users.models import Kind, State, User
from portal.users.roles import Role
from tests.branding.test_logos import picture as logo
from tests.house.conftest import furnished_world, make_furnished
from tests.world import House, World

__all__ = ["furnished_world", "make_furnished"]

MERIDIAN, MERIDIANS_COLOUR, MERIDIANS_MAIL = "Meridian Cloud Distribution", "#8a2be2", "administrator@meridian.example"
NORTHS_COLOUR = "#1e6b3c"


def customer(house: House) -> None:
    """Somebody who buys in the shop."""
    with house.office():
        words = {
            "currency": "EUR",
            "country": "DE",
            "language": "en",
            "time_zone": "UTC",
            "email": "mara@kunde.example",
        }
        account = Account(number="A-1", name="Kunde AG", kind=AccountKind.CUSTOMER, **words)
        contact = Contact(account=account, name="Mara Kunde", email="mara@kunde.example")
        db.session.add_all([account, contact])
        db.session.flush()
        who = {"username": "mara", "name": "Mara Kunde", "email": "mara@kunde.example", "role": Role.READ_ONLY}
        ties = {"account_id": account.id, "contact_id": contact.id}
        db.session.add(User(**who, **ties, kind=Kind.CUSTOMER, state=State.ACTIVE))


@pytest.fixture(scope="module")
def world(make_furnished: Callable[[str], World]) -> World:
    """Meridian, North and Fjord have brands, North a range and a customer."""
    world = make_furnished("leaking")
    for at, (house, colour) in enumerate(
        ((world.meridian, MERIDIANS_COLOUR), (world.north, NORTHS_COLOUR), (world.fjord, "#b3261e"))
    ):
        with house.office():
            branding.dress(Wish(house.name, colour), logo(size=(440 + 40 * at, 200)))
    customer(world.north)
    return world


def looked_at(house: House) -> Report:
    with house.office():
        return looking.everything()


def seen(house: House) -> Report:
    """As a visitor alone."""
    with house.office():
        return looking.visitor()


def told(report: Report) -> set[tuple[What, Where, int]]:
    return {(find.what, find.where, find.level) for find in report.finds}


@pytest.mark.parametrize("theme", themes.names())
def test_in_no_theme_a_shop_tells_of_anybody_above_it(world, theme):
    with world.north.office():
        branding.dress(Wish(world.north.name, NORTHS_COLOUR, theme=theme), logo())
    report = looked_at(world.north)
    assert [(find.what, find.term, find.where, find.places, find.around) for find in report.finds] == []
    assert report.score == 100
    assert len(report.looked) > 200


def test_two_tiers_down_and_without_a_brand_neither(world):
    assert seen(world.fjord).finds == []
    assert seen(world.south).finds == []


def test_every_page_of_the_map_and_every_kind_of_letter_is_looked_at(world):
    report = looked_at(world.north)
    pages = {place.address for place in report.looked if place.where is Where.PAGE}
    assert {"/", "/products", "/contact", "/sign-in", "/account", "/account/sign-ins", "/terms", "/about"} <= pages
    assert any(address.startswith("/products/") for address in pages)
    files = {place.address for place in report.looked if place.where is Where.FILE}
    assert {"/manifest.webmanifest", "/favicon.ico", "/social.png", "/robots.txt"} <= files
    assert any(address.startswith("/brand-") for address in files)
    assert any(address.startswith("/static/") and address.endswith(".woff2") for address in files)
    assert {place.address for place in report.looked if place.where is Where.LETTER} == set(LETTERS)
    errors = {place.address for place in report.looked if place.where is Where.ERROR}
    assert {"errors/500.html", "errors/503.html", "errors/shop_404.html", "errors/shop_closed.html"} <= errors


def test_a_look_changes_nothing(world):
    def rows() -> dict[str, int]:
        kinds = [one.class_ for one in Model.registry.mappers if not one.class_.__platform__]
        with world.north.office():
            return {kind.__name__: db.session.scalar(select(func.count(kind.id))) or 0 for kind in kinds}

    before = rows()
    looked_at(world.north)
    assert rows() == before


@dataclass
class Plot:
    """What somebody plants in the answers of an application."""

    plant: Callable[[Response], object] = id
    words: str = ""

    def __call__(self, answer: Response) -> Response:
        if request.environ.get("vitrine.door") == "shop":
            self.plant(answer)
        return answer


@pytest.fixture(scope="module")
def plot() -> Plot:
    return Plot()


@pytest.fixture(scope="module")
def planted(world: World, plot: Plot) -> Iterator[World]:
    """The same world behind an application in which somebody plants what must not be there."""
    app = create_app(world.north.app.config["VITRINE"])
    app.after_request(plot)
    page = (
        '{% extends "layouts/shop.html" %}{% block title %}x{% endblock %}{% block main %}{{ planted() }}{% endblock %}'
    )
    mine = DictLoader({"errors/shop_409.html": page, "letters/letter.txt": "{{ planted() }}"})
    app.jinja_env.loader = ChoiceLoader([mine, app.jinja_env.loader])
    app.jinja_env.globals["planted"] = lambda: plot.words
    yield replace(world, **{house.word: replace(house, app=app) for house in world.houses})
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def pulled_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """What was planted for one test grows in no other."""
    yield
    if "plot" in request.fixturenames:
        plot = request.getfixturevalue("plot")
        plot.plant, plot.words = id, ""


def at_the_foot(words: str) -> Callable[[Response], object]:
    """Of a page."""

    def plant(answer: Response) -> None:
        if answer.mimetype == "text/html":
            answer.set_data(answer.get_data(as_text=True).replace("</footer>", f"{words}</footer>"))

    return plant


def at_the_end(kind: str, words: str) -> Callable[[Response], object]:
    """Of every file of this kind."""

    def plant(answer: Response) -> None:
        if answer.mimetype == kind:
            answer.set_data(answer.get_data() + words.encode())

    return plant


def in_a_header(name: str, value: str) -> Callable[[Response], object]:
    return lambda answer: answer.headers.set(name, value)


FILE_NAME = 'attachment; filename="Meridian_Cloud_Distribution.pdf"'
PURPLE = f"a {{ color: {MERIDIANS_COLOUR.upper()} }}"
# what it is → where it is planted (everywhere: ""), how, and as what it must be found
PLANTS = {
    "a name in the footer": ("/", at_the_foot(f"<p>Powered by {MERIDIAN}</p>"), What.NAME, Where.PAGE, 1),
    "a name in other letters": (
        "/products",
        at_the_foot("MERIDIAN <b>Cloud</b> distribution"),
        What.NAME,
        Where.PAGE,
        1,
    ),
    "a name in an attribute": ("/contact", at_the_foot(f'<a title="{MERIDIAN}">x</a>'), What.NAME, Where.PAGE, 1),
    "a name in a comment": ("/sign-in", at_the_foot(f"<!-- {MERIDIAN} -->"), What.NAME, Where.PAGE, 1),
    "the software's name": ("/about", at_the_foot("Made with Vitrine"), What.PRODUCT, Where.PAGE, 0),
    "its name in a stylesheet": ("", at_the_end("text/css", "/* vitrine */"), What.PRODUCT, Where.FILE, 0),
    "a colour in the stylesheet": ("", at_the_end("text/css", PURPLE), What.COLOUR, Where.FILE, 1),
    "a colour by its parts": ("/imprint", at_the_foot('<svg fill="rgb(138, 43, 226)"/>'), What.COLOUR, Where.PAGE, 1),
    "an address of somebody": (
        "/privacy",
        at_the_foot(f"<a href='mailto:{MERIDIANS_MAIL}'>x</a>"),
        What.ADDRESS,
        Where.PAGE,
        1,
    ),
    "a host": ("/returns", at_the_foot("http://meridian.shop.localhost:8000/"), What.HOST, Where.PAGE, 1),
    "the office": ("/terms", at_the_foot("<a href='http://office.localhost:8000/'>x</a>"), What.HOST, Where.PAGE, 0),
    "the server": ("/robots.txt", in_a_header("Server", "Vitrine/1.0"), What.PRODUCT, Where.HEADER, 0),
    "who powers it": ("/", in_a_header("X-Powered-By", f"{MERIDIAN}, Inc."), What.NAME, Where.HEADER, 1),
    "a policy": ("/contact", in_a_header("Report-To", "https://office.localhost/csp"), What.HOST, Where.HEADER, 0),
    "a cookie": ("/sign-in", lambda answer: answer.set_cookie("vitrine_visit", "1"), What.PRODUCT, Where.COOKIE, 0),
    "a file's name": ("/terms", in_a_header("Content-Disposition", FILE_NAME), What.NAME, Where.HEADER, 1),
    "words within a picture": ("", at_the_end("image/png", f"tEXtAuthor\0{MERIDIAN}"), What.NAME, Where.FILE, 1),
}


@pytest.fixture(scope="module")
def found_of_it(planted: World, plot: Plot) -> Report:
    """What a visitor sees where all of it is planted at once."""

    def plant(answer: Response) -> None:
        links = "<a href='/contact?from=meridian-cloud-distribution'>x</a><link href='/static/vitrine.0123456789.css'>"
        at_the_foot(links if request.path == "/forgotten-password" else "")(answer)
        for path, each, *_ in PLANTS.values():
            if path in {"", request.path}:
                each(answer)

    plot.plant = plant
    with planted.north.office():
        return looking.visitor()


@pytest.mark.parametrize("name", PLANTS)
def test_what_is_planted_is_found_where_it_is(found_of_it, name):
    path, _, what, where, level = PLANTS[name]
    assert (what, level) in {
        (hit.what, hit.level) for place, hit in found_of_it.hits if place.where == where and path in {"", place.address}
    }


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("/contact?from=meridian-cloud-distribution", What.NAME),
        ("/static/vitrine.0123456789.css", What.PRODUCT),
    ],
)
def test_a_name_in_an_address_is_found(found_of_it, address, what):
    assert (Place(Where.ADDRESS, address), what) in {(place, hit.what) for place, hit in found_of_it.hits}


def test_the_score_falls_with_what_is_found(found_of_it):
    assert 0 < found_of_it.score < 100


def test_a_logo_of_the_provider_is_found_by_what_it_is_and_by_its_name(planted, plot, world):
    with world.meridian.office():
        file = published().files["logo"]
        content = picture(file).content
    plot.plant = at_the_foot(f'<img src="/pictures/{file}">')
    assert (What.LOGO, Where.PAGE, 1) in told(seen(planted.north))
    plot.plant = lambda answer: answer.set_data(content) if answer.mimetype == "image/png" else None
    assert (What.LOGO, Where.FILE, 1) in told(seen(planted.north))


def test_what_is_planted_in_a_letter_is_found_there(planted, plot):
    plot.words = f"Ask {MERIDIANS_MAIL} of {MERIDIAN}"
    report = looked_at(planted.north)
    assert {(What.ADDRESS, Where.LETTER, 1), (What.NAME, Where.LETTER, 1)} <= told(report)
    assert (What.NAME, Where.ERROR, 1) in told(report)  # the page that tells of a conflict says the same


def test_who_stands_above_the_provider_is_found_and_not_told(planted, plot):
    plot.plant = at_the_foot(f"By {MERIDIAN}, for Nordlicht IT")
    finds = {find.level: find for find in seen(planted.fjord).finds if find.where is Where.PAGE}
    assert (finds[2].term, finds[1].term) == (MERIDIAN, "Nordlicht IT")
    assert MERIDIAN not in str(finds[2].stored())
    assert Find.of(finds[2].stored()).term == HIDDEN
    assert Find.of(finds[1].stored()).term == "Nordlicht IT"


def test_what_the_tenant_chose_or_wrote_himself_is_no_leak(planted, plot, world):
    with world.north.office():
        branding.dress(Wish(world.north.name, MERIDIANS_COLOUR), logo())
        text = f"We buy from {MERIDIAN}, who works for us ({MERIDIANS_MAIL})."
        db.session.add(Page(slug=Topic.PRIVACY, language="en", title="Privacy", text=text, ready=True))
        db.session.add(Announcement(words={"en": f"Now also with everything of {MERIDIAN}"}))
        raise_stamp()
    assert looked_at(world.north).finds == []
    plot.plant = at_the_foot(f"Powered by {MERIDIAN}")
    assert told(seen(planted.north)) >= {(What.NAME, Where.PAGE, 1)}


def account(house: House, cookie: str) -> TestResponse:
    """The account's page of that shop, for a browser with this cookie."""
    client = house.app.test_client(use_cookies=False)
    return client.get("/account", base_url=f"http://{house.word}.shop.localhost:8000", headers={"Cookie": cookie})


def test_a_word_that_looks_as_somebody_above_opens_nothing(world):
    with world.north.office():
        person = stand_in.somebody()
    with stand_in.cookie(person, client_id=world.north.client_id, origin="http://x") as cookie:
        assert "Mara Kunde" in account(world.north, cookie).text
        assert account(world.south, cookie).status_code == 303
    assert account(world.north, cookie).status_code == 303
    invented = f"sign-in={world.north.client_id}.!{'x' * 32}"
    assert account(world.north, invented).status_code == 303


OWN = Own(
    "http://north.shop.localhost",
    frozenset({"Nordlicht IT"}),
    "north.shop.localhost",
    frozenset(),
    frozenset(),
    frozenset(),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Nord sells", True),
        ("the north, nord of it", False),  # a short name is told by its capitals
        ("Nordlicht IT", False),  # one's own
        ("Nordkap", False),
        ("/Nord/", True),
        ("Sud-Ost-Handel", True),
        ("SUD%20OST%20HANDEL", True),
        ("sudosthandel", True),
        ("Sud und Ost Handel", False),
        ("nord.example", True),
        ("www.nord.example/x", True),
        ("mynord.example", False),
        ("nord.examples", False),
        ("north.shop.localhost", False),
        ("south.shop.localhost", True),
    ],
)
def test_a_name_is_found_however_it_is_written_and_nothing_else_is(text, found):
    names, hosts = {"Nord": 1, "Sud Ost Handel": 1}, {"nord.example": 1, "shop.localhost": 0}
    assert bool(list(Search(Above(OWN, names, hosts)).text(text))) is found


def test_a_score_is_whole_only_when_nothing_is_left():
    assert score(1000, 1) == 99
    assert score(1000, 0) == 100
    assert score(10, 10) == 0
    assert score(0, 0) == 100
