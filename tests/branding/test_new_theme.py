"""`theme new NAME` makes a theme that a shop can wear at once; it takes no bad name and overwrites nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup

from portal import cli
from portal.app import create_app
from portal.branding import actions
from portal.branding.designing import Wish
from portal.core import themes
from portal.core.db import db
from tests.conftest import forget_everything
from tests.world import World


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder with the plain theme alone."""
    (tmp_path / "plain").symlink_to(themes.ROOT / "plain")
    monkeypatch.setattr(themes, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def world_in_it(shelf, world, settings) -> Iterator[World]:
    """North wears a theme that was made a moment ago."""
    assert cli.main(["theme", "new", "quay-side"]) == 0
    forget_everything()
    app = create_app(settings)
    world = World.remembered(app)
    with world.north.office():
        actions.dress(Wish(world.north.name, theme="quay-side"))
    yield world
    with app.app_context():
        db.engine.dispose()


def test_a_shop_can_wear_it_at_once(world_in_it):
    visitor = world_in_it.north.shop()
    page = BeautifulSoup(visitor.get("/sign-in").text, "lxml")
    assert page.html["data-theme"] == "quay-side"
    assert page.select_one("header.top .motto").text == "Cloud services from Nordlicht IT"  # its own template
    assert page.select_one("header.top .menu")  # which goes on from the one it stands in the place of
    sheet = next(link["href"] for link in page.select("link[rel=stylesheet]") if "themes/quay-side/" in link["href"])
    with visitor.get(sheet) as answer:
        assert "--r-card: 1.5rem" in answer.text
        assert ".hero .wrap" in answer.text  # the home page is laid out as before
        assert answer.text.count("{") == answer.text.count("}")


def test_it_differs_from_the_plain_one_in_one_token(shelf, capsys):
    cli.main(["theme", "new", "quay-side"])
    said = capsys.readouterr().out
    assert all(file in said for file in ("theme.toml", "static/theme.css", "templates/layouts/shop_header.html"))
    assert themes.names() == ["plain", "quay-side"]
    new, plain = themes.theme("quay-side"), themes.theme("plain")
    assert new.line == ("quay-side", "plain")
    assert [name for name, token in new.tokens.items() if token != plain.tokens[name]] == ["r-card"]


@pytest.mark.parametrize(
    "name", ["", "Quay", "quay side", "../quay", "quay/side", "-quay", "quay-", "9quay", "q" * 31, "café"]
)
def test_what_is_no_name_is_refused(shelf, capsys, name):
    assert cli.main(["theme", "new", "--", name]) == 1
    assert f"“{name}” is no name for a theme" in capsys.readouterr().err
    assert [path.name for path in shelf.iterdir()] == ["plain"]


@pytest.mark.parametrize("name", ["plain", "half"])
def test_a_name_that_is_taken_is_refused_and_nothing_is_overwritten(shelf, capsys, name):
    """Also that of a folder which is no theme (yet)."""
    (shelf / "half").mkdir()
    before = sorted((shelf / name).iterdir())
    assert cli.main(["theme", "new", name]) == 1
    assert f"there is a theme {name} already" in capsys.readouterr().err
    assert sorted((shelf / name).iterdir()) == before
