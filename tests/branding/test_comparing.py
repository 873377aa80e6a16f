"""What changed: in words and colours, and the shop in both versions beside each other."""

from __future__ import annotations

import pytest

from portal.branding import actions, queries
from portal.branding.comparing import compared
from portal.branding.designing import Wish, design
from tests.branding.test_logos import picture
from tests.branding.test_studio import shop_at
from tests.browsing import Browser
from tests.world import House


@pytest.fixture
def editor(north: House) -> Browser:
    """North wears one version and has a draft of another."""
    with north.office():
        actions.dress(Wish(north.name, "#352c8f", tokens={"r-card": "2"}))
    with north.office():
        wish = Wish(
            "North of tomorrow", "#b3261e", theme="editorial", tokens={"media": "square"}, css="a { color: red }"
        )
        actions.keep_draft(design(wish, picture()))
    browser = Browser(north.client())
    browser.open("/brand")
    return browser


def test_what_differs_is_said_in_the_editors_own_words(editor, north):
    with north.app.test_request_context(), north.office():
        worn, waiting = queries.worn_and_begun()
        found = compared(worn, waiting)
    said = {one.what: (one.before, one.after) for one in found.words}
    assert said["Name shown"] == (north.name, "North of tomorrow")
    assert said["Theme"][0] != said["Theme"][1]
    assert said["Brand colour"] == ("#352c8f", "#b3261e")
    assert said["Corners of cards"] == ("2 rem", "As the theme has it")
    assert said["Your own CSS"] == ("0 lines", "1 line")
    assert "Accent colour" not in said
    assert {one.what for one in found.colours} >= {"Buttons", "Links"}
    drawn = {one.what: (bool(one.before), bool(one.after)) for one in found.pictures}
    assert drawn["Logo"] == (False, True)
    assert not compared(worn, worn)


def test_the_shop_stands_there_as_it_is_and_as_it_would_be(editor, north):
    editor.open("/brand/comparison?page=/contact&device=phone&mode=dark")
    assert "North of tomorrow" in editor.text
    before, after = (shop_at(north, str(one["src"])).text for one in editor.page.select("iframe"))
    assert "North of tomorrow" not in before
    assert "North of tomorrow" in after
    assert 'data-mode="dark"' in before
    assert len(editor.page.select(".trial-frame.phone")) == 2
    assert len(editor.page.select("img.compared")) >= 3
    assert editor.page.select_one(".swatch rect")["fill"].startswith("#")


def test_any_two_versions_are_compared_either_way(editor, north):
    with north.office():
        actions.publish(queries.draft())
    editor.open("/brand/comparison?before=2&after=1")
    assert "Before: Version 2 · Published" in editor.text
    assert "After: Version 1 · Past" in editor.text
    editor.open("/brand/comparison?before=2&after=2")
    assert "both look the same" in editor.text


def test_a_product_is_among_the_pages(editor, north):
    editor.open("/brand/comparison?page=/products/-")
    for frame in editor.page.select("iframe"):
        answer = shop_at(north, str(frame["src"]))
        assert answer.status_code == 303
        assert shop_at(north, f"{str(frame['src']).partition('/~')[0]}{answer.location}").status_code == 200
    assert north.shop().get("/products/-").status_code == 404


def test_one_version_alone_has_nothing_beside_it(north):
    with north.office():
        actions.dress(Wish(north.name, "#352c8f"))
    browser = Browser(north.client())
    browser.open("/brand/comparison")
    assert "only one version" in browser.text
    assert not browser.page.select("iframe")


@pytest.mark.parametrize("asked", ["before=9", "after=x", "before=-1", "after=" + "9" * 30, "before=1&after=%00"])
def test_a_version_that_is_not_there_is_not_compared(editor, asked):
    assert editor.open(f"/brand/comparison?{asked}").status_code == 404


def test_a_stranger_compares_only_his_own(editor, south):
    browser = Browser(south.client())
    assert browser.open("/brand/comparison?before=1&after=2").status_code == 404
    browser.open("/brand/comparison")
    assert "North" not in browser.text
