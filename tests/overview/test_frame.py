"""What stands around every page of the office is read together with who comes, and only where a page comes back."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.branding import actions as branding
from portal.branding.designing import Wish
from portal.core.db import db
from portal.lists.models import SavedView
from portal.notifications.models import Notice
from portal.users.models import User
from tests.browsing import Browser
from tests.queries import counted
from tests.support.conftest import Visiting, visiting
from tests.world import House

__all__ = ["visiting"]

FIGURES = ("lesson_progress", "notice", "saved_view")
PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
STYLE = "text/css,*/*;q=0.1"


@pytest.fixture
def told(north: House, south: House) -> House:
    """A house whose administrator was told of something and keeps a view; so was and does somebody elsewhere."""
    for house, times in ((north, 2), (south, 5)):
        with house.office():
            user = db.session.scalars(select(User).where(User.username == house.people["administrator"])).one()
            for number in range(times):
                line = {"text": f"{house.name} {number}"}
                db.session.add(Notice(user_id=user.id, kind="mail_trouble", line=line, place="/letters"))
            db.session.add(SavedView(user_id=user.id, place="accounts.index", name=f"Of {house.name}", query="q=a"))
    return north


@pytest.mark.parametrize("headers", [{}, {"Accept": PAGE}], ids=["says nothing", "browser"])
def test_a_page_asks_for_its_frame_with_the_sign_in(told: House, south: House, headers: dict[str, str]) -> None:
    client = told.client()
    client.get("/accounts", headers=headers)
    with counted(told.app) as asked:
        page = client.get("/accounts", headers=headers).text
    (found,) = [one for one in asked if all(figure in one for figure in FIGURES)]
    assert "sign_in" in found
    assert "Of Nordlicht IT" in page
    assert f"Of {south.name}" not in page
    assert _unread(page) == "2"


def test_what_is_no_page_asks_for_none(told: House) -> None:
    with told.office():
        branding.dress(Wish(told.name))
    client = told.client()
    clothes = BeautifulSoup(client.get("/accounts").text, "lxml").select_one('link[href*="/brand-"]')["href"]
    with counted(told.app) as asked:
        assert client.get(clothes, headers={"Accept": STYLE}).status_code == 200
    assert asked
    assert not [one for one in asked if any(figure in one for figure in FIGURES)]


def test_the_answer_to_a_mistyped_form_has_it_too(told: House) -> None:
    page = Browser(told.client())
    page.open("/accounts/new")
    answer = page.send(name="")
    assert answer.status_code == 422
    assert _unread(answer.text) == "2"


def test_whoever_looks_in_for_support_sees_nobodys_notices_and_views(told: House, visiting: Visiting) -> None:
    guest = visiting(below=told).enter()
    page = guest.open("/accounts").text
    assert "Of Nordlicht IT" not in page
    assert _unread(page) == "0"


def _unread(page: str) -> str:
    """How many new notices the bell says there are."""
    label = str(BeautifulSoup(page, "lxml").select_one("a.bell")["aria-label"])
    return label.partition(" ")[0] if label != "Notices" else "0"
