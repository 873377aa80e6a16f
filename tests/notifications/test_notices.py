"""Notices: who is told what, by the bell or by mail, as each of them chose."""

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.core.words import say
from portal.notifications.models import Envelope, Notice
from portal.notifications.notices import choose, notify
from portal.users import actions as users
from portal.users.models import User
from portal.users.roles import Role
from tests.browsing import Browser
from tests.notifications.test_letters import parts, sent
from tests.notifications.test_sender import post
from tests.queries import MOST, counted

ASKED = say("Noor Haddad asks for a quote")


def told(house, **whom) -> None:
    with house.office():
        notify("enquiry", ASKED, place="/enquiries", **(whom or {"permission": "enquiries.view"}))


def page(house, role: str = "administrator", at: str = "/notices") -> Browser:
    browser = Browser(house.client(role))
    browser.open(at)
    return browser


def bell(browser: Browser) -> str:
    return str(browser.page.select_one("a.bell")["aria-label"])


def id_of(house, role: str):
    with house.office():
        return db.session.scalars(select(User.id).where(User.username == house.people[role])).one()


def test_everybody_who_may_see_it_is_told_at_the_bell(north):
    told(north)
    for role in Role:
        browser = page(north, role.value)
        assert bell(browser) == "1 new notice"
        (row,) = browser.rows()
        assert "Noor Haddad asks for a quote" in row


def test_however_many_are_written_to_the_way_there_is_looked_up_once(north):
    with north.office():
        for reader in db.session.scalars(select(User)).all():
            choose(reader.id, {"enquiry": (True, True)})
    with counted(north.app) as asked:
        told(north)
    assert sum("FROM host" in one for one in asked) == 1, asked
    with north.office():
        written = db.session.scalars(select(Envelope.address).where(Envelope.kind == "notice")).all()
    assert len(written) > 2


def test_who_may_not_see_it_is_not_told(north):
    with north.office():
        notify("administrator_invited", ASKED, place="/users", permission="users.edit")
    assert bell(page(north, "administrator")) == "1 new notice"
    assert bell(page(north, "sales")) == "Notices"


def test_one_marks_one_or_all_as_read_and_what_is_unread_stands_first(north):
    for _ in range(3):
        told(north)
    browser = page(north)
    browser.send(button="Mark as read")
    assert browser.answer.status_code == 303
    browser = page(north)
    assert bell(browser) == "2 new notices"
    assert ["New" in row for row in browser.rows()] == [True, True, False]
    browser.send(button="Mark all as read")
    assert bell(page(north)) == "Notices"
    assert bell(page(north, "sales")) == "3 new notices"


def test_one_switches_the_bell_off_and_the_mail_on(north, worker, mail_folder):
    browser = page(north, "sales", "/notices/switches")
    browser.send(button="Save", **{"bell-enquiry": None, "mail-enquiry": "y"})
    assert browser.answer.status_code == 303
    told(north)
    worker.run_due()
    assert bell(page(north, "sales")) == "Notices"
    assert bell(page(north, "support")) == "1 new notice"
    (letter,) = sent(mail_folder)
    assert letter["To"].addresses[0].addr_spec == "sales@north.example"
    assert letter["Subject"] == "Noor Haddad asks for a quote"
    assert "http://north.office.localhost:8000/enquiries" in parts(letter)[0]
    assert letter["List-Unsubscribe"].startswith("<http://office.localhost:8000/no-more-letters/")


def test_a_letter_about_security_offers_no_way_to_stop_it(north, worker, mail_folder):
    post(north)
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert letter["List-Unsubscribe"] is None


def test_a_person_chooses_only_what_concerns_him(north):
    assert "administrator was invited" not in page(north, "sales", "/notices/switches").text
    assert "administrator was invited" in page(north, "administrator", "/notices/switches").text


def test_whoever_wrote_a_letter_hears_that_it_could_not_be_delivered(north, worker, mail_folder):
    post(north, to=("Nobody", "nobody@rejected.invalid"))
    worker.run_due()
    browser = page(north)
    assert bell(browser) == "1 new notice"
    (row,) = browser.rows()
    assert "could not be delivered" in row
    assert bell(page(north, "sales")) == "Notices"


def test_an_invited_administrator_is_told_to_the_others(north):
    with north.office():
        users.invite(name="Ada Byron", email="ada@nordlicht.example", username="ada", role=Role.ADMINISTRATOR)
        users.invite(name="Kim Winter", email="kim@nordlicht.example", username="kim", role=Role.SALES)
    (row,) = page(north).rows()
    assert "Ada Byron was invited as an administrator" in row


def test_nobody_reads_or_marks_what_others_were_told(world):
    told(world.north, person=id_of(world.north, "sales"))
    with world.north.office():
        key = db.session.scalars(select(Notice)).one().key
    for house, role in ((world.north, "administrator"), (world.strand, "administrator"), (world.meridian, "sales")):
        browser = page(house, role, "/notices/switches")
        assert page(house, role).rows() == []
        token = browser.values()["csrf_token"]
        answer = browser.client.post(f"/notices/{key}/reading", data={"csrf_token": token})
        assert answer.status_code == 404
    with world.north.office():
        assert db.session.scalars(select(Notice)).one().read_at is None


@pytest.mark.parametrize("path", ["/notices", "/users"])
def test_the_bell_costs_no_statement(north, app, path):
    for _ in range(40):
        told(north)
    client = north.client()
    client.get(path)
    with counted(app) as asked:
        assert client.get(path).status_code == 200
    assert len(asked) <= MOST - 2, asked
