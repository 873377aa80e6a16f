"""The letter about price changes: once a day at most, to those who may change prices, in their language, and never for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from portal.catalogue import actions, digest
from portal.catalogue.models import PriceList
from portal.catalogue.prices import Way
from portal.core.db import db
from portal.notifications.models import Notice, Switch
from portal.processes.models import Process, State
from portal.tenants.models import Tenant
from portal.users.models import Kind as UserKind
from portal.users.models import State as UserState
from portal.users.models import User
from portal.users.roles import Role
from tests.browsing import Browser
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_price_decisions import MAIL, PLAN, ROWS, hold
from tests.notifications.test_letters import sent
from tests.workers import InProcessWorker
from tests.world import PASSWORD, House

BERLIN = ZoneInfo("Europe/Berlin")
SUBJECT = "What you pay has changed"
READERS = [role for role in Role if role.may("prices.edit")]


class Calendar:
    """The clock of these tests: a morning after the other."""

    def __init__(self, clock: time_machine.Coordinates, worker: InProcessWorker) -> None:
        self.clock, self.worker = clock, worker

    def comes(self, day: int, hour: int = 7) -> None:
        """It is this hour of a day of November in Berlin; whoever waited for it has done his work."""
        self.clock.move_to(datetime(2026, 11, day, hour, tzinfo=BERLIN))
        self.worker.let_time_pass()
        self.worker.run_due()


@pytest.fixture
def calendar(worker: InProcessWorker) -> Iterator[Calendar]:
    with time_machine.travel(datetime(2026, 11, 22, 10, tzinfo=BERLIN), tick=False) as clock:
        yield Calendar(clock, worker)


@pytest.fixture
def watched(calendar: Calendar, meridian: House, north: House) -> House:
    """North buys by Meridian's list, holds one price, prices the others from its cost, and is looked after."""
    with meridian.office():
        imported(sheet(*({"Market": "DE", "Currency": "EUR", **row} for row in ROWS)))
        give(price_list("Wholesale", currency="EUR", market="DE", percent="10"), north)
    with north.office():
        shop = price_list("Shop", currency="EUR", market=None, percent="20")
        actions.show_in_storefront(shop)
        hold(shop, MAIL, Way(amounts={PLAN: Decimal("13.20")}))
        actions.publish(shop)
        digest.watch()
    calendar.worker.run_due()
    return north


def raise_prices(meridian: House, percent: int) -> None:
    with meridian.office():
        row = db.session.scalars(select(PriceList)).one()
        actions.begin_draft(row).percent = Decimal(percent)
        actions.publish(row)


def letters(folder: Path) -> list[EmailMessage]:
    return [letter for letter in sent(folder) if letter["Subject"] == SUBJECT]


def test_one_letter_a_day_goes_to_everybody_who_may_change_prices(
    watched: House, meridian: House, calendar: Calendar, mail_folder: Path
) -> None:
    raise_prices(meridian, 60)
    raise_prices(meridian, 120)
    calendar.comes(23)
    found = letters(mail_folder)
    assert {str(letter["To"]).partition("<")[2] for letter in found} == {
        f"{role.value.replace('_', '-')}@north.example>" for role in READERS
    }
    text = found[0].get_body(("plain",)).get_content()  # type: ignore[union-attr] # it has a plain part
    assert "/price-changes" in text
    assert "Dearer" in text
    assert "Wholesale" not in text
    calendar.comes(23, 9)
    calendar.comes(23, 23)
    assert len(letters(mail_folder)) == len(READERS)
    calendar.comes(24)
    assert len(letters(mail_folder)) == len(READERS), "nothing has changed since"
    raise_prices(meridian, 130)
    calendar.comes(25)
    assert len(letters(mail_folder)) == 2 * len(READERS)


def test_who_was_shut_out_or_has_not_come_in_yet_gets_none(
    watched: House, meridian: House, calendar: Calendar, mail_folder: Path
) -> None:
    with watched.office():
        people = db.session.scalars(select(User).where(User.role.in_(READERS)).order_by(User.id)).all()
        states = [UserState.DISABLED, UserState.INVITED]
        for person, state in zip(people, states, strict=False):
            person.state = state
        customer = {"username": "buyer", "name": "Buyer", "email": "buyer@b.example", "role": people[0].role}
        db.session.add(User(**customer, kind=UserKind.CUSTOMER, state=UserState.ACTIVE))
        left = {person.email for person in people[len(states) :]}
    raise_prices(meridian, 60)
    calendar.comes(23)
    assert {str(letter["To"]).partition("<")[2].rstrip(">") for letter in letters(mail_folder)} == left


def test_nothing_is_sent_when_nothing_changed(watched: House, calendar: Calendar, mail_folder: Path) -> None:
    for day in range(23, 28):
        calendar.comes(day)
    assert sent(mail_folder) == []
    with watched.office():
        assert db.session.scalars(select(Notice)).all() == []
        (process,) = db.session.scalars(select(Process)).all()
        assert (process.state, process.quiet) == (State.RUNNING, True)


def test_before_the_morning_nobody_is_woken(
    watched: House, meridian: House, calendar: Calendar, mail_folder: Path
) -> None:
    raise_prices(meridian, 60)
    calendar.comes(23, 5)
    assert letters(mail_folder) == []
    calendar.comes(23, 6)
    assert letters(mail_folder)


def test_who_does_not_want_it_gets_none_and_the_way_out_stands_in_it(
    watched: House, meridian: House, calendar: Calendar, mail_folder: Path
) -> None:
    with watched.office():
        people = db.session.scalars(select(User).where(User.role.in_(READERS))).all()
        for person in people[1:]:
            db.session.add(Switch(user_id=person.id, kind=digest.NOTICE, bell=True, mail=False))
        wanted = people[0].email
    raise_prices(meridian, 60)
    calendar.comes(23)
    (letter,) = letters(mail_folder)
    assert wanted in str(letter["To"])
    assert "/no-more-letters/" in str(letter["List-Unsubscribe"])
    with watched.office():
        assert len(db.session.scalars(select(Notice).where(Notice.kind == digest.NOTICE)).all()) == len(READERS)


def test_it_is_written_in_the_language_of_whoever_reads_it(
    watched: House, meridian: House, calendar: Calendar, mail_folder: Path
) -> None:
    with watched.office():
        reader = db.session.scalars(select(User).where(User.role == Role.FINANCE)).one()
        reader.language = "de"
    raise_prices(meridian, 60)
    calendar.comes(23)
    subjects = {str(letter["To"]): str(letter["Subject"]) for letter in sent(mail_folder)}
    assert "Ihre Einkaufspreise haben sich geändert" in subjects.values()


def test_who_has_no_office_open_is_not_written_to(
    watched: House, meridian: House, calendar: Calendar, mail_folder: Path
) -> None:
    raise_prices(meridian, 60)
    with watched.app.app_context():
        db.session.get(Tenant, watched.tenant_id).move(to="suspended")  # type: ignore[arg-type,union-attr] # it is there
        db.session.commit()
    calendar.comes(23)
    assert letters(mail_folder) == []


def test_a_correction_of_a_day_that_is_over_is_told(
    watched: House, meridian: House, calendar: Calendar, mail_folder: Path
) -> None:
    with meridian.office():
        imported(sheet({"Market": "DE", "Currency": "EUR", "UnitPrice": "9.00"}), "corrected.csv")
    calendar.comes(23)
    assert letters(mail_folder)


def test_it_begins_when_somebody_who_may_change_prices_comes_in_and_only_once(
    calendar: Calendar, north: House, strand: House, meridian: House
) -> None:
    with north.office():
        price_list("Shop", currency="EUR", market=None).for_storefront = True
    for role in ("finance", "finance", "administrator"):
        sign_in(north, role)
    sign_in(strand, "administrator")
    assert [count_watches(house) for house in (north, strand, meridian)] == [1, 0, 0]


def sign_in(house: House, role: str) -> None:
    browser = Browser(house.visitor())
    browser.open("/sign-in")
    answer = browser.send(client_id=house.client_id, username=house.people[role], password=PASSWORD)
    assert answer.status_code == 303, browser.text


def count_watches(house: House) -> int:
    with house.office():
        return len(db.session.scalars(select(Process).where(Process.about == digest.ABOUT)).all())


def test_the_switch_stands_among_the_others(north: House) -> None:
    assert "What I pay has changed" in north.client().get("/notices/switches").text
    assert "What I pay has changed" not in north.client("sales").get("/notices/switches").text
