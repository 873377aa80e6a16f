"""The shop is private until its owner opens it; until then a link shows it to those who have it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from portal.core.clock import now
from portal.core.db import db
from portal.storefront import actions, queries
from portal.storefront.models import Visibility
from tests.browsing import Browser
from tests.world import House, World


@pytest.fixture
def private(north: House) -> House:
    with north.office():
        actions.admit(queries.storefront(), Visibility.PRIVATE)
    return north


def link_of(house: House) -> str:
    page = Browser(house.client())
    page.open("/storefront")
    return str(page.page.select_one("#link")["value"])


def test_visitors_read_that_it_opens_soon_and_see_no_product(private: House) -> None:
    for path in ("/", "/products", "/products/anything"):
        answer = private.shop().get(path)
        assert answer.status_code == 503, path
        assert "Opens soon" in answer.text
        assert "Nordlicht IT" in answer.text


def test_whoever_has_the_link_looks_around_and_is_told_that_it_is_a_preview(private: House) -> None:
    visitor = private.shop()
    answer = visitor.get(re.sub(r"^https?://[^/]+", "", link_of(private)))
    assert answer.status_code == 303
    home = visitor.get("/")
    assert home.status_code == 200
    assert "Preview:" in home.text
    visitor.get("/preview/end")
    assert visitor.get("/").status_code == 503


def test_a_link_opens_one_shop_only(private: House, world: World) -> None:
    with world.south.office():
        actions.admit(queries.storefront(), Visibility.PRIVATE)
    path = re.sub(r"^https?://[^/]+", "", link_of(private))
    assert world.south.shop().get(path).status_code == 404


def test_a_new_link_ends_the_one_before_and_every_visit_by_it(private: House) -> None:
    path = re.sub(r"^https?://[^/]+", "", link_of(private))
    visitor = private.shop()
    visitor.get(path)
    page = Browser(private.client())
    page.open("/storefront")
    page.send(button="Make a new link")
    assert private.shop().get(path).status_code == 404
    assert visitor.get("/").status_code == 503


def test_a_link_is_good_for_two_weeks(private: House) -> None:
    path = re.sub(r"^https?://[^/]+", "", link_of(private))
    with time_machine.travel(now() + timedelta(days=14, minutes=1)):
        assert private.shop().get(path).status_code == 404


def test_a_link_made_up_opens_nothing(private: House) -> None:
    for word in ("x", "W1sxLDFdXQ.aaaa.bbbb", "a" * 5000, "%00", "end"):
        assert private.shop().get(f"/preview/{word}").status_code in {303, 404}
    assert private.shop().get("/").status_code == 503


def test_opening_names_what_is_missing_and_opens_all_the_same(private: House) -> None:
    page = Browser(private.client())
    page.open("/whats-next/opening")
    assert "Contact for customers" in page.text
    page.send(button="Open the storefront")
    assert private.shop().get("/").status_code == 200


def test_a_shop_for_members_asks_who_comes(private: House) -> None:
    with private.office():
        actions.admit(queries.storefront(), Visibility.MEMBERS)
    answer = private.shop().get("/products")
    assert answer.status_code == 303
    assert answer.location == "/sign-in"
    assert private.shop().get("/sign-in").status_code == 200


def test_looking_at_it_is_a_page_that_leads_there(private: House) -> None:
    page = Browser(private.client())
    page.open("/storefront")
    page.send(button="Look at the storefront")
    page.follow()
    assert link_of(private) in str(page.page)
    with private.office():
        assert queries.storefront().looked_at is not None


def test_a_contact_that_cannot_be_is_said_at_its_field_and_kept(private: House) -> None:
    page = Browser(private.client())
    page.open("/storefront/contact")
    page.send(button="Save", email="nobody", linkedin="javascript:alert(1)", hours="Mo–Fr")
    assert set(page.errors) == {"email", "linkedin"}
    assert page.values()["hours"] == "Mo–Fr"
    page.send(
        button="Save", email="hello@north.example", linkedin="https://www.linkedin.com/company/nordlicht", hours=""
    )
    assert page.answer.status_code == 303
    with private.office():
        db.session.expire_all()
        assert queries.storefront().networks == {"linkedin": "https://www.linkedin.com/company/nordlicht"}


def test_who_may_only_look_changes_nothing(private: House) -> None:
    for role in ("sales", "finance", "support", "read_only"):
        client = private.client(role)
        assert client.get("/storefront").status_code == 200
        for path in ("/storefront/admission", "/storefront/contact", "/storefront/link"):
            assert client.post(path, data={"visibility": "open"}).status_code in {400, 403}
    assert private.shop().get("/").status_code == 503
