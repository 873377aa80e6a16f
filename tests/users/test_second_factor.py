"""A code beside the password: once each, within its window, from this browser, and never a way to learn who is here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select, text

from portal.core.db import db
from portal.core.keys import new_id, spell
from portal.users.gate import COOKIE
from portal.users.models import HalfSignIn, RecoveryCode, SecondFactor, User
from tests.queries import counted
from tests.users.conftest import CSRF, PASSWORD, Visitor, at_own_office, at_shop

MORNING = datetime(2026, 11, 22, 8, tzinfo=UTC)
NO_MATCH = "This code does not fit."
OFFICE_HOST = "office.localhost"


@dataclass
class Phone:
    """The app, and the paper beside it."""

    secret: str
    paper: list[str]

    def code(self, *, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(datetime.now(UTC), counter_offset=steps)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(MORNING, tick=False) as moving:
        yield moving


def set_up(browser: Visitor) -> Phone:
    page = BeautifulSoup(browser.open("/second-factor/new").text, "lxml")
    secret = "".join(page.select_one(".clientid .mono").get_text().split())  # type: ignore[union-attr]
    offer = page.select_one("[name=offer]")["value"]  # type: ignore[index]
    code = pyotp.TOTP(secret).at(datetime.now(UTC))
    shown = browser.send("/second-factor/new", offer=offer, code=code, current=PASSWORD)
    assert shown.status_code == 200, shown.text
    paper = [line.get_text() for line in BeautifulSoup(shown.text, "lxml").select("ol.codes li")]
    return Phone(secret, paper)


@pytest.fixture
def phone(clock: Any, north: Any) -> Phone:
    made = set_up(Visitor(north.client("sales")))
    clock.shift(timedelta(minutes=1))
    return made


def first_step(visitor: Visitor, house: Any, role: str = "sales", **changed: Any) -> Any:
    return visitor.sign_in(house, username=house.people[role], **changed)


def second_step(visitor: Visitor, code: str) -> Any:
    return visitor.send("/sign-in/code", code=code)


def is_in(visitor: Visitor) -> bool:
    return visitor.open("/profile").status_code == 200


def test_the_picture_and_the_key_say_the_same_and_are_asked_of_nobody(clock: Any, north: Any) -> None:
    page = BeautifulSoup(Visitor(north.client("sales")).open("/second-factor/new").text, "lxml")
    assert page.select_one(".qr img")["src"].startswith("data:image/svg+xml")  # type: ignore[index, union-attr]
    assert page.select_one(".qr img")["alt"]  # type: ignore[index]


def test_a_code_is_asked_for_after_the_password(phone: Phone, visitor: Visitor, north: Any) -> None:
    assert len(phone.paper) == len(set(phone.paper)) == 10
    answer = first_step(visitor, north)
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert visitor.client.get_cookie(COOKIE, domain=OFFICE_HOST) is None
    assert not is_in(visitor)
    assert second_step(visitor, phone.code()).location == "/"
    assert is_in(visitor)


def test_one_is_led_where_one_wanted_to_go(phone: Phone, visitor: Visitor, north: Any) -> None:
    typed = {"client_id": north.client_id, "username": north.people["sales"], "password": PASSWORD}
    answer = visitor.send("/sign-in?next=/accounts", **typed)
    assert answer.location == "/sign-in/code?next=/accounts"
    assert visitor.send(answer.location, code=phone.code()).location == "/accounts"
    visitor = Visitor(north.visitor())
    away = visitor.send("/sign-in?next=//evil.example", **typed)
    assert visitor.send(away.location, code=phone.code(steps=1)).location == "/"


def test_a_code_is_taken_once(phone: Phone, visitor: Visitor, north: Any) -> None:
    code = phone.code()
    first_step(visitor, north)
    assert second_step(visitor, code).status_code == 303
    again = Visitor(north.visitor())
    first_step(again, north)
    refused = second_step(again, code)
    assert refused.status_code == 422
    assert NO_MATCH in refused.text
    assert not is_in(again)


def test_the_code_of_the_set_up_is_used_up_too(clock: Any, visitor: Visitor, north: Any) -> None:
    phone = set_up(Visitor(north.client("sales")))
    first_step(visitor, north)
    assert second_step(visitor, phone.code()).status_code == 422
    assert second_step(visitor, phone.code(steps=1)).status_code == 303


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_one_step_off(phone: Phone, visitor: Visitor, north: Any, steps: int, status: int) -> None:
    first_step(visitor, north)
    assert second_step(visitor, phone.code(steps=steps)).status_code == status


def test_a_recovery_code_stands_in_once_however_it_is_typed(phone: Phone, visitor: Visitor, north: Any) -> None:
    first_step(visitor, north)
    assert second_step(visitor, phone.paper[0].upper().replace("-", " ")).status_code == 303
    assert "9 of 10" in visitor.open("/second-factor").text
    again = Visitor(north.visitor())
    first_step(again, north)
    assert second_step(again, phone.paper[0]).status_code == 422
    assert second_step(again, phone.paper[1]).status_code == 303


def test_whatever_is_wrong_with_a_code_the_answer_is_the_same(phone: Phone, visitor: Visitor, north: Any) -> None:
    first_step(visitor, north)
    second_step(visitor, phone.paper[0])
    again = Visitor(north.visitor())
    first_step(again, north)
    wrongs = (
        "000000",
        phone.code(steps=-5),
        phone.paper[0],
        "x" * 150,
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "' or 1=1",
    )
    answers = [second_step(again, wrong) for wrong in wrongs]
    assert {answer.status_code for answer in answers} == {422}
    assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1


def test_codes_are_counted_like_passwords(clock: Any, phone: Phone, visitor: Visitor, north: Any) -> None:
    first_step(visitor, north)
    assert [second_step(visitor, "000000").status_code for _ in range(11)] == [422] * 10 + [429]
    assert "Try again in one minute" in second_step(visitor, phone.code()).text
    first_step(visitor, north)  # the right password does not empty the counter of codes
    assert second_step(visitor, phone.code()).status_code == 429
    clock.shift(timedelta(minutes=2))
    assert second_step(visitor, phone.code()).status_code == 303


def test_a_stranger_with_the_password_does_not_lock_out_a_known_browser(
    clock: Any, phone: Phone, visitor: Visitor, north: Any
) -> None:
    first_step(visitor, north)
    second_step(visitor, phone.code())
    clock.shift(timedelta(minutes=1))
    stranger = Visitor(north.visitor())
    first_step(stranger, north)
    for _try in range(11):
        second_step(stranger, "000000")
    visitor.client.delete_cookie(COOKIE, domain=OFFICE_HOST)
    first_step(visitor, north)
    assert second_step(visitor, phone.code()).status_code == 303


def test_half_a_sign_in_is_bound_to_browser_door_host_and_ten_minutes(
    clock: Any, phone: Phone, visitor: Visitor, north: Any, south: Any
) -> None:
    first_step(visitor, north)
    value = visitor.client.get_cookie("second-step", domain=OFFICE_HOST).value
    assert phone.secret not in value
    for other in (at_own_office(north), at_shop(north), at_own_office(south)):
        host = other.client.base.removeprefix("http://").partition(":")[0]  # type: ignore[attr-defined]
        other.client.set_cookie("second-step", value, domain=host)
        assert other.open("/sign-in/code").location.startswith("/sign-in"), host
    for nonsense in ("", "x", f"{north.client_id}.", f"{south.client_id}.{value.partition('.')[2]}", value + "x"):
        other = Visitor(north.visitor())
        other.client.set_cookie("second-step", nonsense, domain=OFFICE_HOST)
        assert other.open("/sign-in/code").location == "/sign-in", nonsense
    other = Visitor(north.visitor())
    other.client.set_cookie(COOKIE, value, domain=OFFICE_HOST)
    assert not is_in(other)  # it is no sign-in
    clock.shift(timedelta(minutes=11))
    assert visitor.open("/sign-in/code").location == "/sign-in"


def test_a_new_password_ends_what_was_half_begun(phone: Phone, visitor: Visitor, north: Any) -> None:
    first_step(visitor, north)
    new = "violet kettle sings twice"
    Visitor(north.client("sales")).send("/password", current=PASSWORD, password=new, again=new)
    assert visitor.open("/sign-in/code").location == "/sign-in"


def test_nobody_learns_of_a_factor_without_the_password(app: Any, phone: Phone, north: Any, hashes: list[str]) -> None:
    asked, pages = [], []
    for role, password in (("sales", "wrong"), ("support", "wrong"), ("nobody", "wrong")):
        stranger = Visitor(north.visitor())
        stranger.open("/sign-in")
        people = {**north.people, "nobody": "nobody"}
        with counted(app) as sent:
            refused = stranger.sign_in(north, username=people[role], password=password)
        asked.append(list(sent))
        pages.append((refused.status_code, re.sub(r'value="[^"]*"', "", refused.text)))
        assert stranger.client.get_cookie("second-step", domain=OFFICE_HOST) is None
    assert asked[0] == asked[1] == asked[2]
    assert pages[0] == pages[1] == pages[2]
    assert len(hashes) == 3


def test_the_secret_lies_sealed_and_the_paper_hashed(phone: Phone, north: Any) -> None:
    with north.office():
        kept = db.session.scalars(select(SecondFactor.secret)).one()
        marks = db.session.scalars(select(RecoveryCode.mark)).all()
        whole = db.session.execute(
            text("select string_agg(t::text, '') from log_record t"), execution_options={"reviewed": True}
        ).scalar()
    assert phone.secret not in kept
    assert all(len(mark) == 32 for mark in marks)
    assert phone.secret not in whole
    assert not [code for code in phone.paper if code in whole]


def test_a_sealed_secret_opens_in_its_own_row_alone(phone: Phone, north: Any) -> None:
    with north.office():
        mine = db.session.scalars(select(SecondFactor)).one()
        other = db.session.scalars(select(User.id).where(User.username == north.people["support"])).one()
        db.session.add(SecondFactor(user_id=other, secret=mine.secret, last_counter=0))
    support = Visitor(north.visitor())
    first_step(support, north, "support")
    assert second_step(support, phone.code()).status_code >= 422


def test_the_set_up_asks_for_a_code_and_what_was_offered_is_ones_own(clock: Any, north: Any) -> None:
    sales, support = Visitor(north.client("sales")), Visitor(north.client("support"))
    offer = BeautifulSoup(sales.open("/second-factor/new").text, "lxml").select_one("[name=offer]")["value"]  # type: ignore[index]
    refused = sales.send("/second-factor/new", offer=offer, code="000000", current=PASSWORD)
    assert refused.status_code == 422
    shown = BeautifulSoup(refused.text, "lxml").select_one("[name=offer]")["value"]  # type: ignore[index]
    assert opened(sales, offer) == opened(sales, shown)
    assert opened(support, offer) != opened(support, offer)  # a stranger's offer is none: each time a fresh one
    with north.office():
        assert db.session.scalars(select(SecondFactor)).all() == []


def test_the_set_up_asks_for_the_password_and_its_owner_is_told(
    clock: Any, north: Any, letters: list[dict[str, Any]]
) -> None:
    sales = Visitor(north.client("sales"))
    page = BeautifulSoup(sales.open("/second-factor/new").text, "lxml")
    offer = page.select_one("[name=offer]")["value"]  # type: ignore[index]
    code = pyotp.TOTP(opened(sales, offer).replace(" ", "")).at(datetime.now(UTC))
    for wrong in ({}, {"current": "wrong"}):
        assert sales.send("/second-factor/new", offer=offer, code=code, **wrong).status_code == 422
    assert [letter["kind"] for letter in letters] == []
    with north.office():
        assert db.session.scalars(select(SecondFactor)).all() == []
    assert sales.send("/second-factor/new", offer=offer, code=code, current=PASSWORD).status_code == 200
    assert [letter["kind"] for letter in letters] == ["factor_set_up"]
    assert letters[0]["to"][1] == "sales@north.example"


def test_passwords_tried_at_the_set_up_are_counted(clock: Any, north: Any) -> None:
    sales = Visitor(north.client("sales"))
    tried = [sales.send("/second-factor/new", code="000000", current="wrong").status_code for _ in range(11)]
    assert tried == [422] * 10 + [429]


def opened(browser: Visitor, offer: Any) -> str:
    page = browser.send("/second-factor/new", offer=offer, code="000000")
    return BeautifulSoup(page.text, "lxml").select_one(".clientid .mono").get_text()  # type: ignore[union-attr]


def test_a_second_click_shows_the_same_paper(clock: Any, north: Any) -> None:
    browser = Visitor(north.client("sales"))
    page = browser.open("/second-factor/new").text
    form = {field["name"]: field.get("value", "") for field in BeautifulSoup(page, "lxml").select("main input")}
    secret = BeautifulSoup(page, "lxml").select_one(".clientid .mono").get_text().replace(" ", "")  # type: ignore[union-attr]
    form["current"] = PASSWORD
    form["code"] = pyotp.TOTP(secret).at(datetime.now(UTC))
    first, second = (browser.client.post("/second-factor/new", data=form) for _ in range(2))
    assert first.status_code == second.status_code == 200
    codes = [
        [line.get_text() for line in BeautifulSoup(one.text, "lxml").select("ol.codes li")] for one in (first, second)
    ]
    assert codes[0] == codes[1] != []


def test_new_recovery_codes_and_removal_ask_for_the_password(
    phone: Phone, visitor: Visitor, north: Any, letters: list[dict[str, Any]]
) -> None:
    sales = Visitor(north.client("sales"))
    for page in ("/second-factor/recovery-codes", "/second-factor/removal"):
        assert sales.send(page, current="wrong").status_code == 422
    shown = sales.send("/second-factor/recovery-codes", current=PASSWORD)
    paper = [line.get_text() for line in BeautifulSoup(shown.text, "lxml").select("ol.codes li")]
    first_step(visitor, north)
    assert second_step(visitor, phone.paper[0]).status_code == 422
    assert second_step(visitor, paper[0]).status_code == 303
    assert sales.send("/second-factor/removal", current=PASSWORD).status_code == 303
    assert [letter["kind"] for letter in letters] == ["factor_removed"]
    assert first_step(Visitor(north.visitor()), north).location == "/"


def test_an_administrator_takes_a_lost_factor_away_and_the_person_is_told(
    phone: Phone, visitor: Visitor, north: Any, letters: list[dict[str, Any]]
) -> None:
    first_step(visitor, north)
    second_step(visitor, phone.code())
    chief = Visitor(north.client())
    with north.office():
        key = db.session.scalars(select(User).where(User.username == north.people["sales"])).one().key
    assert f"/users/{key}/second-factor/removal" in chief.open(f"/users/{key}").text
    assert chief.send(f"/users/{key}/second-factor/removal").status_code == 303
    assert not is_in(visitor)
    assert (letters[-1]["kind"], letters[-1]["values"]["who"]) == ("factor_removed", "North Administrator")
    assert "took the second factor from" in chief.open("/log").text
    assert first_step(visitor, north).location == "/"
    with north.office():
        assert db.session.scalars(select(RecoveryCode)).all() == []


def require(chief: Visitor, *, wanted: bool = True) -> Any:
    page = BeautifulSoup(chief.open("/settings/sign-in").text, "lxml")
    typed = {"version": page.select_one("[name=version]")["value"]}  # type: ignore[index]
    return chief.send("/settings/sign-in", **typed | ({"second_factor": "y"} if wanted else {}))


def test_whoever_asks_it_of_all_has_one_and_all_set_one_up_when_they_next_sign_in(
    clock: Any, visitor: Visitor, north: Any
) -> None:
    chief, working = Visitor(north.client()), Visitor(north.client("support"))
    assert require(chief).status_code == 422
    set_up(chief)
    clock.shift(timedelta(minutes=1))
    assert require(chief).status_code == 303
    assert working.open("/accounts").status_code == 200
    clock.shift(timedelta(minutes=1))
    assert first_step(visitor, north).location == "/"
    for page in ("/", "/accounts", "/profile", "/users"):
        assert visitor.open(page).location == "/second-factor/new", page
    for poll in ("/processes/rows", f"/processes/{spell(new_id())}/progress"):
        assert visitor.open(poll).status_code == 403, poll
    assert visitor.open("/password").status_code == 200
    assert "asks everybody for a second factor" in visitor.open("/second-factor/new").text
    set_up(visitor)
    assert visitor.open("/accounts").status_code == 200
    assert require(chief, wanted=False).status_code == 303
    other = Visitor(north.visitor())
    first_step(other, north, "support")
    assert other.open("/accounts").status_code == 200


def test_the_shop_asks_for_the_code_too_and_sends_to_the_office_who_must_set_one_up(
    clock: Any, phone: Phone, north: Any
) -> None:
    front = at_shop(north)
    answer = front.sign_in(username=north.people["sales"])
    assert answer.location == "/sign-in/code"
    assert front.send("/sign-in/code", code="000000").status_code == 422
    assert front.send("/sign-in/code", code=phone.code()).status_code == 303
    assert "North Sales" in front.open("/sign-in").text
    chief = Visitor(north.client())
    set_up(chief)
    clock.shift(timedelta(minutes=1))
    require(chief)
    refused = at_shop(north).sign_in(username=north.people["support"])
    assert refused.status_code == 422
    assert "Set up your second factor first" in refused.text


def test_on_the_neutral_shop_host_too(phone: Phone, north: Any) -> None:
    front = Visitor(north.visitor("http://shop.localhost:8000"))
    root = f"/@{north.client_id.lower()}"
    answer = front.send(f"{root}/sign-in", username=north.people["sales"], password=PASSWORD)
    assert answer.location == f"{root}/sign-in/code"
    assert front.send(answer.location, code=phone.code()).location == f"{root}/"


def test_old_halves_are_swept(clock: Any, phone: Phone, visitor: Visitor, north: Any) -> None:
    first_step(visitor, north)
    clock.shift(timedelta(minutes=11))
    first_step(visitor, north)
    with north.office():
        assert len(db.session.scalars(select(HalfSignIn)).all()) == 1


def test_the_second_step_needs_the_forms_token(phone: Phone, visitor: Visitor, north: Any) -> None:
    first_step(visitor, north)
    assert CSRF.search(visitor.open("/sign-in/code").text)
    assert visitor.client.post("/sign-in/code", data={"code": phone.code()}).status_code == 400
    assert not is_in(visitor)
