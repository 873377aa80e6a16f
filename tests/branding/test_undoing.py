"""Undo and Redo within a draft."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.branding import actions, queries, undoing
from portal.branding.designing import Wish, design
from portal.branding.models import DraftStep, Picture, State
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from tests.branding.test_logos import picture
from tests.browsing import Browser
from tests.world import House


@pytest.fixture
def editor(north: House) -> Browser:
    with north.office():
        actions.dress(Wish(north.name, "#352c8f"))
    browser = Browser(north.client())
    browser.open("/brand")
    return browser


def press(editor: Browser, button: str, **typed: str) -> None:
    assert editor.send(button=button, **typed).status_code == 303
    editor.open("/brand")


def stepped(house: House, *names: str) -> None:
    for name in names:
        with house.office():
            actions.keep_draft(design(Wish(name, "#352c8f")))


def state_of(house: House) -> tuple[str, int, int]:
    """(the draft's name, where it stands, how many steps it has)."""
    with house.office():
        brand = queries.draft()
        return brand.name, brand.step, db.session.scalar(select(func.count()).select_from(DraftStep))


def test_each_kept_change_is_undone_and_redone(editor, north):
    press(editor, "Save draft", name="First")
    press(editor, "Save draft", name="Second", brand_colour="#b3261e", token_r_card="2")
    press(editor, "Undo")
    assert (editor.values()["name"], editor.values()["token_r_card"]) == ("First", "")
    press(editor, "Undo")
    assert editor.values()["name"] == north.name
    assert editor.page.find("button", string="Undo").has_attr("disabled")
    press(editor, "Redo")
    press(editor, "Redo")
    assert (editor.values()["name"], editor.values()["brand_colour"]) == ("Second", "#b3261e")
    assert editor.page.find("button", string="Redo").has_attr("disabled")
    said = editor.page.select_one("#draft-steps").text
    assert "Name shown, Brand colour, Settings of the theme" in said
    assert "Before the first change" in said
    log = north.client().get("/log").text
    assert "undid a change" in log
    assert "redid a change" in log


def test_pictures_of_steps_stay_while_another_version_is_worn_again(north):
    with north.office():
        actions.dress(Wish("North", "#352c8f"))
        actions.dress(Wish("North by night", "#00796b"))
    with north.office():
        actions.keep_draft(design(Wish("North"), picture()))
    with north.office():
        actions.keep_draft(design(Wish("North")))
        actions.wear_again(next(one for one in queries.versions() if one.state is State.PAST))
    with north.office():
        brand = queries.draft()
        actions.go_to_step(brand, brand.step - 1, seen=brand.step)
        assert queries.picture(brand.files["logo"]).content


def test_a_change_after_undoing_forgets_what_was_undone(north):
    stepped(north, "One", "Two", "Three")
    with north.office():
        actions.go_to_step(queries.draft(), 1, seen=3)
    stepped(north, "Four")
    assert state_of(north) == ("Four", 2, 2)
    with north.office(), pytest.raises(NotFound):
        actions.go_to_step(queries.draft(), 3, seen=2)


def test_saving_what_is_kept_already_is_no_step(north):
    stepped(north, "One", "One", "Two", "Two")
    assert state_of(north) == ("Two", 2, 2)


def test_the_oldest_steps_go_and_the_rest_is_still_undone(north):
    stepped(north, *(f"Name {at}" for at in range(undoing.MOST + 5)))
    name, at, count = state_of(north)
    assert (name, at, count) == (f"Name {undoing.MOST + 4}", undoing.MOST + 5, undoing.MOST)
    with north.office():
        actions.go_to_step(queries.draft(), 6, seen=at)
    assert state_of(north) == ("Name 5", 6, undoing.MOST)


def test_publishing_and_discarding_leave_no_steps(north):
    stepped(north, "One", "Two")
    with north.office():
        actions.publish(queries.draft())
        assert db.session.scalars(select(DraftStep)).all() == []
    stepped(north, "Three")
    with north.office():
        actions.discard(queries.draft())
        assert db.session.scalars(select(DraftStep)).all() == []
        kept = {one.partition(".")[0] for brand in queries.versions() for one in brand.files.values()}
        assert set(db.session.scalars(select(Picture.sha))) == kept


def test_repairing_is_undone_too(editor, north):
    press(editor, "Save draft", brand_colour="#ffe14d", exact="y")
    with north.office():
        actions.repair(queries.draft())
    editor.open("/brand")
    assert "Everything can be read" in editor.text
    press(editor, "Undo")
    assert "pairs are too faint" in editor.text


def test_who_undoes_what_somebody_else_went_on_with_is_told_and_nothing_happens(editor, north):
    press(editor, "Save draft", name="First")
    with north.office():
        actions.keep_draft(design(Wish("Second", "#352c8f")))
    answer = editor.send(button="Undo")
    assert answer.status_code == 409
    assert "Somebody changed the draft meanwhile" in answer.text
    assert state_of(north)[0] == "Second"
    with north.office(), pytest.raises(Conflict):
        actions.go_to_step(queries.published(), 1, seen=0)


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "9" * 30])
def test_a_step_that_is_not_there_is_not_gone_to(editor, north, number):
    press(editor, "Save draft", name="First")
    sent = {name: value for name, value in editor.values().items() if name in ("csrf_token", "once")}
    seen = state_of(north)[1]
    for path, data in ((f"/brand/steps/{number}", {"seen": seen}), ("/brand/steps/1", {"seen": number})):
        assert editor.client.post(path, data={**sent, **data}).status_code in (404, 409)
    assert state_of(north)[0] == "First"


def test_a_stranger_undoes_nothing(editor, north, south):
    press(editor, "Save draft", name="First")
    stranger = Browser(south.client())
    stranger.open("/brand")
    sent = {name: value for name, value in stranger.values().items() if name in ("csrf_token", "once")}
    assert stranger.client.post("/brand/steps/1", data={**sent, "seen": "2"}).status_code == 404
    assert state_of(north) == ("First", 2, 2)
