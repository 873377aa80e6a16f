"""Visitors ask, the house answers: nothing is lost, nobody is mailed who did not ask, programs get nowhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.audit.models import LogRecord
from portal.core.db import db
from portal.processes.models import Process
from portal.storefront.models import Enquiry, Kind, State
from tests.browsing import Browser
from tests.notifications.test_letters import parts, sent
from tests.queries import counted
from tests.storefront.conftest import CONTACT
from tests.workers import InProcessWorker
from tests.world import House, World

PRODUCT = "/quote?product=lumen-mail-plan-1"
WORDS = {"name": "Noor Haddad", "email": "noor@visitor.example", "message": "Is there a discount for schools?"}
RTL = "نور 👩‍👩‍👧‍👦 שלום"


def asked(house: House) -> list[Enquiry]:
    with house.office():
        return list(db.session.scalars(select(Enquiry).order_by(Enquiry.created_at)))


def letters_of(house: House) -> int:
    with house.office():
        return len(db.session.scalars(select(Process).where(Process.plan_name == "letter")).all())


def someone_writes(house: House, clock: Any, path: str = "/contact", **words: Any) -> Browser:
    page = Browser(house.shop())
    page.open(path)
    clock.shift(timedelta(seconds=20))
    page.send(**{**WORDS, **words})
    return page


def test_a_question_is_kept_and_the_house_is_told(
    shelf: House, clock: Any, worker: InProcessWorker, mail_folder: Path
) -> None:
    page = someone_writes(shelf, clock)
    page.follow()
    assert "We have your message" in page.text
    (enquiry,) = asked(shelf)
    assert (enquiry.kind, enquiry.state, enquiry.message) == (Kind.CONTACT, State.NEW, WORDS["message"])
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert CONTACT in str(letter["To"])
    plain, _ = parts(letter)
    assert WORDS["message"] in plain
    assert f"/enquiries/{enquiry.key}" in plain
    assert shelf.client().get(f"/enquiries/{enquiry.key}").status_code == 200


def test_nothing_is_written_to_the_address_a_visitor_typed(
    shelf: House, clock: Any, worker: InProcessWorker, mail_folder: Path
) -> None:
    someone_writes(shelf, clock)
    someone_writes(shelf, clock, PRODUCT)
    worker.run_due()
    assert all(WORDS["email"] not in str(letter["To"]) for letter in sent(mail_folder))
    assert len(sent(mail_folder)) == 2


def test_without_a_contact_the_first_administrator_is_told(
    north: House, clock: Any, worker: InProcessWorker, mail_folder: Path
) -> None:
    someone_writes(north, clock)
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert "administrator@north.example" in str(letter["To"])


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(shelf: House, clock: Any) -> None:
    page = someone_writes(shelf, clock, email="nobody", name="")
    assert set(page.errors) == {"email", "name"}
    assert page.values()["message"].strip() == WORDS["message"]
    page.send(name=RTL, email="nora@visitor.example")
    assert page.answer is not None
    assert page.answer.status_code == 303
    assert asked(shelf)[0].name == RTL


def test_whoever_is_too_quick_sends_once_more_and_loses_nothing(shelf: House, clock: Any) -> None:
    page = Browser(shelf.shop())
    page.open("/contact")
    clock.shift(timedelta(seconds=1))
    page.send(**WORDS)
    assert "That was quick" in page.text
    assert asked(shelf) == []
    clock.shift(timedelta(seconds=3))
    page.send()
    assert [one.message for one in asked(shelf)] == [WORDS["message"]]


@pytest.mark.parametrize("stamp", ["", "x", "MQ.x.y", None])
def test_a_stamp_that_is_not_ours_is_renewed(shelf: House, clock: Any, stamp: str | None) -> None:
    page = someone_writes(shelf, clock, stamp=stamp)
    assert "once more, then send it" in page.text
    assert asked(shelf) == []
    clock.shift(timedelta(seconds=5))
    page.send()
    assert len(asked(shelf)) == 1


def test_a_stamp_of_another_shop_is_not_ours(shelf: House, world: World, clock: Any) -> None:
    other = Browser(world.strand.shop())
    other.open("/contact")
    someone_writes(shelf, clock, stamp=other.values()["stamp"])
    assert asked(shelf) == []


def test_who_fills_in_what_nobody_sees_is_thanked_and_nothing_is_kept(shelf: House, clock: Any) -> None:
    page = someone_writes(shelf, clock, homepage="https://pills.example")
    person = someone_writes(shelf, clock)
    assert page.answer is not None
    assert person.answer is not None
    assert (page.answer.status_code, page.answer.location) == (person.answer.status_code, person.answer.location)
    assert len(asked(shelf)) == 1
    assert letters_of(shelf) == 1


def test_a_form_sent_twice_counts_once(shelf: House, clock: Any) -> None:
    page = Browser(shelf.shop())
    page.open("/contact")
    clock.shift(timedelta(seconds=20))
    values = page.values() | WORDS
    for _ in range(2):
        assert page.client.post("/contact", data=values).status_code == 303
    assert len(asked(shelf)) == 1


def test_one_source_asks_five_times_and_then_waits(shelf: House, clock: Any) -> None:
    answers = [someone_writes(shelf, clock).answer for _ in range(6)]
    assert [answer.status_code for answer in answers if answer] == [303] * 5 + [429]
    assert answers[-1] is not None
    assert "Retry-After" in answers[-1].headers
    assert WORDS["message"] in answers[-1].text
    assert len(asked(shelf)) == 5


def test_nothing_is_taken_without_the_forms_token(shelf: House) -> None:
    for path in ("/contact", PRODUCT):
        assert shelf.shop().post(path, data=WORDS).status_code == 400
    assert asked(shelf) == []


def test_a_quote_keeps_what_the_visitor_saw_and_never_the_cost(shelf: House, clock: Any) -> None:
    page = someone_writes(shelf, clock, PRODUCT, quantity="25", company="Haddad & Sons", message="")
    page.follow()
    assert "We have your request" in page.text
    (enquiry,) = asked(shelf)
    assert (enquiry.kind, enquiry.quantity, enquiry.company) == (Kind.QUOTE, 25, "Haddad & Sons")
    assert enquiry.price.startswith("$10.00 per ")
    assert enquiry.product == "Lumen Mail Plan 1"
    with shelf.office():
        (row,) = db.session.scalars(select(LogRecord).where(LogRecord.verb == "enquiry.received"))
        kept = str((row.label, row.before, row.after)) + str(vars(enquiry))
    assert "8.00" not in kept
    assert "8.40" not in kept
    assert WORDS["email"] not in str((row.label, row.before, row.after))


def test_the_price_that_was_shown_leads_to_why_on_that_day(shelf: House, clock: Any) -> None:
    someone_writes(shelf, clock, PRODUCT)
    (enquiry,) = asked(shelf)
    page = BeautifulSoup(shelf.client().get(f"/enquiries/{enquiry.key}").text, "lxml")
    (link,) = page.select("main a[href*='/why/']")
    assert link.get_text() == enquiry.price
    assert str(link["href"]).endswith(f"?on={enquiry.created_at:%Y-%m-%d}")
    why = shelf.client().get(str(link["href"]).replace("?", ".json?")).json
    assert why["price"] == {"amount": "10.00", "currency": "USD"}


@pytest.mark.parametrize("quantity", ["0", "-3", "1.5", "x", "", "99999999999999"])
def test_a_quantity_that_cannot_be_is_said_at_its_field(shelf: House, clock: Any, quantity: str) -> None:
    page = someone_writes(shelf, clock, PRODUCT, quantity=quantity)
    assert set(page.errors) == {"quantity"}
    assert page.values()["name"] == WORDS["name"]


def test_the_plan_of_the_address_is_chosen_and_no_other_is_taken(shelf: House, clock: Any) -> None:
    page = Browser(shelf.shop())
    page.open(f"{PRODUCT}&plan=nonsense")
    plan = page.values()["plan"]
    page.open(f"{PRODUCT}&plan={plan}")
    assert page.values()["plan"] == plan
    assert set(someone_writes(shelf, clock, PRODUCT, plan="P9Y-monthly-x").errors) == {"plan"}


@pytest.mark.parametrize("slug", ["no-such-product", "%00", "x" * 5000, "' or 1=1"])
def test_a_product_that_is_not_sold_here_is_not_there(shelf: House, slug: str) -> None:
    assert shelf.shop().get(f"/quote?product={slug}").status_code == 404


def test_without_a_product_one_chooses_one(shelf: House) -> None:
    answer = shelf.shop().get("/quote")
    assert (answer.status_code, answer.location) == (303, "/products")


def test_the_products_page_leads_to_the_form_with_plan_and_quantity(shelf: House) -> None:
    page = Browser(shelf.shop())
    page.open("/products/lumen-mail-plan-1")
    form = page.page.select_one("main form.buy")
    assert form is not None
    button = form.select_one("button[formaction]")
    assert button is not None
    assert (button["formaction"], button["name"], button["value"]) == ("/quote", "product", "lumen-mail-plan-1")
    plan = form.select_one("input[name=plan][checked]")
    assert plan is not None
    page.open(f"{PRODUCT}&plan={plan['value']}&quantity=40")
    assert (page.values()["plan"], page.values()["quantity"]) == (plan["value"], "40")
    for nonsense in ("x", "-1", "0", "9" * 50, "٣"):
        page.open(f"{PRODUCT}&quantity={nonsense}")
        assert page.values()["quantity"] == "1"


def test_the_dashboard_says_how_many_wait(shelf: House, clock: Any) -> None:
    someone_writes(shelf, clock)
    someone_writes(shelf, clock, PRODUCT)
    page = Browser(shelf.client("sales"))
    page.open("/")
    assert "2 enquiries to answer" in page.text
    with counted(shelf.app) as queries:
        page.client.get("/")
    assert len(queries) <= 8, queries


def test_an_enquiry_is_answered_closed_and_reopened(shelf: House, clock: Any) -> None:
    someone_writes(shelf, clock, PRODUCT, name=RTL)
    (enquiry,) = asked(shelf)
    page = Browser(shelf.client("sales"))
    page.open(f"/enquiries/{enquiry.key}")
    assert RTL in page.text
    reply = page.page.select_one("a[href^='mailto:']")
    assert reply is not None
    assert str(reply["href"]).startswith(
        f"mailto:{WORDS['email']}?subject=Quote%3A%20Lumen%20Mail%20Plan%201&body=Hello"
    )
    for button, state in (
        ("Mark as answered", State.ANSWERED),
        ("Close", State.CLOSED),
        ("Reopen", State.NEW),
        ("Close without an answer", State.CLOSED),
    ):
        page.send(button=button)
        assert asked(shelf)[0].state is state
        page.follow()


def test_the_list_is_searched_and_filtered(shelf: House, clock: Any) -> None:
    someone_writes(shelf, clock)
    someone_writes(shelf, clock, PRODUCT, name="Ada Byron")
    page = Browser(shelf.client("read_only"))
    page.open("/enquiries?q=ada")
    assert len(page.rows()) == 1
    page.open("/enquiries?kind=contact")
    assert "Noor Haddad" in page.rows()[0]
    page.open("/enquiries?state=closed")
    assert page.rows() == []


def test_who_may_only_look_moves_nothing(shelf: House, clock: Any) -> None:
    someone_writes(shelf, clock)
    (enquiry,) = asked(shelf)
    page = shelf.client("read_only").get(f"/enquiries/{enquiry.key}").text
    assert "Mark as answered" not in page


def test_nobody_else_sees_an_enquiry(shelf: House, clock: Any, world: World) -> None:
    someone_writes(shelf, clock)
    (enquiry,) = asked(shelf)
    for other in (world.meridian, world.north, world.strand):
        assert other.client().get(f"/enquiries/{enquiry.key}").status_code == 404
        assert "Noor" not in other.client().get("/enquiries").text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7*7 }} %(x)s %s", "x" * 120])
def test_what_a_visitor_types_is_shown_as_it_is(shelf: House, clock: Any, text: str, worker: InProcessWorker) -> None:
    someone_writes(shelf, clock, name=text, message=text * 3)
    worker.run_due()
    (enquiry,) = asked(shelf)
    page = Browser(shelf.client())
    page.open(f"/enquiries/{enquiry.key}")
    assert text * 3 in page.text
    assert page.page.select("main script") == []
