"""The outbox: every letter is listed with its state and its reason, and nothing of what it says."""

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.notifications.models import Envelope
from portal.processes.models import Process, State
from tests.browsing import Browser
from tests.notifications.postbox import free_port, open_postbox
from tests.notifications.test_letters import LINK, sent
from tests.notifications.test_sender import own_server, post
from tests.queries import MOST, counted


def outbox(house, asked: str = "") -> Browser:
    browser = Browser(house.client())
    browser.open(f"/letters{asked}")
    return browser


def test_what_was_sent_what_waits_and_what_was_refused(north, worker, mail_folder):
    post(north, to=("Kim Winter", "kim@customer.example"))
    post(north, to=("Nobody", "nobody@rejected.invalid"))
    post(north, to=("Later", "later@down.invalid"))
    worker.run_due()
    post(north, to=("Fresh", "fresh@customer.example"))
    rows = outbox(north).rows()
    assert [
        next(word for word in ("Sent", "Not delivered", "Waiting", "On its way") if word in row) for row in rows
    ] == [
        "On its way",
        "Waiting",
        "Not delivered",
        "Sent",
    ]
    assert "Nobody answers at this port" in rows[1]
    assert "refuses this address" in rows[2]
    assert "kim@customer.example" in rows[3]
    assert "Choose a new password" in rows[3]


def test_it_shows_no_word_of_what_was_written(north, worker):
    post(north)
    before = outbox(north).answer.text
    worker.run_due()
    for page in (before, outbox(north).answer.text):
        assert LINK not in page
        assert "a-secret-token" not in page


def test_one_finds_a_letter_by_whom_it_went_to_what_it_is_about_and_its_state(north, worker, mail_folder):
    post(north, to=("Kim Winter", "kim@customer.example"))
    post(north, to=("Ada 100%", "ada@rejected.invalid"))
    worker.run_due()
    for asked, found in (("?q=kim@", "Kim"), ("?q=100%25", "Ada"), ("?state=failed", "Ada"), ("?state=sent", "Kim")):
        (row,) = outbox(north, asked).rows()
        assert found in row
    assert outbox(north, "?q=nothing-of-the-kind").rows() == []
    assert len(outbox(north, "?kind=password_reset").rows()) == 2
    assert outbox(north, "?kind=welcome").rows() == []


def test_a_letter_that_waits_is_sent_when_told(north, worker):
    port = free_port()
    own_server(north, port)
    post(north)
    worker.run_due()
    with open_postbox(port) as box:
        worker.run_due()
        assert box.taken == []
        browser = outbox(north)
        browser.send(button="Send again")
        assert browser.answer.status_code == 303
        worker.run_due()
    assert len(box.taken) == 1


def test_all_that_were_not_delivered_are_sent_again_together(north, worker, mail_folder, app):
    for number in range(3):
        post(north, to=("Kim", f"kim{number}@rejected.invalid"))
    worker.run_due()
    with north.office():
        assert set(db.session.scalars(select(Process.state))) == {State.ATTENTION}
    with open_postbox() as box:
        own_server(north, box.port)
        outbox(north).send(button="Send all again that were not delivered")
        worker.run_due()
    assert len(box.taken) == 3


def test_what_has_left_cannot_be_sent_again(north, worker, mail_folder):
    post(north)
    worker.run_due()
    with north.office():
        key = db.session.scalars(select(Envelope)).one().key
    client = north.client()
    browser = Browser(client)
    browser.open("/settings/mail")
    token = browser.values()["csrf_token"]
    assert client.post(f"/letters/{key}/sending", data={"csrf_token": token}).status_code == 409
    assert len(sent(mail_folder)) == 1


def test_the_list_asks_no_more_however_long_it_is(north, app):
    for number in range(40):
        post(north, to=(f"Kim {number}", f"kim{number}@customer.example"))
    client = north.client()
    client.get("/letters")
    with counted(app) as asked:
        assert client.get("/letters").status_code == 200
    assert len(asked) <= MOST, asked


@pytest.mark.parametrize("name", ["X" * 200, "שלום עולם", "محمد \u0627\u0644", "👩‍🚀 Zoë"])
def test_any_name_is_shown_as_it_is_and_arrives(north, worker, mail_folder, name):
    post(north, to=(name, "kim@customer.example"))
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert letter["To"].addresses[0].display_name == name
    assert f"<bdi>{name}</bdi>" in outbox(north).answer.text


def test_nobody_sees_anybody_elses_letters(world, worker):
    post(world.north)
    for house in (world.meridian, world.fjord, world.strand):
        assert "kim@customer.example" not in outbox(house).answer.text


@pytest.mark.parametrize(("role", "status"), [("support", 200), ("finance", 200), ("sales", 403), ("read_only", 403)])
def test_only_who_reads_the_log_reads_the_outbox(north, role, status):
    assert north.client(role).get("/letters").status_code == status
