"""What somebody says of himself: how pages are written for him, and an address that holds once its reader has shown up."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.core.db import db
from portal.users.models import User
from tests.queries import counted
from tests.users.conftest import PASSWORD, Visitor, path_of

NEW = "sales@nordlicht.example"


@pytest.fixture
def sales(north: Any) -> Visitor:
    return Visitor(north.client("sales"))


def me(house: Any, role: str = "sales") -> User:
    with house.office():
        return db.session.scalars(select(User).where(User.username == house.people[role])).one()


def describe(sales: Visitor, **changed: str) -> Any:
    shown = BeautifulSoup(sales.open("/profile").text, "lxml")
    version = str(shown.select_one("[name=version]")["value"])  # type: ignore[index]
    typed = {"name": "North Sales", "language": "", "time_zone": "", "date_format": "", "version": version}
    return sales.send("/profile", **typed | changed)


def ask(sales: Visitor, email: str = NEW, current: str = PASSWORD) -> Any:
    return sales.send("/profile/e-mail", email=email, current=current)


def asked(letters: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [letter for letter in letters if letter["kind"] == kind]


def test_pages_are_written_as_one_wants_them_for_oneself_alone(sales: Visitor, north: Any) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), tick=False):
        other = Visitor(north.client("support"))
        sales = Visitor(north.client("sales"))
        assert describe(sales, language="de", time_zone="Asia/Tokyo", date_format="dd.MM.y").status_code == 303
        mine, theirs = sales.open("/password").text, other.open("/password").text
        assert describe(sales).status_code == 303
        assert '<html lang="en"' in sales.open("/profile").text
    assert '<html lang="de"' in mine
    assert "23.11.2026, 08:30" in mine  # in Tokyo it is tomorrow
    assert '<html lang="en"' in theirs
    assert "23 Nov 2026, 00:30" in theirs


def test_what_was_chosen_can_be_given_up(sales: Visitor) -> None:
    assert describe(sales, language="de").status_code == 303
    assert '<html lang="de"' in sales.open("/profile").text


def test_what_one_chose_costs_no_statement(app: Any, sales: Visitor) -> None:
    sales.open("/password")
    with counted(app) as before:
        sales.open("/password")
    describe(sales, language="de", time_zone="Asia/Tokyo")
    sales.open("/password")
    with counted(app) as after:
        sales.open("/password")
    assert len(after) == len(before)


def test_the_sidebar_leads_to_the_profile_and_the_name_follows(sales: Visitor) -> None:
    assert 'class="who" href="/profile"' in sales.open("/").text
    describe(sales, name="Ada Winter")
    assert "Ada Winter" in sales.open("/").text


def test_what_an_administrator_changed_meanwhile_is_not_overwritten_unseen(sales: Visitor, north: Any) -> None:
    with north.office():
        db.session.get_one(User, (north.tenant_id, me(north).id)).version += 1
    refused = describe(sales, name="Ada Winter", version="1")
    assert refused.status_code == 409
    assert "Ada Winter" in refused.text
    version = BeautifulSoup(refused.text, "lxml").select_one("[name=version]")
    assert version is not None
    assert describe(sales, name="Ada Winter", version=str(version["value"])).status_code == 303


def test_a_new_address_holds_once_the_letter_to_it_is_opened(
    sales: Visitor, visitor: Visitor, north: Any, letters: list[dict[str, Any]]
) -> None:
    assert ask(sales).status_code == 303
    assert me(north).email == "sales@north.example"
    assert [letter["to"][1] for letter in letters] == [NEW, "sales@north.example"]
    assert f"Waiting for you to confirm {NEW}" in sales.open("/profile").text
    path = path_of(asked(letters, "email_confirmation")[0]["link"])
    assert visitor.open(path).status_code == 200
    assert me(north).email == "sales@north.example"  # looking at it changes nothing
    assert visitor.send(path).status_code == 303
    assert me(north).email == NEW
    assert visitor.open(path).status_code == 404
    letters.clear()
    visitor.send("/forgotten-client-id", email=NEW)
    visitor.send("/forgotten-client-id", email="sales@north.example")
    assert [letter["to"][1] for letter in letters] == [NEW]


def test_the_link_works_for_half_an_hour_and_the_last_one_only(
    north: Any, visitor: Visitor, letters: list[dict[str, Any]]
) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False) as clock:
        sales = Visitor(north.client("sales"))
        ask(sales, "first@nordlicht.example")
        ask(sales, NEW)
        first, last = (path_of(letter["link"]) for letter in asked(letters, "email_confirmation"))
        assert visitor.open(first).status_code == 404
        clock.shift(timedelta(minutes=29))
        assert visitor.open(last).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert visitor.open(last).status_code == 404
    assert me(north).email == "sales@north.example"


def test_a_new_password_ends_the_link(
    north: Any, sales: Visitor, visitor: Visitor, letters: list[dict[str, Any]]
) -> None:
    ask(sales)
    path = path_of(asked(letters, "email_confirmation")[0]["link"])
    sales.send("/password", current=PASSWORD, password="violet kettle sings twice", again="violet kettle sings twice")
    assert visitor.open(path).status_code == 404


def test_an_open_screen_is_not_enough(sales: Visitor, letters: list[dict[str, Any]]) -> None:
    assert [ask(sales, f"{n}@a.example", "wrong").status_code for n in range(11)] == [422] * 10 + [429]
    assert letters == []


def test_whether_an_address_is_taken_is_told_to_its_reader_alone(
    app: Any, sales: Visitor, north: Any, letters: list[dict[str, Any]]
) -> None:
    def answer(email: str) -> tuple[Any, int]:
        with counted(app) as sent:
            got = ask(sales, email)
        return (got.status_code, got.location, re.sub(r"[\w.-]+@[\w.-]+", "", sales.open("/profile").text)), len(sent)

    answer("warm@nordlicht.example")
    (free, free_cost), (taken, taken_cost) = answer(NEW), answer("support@north.example")
    assert plain(free) == plain(taken)
    assert abs(free_cost - taken_cost) <= 1
    assert asked(letters, "email_taken")[0]["to"] == ("North Support", "support@north.example")
    assert asked(letters, "email_taken")[0]["link"] == ""


def plain(answer: tuple[int, str, str]) -> tuple[int, str, str]:
    return *answer[:2], re.sub(r'value="[^"]*"', "", answer[2])


def test_letters_to_one_new_address_are_few(sales: Visitor, letters: list[dict[str, Any]]) -> None:
    assert [ask(sales).status_code for _ in range(5)] == [303, 303, 303, 429, 429]
    assert len(asked(letters, "email_confirmation")) == 3


def test_letters_speak_the_readers_language(sales: Visitor, visitor: Visitor, north: Any, letters: list[Any]) -> None:
    describe(sales, language="de")
    visitor.send("/forgotten-password", client_id=north.client_id, username=north.people["sales"])
    assert letters[-1]["language"] == "de"
