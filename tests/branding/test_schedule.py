"""A draft is published by itself, at the hour the house's own clocks show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from portal.branding import actions, queries, schedule
from portal.branding.designing import Wish, design
from portal.branding.models import Brand, State
from portal.core.dates import as_typed, meant
from portal.core.db import db
from portal.core.errors import Conflict
from portal.processes.models import Process
from portal.processes.models import State as ProcessState
from portal.tenants.models import Edition, Organization
from tests.browsing import Browser
from tests.workers import InProcessWorker
from tests.world import House

BERLIN = "Europe/Berlin"
PALE = "#ffe14d"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 29, 12, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def editor(clock: time_machine.Traveller, north: House) -> Browser:
    """North is in Berlin and has a draft."""
    with north.office():
        mine = select(Organization).where(Organization.tenant_id == north.tenant_id)
        db.session.scalars(mine).one().time_zone = BERLIN
        actions.dress(Wish(north.name, "#352c8f"))
    drafted(north, "North of tomorrow")
    browser = Browser(north.client())
    browser.open("/brand")
    return browser


def drafted(house: House, name: str, colour: str = "#352c8f", *, exact: bool = False) -> None:
    with house.office():
        actions.keep_draft(design(Wish(name, colour, exact=exact)))


def planned(editor: Browser, at: str, **more: str) -> None:
    editor.open("/brand/schedule")
    assert editor.send(button="Publish later", at=at, **more).status_code == 303
    editor.open("/brand")


def at(clock: time_machine.Traveller, worker: InProcessWorker, moment: str) -> None:
    clock.move_to(moment)
    worker.let_time_pass()
    worker.run_due()


def worn_name(house: House) -> str:
    with house.office():
        return queries.published().name


def processes(house: House) -> list[ProcessState]:
    with house.office():
        return [
            one.state for one in db.session.scalars(select(Process).where(Process.plan_name == "brand.publication"))
        ]


def test_it_is_worn_from_the_hour_on_that_was_said_and_not_a_minute_before(editor, north, worker, clock):
    planned(editor, "2026-12-24T18:00")
    assert "is published on 24 Dec 2026, 18:00 (Europe/Berlin)" in editor.text
    worker.run_due()
    at(clock, worker, "2026-12-24 16:59:59+00:00")
    assert worn_name(north) == north.name
    at(clock, worker, "2026-12-24 17:00:01+00:00")
    assert worn_name(north) == "North of tomorrow"
    assert "North of tomorrow" in north.shop().get("/sign-in").text
    assert processes(north) == [ProcessState.DONE]
    with north.office():
        assert queries.published().publishes_at is None


def test_it_is_moved_and_called_off(editor, north, worker, clock):
    planned(editor, "2026-12-24T18:00")
    planned(editor, "2026-12-23T18:00")
    assert "23 Dec 2026" in editor.text
    assert editor.send(button="Call off").status_code == 303
    editor.open("/brand")
    assert "is published on" not in editor.text
    at(clock, worker, "2026-12-25 00:00:00+00:00")
    assert worn_name(north) == north.name
    assert processes(north) == [ProcessState.DONE]
    log = north.client().get("/log").text
    assert "planned the publishing" in log
    assert "called off the publishing" in log
    with north.office(), pytest.raises(Conflict):
        schedule.call_off(queries.draft())


def test_moved_nearer_it_does_not_wait_for_the_former_time(editor, north, worker, clock):
    planned(editor, "2027-06-01T08:00")
    worker.run_due()
    planned(editor, "2026-12-01T08:00")
    clock.move_to("2026-12-01 07:00:01+00:00")
    worker.run_due()  # the change itself has woken it
    assert worn_name(north) == "North of tomorrow"


def test_called_off_and_planned_again_it_is_published_once(editor, north, worker, clock):
    planned(editor, "2026-12-24T18:00")
    editor.send(button="Call off")
    planned(editor, "2026-12-25T18:00")
    worker.run_due()
    at(clock, worker, "2026-12-24 17:00:01+00:00")
    assert worn_name(north) == north.name
    at(clock, worker, "2026-12-25 17:00:01+00:00")
    assert worn_name(north) == "North of tomorrow"
    assert ProcessState.ATTENTION not in processes(north)


@pytest.mark.parametrize("deed", [actions.publish, actions.discard])
def test_a_draft_that_is_gone_before_its_time_leaves_nothing_to_do(editor, north, worker, clock, deed):
    planned(editor, "2026-12-24T18:00")
    with north.office():
        deed(queries.draft())
    drafted(north, "The next draft")
    at(clock, worker, "2026-12-25 00:00:00+00:00")
    assert worn_name(north) != "The next draft"
    assert processes(north) == [ProcessState.DONE]


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2027-03-28T01:59", "2027-03-28T00:59+00:00"),
        ("2027-03-28T03:00", "2027-03-28T01:00+00:00"),
        ("2027-03-28T02:30", None),  # skipped
        ("2026-10-25T02:30", "2026-10-25T00:30+00:00"),  # comes twice
        ("2027-07-01T08:00", "2027-07-01T06:00+00:00"),
        ("2026-12-01T08:00", "2026-12-01T07:00+00:00"),
    ],
)
def test_the_clocks_of_the_house_are_meant_in_summer_and_winter(typed, moment):
    found = meant(datetime.fromisoformat(typed), BERLIN)
    assert found == (datetime.fromisoformat(moment) if moment else None)
    assert found is None or as_typed(found, BERLIN).isoformat(timespec="minutes") == typed


def test_over_the_change_of_the_clocks_it_is_in_time(editor, north, worker, clock):
    planned(editor, "2027-03-28T03:15")
    worker.run_due()
    at(clock, worker, "2027-03-28 01:14:59+00:00")
    assert worn_name(north) == north.name
    at(clock, worker, "2027-03-28 01:15:01+00:00")
    assert worn_name(north) == "North of tomorrow"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "tomorrow",
        "2026-11-29T12:59",
        "2020-01-01T00:00",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "2027-03-28T02:30",
    ],
)
def test_a_time_that_cannot_be_meant_is_told_at_its_field(editor, north, typed):
    editor.open("/brand/schedule")
    assert editor.send(button="Publish later", at=typed).status_code == 422
    assert "at" in editor.errors
    with north.office():
        assert queries.draft().publishes_at is None


def test_what_cannot_be_read_needs_its_reason_when_it_is_planned(editor, north, worker, clock):
    drafted(north, "Pale", PALE, exact=True)
    editor.open("/brand/schedule")
    assert "would be read" in editor.text
    assert editor.send(button="Publish later", at="2026-12-24T18:00").status_code == 422
    assert "reason" in editor.errors
    planned(editor, "2026-12-24T18:00", reason="The owner's own yellow")
    assert "The owner's own yellow" in editor.text
    at(clock, worker, "2026-12-24 17:00:01+00:00")
    assert worn_name(north) == "Pale"
    assert "although not everything can be read" in north.client().get("/log").text


def test_colours_nobody_gave_a_reason_for_take_the_plan_back(editor, north, worker, clock):
    planned(editor, "2026-12-24T18:00")
    assert editor.send(button="Save draft", brand_colour=PALE, exact="y").status_code == 303
    editor.open("/brand")
    assert "is not published by itself any more" in editor.answer.text
    at(clock, worker, "2026-12-25 00:00:00+00:00")
    assert worn_name(north) == north.name


def test_what_is_saved_until_then_is_published_with_it(editor, north, worker, clock):
    planned(editor, "2026-12-24T18:00")
    editor.send(button="Save draft", name="North of Christmas")
    at(clock, worker, "2026-12-24 17:00:01+00:00")
    assert worn_name(north) == "North of Christmas"


def test_a_stranger_and_a_basic_edition_plan_nothing(editor, north, south):
    with south.office():
        assert db.session.scalars(select(Brand).where(Brand.state == State.DRAFT)).all() == []
    assert south.client().get("/brand/schedule").status_code == 403  # its edition has no studio
    with north.app.app_context():
        db.session.get_one(Edition, "premium").features = ["own_products"]
        db.session.commit()
    assert north.client().get("/brand/schedule").status_code == 403
    assert "Publish later" not in Browser(north.client()).open("/brand").text
