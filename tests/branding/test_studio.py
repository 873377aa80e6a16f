"""The editor of a brand: themes, what they let one choose, a look nobody else sees, and the way back."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from portal.branding import actions, looks
from portal.branding.colours import palette
from portal.branding.designing import Wish
from portal.branding.looks import Look
from portal.branding.models import Brand, State
from portal.branding.readability import pairs, unread
from portal.core.clock import now
from portal.core.db import db
from portal.core.fonts import FAMILIES, first_file_of, stylesheet_of
from portal.storefront import queries as storefronts
from portal.storefront.models import Visibility
from portal.tenants.actions import raise_stamp
from portal.tenants.models import Edition, Tenant
from portal.tenants.models import State as TenantState
from tests.browsing import Browser
from tests.world import House


def look_in(browser: Browser) -> str:
    """The address of the page within the editor's page."""
    return str(browser.page.select_one("#trial iframe")["src"])


def shop_at(house: House, address: str):
    where = urlsplit(address)
    return house.visitor(f"{where.scheme}://{where.netloc}").get(where.path)


def stylesheets(house: House, page: str) -> str:
    hrefs = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    return house.shop().get(hrefs[-1]).text


def brands(house: House) -> list[tuple[int, str, State]]:
    with house.office():
        return [(one.number, one.name, one.state) for one in db.session.scalars(select(Brand).order_by(Brand.number))]


@pytest.fixture
def editor(north: House) -> Browser:
    """North has the Premium edition."""
    with north.office():
        actions.dress(Wish(north.name, "#352c8f"))
    browser = Browser(north.client())
    browser.open("/brand")
    return browser


def test_what_is_chosen_of_a_theme_is_worn_when_it_is_published(editor, north):
    chosen = {"token_r_card": "1,5", "token_media": "square", "token_display_weight": "300"}
    assert editor.send(button="Save draft", note="Softer", **chosen).status_code == 303
    editor.open("/brand")
    assert editor.values()["token_r_card"] == "1.5"
    assert "Softer" in editor.text
    assert editor.send(button="Publish").status_code == 303
    sheet = stylesheets(north, north.shop().get("/sign-in").text)
    assert "--r-card: 1.5rem;" in sheet
    assert "--media: 1;" in sheet
    assert "--display-weight: 300;" in sheet


def test_what_is_as_the_theme_has_it_is_not_kept(editor, north):
    editor.send(button="Save draft", token_r_card="0.875", token_media="", token_shadow="soft")
    with north.office():
        assert db.session.scalars(select(Brand.tokens).where(Brand.state == State.DRAFT)).one() == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token_r_card", "9"),
        ("token_r_card", "1; } body { display: none"),
        ("token_r_card", "1e400"),
        ("token_media", "url(https://evil.example)"),
        ("token_font_body", "Comic Sans"),
        ("token_color_scheme", "none"),
        ("theme", "../../etc"),
        ("note", "x" * 201),
    ],
)
def test_nonsense_is_told_at_its_field_and_stays(editor, name, value, north):
    assert editor.send(button="Save draft", **{name: value}).status_code == 422
    assert name in editor.errors
    assert len(brands(north)) == 1


def test_the_page_within_the_page_shows_what_is_typed_and_nobody_else_sees_it(editor, north):
    typed = {"name": "Softer North", "brand_colour": "#b3261e", "token_r_card": "2"}
    looked_at = {"page": "/contact", "device": "phone", "mode": "dark"}
    sent = {**editor.values(), **typed, **looked_at}
    editor = Browser(editor.client, editor.client.post("/brand/trial", data=sent))
    shown = shop_at(north, look_in(editor))
    assert shown.status_code == 200
    assert "Softer North" in shown.text
    assert 'data-mode="dark"' in shown.text
    assert "--r-card: 2rem;" in stylesheets(north, shown.text)
    assert "Softer North" not in north.shop().get("/contact").text


def test_it_may_stand_in_the_office_page_alone(editor, north):
    page = editor.open("/brand")
    shop = "http://north.shop.localhost:8000"
    assert f"frame-src {shop}" in page.headers["Content-Security-Policy"]
    within = shop_at(north, look_in(editor)).headers["Content-Security-Policy"]
    assert (
        "frame-ancestors http://north.office.localhost:8000" in within
        or "frame-ancestors http://office.localhost:8000" in within
    )
    assert "frame-ancestors 'none'" in north.shop().get("/").headers["Content-Security-Policy"]


def test_every_link_of_it_leads_on_in_the_same_look(editor, north):
    address = look_in(editor)
    root = urlsplit(address).path.rstrip("/")
    page = shop_at(north, address).text
    inner = re.findall(r'<a [^>]*href="(/[^"]*)"', page)
    assert inner
    assert all(link.startswith(root) for link in inner if not link.startswith("/#"))


def test_nothing_can_be_sent_from_it(editor, north):
    where = urlsplit(look_in(editor))
    answer = north.visitor(f"{where.scheme}://{where.netloc}").post(f"{where.path}contact", data={"name": "x"})
    assert answer.status_code in (400, 404)


def test_the_draft_is_passed_on_as_a_link_that_ends(editor, north):
    editor.send(button="Save draft", name="North of tomorrow")
    editor.open("/brand")
    link = editor.page.find("a", string="Open the draft")["href"]
    assert "North of tomorrow" in shop_at(north, link).text
    assert "how the storefront would look" in shop_at(north, link).text
    with time_machine.travel(now() + looks.PASSED_ON * 1.01):
        assert shop_at(north, link).status_code == 404
    framed = look_in(editor)
    with time_machine.travel(now() + looks.TYPING * 1.1):
        assert shop_at(north, framed).status_code == 404


def test_a_strangers_word_opens_nothing(editor, world, app):
    with app.app_context():
        foreign = looks.word(world.south.tenant_id, Look("South", "plain", "#112233", None))
    for path in (f"/~{foreign}/", "/~nonsense/", f"/~{'x' * 5000}/", "/~/", "/~a b/"):
        assert world.north.shop().get(path).status_code == 404, path[:20]
    own = urlsplit(look_in(editor)).path
    assert world.south.shop().get(own).status_code == 404
    assert world.north.client().get(f"{own}brand").status_code == 404  # the office knows no looks


def test_a_version_that_was_worn_is_worn_again_at_once(editor, north):
    with north.office():
        actions.dress(Wish("North by night", "#00796b"))
    assert "North by night" in north.shop().get("/sign-in").text
    editor.open("/brand")
    assert editor.send(button="Wear again").status_code == 303
    assert "North by night" not in north.shop().get("/sign-in").text
    assert brands(north) == [(1, north.name, State.PUBLISHED), (2, "North by night", State.PAST)]
    editor.open("/brand")
    assert "North by night" in editor.text


@pytest.mark.parametrize("number", ["9", "0", "-1", "x", "9" * 30, "1"])
def test_a_version_that_is_not_a_past_one_is_not_worn_again(editor, number):
    sent = {name: value for name, value in editor.values().items() if name in ("csrf_token", "once")}
    answer = editor.client.post(f"/brand/versions/{number}", data=sent)
    assert answer.status_code == (409 if number == "1" else 404)


def test_the_basic_edition_says_what_premium_opens_and_keeps_what_was_chosen(editor, north):
    editor.send(button="Save draft", token_r_card="2")
    with north.office():
        tokens = db.session.scalars(select(Brand.tokens).where(Brand.state == State.DRAFT)).one()
    assert tokens == {"r-card": "2"}
    with north.app.app_context():
        db.session.get_one(Edition, "premium").features = ["own_products"]
        db.session.commit()
    editor.open("/brand")
    assert "Premium opens other themes" in editor.text
    assert "token_r_card" not in editor.values()
    editor.send(button="Save draft", name="North Basic", token_r_card="0", theme="plain")
    with north.office():
        kept = db.session.scalars(select(Brand).where(Brand.state == State.DRAFT)).one()
        assert (kept.name, kept.tokens) == ("North Basic", {"r-card": "2"})


PALE = "#ffe14d"


def test_colours_are_made_readable_unless_somebody_wants_them_as_written(editor):
    editor.send(button="Save draft", brand_colour=PALE)
    editor.open("/brand")
    assert "Everything can be read" in editor.text
    editor.send(button="Save draft", exact="y")
    editor.open("/brand")
    assert "pairs are too faint" in editor.text


def test_what_cannot_be_read_is_published_for_a_reason_that_is_logged(editor, north):
    editor.send(button="Save draft", brand_colour=PALE, exact="y")
    editor.open("/brand")
    assert editor.send(button="Publish").location.endswith("/brand/publication")
    editor.follow()
    assert "would be read; at least 4.5 : 1 is needed" in editor.text
    assert editor.send(button="Publish all the same").status_code == 422
    assert "reason" in editor.errors
    assert [one[2] for one in brands(north)] == [State.PUBLISHED, State.DRAFT]
    assert editor.send(button="Publish all the same", reason="The owner's own yellow").status_code == 303
    assert f"--brand: light-dark({PALE}, {PALE})" in stylesheets(north, north.shop().get("/sign-in").text)
    log = north.client().get("/log").text
    assert "although not everything can be read" in log
    editor.open("/brand/publication")
    assert editor.answer.status_code == 404  # nothing is left to publish


def test_repairing_moves_every_colour_that_cannot_be_read(editor, north):
    editor.send(button="Save draft", brand_colour=PALE, exact="y")
    editor.open("/brand")
    editor.send(button="Publish")
    editor.follow()
    assert editor.send(button="Repair all").status_code == 303
    editor.open("/brand")
    assert "Everything can be read" in editor.text
    assert editor.values()["brand_colour"] == PALE  # what was wished stays written
    assert editor.send(button="Publish").location.endswith("/brand")
    assert [one[2] for one in brands(north)] == [State.PAST, State.PUBLISHED]


def test_what_is_made_of_any_colour_can_be_read():
    for colour in ("#000000", "#ffffff", "#ffe14d", "#00ff00", "#777777", "#ff00aa", "#0b3d91"):
        assert unread(pairs(palette(colour, "#ffee00"), colour, "#ffee00")) == [], colour
        assert unread(pairs(palette(colour, exact=True), colour, None)), colour  # no colour can be read on both grounds


def test_a_page_loads_the_families_it_wears_and_no_other(editor, north):
    editor.send(button="Save draft", token_font_display="literata")
    editor.open("/brand")
    editor.send(button="Publish")
    page = north.shop().get("/sign-in").text
    assert set(re.findall(r"vendor/([a-z0-9-]+)/\1[.-][^\"]*\.css", page)) == {"inter", "literata"}
    assert len(re.findall(r'rel="preload"[^>]*as="font"', page)) == 2
    assert '--font-display: "Literata Variable", Georgia, serif;' in stylesheets(north, page)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_the_letters_of_every_language_we_speak(family, north):
    asset = north.app.jinja_env.globals["asset"]
    address = asset(stylesheet_of(family))
    files = re.findall(r"url\(([^)]+)\)", north.shop().get(address).text)
    assert len(files) == 4
    assert all(north.shop().get(f"{address.rpartition('/')[0]}/{file}").status_code == 200 for file in files)
    assert asset(first_file_of(family)).rpartition("/")[2] in files  # the preload asks for the same address


@pytest.mark.parametrize("state", [TenantState.SUSPENDED, TenantState.CLOSED])
def test_a_look_opens_no_shop_that_was_closed(editor, north, state):
    """It stands in the place of the owner's invitation, never of whoever suspended him."""
    address = look_in(editor)
    with north.app.app_context():
        db.session.get_one(Tenant, north.tenant_id).state = state
        db.session.commit()
    open_page = shop_at(north, address)
    assert open_page.status_code == (503 if state is TenantState.SUSPENDED else 404)
    assert 'id="home"' not in open_page.text


def test_a_look_shows_a_shop_that_its_owner_has_not_opened(editor, north):
    with north.office():
        storefronts.storefront().visibility = Visibility.PRIVATE
        raise_stamp()
    assert north.shop().get("/").status_code == 503
    assert shop_at(north, look_in(editor)).status_code == 200


@pytest.mark.parametrize("typed", [{"brand_colour": "red"}, {"accent": "#zzzzzz"}, {"name": ""}])
def test_nonsense_is_not_tried_on_where_nothing_was_ever_chosen(south, typed):
    browser = Browser(south.client())
    browser.open("/brand")
    assert browser.send(button="Save draft", **{"name": "South", **typed}).status_code == 422
    page = shop_at(south, look_in(browser))
    assert page.status_code == 200
    assert "--brand:" in stylesheets(south, page.text)
