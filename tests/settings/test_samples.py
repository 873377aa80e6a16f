"""A mail and a letterhead in a look that is tried on."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from portal.branding import actions, by_hand, queries
from portal.branding.designing import Wish, design
from tests.branding.test_by_hand import wide
from tests.branding.test_studio import look_in, shop_at
from tests.browsing import Browser
from tests.world import House


@pytest.fixture
def editor(north: House) -> Browser:
    with north.office():
        actions.dress(Wish(north.name, "#352c8f"))
    browser = Browser(north.client())
    browser.open("/brand")
    return browser


def tried(editor: Browser, house: House, page: str, **typed: str):
    editor.open("/brand")
    sent = {**editor.values(), "page": page, **typed}
    return shop_at(house, look_in(Browser(editor.client, editor.client.post("/brand/trial", data=sent))))


def style_of(house: House, text: str) -> str:
    address = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)[-1]
    return house.shop().get(address).text


def test_the_mail_says_and_wears_what_is_typed(editor, north):
    answer = tried(editor, north, "/samples/letter", name="Softer North", brand_colour="#b3261e")
    assert answer.status_code == 200
    assert "Your account at Softer North" in answer.text
    assert "<style" not in answer.text
    assert "frame-ancestors http" in answer.headers["Content-Security-Policy"]
    style = style_of(north, answer.text)
    assert ".button { background: #b3261e" in style
    assert "@media (prefers-color-scheme: dark) {" in style


@pytest.mark.parametrize(("mode", "is_dark"), [("dark", True), ("light", False)])
def test_by_day_and_by_night(editor, north, mode, is_dark):
    style = style_of(north, tried(editor, north, "/samples/letter", name="North", mode=mode).text)
    assert "@media" not in style
    assert ("#16191d" in style) is is_dark


def test_the_letterhead_is_on_the_tenants_paper(editor, north):
    answer = tried(editor, north, "/samples/letterhead", name="Softer North", brand_colour="#b3261e", mode="dark")
    assert answer.status_code == 200
    assert "Softer North" in answer.text
    assert 'data-mode="light"' in answer.text
    assert "Total" in answer.text


def test_both_wear_the_pictures_that_were_sent_for_them(editor, north):
    with north.office():
        sent = {use: by_hand.drawn(use, wide()) for use in ("mail", "document")}
        actions.keep_draft(design(Wish("North"), None, sent))
        files = queries.draft().files
    for page, use in (("/samples/letter", "mail"), ("/samples/letterhead", "document")):
        text = tried(editor, north, page, name="North").text
        assert files[use] in text
        address = re.search(rf'src="([^"]*{files[use]})"', text)
        assert north.shop().get(address[1]).status_code == 200


def test_who_never_chose_anything_sees_both(south):
    browser = Browser(south.client())
    browser.open("/brand")
    for page in ("/samples/letter", "/samples/letterhead"):
        assert tried(browser, south, page, name="South").status_code == 200


@pytest.mark.parametrize("page", ["/samples/letter", "/samples/letter.css", "/samples/letterhead"])
def test_outside_of_a_look_and_in_a_strangers_there_is_nothing(editor, north, world, page):
    assert north.shop().get(page).status_code == 404
    root = urlsplit(look_in(editor)).path.rstrip("/")
    assert north.shop().get(f"{root}{page}").status_code == 200
    assert world.south.shop().get(f"{root}{page}").status_code == 404
