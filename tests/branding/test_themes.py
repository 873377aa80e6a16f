"""A brand wears a theme: its templates, its stylesheet, its tokens; and a shop beside it sees nothing of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.app import create_app
from portal.branding import actions
from portal.branding.designing import Wish, design
from portal.core import themes
from portal.core.db import db
from tests.browsing import Browser
from tests.conftest import forget_everything
from tests.world import World

TINY = """
label = "Tiny"
extends = "small"
[tokens.section]
kind = "length"
default = "1rem"
label = "Air between sections"
"""
SMALL = """
label = "Small"
stylesheet = "small.css"
[tokens.page]
kind = "length"
default = "40rem"
label = "Greatest width of a page"
"""
FOOT = """{% extends "plain:layouts/shop.html" %}
{% block footer_lists %}<div id="tiny-foot">{{ here.organization.name }}</div>{% endblock %}"""
HEAD = """{% include "plain:layouts/shop_head.html" %}<meta name="author" content="small">"""


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """The plain theme, one that extends it, and one that extends that."""
    (tmp_path / "plain").symlink_to(themes.ROOT / "plain")
    for name, words, template, text in (
        ("small", SMALL, "layouts/shop_head.html", HEAD),
        ("tiny", TINY, "layouts/shop.html", FOOT),
    ):
        page = tmp_path / name / "templates" / template
        page.parent.mkdir(parents=True)
        page.write_text(text)
        (tmp_path / name / "theme.toml").write_text(words)
    sheet = tmp_path / "small/static/small.css"
    sheet.parent.mkdir()
    sheet.write_text("@layer theme { body { letter-spacing: 0; } }")
    monkeypatch.setattr(themes, "ROOT", tmp_path)


@pytest.fixture
def dressed(shelf, world, settings) -> Iterator[World]:
    """North wears the tiny theme, South the plain one."""
    forget_everything()
    app = create_app(settings)
    world = World.remembered(app)
    for house, theme in ((world.north, "tiny"), (world.south, "plain")):
        with house.office():
            brand = actions.keep_draft(design(Wish(house.name)))
            brand.theme = theme
            actions.publish(brand)
    yield world
    with app.app_context():
        db.engine.dispose()


def page_of(house) -> str:
    return house.shop().get("/sign-in").text


def test_a_shop_is_rendered_by_the_theme_its_brand_names(dressed):
    page = page_of(dressed.north)
    assert 'data-theme="tiny"' in page
    assert '<div id="tiny-foot">Nordlicht IT</div>' in page  # its own template, which extends the one it replaces
    assert '<meta name="author" content="small">' in page  # a template of the theme it extends
    assert "Skip to content" in page  # everything else is plain


def test_a_theme_links_its_own_stylesheet_or_that_of_what_it_extends(dressed):
    sheet = next(part for part in page_of(dressed.north).split('"') if "themes/small/small" in part)
    with dressed.north.shop().get(sheet) as answer:
        assert "letter-spacing" in answer.text
        assert "immutable" in answer.headers["Cache-Control"]
    assert "themes/plain" not in page_of(dressed.north)


def test_the_shop_beside_it_sees_nothing_of_it(dressed):
    for _ in range(2):  # whoever came first, and whatever is kept
        for house, others in ((dressed.north, "themes/plain"), (dressed.south, "tiny")):
            assert others not in page_of(house)
    assert 'data-theme="plain"' in page_of(dressed.south)
    office = dressed.north.client().get("/").text
    assert "tiny" not in office  # it stays plain


def test_saving_goes_on_in_the_theme_that_is_worn(dressed):
    browser = Browser(dressed.north.client())
    browser.open("/brand")
    assert browser.send(button="Save draft", name="Nordlicht Neu").status_code == 303
    browser.open("/brand")
    assert browser.send(button="Publish").status_code == 303
    assert 'data-theme="tiny"' in page_of(dressed.north)
    assert "Nordlicht Neu" in page_of(dressed.north)


def test_a_theme_has_the_tokens_of_what_it_extends_but_for_its_own(shelf):
    tiny, plain = themes.theme("tiny"), themes.theme("plain")
    assert tiny.line == ("tiny", "small", "plain")
    assert set(tiny.tokens) == set(plain.tokens)
    changed = {name: token.default for name, token in tiny.tokens.items() if token != plain.tokens[name]}
    assert changed == {"section": "1rem", "page": "40rem"}


def test_a_theme_that_is_gone_is_plain(dressed):
    with dressed.north.office():
        brand = actions.keep_draft(design(Wish("Nordlicht Alt")))
        brand.theme = "gone"
        actions.publish(brand)
    assert "themes/plain" in page_of(dressed.north)
