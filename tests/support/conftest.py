"""Somebody of Meridian in South's office, by the same pages as people use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.core.db import db
from portal.support.models import SupportEntry
from portal.users.gate import COOKIE
from tests.browsing import Browser
from tests.world import House, World

REASON = "The price list of South looks wrong"


@dataclass(slots=True)
class Visit:
    """An entry of one house into another."""

    above: House
    below: House
    staff: Browser  # in his own office
    guest: Browser  # at the tenant's own address

    @property
    def place(self) -> str:
        return f"/tenants/{self.below.client_id[:4]}-{self.below.client_id[4:]}/support"

    def ask(self, *, reach: str = "look", minutes: int = 15, reason: str = REASON) -> None:
        self.staff.open(f"{self.place}/new")
        self.staff.send(reason=reason, minutes=str(minutes), reach=reach)
        assert self.staff.answer.status_code == 303, self.staff.text

    def way(self) -> str:
        """The link on the page of whoever asked; empty when there is none."""
        page = BeautifulSoup(self.staff.client.get(self.place).text, "lxml")
        found = page.select_one('a[href*="/support/"][target]')
        return str(found["href"]) if found else ""

    def path(self) -> str:
        return self.way().partition(".localhost:8000")[2]

    def enter(self, *, reach: str = "look", minutes: int = 15) -> Browser:
        """All the way in."""
        self.ask(reach=reach, minutes=minutes)
        if reach == "change":
            answer(self.below, "consent")
        self.guest.open(self.path())
        self.guest.send(button="Enter now")
        assert self.guest.answer.status_code == 303, self.guest.text
        assert self.guest.open("/").status_code == 200
        return self.guest

    def entry(self) -> SupportEntry:
        """The last entry as it stands, for looking at."""
        with self.below.office():
            return db.session.scalars(select(SupportEntry).order_by(SupportEntry.asked_at.desc())).first()

    @property
    def cookie(self) -> str:
        return self.guest.client.get_cookie(COOKIE, domain=f"{self.below.word}.office.localhost").value


def answer(house: House, noun: str) -> Browser:
    """What an administrator of the house says to the newest entry."""
    browser = Browser(house.client())
    page = browser.open("/settings/support")
    assert page.status_code == 200, page.text
    form = browser.page.select_one(f'form[action$="/{noun}"]')
    assert form is not None, f"nothing to answer by {noun}"
    tokens = {one["name"]: one["value"] for one in form.select("input[name]")}
    assert browser.client.post(form["action"], data=tokens).status_code == 303
    return browser


Visiting = Callable[..., Visit]


@pytest.fixture
def visiting(world: World) -> Visiting:
    """An entry of somebody of `above` into `below`, not begun."""

    def begin(above: House | None = None, below: House | None = None, *, role: str = "support") -> Visit:
        above, below = above or world.meridian, below or world.south
        outside = below.visitor(f"http://{below.word}.office.localhost:8000")
        return Visit(above, below, Browser(above.client(role)), Browser(outside))

    return begin
