"""The domain of a sender's address: its letters wait until it is proved, and what it says to receivers is explained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from portal.core.db import db
from portal.core.name_servers import PROOF_AT, PROOF_IS, Unanswered
from portal.core.words import say
from portal.notifications import proving, queries, senders
from portal.notifications.actions import knock
from portal.notifications.models import Envelope, MailSender
from portal.notifications.postmarks import Marks, domain_of, take
from portal.processes.models import Process, State
from tests.browsing import Browser
from tests.notifications.postbox import open_postbox
from tests.notifications.test_sender import arrived, own_server, post
from tests.world import House

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
AT = "nordlicht.example"


class Zone:
    """Name servers that say what they are told."""

    def __init__(self, **said: Sequence[str]) -> None:
        self.said: dict[str, Sequence[str]] = dict(said)
        self.silent: set[str] = set()

    def ask(self, name: str, kind: str) -> Sequence[str]:
        if name in self.silent or "*" in self.silent:
            raise Unanswered(say("Nobody is there."))
        return tuple(self.said.get(name, ())) if kind == "TXT" else ()

    def proves(self, house: House) -> None:
        with house.office():
            row = db.session.scalars(select(MailSender)).one()
            self.said[f"{PROOF_AT}.{row.domain}"] = [f"{PROOF_IS}{row.proof}"]


@pytest.fixture
def zone(app: Any, monkeypatch: pytest.MonkeyPatch) -> Zone:
    zone = Zone()
    monkeypatch.setitem(app.extensions, "vitrine.resolver", zone)
    return zone


def row_of(house: House) -> MailSender:
    with house.office():
        return db.session.scalars(select(MailSender)).one()


def test_letters_wait_for_the_proof_and_leave_as_soon_as_it_is_there(north: House, worker: Any, zone: Zone) -> None:
    with time_machine.travel(BEGIN, tick=False) as clock, open_postbox() as box:
        own_server(north, box.port)
        post(north)
        worker.run_due()
        assert arrived(box) == []
        with north.office():
            letter = db.session.scalars(select(Envelope)).one()
            assert letter.shown[0] == "warn"
            assert letter.why["values"] == {"domain": AT}
        clock.shift(timedelta(days=12))  # no server was down: it waits longer than for one
        worker.run_due()
        assert arrived(box) == []
        zone.proves(north)
        with north.office():
            proving.look_now(senders.settings())
        worker.run_due()
        assert [str(one["From"].addresses[0].addr_spec) for one in arrived(box)] == [f"shop@{AT}"]
    assert row_of(north).proved_at == BEGIN + timedelta(days=12)


def test_a_letter_that_waited_a_month_is_kept_for_somebody(north: House, worker: Any, zone: Zone) -> None:
    with time_machine.travel(BEGIN, tick=False) as clock, open_postbox() as box:
        own_server(north, box.port)
        post(north)
        worker.run_due()
        clock.shift(timedelta(days=31))
        with north.office():
            for waiting in queries.held_up(9):
                knock(waiting)
            proving.look_now(senders.settings())
        worker.run_due()
        with north.office():
            letter = db.session.scalars(select(Process).where(Process.plan_name == "letter")).one()
            watch = db.session.scalars(select(Process).where(Process.plan_name == "mail_sender.watch")).one()
            assert (letter.state, watch.state) == (State.ATTENTION, State.DONE)
            assert letter.facts["letter"]
        assert arrived(box) == []


def test_whoever_comes_back_after_a_month_is_looked_at_all_the_same(north: House, worker: Any, zone: Zone) -> None:
    with time_machine.travel(BEGIN, tick=False) as clock:
        own_server(north, 2525)
        worker.run_due()
        clock.shift(timedelta(days=40))
        zone.proves(north)
        with north.office():
            proving.look_now(senders.settings())
        worker.run_due()
    assert row_of(north).proved_at == BEGIN + timedelta(days=40)


def test_the_test_letter_goes_all_the_same(north: House, worker: Any, zone: Zone) -> None:
    with open_postbox() as box:
        own_server(north, box.port)
        browser = Browser(north.client())
        browser.open("/settings/mail")
        browser.send(button="Send me a test letter")
        worker.run_due()
        assert len(arrived(box)) == 1
    assert row_of(north).proved_at is None


def test_another_domain_is_proved_anew_and_the_same_is_not(north: House, worker: Any, zone: Zone) -> None:
    own_server(north, 2525)
    zone.proves(north)
    worker.run_due()
    before = row_of(north)
    assert before.proved_at is not None
    own_server(north, 2525, address=f"help@{AT}", selector="s9")
    same = row_of(north)
    assert (same.proof, same.proved_at) == (before.proof, before.proved_at)
    own_server(north, 2525, address="shop@elsewhere.example")
    worker.run_due()
    other = row_of(north)
    assert other.proof != before.proof
    assert other.proved_at is None


def test_the_proof_of_one_tenant_proves_nothing_for_another(
    north: House, south: House, worker: Any, zone: Zone
) -> None:
    for house in (north, south):
        own_server(house, 2525)
    zone.proves(north)
    worker.run_due()
    assert row_of(north).proved_at is not None
    assert row_of(south).proved_at is None
    assert "domain-proof=" in str(row_of(south).marks)  # somebody else's is shown as what it is: another value
    assert row_of(south).marks["proof"]["mood"] == "bad"


def test_from_silence_nothing_follows(north: House, worker: Any, zone: Zone) -> None:
    own_server(north, 2525)
    zone.silent.add("*")
    worker.run_due()
    assert row_of(north).marks == {}
    assert row_of(north).proved_at is None


def test_the_page_shows_what_to_copy_and_what_was_seen(north: House, worker: Any, zone: Zone) -> None:
    own_server(north, 2525)
    page = Browser(north.client())
    page.open("/settings/mail")
    assert "Its name servers are being asked" in page.text
    zone.said[AT] = ["v=spf1 +all"]
    worker.run_due()
    page.open("/settings/mail")
    row = row_of(north)
    for shown in (f"{PROOF_AT}.{AT}", f"{PROOF_IS}{row.proof}", "Waiting for proof", "whole world", "_dmarc."):
        assert shown in page.text, shown
    zone.proves(north)
    assert page.send(button="Check now").status_code == 303
    worker.run_due()
    page.open("/settings/mail")
    assert "Proved" in page.text
    assert row.proof not in page.text
    assert "proved the domain of the mail sender" in north.client().get("/log").text


def test_nobody_else_sees_it_and_readers_change_nothing(north: House, south: House, worker: Any, zone: Zone) -> None:
    own_server(north, 2525)
    worker.run_due()
    proof = row_of(north).proof
    assert proof not in south.client().get("/settings/mail").text
    assert proof not in south.client().get("/settings/mail/domain").text
    assert north.client("read_only").post("/settings/mail/domain").status_code in (400, 403)


@pytest.mark.parametrize("typed", ["-x", "a b", "ä", "x" * 64, "a..b", '"><script>'])
def test_a_selector_is_part_of_a_name(north: House, typed: str) -> None:
    page = Browser(north.client())
    page.open("/settings/mail")
    answer = page.send(button="Save", way="own", host="smtp.nordlicht.example", address=f"shop@{AT}", selector=typed)
    assert answer.status_code == 422
    assert page.errors


# ---------------------------------------------------------------------------------------------------- what they say


def seen(selector: str = "", **said: Sequence[str]) -> Marks:
    return take(AT, proof="abc", selector=selector, asking=Zone(**said))


def moods(marks: Marks) -> list[str]:
    return [mark.mood for _, mark in marks.shown]


def test_nothing_there() -> None:
    assert moods(seen()) == ["warn", "warn", "warn"]
    assert moods(seen("mine")) == ["warn", "bad", "warn"]


@pytest.mark.parametrize(
    ("record", "mood"),
    [
        ("v=spf1 include:mail.example -all", "good"),
        ("v=spf1 ip4:192.0.2.1 ~all", "good"),
        ("V=SPF1 +ALL", "bad"),
        ("v=spf1 a all", "bad"),
        (f"v=spf1 {' '.join(f'include:{number}.example' for number in range(11))} -all", "bad"),
        ("google-site-verification=1", "warn"),
    ],
)
def test_servers(record: str, mood: str) -> None:
    assert seen(**{AT: [record, "something=else"]}).of_servers.mood == mood


def test_two_records_of_servers_are_none() -> None:
    assert seen(**{AT: ["v=spf1 -all", "v=spf1 mx -all"]}).of_servers.mood == "bad"


@pytest.mark.parametrize(
    ("record", "mood"),
    [("v=DKIM1; k=rsa; p=MIIB", "good"), ("p=MIIB", "good"), ("v=DKIM1; p=", "bad"), ("v=DKIM1; p=;", "bad")],
)
def test_signature(record: str, mood: str) -> None:
    assert seen("s9", **{f"s9._domainkey.{AT}": [record]}).of_signature.mood == mood
    assert seen(**{f"selector1._domainkey.{AT}": [record]}).of_signature.mood == mood


@pytest.mark.parametrize(
    ("records", "mood"),
    [
        (["v=DMARC1; p=reject"], "good"),
        (["v=DMARC1;p = quarantine"], "good"),
        (["v=DMARC1; p=none; rua=mailto:x@y.example"], "warn"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "bad"),
    ],
)
def test_policy(records: list[str], mood: str) -> None:
    assert seen(**{f"_dmarc.{AT}": records}).of_policy.mood == mood


def test_what_only_explains_may_stay_unanswered() -> None:
    zone = Zone(**{f"{PROOF_AT}.{AT}": [f"{PROOF_IS}abc"]})
    zone.silent |= {AT, f"_dmarc.{AT}", f"default._domainkey.{AT}"}
    marks = take(AT, proof="abc", selector="", asking=zone)
    assert marks.is_proved
    assert moods(marks) == ["warn", "warn", "warn"]
    assert Marks.of(marks.stored()) == marks


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@Company.Example", "company.example"),
        ("a@grün.example", "xn--grn-ioa.example"),
        ("", ""),
        ("a@" + "x" * 70 + ".example", ""),
    ],
)
def test_the_domain_of_an_address(address: str, domain: str) -> None:
    assert domain_of(address) == domain
