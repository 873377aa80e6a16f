"""The mail sender: whose hand letters come from, what is kept of its password, and what happens while it does not work."""

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, text

from portal.core.db import db
from portal.notifications import proving, queries, senders, write
from portal.notifications.models import Envelope, MailSender
from portal.notifications.servers import Encryption
from portal.processes.models import Process, State
from portal.tenants.models import Organization
from tests.browsing import Browser
from tests.notifications.postbox import PASSWORD, free_port, open_postbox
from tests.notifications.test_letters import LINK, VALUES, sent
from tests.world import House

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)


def own_server(house: House, port: int, **changed) -> None:
    words = {
        "own": True,
        "host": "127.0.0.1",
        "port": port,
        "encryption": Encryption.NONE,
        "username": "",
        "password": "",
        "address": "shop@nordlicht.example",
        "name": "",
        "reply_to": "",
    }
    with house.office():
        row = senders.settings()
        proving.hire(row, version=row.version, **words | changed)


def post(house: House, *, clothes: str = "shop", **changed) -> None:
    words = {"to": ("Kim Winter", "kim@customer.example"), "language": "en", "values": VALUES, "link": LINK}
    with house.office():
        write("password_reset", clothes=clothes, **words | changed)


def arrived(box) -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(one, policy=email.policy.default) for one in box.taken]


def only_process(house: House) -> Process:
    with house.office():
        process = db.session.scalars(select(Process).where(Process.plan_name == "letter")).one()
        assert process.tasks
        return process


# ------------------------------------------------------------------------------------------------------- by whom it goes


def test_until_then_the_house_sends_in_the_tenants_name_and_answers_go_to_the_tenant(north, worker, mail_folder):
    with north.office():
        record = db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one()
        record.administrator_email = "jonas@nordlicht.example"
    post(north)
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert letter["From"] == "Nordlicht IT <no-reply@office.localhost>"
    assert letter["Reply-To"] == "jonas@nordlicht.example"


def test_a_letter_to_the_shop_goes_by_the_tenants_own_server(north, worker, mail_folder):
    with open_postbox() as box:
        own_server(north, box.port, name="Nordlicht Support", reply_to="help@nordlicht.example")
        post(north)
        worker.run_due()
    (letter,) = arrived(box)
    assert letter["From"] == "Nordlicht Support <shop@nordlicht.example>"
    assert letter["Reply-To"] == "help@nordlicht.example"
    assert "nordlicht.example>" in letter["Message-ID"]
    assert sent(mail_folder) == []


def test_a_letter_about_the_office_goes_by_the_makers(world, worker, mail_folder):
    with open_postbox() as of_north, open_postbox() as of_meridian:
        own_server(world.north, of_north.port)
        own_server(world.meridian, of_meridian.port, address="bss@meridian.example")
        post(world.north, clothes="office")
        post(world.fjord, clothes="office")
        worker.run_due()
    assert [letter["From"].addresses[0].addr_spec for letter in arrived(of_meridian)] == ["bss@meridian.example"]
    assert [letter["From"].addresses[0].addr_spec for letter in arrived(of_north)] == ["shop@nordlicht.example"]
    assert sent(mail_folder) == []


def test_in_production_a_tenants_server_must_be_out_in_the_world(north, worker, app, monkeypatch):
    with open_postbox() as box:
        own_server(north, box.port)
        monkeypatch.setattr("portal.config.settings.Settings.production", True)
        post(north)
        worker.run_due()
    assert box.taken == []
    assert "out in the world" in str(told_of(only_process(north)))


def told_of(process: Process) -> object:
    return process.reason or process.tasks[0].line


# ---------------------------------------------------------------------------------------------------------- the password


def test_the_password_is_kept_sealed_and_never_shown(north, app, server):
    browser = Browser(north.client())
    browser.open("/settings/mail")
    typed = {
        "host": "smtp.nordlicht.example",
        "username": "shop",
        "password": PASSWORD,
        "address": "s@nordlicht.example",
    }
    browser.send(button="Save", way="own", **typed)
    assert browser.answer.status_code == 303, browser.errors
    page = north.client().get("/settings/mail").text
    assert "smtp.nordlicht.example" in page
    assert PASSWORD not in page
    with app.app_context():
        kept = db.session.execute(text("select to_jsonb(m)::text from mail_sender m").execution_options(reviewed=True))
        assert PASSWORD not in "".join(kept.scalars())
    log = north.client().get("/log").text
    assert "changed the mail sender" in log
    assert PASSWORD not in log
    with north.office():
        assert senders.sender().server.password == PASSWORD


def test_a_password_is_not_told_to_another_server(north):
    own_server(north, 587, username="shop", password=PASSWORD, encryption=Encryption.STARTTLS)
    browser = Browser(north.client())
    browser.open("/settings/mail")
    browser.send(button="Save", host="collector.example")
    assert browser.answer.status_code == 422
    assert "another server" in browser.errors["password"]
    browser.send(button="Save", host="127.0.0.1", name="Nordlicht Support")
    assert browser.answer.status_code == 303, browser.errors
    with north.office():
        assert senders.sender().server.password == PASSWORD


def test_whoever_wrote_meanwhile_is_not_overwritten_and_no_password_comes_back(north):
    first, second = Browser(north.client()), Browser(north.client())
    first.open("/settings/mail")
    first.send(button="Save", way="house", reply_to="help@nordlicht.example")
    first.open("/settings/mail")
    second.open("/settings/mail")
    first.send(button="Save", reply_to="first@nordlicht.example")
    second.send(button="Save", reply_to="second@nordlicht.example", password="the second’s own")
    assert second.answer.status_code == 409
    assert "first@nordlicht.example" in second.text
    assert "the second’s own" not in second.answer.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"host": ""}, "host"),
        ({"address": ""}, "address"),
        ({"port": "6379"}, "port"),
        ({"host": "smtp.company.example/x"}, "host"),
        ({"host": "smtp.company.example\r\nRCPT TO:<all@company.example>"}, "host"),
        ({"name": "Nordlicht\r\nBcc: all@company.example"}, "name"),
        ({"reply_to": "help@company.example\r\nBcc: all@company.example"}, "reply_to"),
        ({"username": "shop", "encryption": "none"}, "encryption"),
    ],
)
def test_what_no_server_can_be_called_with_is_said_at_its_field(north, typed, field):
    browser = Browser(north.client())
    browser.open("/settings/mail")
    browser.send(button="Save", way="own", **{"host": "smtp.company.example", "address": "a@company.example"} | typed)
    assert browser.answer.status_code == 422
    assert field in browser.errors


def test_in_production_a_private_name_is_refused_at_its_field(north, monkeypatch):
    monkeypatch.setattr("portal.config.settings.Settings.production", True)
    browser = Browser(north.client())
    browser.open("/settings/mail")
    for host in ("localhost", "10.0.0.7", "metadata.internal"):
        browser.send(button="Save", way="own", host=host, address="a@company.example")
        assert "out in the world" in browser.errors["host"]


# --------------------------------------------------------------------------------------------------------- a server down


def test_a_server_down_for_a_day_loses_nothing(north, worker):
    port = free_port()
    own_server(north, port)
    with time_machine.travel(BEGIN, tick=False) as clock:
        for number in range(3):
            post(north, to=("Kim", f"kim{number}@customer.example"))
        for _ in range(30):
            worker.let_time_pass()
            worker.run_due()
            clock.shift(timedelta(hours=1))
        with north.office():
            waiting = db.session.scalars(select(Process).where(Process.plan_name == "letter")).all()
            assert {process.state for process in waiting} == {State.RUNNING}
            assert all("Nobody answers" in str(process.tasks[0].line) for process in waiting)
        with open_postbox(port) as box:
            worker.let_time_pass()
            worker.run_due()
            worker.let_time_pass()
            worker.run_due()
    assert sorted(letter["To"].addresses[0].username for letter in arrived(box)) == ["kim0", "kim1", "kim2"]
    with north.office():
        assert set(db.session.scalars(select(Process.state))) == {State.DONE}


def test_after_days_a_person_has_to_look_and_can_send_it_still(north, worker):
    port = free_port()
    own_server(north, port)
    with time_machine.travel(BEGIN, tick=False) as clock:
        post(north)
        for _ in range(5):
            worker.let_time_pass()
            worker.run_due()
            clock.shift(timedelta(days=1))
    process = only_process(north)
    assert process.state is State.ATTENTION
    assert "Given up after %(days)s days" in str(told_of(process))
    with open_postbox(port) as box:
        browser = Browser(north.client())
        browser.open(f"/processes/{process.key}")
        browser.send(button="Retry")
        worker.run_due()
    assert len(box.taken) == 1


def test_no_transaction_stands_open_while_a_mail_server_takes_its_time(north, worker, server):
    """The database ends what stands idle in a transaction: the letter would have gone, and be sent again."""
    idle = "select count(*) from pg_stat_activity where state = 'idle in transaction' and usename = 'vitrine_app'"
    seen = []
    with open_postbox() as box:
        box.on_taking.append(lambda: seen.append(server.execute(idle).fetchone()[0]))
        own_server(north, box.port)
        post(north)
        worker.run_due()
    assert seen == [0]


# --------------------------------------------------------------------------------------------------------- a test letter


def test_a_test_letter_goes_to_oneself_and_ticks_the_line(north, worker):
    with open_postbox() as box:
        own_server(north, box.port)
        browser = Browser(north.client())
        browser.open("/settings/mail")
        browser.send(button="Send me a test letter")
        browser.follow()
        assert "Queued" in browser.text
        worker.run_due()
    (letter,) = arrived(box)
    assert letter["To"].addresses[0].addr_spec == "administrator@north.example"
    assert "http://north.office.localhost:8000/settings/mail" in letter.get_body(("plain",)).get_content()
    browser.open("/settings/mail")
    assert "Arrived at the mail server" in browser.text
    with north.office():
        assert db.session.scalars(select(MailSender.proven_at)).one() is not None


def test_a_test_that_fails_says_why_at_once_and_the_next_puts_it_away(north, worker):
    port = free_port()
    own_server(north, port)
    browser = Browser(north.client())
    browser.open("/settings/mail")
    browser.send(button="Send me a test letter")
    worker.run_due()
    browser.open("/settings/mail")
    assert "Did not leave" in browser.text
    assert "Nobody answers at this port" in browser.text
    with open_postbox(port) as box:
        browser.send(button="Send me a test letter")
        worker.run_due()
    assert len(box.taken) == 1
    with north.office():
        states = select(Process.state).where(Process.plan_name == "letter")
        assert sorted(db.session.scalars(states)) == [State.CANCELLED, State.DONE]


def test_new_settings_are_not_proven_by_an_old_test(north):
    own_server(north, 587)
    with north.office():
        senders.prove()
    own_server(north, 465)
    with north.office():
        assert senders.settings().proven_at is None


# -------------------------------------------------------------------------------------------------------- nobody else's


def test_nobody_else_sees_or_uses_it(world, worker, mail_folder):
    own_server(world.north, 587, username="shop", password=PASSWORD)
    for house in (world.meridian, world.fjord, world.strand):
        assert "shop@nordlicht.example" not in house.client().get("/settings/mail").text
        with house.office():
            assert senders.sender().server is None
            assert queries.last_test() is None
            assert db.session.scalars(select(Envelope)).all() == []


@pytest.mark.parametrize("role", ["sales", "finance", "support", "read_only"])
def test_only_administrators_change_it(north, role):
    client = north.client(role)
    assert client.get("/settings/mail").status_code == 403
    assert client.get("/settings/mail/test").status_code == 403
