"""The playbook belongs to its reader: what he ticks is his, and nobody else's in his house or in another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import func, select, update

from portal.core.db import db
from portal.overview import whats_next
from portal.playbooks import actions
from portal.playbooks.lessons import LESSONS, lessons_of
from portal.playbooks.models import LessonProgress
from portal.tenants.actions import suspend
from portal.tenants.checklist import Checklist
from portal.tenants.models import Organization, Tenant
from portal.users.models import User
from portal.users.roles import Role
from tests.browsing import Browser
from tests.queries import MOST, counted
from tests.world import House

COMMON = [lesson.code for lesson in lessons_of(lambda _: False)]


def page(house: House, path: str = "/playbook", role: str = "administrator") -> Browser:
    browser = Browser(house.client(role))
    assert browser.open(path).status_code == 200
    return browser


def ticks(house: House) -> list[str]:
    with house.office():
        return list(db.session.scalars(select(LessonProgress.code)))


def person(role: Role) -> User:
    return db.session.scalars(select(User).where(User.role == role)).one()


def tick_all(house: House, role: Role, *, without: str = "", features: bool = True) -> None:
    with house.office():
        for lesson in lessons_of(lambda _: features):
            if lesson.code != without:
                actions.tick(lesson, user_id=person(role).id)


def is_known(house: House) -> bool:
    """Whether What's Next says that the playbook is done."""
    with house.office():
        whats_next.keep()
    with house.office():
        states = db.session.scalars(select(Checklist.states).where(Checklist.tenant_id == house.tenant_id)).one()
        return bool(states["playbook"])


def test_the_next_lesson_stands_first_and_moves_on_when_it_is_ticked(north: House) -> None:
    reader = page(north)
    assert "Next lesson Sign in, and let your colleagues in" in reader.text
    assert "0 of 10 lessons done" in reader.text
    reader.open("/playbook/sign-in")
    reader.send(button="Done")
    assert reader.answer is not None
    assert reader.answer.location == "/playbook/tax"
    reader.open("/playbook")
    assert "1 of 10 lessons done" in reader.text
    assert "Next lesson Currency and tax data" in reader.text


def test_the_last_tick_leads_to_what_was_left_out_and_then_to_the_list(south: House) -> None:
    tick_all(south, Role.ADMINISTRATOR, without="brand")
    with south.office():
        actions.untick(LESSONS[8], user_id=person(Role.ADMINISTRATOR).id)
    reader = page(south, "/playbook/going-live")
    reader.send(button="Done")
    assert reader.answer is not None
    assert reader.answer.location == "/playbook/brand"
    reader.follow()
    reader.send(button="Done")
    assert reader.answer.location == "/playbook"
    reader.follow()
    assert "You have done all lessons" in reader.text


def test_a_lesson_that_is_ticked_twice_counts_once_and_since_the_first_time(north: House) -> None:
    reader = page(north, "/playbook/brand")
    words = reader.values()
    reader.client.post("/playbook/brand/completion", data=words)
    with north.office():
        first = db.session.scalars(select(LessonProgress.at)).one()
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC)), north.office():
        actions.tick(LESSONS[4], user_id=person(Role.ADMINISTRATOR).id)
    with north.office():
        assert list(db.session.scalars(select(LessonProgress.at))) == [first]


def test_a_tick_can_be_taken_back_at_once_or_later(north: House) -> None:
    reader = page(north, "/playbook/brand")
    reader.send(button="Done")
    reader.open("/playbook/brand")
    reader.send(button="Not done yet")
    assert ticks(north) == []
    reader.follow()
    reader.send(button="Done")
    reader.follow()
    reader.send(button="Undo")
    assert ticks(north) == []


def test_progress_is_each_readers_own(north: House, south: House) -> None:
    tick_all(north, Role.ADMINISTRATOR)
    assert "0 of 10 lessons done" in page(north, role="sales").text
    assert "0 of 9 lessons done" in page(south).text
    assert ticks(south) == []


def test_a_stranger_sees_and_takes_back_nothing_of_it(world) -> None:
    tick_all(world.north, Role.ADMINISTRATOR)
    reader = page(world.stranger, "/playbook/brand")
    words = reader.values()
    assert reader.client.post("/playbook/brand/reopening", data=words).status_code == 303
    assert len(ticks(world.north)) == len(LESSONS)
    assert ticks(world.stranger) == ticks(world.meridian) == []


def test_an_edition_has_its_own_lessons(north: House, south: House) -> None:
    assert "Tenant resellers of your own" in page(north).text
    assert "Tenant resellers of your own" not in page(south).text
    assert south.client().get("/playbook/resellers").status_code == 404


@pytest.mark.parametrize("code", ["no-such-lesson", "..", "%00", "sign_in"])
def test_a_lesson_that_is_not_there_is_not_found(north: House, code: str) -> None:
    assert north.client().get(f"/playbook/{code}").status_code == 404
    words = page(north, "/playbook/brand").values()
    client = north.client()
    client.get("/playbook/brand")
    assert client.post(f"/playbook/{code}/completion", data=words).status_code in {400, 404}
    assert ticks(north) == []


def test_the_menu_says_how_far_one_has_come_until_one_is_through(south: House) -> None:
    menu = page(south).page.select_one('nav.side a[href="/playbook"]')
    assert menu is not None
    assert menu.get_text(" ").split() == ["Playbook", "0/9"]
    tick_all(south, Role.ADMINISTRATOR)
    menu = page(south).page.select_one('nav.side a[href="/playbook"]')
    assert menu is not None
    assert menu.get_text(" ").split() == ["Playbook"]


def test_a_lesson_leads_only_to_what_opens_for_its_reader(north: House) -> None:
    for role, wanted in (("administrator", ["/users", "/users/new"]), ("support", ["/users"]), ("sales", [])):
        reader = page(north, "/playbook/sign-in", role)
        assert [str(link["href"]) for link in reader.page.select(".do-it a")] == wanted


def test_in_a_suspended_house_lessons_are_read_and_not_ticked(world) -> None:
    with world.meridian.office():
        organization = db.session.scalars(
            select(Organization).where(Organization.tenant_id == world.south.tenant_id)
        ).one()
        suspend(db.session.get_one(Tenant, world.south.tenant_id), organization, reason="Open invoices.")
    reader = page(world.south, "/playbook/brand")
    assert reader.page.select("article form") == []


def test_it_speaks_the_houses_language_and_calls_buttons_what_they_call_themselves(north: House) -> None:
    with north.office():
        db.session.execute(update(Organization).where(Organization.tenant_id == north.tenant_id).values(language="de"))
    reader = page(north, "/playbook/opening")
    assert "Wählen Sie im Menü Shop ." in reader.text
    steps = reader.page.select_one(".lesson ol")
    assert steps is not None
    names = {one.get_text() for one in steps.select("b")}
    reader.open("/storefront")
    assert {"Shop ansehen", "Shop öffnen"} <= names
    assert "Shop ansehen" in reader.text
    assert "Shop öffnen" in str(reader.page) or "Speichern" in reader.text


def test_whats_next_asks_one_administrator_who_has_ticked_all_of_his_edition(north: House, south: House) -> None:
    tick_all(north, Role.ADMINISTRATOR, features=False)
    assert not is_known(north)
    tick_all(north, Role.ADMINISTRATOR)
    assert is_known(north)
    tick_all(south, Role.SALES)
    assert not is_known(south)
    tick_all(south, Role.ADMINISTRATOR, features=False)
    assert is_known(south)


def test_two_administrators_do_not_make_one_who_knows_it_all(south: House) -> None:
    with south.office():
        person(Role.SALES).role = Role.ADMINISTRATOR
        first, second = db.session.scalars(select(User).where(User.role == Role.ADMINISTRATOR))
        for number, lesson in enumerate(lessons_of(lambda _: False)):
            actions.tick(lesson, user_id=(first if number % 2 else second).id)
    assert not is_known(south)


def test_ticking_writes_the_state_for_the_one_above_at_once(south: House) -> None:
    tick_all(south, Role.ADMINISTRATOR, without="brand", features=False)
    page(south, "/playbook/brand").send(button="Done")
    with south.office():
        states = db.session.scalars(select(Checklist.states).where(Checklist.tenant_id == south.tenant_id)).one()
    assert states["playbook"] is True


def test_a_user_who_goes_takes_his_ticks_along(south: House) -> None:
    tick_all(south, Role.SALES)
    with south.office():
        db.session.delete(person(Role.SALES))
    with south.office():
        assert db.session.scalar(select(func.count(LessonProgress.id))) == 0


def test_a_page_asks_little(north: House) -> None:
    tick_all(north, Role.ADMINISTRATOR, without="brand")
    client = north.client()
    for path in ("/playbook", "/playbook/brand"):
        client.get(path)
        with counted(north.app) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= MOST, asked
