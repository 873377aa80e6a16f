"""The entrance as a person uses it: pages, fields, cookies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.world import OFFICE, PASSWORD, House

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Visitor:
    """Somebody in front of a browser, who fills in what the page asks for."""

    client: FlaskClient

    def open(self, path: str) -> TestResponse:
        return self.client.get(path)

    def send(self, path: str, page: str = "", **typed: Any) -> TestResponse:
        """Fill in the form on `page` (or on the page itself) and send it."""
        shown = self.client.get(page or path).text
        token = CSRF.search(shown)
        assert token, shown[:2000]
        return self.client.post(path, data={**typed, "csrf_token": token[1]})

    def sign_in(self, house: House | None = None, **changed: Any) -> TestResponse:
        typed: dict[str, Any] = {"password": PASSWORD}
        if house:
            typed |= {"client_id": house.client_id, "username": house.people["administrator"]}
        return self.send("/sign-in", **typed | changed)


@pytest.fixture
def visitor(world: Any) -> Visitor:
    return Visitor(world.meridian.visitor())


@pytest.fixture
def strand(world: Any) -> House:
    return world.strand


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every hash that is computed, one entry each."""
    done: list[str] = []
    real = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, typed: str) -> bool:
        done.append(kept)
        return real(self, kept, typed)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    return done


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was written to whom."""
    from portal.users.actions import letters as verbs

    written: list[dict[str, Any]] = []
    real = verbs.write

    def kept(kind: str, **said: Any) -> Any:
        written.append({"kind": kind, **said})
        return real(kind, **said)

    monkeypatch.setattr(verbs, "write", kept)
    return written


def path_of(link: str) -> str:
    found = re.fullmatch(r"http://office\.localhost:8000(/[\w/-]+)", link)
    assert found, link
    return found[1]


def at_shop(house: House) -> Visitor:
    return Visitor(house.visitor(f"http://{house.word}.shop.localhost:8000"))


def at_own_office(house: House) -> Visitor:
    return Visitor(house.visitor(f"http://{house.word}.office.localhost:8000"))


__all__ = ["OFFICE", "PASSWORD", "Visitor", "at_own_office", "at_shop", "path_of"]
