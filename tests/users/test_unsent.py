"""A form that is sent when the sign-in is over: what was typed is there again after signing in, for its writer alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.accounts.models import Account
from portal.core.db import db
from portal.core.forms import SECRETS
from portal.users import unsent
from portal.users.gate import COOKIE
from portal.users.models import UnsentForm, User
from tests.users.conftest import CSRF, PASSWORD, Visitor, at_own_office, at_shop

HOST = "office.localhost"
AGAIN = "You were signed out meanwhile"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False) as moving:
        yield moving


def filled(page: str, **typed: str) -> dict[str, str]:
    """The form of a page as a browser would send it."""
    form = BeautifulSoup(page, "lxml").select_one("main form[method=post]")
    assert form is not None
    found = {
        str(one["name"]): str(one.get("value", ""))
        for one in form.select("input[name]")
        if one.get("type") != "checkbox"
    }
    found |= {
        str(one["name"]): str(
            next((o["value"] for o in one.select("option[selected]")), one.select("option")[0]["value"])
        )
        for one in form.select("select")
    }
    ticked = {str(one["name"]): "y" for one in form.select("input[type=checkbox][checked]")}
    radios = {str(one["name"]): str(one["value"]) for one in form.select("input[type=radio][checked]")}
    return found | ticked | radios | typed


def values(page: str) -> dict[str, str]:
    return filled(page)


def follow(browser: Visitor, path: str, typed: dict[str, str]) -> Any:
    """Send as a browser does: a 307 is sent once more where it leads."""
    answer = browser.client.post(path, data=typed)
    return browser.client.post(answer.location, data=typed) if answer.status_code == 307 else answer


def sign_in_again(browser: Visitor, answer: Any, house: Any, role: str = "administrator") -> Any:
    typed = {"username": house.people[role], "password": PASSWORD}
    if "client_id" in browser.open(answer.location).text:
        typed["client_id"] = house.client_id
    return browser.send(answer.location, **typed)


def accounts(house: Any) -> list[str]:
    with house.office():
        return list(db.session.scalars(select(Account.name)))


@pytest.fixture
def late(clock: Any, north: Any) -> tuple[Visitor, Any]:
    """Somebody whose form came thirty-one minutes late, and where he was led."""
    browser = Visitor(north.client())
    typed = filled(browser.open("/accounts/new").text, name="Blue <Harbour> & Sønner", email="blue@harbour.example")
    typed.pop("enabled_for_ordering")
    clock.shift(timedelta(minutes=31))
    return browser, follow(browser, "/accounts/new", typed)


def test_what_was_typed_is_there_after_signing_in_and_is_saved_by_pressing_again(
    late: tuple[Visitor, Any], north: Any
) -> None:
    browser, answer = late
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/accounts/new")
    assert sign_in_again(browser, answer, north).location == "/accounts/new"
    page = browser.open("/accounts/new")
    assert page.status_code == 200
    assert AGAIN in page.text
    shown = values(page.text)
    assert (shown["name"], shown["email"]) == ("Blue <Harbour> & Sønner", "blue@harbour.example")
    assert "enabled_for_ordering" not in shown  # what was unticked stays so
    assert accounts(north) == []
    assert browser.client.post("/accounts/new", data=shown).status_code == 303
    assert accounts(north) == ["Blue <Harbour> & Sønner"]
    assert AGAIN not in browser.open("/accounts/new").text
    assert values(browser.open("/accounts/new").text)["name"] == ""


def test_one_user_has_twenty_kept_at_most_and_the_oldest_give_way(clock: Any, north: Any) -> None:
    browser = Visitor(north.client())
    typed = filled(browser.open("/accounts/new").text, name="One More")
    clock.shift(timedelta(minutes=31))
    with north.office():
        people = {user.username: user.id for user in db.session.scalars(select(User))}
        mine, other = people[north.people["administrator"]], people[north.people["sales"]]
        facts = [(f"{number}".encode(), mine, number) for number in range(1, 21)]
        for token, user_id, minutes in [*facts, (b"other", other, 30)]:
            made = datetime.now(UTC) - timedelta(minutes=minutes)
            db.session.add(UnsentForm(token_hash=token, user_id=user_id, address="/x", words="", created_at=made))
    assert follow(browser, "/accounts/new", typed).status_code == 303
    with north.office():
        kept = {row.token_hash for row in db.session.scalars(select(UnsentForm))}
    assert len(kept) == unsent.MOST_KEPT + 1
    assert {b"1", b"19", b"other"} <= kept
    assert b"20" not in kept


def test_what_is_refused_after_all_stays(late: tuple[Visitor, Any], north: Any) -> None:
    browser, answer = late
    sign_in_again(browser, answer, north)
    shown = values(browser.open("/accounts/new").text)
    assert browser.client.post("/accounts/new", data=shown | {"email": "nonsense"}).status_code == 422
    assert AGAIN in browser.open("/accounts/new").text


def test_pressing_save_on_the_old_page_counts_too(clock: Any, north: Any) -> None:
    """Back to the page one had: its one-time key was not used up when it was put off."""
    browser = Visitor(north.client())
    typed = filled(browser.open("/accounts/new").text, name="Blue Harbour")
    clock.shift(timedelta(minutes=31))
    answer = follow(browser, "/accounts/new", typed)
    sign_in_again(browser, answer, north)
    assert browser.client.post("/accounts/new", data=typed).status_code == 303
    assert accounts(north) == ["Blue Harbour"]


@pytest.mark.parametrize("role", ["sales", "support"])
def test_somebody_else_who_signs_in_there_sees_nothing(late: tuple[Visitor, Any], north: Any, role: str) -> None:
    browser, answer = late
    sign_in_again(browser, answer, north, role)
    assert "Harbour" not in browser.open("/accounts/new").text


def test_somebody_of_another_tenant_sees_nothing(late: tuple[Visitor, Any], south: Any) -> None:
    browser, answer = late
    sign_in_again(browser, answer, south)
    page = browser.open("/accounts/new")
    assert page.status_code == 200
    assert "Harbour" not in page.text


def test_the_same_person_in_another_browser_sees_nothing_and_neither_does_a_made_up_token(
    late: tuple[Visitor, Any], north: Any
) -> None:
    browser, _ = late
    token = browser.client.get_cookie(unsent.COOKIE, domain=HOST).value
    for shown in (None, "", "x", token[:-1] + ("a" if token[-1] != "a" else "b"), token + "x", "ü" * 5):
        other = Visitor(north.client())
        if shown is not None:
            other.client.set_cookie(unsent.COOKIE, shown, domain=HOST)
        assert AGAIN not in other.open("/accounts/new").text, shown


def test_what_was_sealed_for_one_opens_for_nobody_else_and_broken_seals_are_nothing(
    late: tuple[Visitor, Any], north: Any
) -> None:
    browser, answer = late
    with north.office():
        row = db.session.scalars(select(UnsentForm)).one()
        assert "Harbour" not in row.words
        row.words = row.words[:-4] + "AAAA"
    sign_in_again(browser, answer, north)
    page = browser.open("/accounts/new")
    assert page.status_code == 200
    assert AGAIN not in page.text


def test_it_is_kept_for_an_hour(late: tuple[Visitor, Any], clock: Any, north: Any) -> None:
    browser, answer = late
    clock.shift(timedelta(minutes=61))
    sign_in_again(browser, answer, north)
    assert AGAIN not in browser.open("/accounts/new").text


def test_another_page_is_not_filled_in(late: tuple[Visitor, Any], north: Any) -> None:
    browser, answer = late
    sign_in_again(browser, answer, north)
    for page in ("/users/new", "/settings/company", "/profile"):
        assert "Harbour" not in browser.open(page).text


def test_passwords_are_never_kept(clock: Any, north: Any) -> None:
    assert {"password", "again", "current"} <= SECRETS
    browser = Visitor(north.client())
    typed = filled(browser.open("/profile/e-mail").text, email="new@nordlicht.example", current=PASSWORD)
    clock.shift(timedelta(minutes=31))
    answer = follow(browser, "/profile/e-mail", typed)
    sign_in_again(browser, answer, north)
    page = browser.open("/profile/e-mail").text
    assert PASSWORD not in page
    assert values(page)["email"] == "new@nordlicht.example"
    assert AGAIN in page


def test_a_strangers_words_are_not_kept(visitor: Visitor, clock: Any, north: Any) -> None:
    typed = filled(visitor.open("/sign-in").text) | {"name": "Blue Harbour"}
    for cookie in (None, "x", f"{north.client_id}.made-up"):
        if cookie:
            visitor.client.set_cookie(COOKIE, cookie, domain=HOST)
        assert follow(visitor, "/accounts/new", typed).location.startswith("/sign-in")
    with north.office():
        assert db.session.scalars(select(UnsentForm)).all() == []


def test_without_the_forms_token_nothing_is_kept(clock: Any, north: Any) -> None:
    browser = Visitor(north.client())
    browser.open("/accounts/new")
    clock.shift(timedelta(minutes=31))
    assert follow(browser, "/accounts/new", {"name": "Blue Harbour", "csrf_token": "x"}).status_code == 400
    with north.office():
        assert db.session.scalars(select(UnsentForm)).all() == []


def test_it_leads_nowhere_else(clock: Any, north: Any) -> None:
    for away in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""):
        browser = Visitor(north.client())
        token = CSRF.search(browser.open("/accounts/new").text)
        assert token
        clock.shift(timedelta(minutes=31))
        answer = browser.client.post(f"/sign-in/unsent?next={away}", data={"name": "x", "csrf_token": token[1]})
        assert (answer.status_code, answer.location) == (303, "/sign-in"), away


def test_what_is_too_much_or_has_no_page_is_led_to_sign_in_as_before(clock: Any, north: Any) -> None:
    browser = Visitor(north.client())
    typed = filled(browser.open("/accounts/new").text)
    clock.shift(timedelta(minutes=31))
    much = browser.client.post("/accounts/new", data=typed | {"name": "x" * unsent.MOST})
    bare = browser.client.post("/accounts/00000000000000000000000000/archival", data=typed)
    assert [(answer.status_code, answer.location) for answer in (much, bare)] == [(303, "/sign-in")] * 2


def test_at_the_tenants_own_address_too(clock: Any, north: Any) -> None:
    browser = at_own_office(north)
    browser.sign_in(username=north.people["administrator"])
    typed = filled(browser.open("/accounts/new").text, name="Blue Harbour")
    clock.shift(timedelta(minutes=31))
    answer = follow(browser, "/accounts/new", typed)
    assert sign_in_again(browser, answer, north).location == "/accounts/new"
    assert values(browser.open("/accounts/new").text)["name"] == "Blue Harbour"


def test_in_the_shop_too(clock: Any, north: Any) -> None:
    browser = at_shop(north)
    browser.sign_in(username=north.people["sales"])
    typed = filled_in_account(browser.open("/account").text) | {"name": "Ada Winter"}
    clock.shift(timedelta(minutes=31))
    answer = follow(browser, "/account", typed)
    assert answer.location == "/sign-in?next=/account"
    assert sign_in_again(browser, answer, north, "sales").location == "/account"
    page = browser.open("/account").text
    assert AGAIN in page
    assert filled_in_account(page)["name"] == "Ada Winter"


def filled_in_account(page: str) -> dict[str, str]:
    form = BeautifulSoup(page, "lxml").select_one(".entrance form")
    return filled(f"<main>{form}</main>")


def test_what_an_administrator_changed_meanwhile_still_meets_him(clock: Any, north: Any) -> None:
    browser = Visitor(north.client("sales"))
    typed = filled(browser.open("/profile").text, name="Ada Winter")
    clock.shift(timedelta(minutes=31))
    answer = follow(browser, "/profile", typed)
    with north.office():
        from portal.users.models import User

        db.session.scalars(select(User).where(User.username == north.people["sales"])).one().version += 1
    sign_in_again(browser, answer, north, "sales")
    shown = values(browser.open("/profile").text)
    assert shown["name"] == "Ada Winter"
    assert browser.client.post("/profile", data=shown).status_code == 409
