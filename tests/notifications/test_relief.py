"""A tenant's own mail server takes nothing for hours: his people are told, and may let the house send in its stead."""

import email
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal.core.db import db
from portal.notifications.models import MailSender, Notice, Switch
from portal.processes.models import Process, State
from tests.browsing import Browser
from tests.notifications.postbox import free_port, open_postbox
from tests.notifications.test_letters import sent
from tests.notifications.test_sender import own_server, post
from tests.world import House

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
DOWN = "Your mail server takes no letters"


@pytest.fixture
def clock():
    with time_machine.travel(BEGIN, tick=False) as travelling:
        yield travelling


def hours_pass(worker, clock, hours: int) -> None:
    for _ in range(hours + 1):
        worker.let_time_pass()
        worker.run_due()
        clock.shift(timedelta(hours=1))
    worker.run_due()


def warnings(mail_folder) -> list[email.message.EmailMessage]:
    return [letter for letter in sent(mail_folder) if letter["Subject"] == DOWN]


def sender_of(house: House) -> MailSender:
    with house.office():
        return db.session.scalars(select(MailSender)).one()


@pytest.fixture
def broken(north, worker, clock, mail_folder):
    """North's own server has been silent for five hours, with two letters waiting."""
    port = free_port()
    own_server(north, port)
    for name in ("kim", "eva"):
        post(north, to=(name, f"{name}@customer.example"))
    hours_pass(worker, clock, 5)
    return port


def test_nobody_is_told_of_a_short_silence(north, worker, clock, mail_folder):
    own_server(north, free_port())
    post(north)
    hours_pass(worker, clock, 3)
    assert warnings(mail_folder) == []
    assert sender_of(north).failing_since is None


def test_administrators_are_told_once_by_a_letter_that_leaves_by_the_house(north, broken, worker, clock, mail_folder):
    hours_pass(worker, clock, 6)
    (letter,) = warnings(mail_folder)
    assert letter["To"].addresses[0].addr_spec == "administrator@north.example"
    assert letter["From"].addresses[0].addr_spec == "no-reply@office.localhost"
    text = letter.get_body(("plain",)).get_content()
    assert "Nobody answers at this port" in text
    assert "http://north.office.localhost:8000/settings/mail" in text
    with north.office():
        (notice,) = db.session.scalars(select(Notice).where(Notice.kind == "sender_down"))
        assert notice.place == "/settings/mail"


def test_who_does_not_want_it_by_mail_finds_it_behind_the_bell(north, worker, clock, mail_folder):
    with north.office():
        from portal.users.models import User

        chief = db.session.scalars(select(User).where(User.username == north.people["administrator"])).one()
        db.session.add(Switch(user_id=chief.id, kind="sender_down", bell=True, mail=False))
    own_server(north, free_port())
    post(north)
    hours_pass(worker, clock, 5)
    assert warnings(mail_folder) == []
    with north.office():
        assert len(db.session.scalars(select(Notice)).all()) == 1


def test_the_roots_own_people_are_told_past_their_own_server(world, worker, clock, mail_folder):
    own_server(world.meridian, free_port(), address="bss@meridian.example")
    post(world.meridian)
    hours_pass(worker, clock, 5)
    (letter,) = warnings(mail_folder)
    assert letter["From"].addresses[0].addr_spec == "no-reply@office.localhost"


def test_by_one_press_all_that_waits_leaves_by_the_house_and_answers_go_to_the_tenant(
    north, broken, worker, mail_folder
):
    browser = Browser(north.client())
    browser.open("/settings/mail")
    assert "2 letters wait" in browser.text
    browser.send(button="Send through the safe sender")
    assert browser.answer.status_code == 303
    worker.run_due()
    letters = [letter for letter in sent(mail_folder) if letter["Subject"] != DOWN]
    assert sorted(letter["To"].addresses[0].username for letter in letters) == ["eva", "kim"]
    for letter in letters:
        assert letter["From"].addresses[0].addr_spec == "no-reply@office.localhost"
        assert letter["Reply-To"] == "shop@nordlicht.example"
        assert "Nordlicht IT" in letter["From"]
    browser.open("/settings/mail")
    assert "leave by the safe sender since" in browser.text
    assert "By the safe sender since" in north.client().get("/log").text
    with north.office():
        assert set(db.session.scalars(select(Process.state))) == {State.DONE}


def test_what_was_given_up_leaves_too(north, broken, worker, clock, mail_folder):
    hours_pass(worker, clock, 80)
    with north.office():
        assert State.ATTENTION in set(db.session.scalars(select(Process.state)))
    browser = Browser(north.client())
    browser.open("/settings/mail")
    browser.send(button="Send through the safe sender")
    worker.run_due()
    assert len([letter for letter in sent(mail_folder) if "customer.example" in str(letter["To"])]) == 2


def test_a_test_letter_tries_the_own_server_and_brings_it_back(north, broken, worker):
    browser = Browser(north.client())
    browser.open("/settings/mail")
    browser.send(button="Send through the safe sender")
    browser.open("/settings/mail")
    browser.send(button="Send me a test letter")
    worker.run_due()
    assert sender_of(north).relieved_at is not None
    with open_postbox(broken) as box:
        browser.open("/settings/mail")
        browser.send(button="Send me a test letter")
        worker.run_due()
        assert sender_of(north).relieved_at is None
        post(north)
        worker.run_due()
    assert len(box.taken) == 2


def test_other_settings_are_used_at_once(north, broken, worker):
    browser = Browser(north.client())
    browser.open("/settings/mail")
    browser.send(button="Send through the safe sender")
    with open_postbox() as box:
        own_server(north, box.port)
        post(north)
        worker.run_due()
    assert len(box.taken) == 3  # what had waited, too


def test_a_server_that_works_again_by_itself_is_not_known_to_be_down(north, broken, worker, clock):
    with open_postbox(broken) as box:
        hours_pass(worker, clock, 1)
    assert len(box.taken) == 2
    assert sender_of(north).failing_since is None
    browser = Browser(north.client())
    browser.open("/settings/mail")
    assert "safe sender" not in browser.text


def test_a_receiver_who_asks_to_come_back_later_says_nothing_of_the_server(north, worker, clock, mail_folder):
    with open_postbox() as box:
        own_server(north, box.port)
        post(north, to=("Kim", "later@customer.example"))
        hours_pass(worker, clock, 6)
    assert warnings(mail_folder) == []
    assert sender_of(north).failing_since is None


def test_nobody_is_relieved_of_a_server_that_works(north, world):
    own_server(north, 587)
    browser = Browser(north.client())
    browser.open("/settings/mail")
    token = browser.values()["csrf_token"]
    assert north.client().post("/settings/mail/relief", data={}).status_code == 400
    assert browser.client.post("/settings/mail/relief", data={"csrf_token": token}).status_code == 409
    assert sender_of(north).relieved_at is None


def test_one_tenants_broken_server_is_nobody_elses(world, north, broken, mail_folder):
    for house in (world.south, world.meridian, world.fjord):
        assert "taken no letters" not in house.client().get("/settings/mail").text
        with house.office():
            assert db.session.scalars(select(Notice)).all() == []
