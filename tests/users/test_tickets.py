"""Links in letters: once, for a while, for one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from portal.branding import actions as branding
from portal.branding.designing import Wish
from portal.core.db import db
from portal.core.errors import NotFound
from portal.users import actions
from portal.users.models import Mailbox, Purpose, State, Ticket, User
from portal.users.passwords import hash_password
from portal.users.roles import Role
from tests.users.conftest import PASSWORD, Visitor, at_own_office, path_of

NEW = "violet kettle sings twice"
MORNING = datetime(2026, 11, 22, 8, tzinfo=UTC)


def invited(house: Any, name: str = "Ada Winter") -> str:
    with house.office():
        user = actions.invite(name=name, email="ada@winter.example", username="ada", role=Role.SALES)
        return actions.invitation_link(user)


@pytest.fixture
def sent_for(visitor: Visitor, letters: list[dict[str, Any]]) -> Callable[..., str]:
    def ask(house: Any, role: str = "sales") -> str:
        typed = {"client_id": house.client_id, "username": house.people[role]}
        assert visitor.send("/forgotten-password", **typed).status_code == 303
        return path_of(letters[-1]["link"])

    return ask


def test_an_invitation_sets_the_password_and_works_once(visitor: Visitor, north: Any) -> None:
    path = path_of(invited(north))
    assert "Nordlicht IT" in visitor.open(path).text
    answer = visitor.send(path, password=NEW, again=NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert visitor.open(path).status_code == 404
    assert visitor.sign_in(north, username="ada", password=NEW).status_code == 303


def test_an_invitation_says_with_what_one_signs_in_and_the_sign_in_page_remembers_it(
    visitor: Visitor, north: Any
) -> None:
    path = path_of(invited(north))
    page = BeautifulSoup(visitor.open(path).text, "lxml")
    facts = {fact.dt.get_text(): fact.dd.get_text() for fact in page.select("dl.facts > div")}
    assert facts == {"Client ID": f"{north.client_id[:4]}-{north.client_id[4:]}", "Username": "ada"}
    visitor.send(path, password=NEW, again=NEW)
    door = BeautifulSoup(visitor.open("/sign-in").text, "lxml")
    shown = {field["name"]: field.get("value") for field in door.select("main input[name]")}
    assert (shown["username"], shown["client_id"]) == ("ada", facts["Client ID"])


def test_an_invitation_bears_its_tenants_mark_everywhere_and_opens_at_no_other_tenants_address(
    visitor: Visitor, north: Any, south: Any
) -> None:
    with north.office():
        branding.dress(Wish("Nordlicht", brand_colour="#00796b"))
    path = path_of(invited(north))
    front = at_own_office(north)
    assert "/brand-" in front.open(path).text
    page = BeautifulSoup(visitor.open(path).text, "lxml")
    assert page.select_one(".house").get_text(strip=True) == "Nordlicht IT"
    assert page.select_one(".house img.sign")["src"].startswith("data:image/png;base64,")
    assert "/brand-" not in str(page), "his files have no address at the one office"
    assert at_own_office(south).open(path).status_code == 404
    assert "Nordlicht" not in at_own_office(south).open(path).text


def test_errors_stand_in_the_order_of_the_page(north: Any) -> None:
    sales = Visitor(north.client())
    for page in ("/password", "/users/new"):
        shown = BeautifulSoup(sales.send(page, password="short", again="other").text, "lxml")
        said = [str(link["href"]).lstrip("#") for link in shown.select("#summary li a")]
        fields = [field["id"] for field in shown.select("main form [id]") if field["id"] in said]
        assert said == fields
        assert len(said) > 1


def test_an_invitation_dies_after_72_hours(visitor: Visitor, north: Any) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        path = path_of(invited(north))
        clock.shift(timedelta(hours=71, minutes=59))
        assert visitor.open(path).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert visitor.open(path).status_code == 404


def test_the_second_invitation_kills_the_first(visitor: Visitor, north: Any) -> None:
    path = path_of(invited(north))
    with north.office():
        actions.send_invitation(db.session.scalars(select(User).where(User.username == "ada")).one())
    assert visitor.open(path).status_code == 404


def test_a_used_expired_foreign_and_mistyped_link_look_alike(visitor: Visitor, north: Any, south: Any) -> None:
    path = path_of(invited(north))
    elsewhere = path.replace(north.client_id, south.client_id)
    nowhere = path.replace(north.client_id, "ZZZZZZZZ")
    other_purpose = path.replace("invitations", "new-password")
    mistyped = path[:-1] + ("0" if path[-1] != "0" else "1")
    shapeless = "/invitations/x"
    visitor.send(path, password=NEW, again=NEW)
    assert "Your password is set" in visitor.open("/sign-in").text
    answers = [visitor.open(one) for one in (path, elsewhere, nowhere, mistyped, shapeless)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert visitor.open(other_purpose).status_code == 404


def test_a_weak_password_stays_on_the_page(visitor: Visitor, north: Any) -> None:
    path = path_of(invited(north))
    for weak in ("short", "winter-is-coming-ada", "Nordlicht-1"):
        answer = visitor.send(path, password=weak, again=weak)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert visitor.send(path, password=NEW, again=NEW + "x").status_code == 422
    assert visitor.open(path).status_code == 200


def test_a_forgotten_password_is_set_again_and_ends_sign_ins(
    visitor: Visitor, north: Any, sent_for: Callable[..., str], letters: list[dict[str, Any]]
) -> None:
    sales = Visitor(north.client("sales"))
    assert sales.open("/password").status_code == 200
    path = sent_for(north)
    assert letters[-1]["to"] == ("North Sales", "sales@north.example")
    assert visitor.send(path, password=NEW, again=NEW).status_code == 303
    assert letters[-1]["kind"] == "password_changed"
    assert sales.open("/password").status_code == 303
    assert visitor.open(path).status_code == 404
    assert visitor.sign_in(north, username=north.people["sales"], password=NEW).status_code == 303


def test_its_link_works_for_half_an_hour(visitor: Visitor, north: Any, sent_for: Callable[..., str]) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        path = sent_for(north)
        clock.shift(timedelta(minutes=29))
        assert visitor.open(path).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert visitor.open(path).status_code == 404


def test_the_host_a_request_came_to_never_stands_in_a_letter(north: Any, letters: list[dict[str, Any]]) -> None:
    front = Visitor(north.visitor("http://north.office.localhost:8000"))
    front.client.environ_base["HTTP_X_FORWARDED_HOST"] = "evil.example"
    front.send("/forgotten-password", username=north.people["sales"])
    path_of(letters[-1]["link"])


def test_whether_anybody_is_there_the_answer_is_the_same(visitor: Visitor, north: Any, letters: list[Any]) -> None:
    with north.office():
        db.session.scalars(select(User).where(User.username == north.people["support"])).one().state = State.DISABLED
    answers = [
        visitor.send("/forgotten-password", client_id=north.client_id, username=north.people["sales"]),
        visitor.send("/forgotten-password", client_id=north.client_id, username="nobody"),
        visitor.send("/forgotten-password", client_id=north.client_id, username=north.people["support"]),
        visitor.send("/forgotten-password", client_id="ZZZZZZZZ", username=north.people["sales"]),
        visitor.send("/forgotten-password", client_id="rubbish", username="rubbish"),
    ]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (303, "/forgotten-password?sent=yes")
    }
    assert len({answer.data for answer in answers}) == 1
    assert len(letters) == 1


def test_letters_to_one_address_are_few(visitor: Visitor, north: Any, letters: list[Any]) -> None:
    typed = {"client_id": north.client_id, "username": north.people["sales"]}
    answers = [visitor.send("/forgotten-password", **typed).status_code for _ in range(5)]
    assert answers == [303, 303, 303, 429, 429]
    assert len(letters) == 3


def test_a_forgotten_client_id_comes_from_every_tenant_that_knows_the_address(
    visitor: Visitor, north: Any, south: Any, letters: list[dict[str, Any]]
) -> None:
    invited(north)
    invited(south)
    letters.clear()
    answer = visitor.send("/forgotten-client-id", email=" Ada@Winter.Example ")
    assert answer.headers["Location"] == "/forgotten-client-id?sent=yes"
    told = {letter["values"]["client_id"].replace("-", "") for letter in letters}
    assert told == {north.client_id, south.client_id}
    assert {letter["kind"] for letter in letters} == {"client_id_reminder"}


def test_an_unknown_address_gets_the_same_answer_and_no_letter(
    visitor: Visitor, north: Any, letters: list[Any]
) -> None:
    invited(north)
    letters.clear()
    known = visitor.send("/forgotten-client-id", email="ada@winter.example")
    unknown = visitor.send("/forgotten-client-id", email="eva@winter.example")
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert len(letters) == 1


def test_the_mailbox_follows_the_address(visitor: Visitor, north: Any, letters: list[Any]) -> None:
    invited(north)
    with north.office():
        user = db.session.scalars(select(User).where(User.username == "ada")).one()
        actions.edit(user, name=user.name, email="new@winter.example", role=user.role, version=user.version, by=user.id)
    letters.clear()
    visitor.send("/forgotten-client-id", email="ada@winter.example")
    assert not letters
    visitor.send("/forgotten-client-id", email="new@winter.example")
    assert len(letters) == 1
    with north.office():
        assert db.session.scalar(select(func.count()).select_from(Mailbox)) == 1


def test_only_hashes_are_kept(north: Any) -> None:
    link = invited(north)
    with north.office():
        (kept,) = db.session.scalars(select(Ticket.token_hash)).all()
    assert kept.hex() not in link
    assert len(kept) == 32


def test_of_two_who_use_one_ticket_at_once_only_one_sets_a_password(north: Any) -> None:
    ticket = path_of(invited(north)).rpartition("/")[2]

    def use(password: str) -> bool:
        try:
            with north.office():
                actions.redeem(ticket, purpose=Purpose.INVITATION, password=password)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(2) as two:
        used = list(two.map(use, (NEW, NEW + " twice")))
    assert sorted(used) == [False, True]


def test_a_typed_first_password_must_be_changed_and_dies_after_a_week(visitor: Visitor, north: Any) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        with north.office():
            typed = hash_password(PASSWORD)
            actions.create_administrator("Ada Winter", "ada@winter.example", "Ada", typed)
        assert visitor.sign_in(north, username="ada").status_code == 303
        for path in ("/", "/users", "/accounts"):
            assert visitor.open(path).headers["Location"] == "/password"
        answer = visitor.send("/password", current=PASSWORD, password=NEW, again=NEW)
        assert answer.headers["Location"] == "/"
        assert visitor.open("/users").status_code == 200
        with north.office():
            actions.create_administrator("Eva Sommer", "eva@sommer.example", "eva", typed)
        clock.shift(timedelta(days=7))
        assert visitor.sign_in(north, username="eva").status_code == 422
        assert visitor.sign_in(north, username="ada", password=NEW).status_code == 303
