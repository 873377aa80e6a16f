"""Who comes is read in one statement, together with what the page asks beside; and no hash waits in a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import g
from sqlalchemy import func, literal, select

from portal.core.db import db
from portal.core.scope import scope
from portal.users import actions
from portal.users.gate import COOKIE, UsersGate
from portal.users.models import User
from portal.users.roles import Role
from tests.queries import counted
from tests.users.conftest import PASSWORD, Visitor

NEW = "violet kettle sings twice"


@contextmanager
def request_with(app: Any, cookie: str, host: str = "office.localhost:8000") -> Iterator[None]:
    with app.test_request_context("/", headers={"Host": host, "Cookie": f"{COOKIE}={cookie}"}):
        yield


@pytest.fixture
def cookie(north: Any) -> str:
    found = north.client("sales").get_cookie(COOKIE, domain="office.localhost")
    return str(found.value)


def test_sign_in_user_tenant_and_what_is_asked_beside_come_in_one_statement(app: Any, north: Any, cookie: str) -> None:
    beside = select(User.name.label("found"), literal(7).label("seven")).where(User.username == north.people["support"])
    with request_with(app, cookie):
        UsersGate().admit()
        db.session.remove()
    with request_with(app, cookie), counted(app) as sent:
        row = UsersGate().admit(also=beside, watching=True)
        assert row is not None
        assert (row.found, row.seven) == ("North Support", 7)
        assert (g.person.name, g.person.role, g.here.organization.name) == ("North Sales", Role.SALES, "Nordlicht IT")
        assert len(sent) == 1


def test_what_is_asked_beside_may_find_nothing(app: Any, north: Any, south: Any, cookie: str) -> None:
    beside = select(User.name.label("found")).where(User.username == south.people["support"])
    with request_with(app, cookie):
        row = UsersGate().admit(also=beside, watching=True)
        assert row is not None
        assert row.found is None


def test_whoever_is_refused_leaves_a_session_that_acts_for_nobody(app: Any, north: Any, cookie: str) -> None:
    with request_with(app, cookie[:-1] + ("a" if cookie[-1] != "a" else "b")):
        assert UsersGate().admit() is None
        assert scope() is None
        assert not g.get("person")


def test_no_hash_is_computed_in_an_open_write_transaction(
    app: Any, visitor: Visitor, north: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing: list[Any] = []

    def watched(real: Any) -> Any:
        def call(self: PasswordHasher, *words: Any) -> Any:
            writing.append(db.session.scalar(select(func.pg_current_xact_id_if_assigned())))
            return real(self, *words)

        return call

    for name in ("verify", "hash"):
        monkeypatch.setattr(PasswordHasher, name, watched(getattr(PasswordHasher, name)))
    with north.office():
        user = actions.invite(name="Ada Winter", email="ada@winter.example", username="ada", role=Role.SALES)
        path = actions.invitation_link(user).partition(":8000")[2]
    visitor.sign_in(north, password="wrong")
    visitor.send(path, password=NEW, again=NEW)
    visitor.sign_in(north, username="ada", password=NEW)
    visitor.send("/password", current=NEW, password=PASSWORD, again=PASSWORD)
    visitor.send("/password", current=NEW, password=NEW + " thrice", again=NEW + " thrice")
    assert len(writing) >= 6
    assert set(writing) == {None}


def test_a_failed_sign_in_asks_the_database_the_same_whatever_is_wrong(app: Any, visitor: Visitor, north: Any) -> None:
    wrongs: list[dict[str, str]] = [
        {"password": "wrong"},
        {"username": "nobody"},
        {"client_id": "ZZZZ-ZZZZ"},
        {"client_id": "rubbish"},
    ]
    asked = []
    for wrong in wrongs:
        visitor.open("/sign-in")
        with counted(app) as sent:
            assert visitor.sign_in(north, **wrong).status_code == 422
        asked.append(sent)
    assert asked[0] == asked[1] == asked[2] == asked[3]
