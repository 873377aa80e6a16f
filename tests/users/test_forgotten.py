"""Who asks for a letter learns from nothing whether there is anybody who gets it: not from the answer, not from its time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import Account, Contact
from portal.core.db import db
from portal.users import mailboxes
from portal.users.models import Kind, State, User
from tests.house.asking import map_of
from tests.queries import counted
from tests.users.conftest import CSRF, Visitor, at_own_office, at_shop

EMAIL = "ada@blue.example"
NOBODY = {"username": "nobody.at.all", "email": "nobody@nowhere.example"}


@pytest.fixture
def ada(north: Any) -> str:
    """A customer of North's shop."""
    words = {"currency": "EUR", "country": "DE", "language": "de", "time_zone": "UTC"}
    with north.office():
        account = Account(number="A-1", name="Blue Harbour", **words)
        contact = Contact(account=account, name="Ada Winter", email=EMAIL)
        db.session.add_all([account, contact])
        db.session.flush()
        about = {"account_id": account.id, "contact_id": contact.id}
        staff = db.session.scalars(select(User)).first()
        assert staff
        user = User(username="contact-a", name="Ada", email=EMAIL, role=staff.role, kind=Kind.CUSTOMER, **about)
        user.state = State.ACTIVE
        db.session.add(user)
        for role in ("sales", "finance"):
            mailboxes.note(f"{role}@north.example")
    return EMAIL


def doors(world: Any, ada: str) -> list[tuple[Visitor, str, dict[str, str]]]:
    """Every form that anybody may send and that writes to somebody who is known, with what somebody known types."""
    north = world.north
    office, own, shop = Visitor(north.visitor()), at_own_office(north), at_shop(north)
    return [
        (office, "/forgotten-password", {"client_id": north.client_id, "username": north.people["sales"]}),
        (office, "/forgotten-client-id", {"email": "sales@north.example"}),
        (own, "/forgotten-password", {"username": north.people["finance"]}),
        (own, "/forgotten-client-id", {"email": "finance@north.example"}),
        (shop, "/forgotten-password", {"email": ada}),
    ]


TO_WHOEVER_IS_KNOWN = {
    "users.forgotten_password",
    "users.forgotten_client_id",
    "shop_users.forgotten_password",
}
"""Open to all, and write to somebody if he is there: these are asked above."""
TO_THE_HOUSE = {"shop_storefront.contact", "shop_storefront.quote"}
"""Open to all, and always write, to the house alone: `storefront/test_enquiries.py`."""
BY_A_LETTER = {
    *(f"{door}.{page}" for door in ("users", "shop_users") for page in ("invitation", "new_password", "new_email")),
    "users.no_more_letters",
}
"""Only for who has read a letter: what they write goes to its reader."""
WRITES_TO_NOBODY = {
    *(f"{door}.{page}" for door in ("users", "shop_users") for page in ("sign_in", "code", "unsent", "sign_out")),
    "support.arrival",
    "support.departure",
    "shop_content.consent",
}


def test_every_form_that_anybody_may_send_is_known_by_whom_it_writes_to(app: Any) -> None:
    """A new one is put where it belongs; if it writes to whoever is known, it is also asked in `doors`."""
    forms = {route.endpoint for route in map_of(app) if route.is_unsafe and route.permission is None}
    assert forms == TO_WHOEVER_IS_KNOWN | TO_THE_HOUSE | BY_A_LETTER | WRITES_TO_NOBODY


def sent(app: Any, visitor: Visitor, path: str, typed: dict[str, str]) -> tuple[list[str], Any]:
    """The statements before the answer, and the answer, which is not read to its end yet."""
    token = CSRF.search(visitor.open(path).text)
    assert token
    with counted(app) as asked:
        answer = visitor.client.post(path, data={**typed, "csrf_token": token[1]}, buffered=False)
    return [re.sub(r"\s+", " ", one) for one in asked], answer


def test_an_answer_is_out_before_anybody_is_looked_up(
    app: Any, world: Any, ada: str, letters: list[dict[str, Any]]
) -> None:
    for visitor, path, known in doors(world, ada):
        unknown = {name: NOBODY.get(name, value) for name, value in known.items()}
        visitor.open(path)
        before, answer = sent(app, visitor, path, known)
        assert letters == [], path
        same, other = sent(app, visitor, path, unknown)
        assert before == same, path
        assert not [one for one in before if '"user"' in one or "mailbox" in one], path
        assert (answer.status_code, answer.location) == (other.status_code, other.location)
        other.close()
        assert letters == [], path
        answer.close()
        assert len(letters) == 1, path
        letters.clear()


def test_a_client_id_that_nobody_has_is_answered_alike(app: Any, north: Any, letters: list[dict[str, Any]]) -> None:
    asked = []
    for client_id in (north.client_id, "ZZZZ-ZZZZ", "no Client ID"):
        visitor = Visitor(north.visitor())
        visitor.open("/forgotten-password")
        statements, answer = sent(app, visitor, "/forgotten-password", {"client_id": client_id, "username": "nobody"})
        answer.close()
        asked.append(statements)
    assert asked[0] == asked[1] == asked[2]
    assert letters == []


def test_a_form_sent_twice_is_one_letter(world: Any, ada: str, letters: list[dict[str, Any]]) -> None:
    for visitor, path, known in doors(world, ada):
        page = visitor.open(path).text
        token, once = CSRF.search(page), re.search(r'name="once"[^>]*value="([^"]+)"', page)
        assert token
        assert once
        form = {**known, "csrf_token": token[1], "once": once[1]}
        assert [visitor.client.post(path, data=form).status_code for _ in range(2)] == [303, 303]
        assert len(letters) == 1, path
        letters.clear()


def test_what_breaks_after_the_answer_is_told_in_the_log(
    north: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("portal.users.queries.user_named", broken)
    visitor = Visitor(north.visitor())
    typed = {"client_id": north.client_id, "username": north.people["sales"]}
    assert visitor.send("/forgotten-password", **typed).status_code == 303
    assert "what was to follow an answer broke" in caplog.text
    assert "the disk is full" in caplog.text
