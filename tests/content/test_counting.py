"""Counting visits: nothing is loaded before the visitor allows it, and what he allowed he can take back."""

from __future__ import annotations

import pytest

from portal.content import counting
from portal.content.models import Analytics
from portal.core.answering import CONTENT_POLICY
from portal.core.db import db
from portal.storefront import actions as storefront
from portal.storefront import preview, queries
from portal.storefront.models import Visibility
from tests.browsing import Browser
from tests.queries import counted
from tests.world import House, World

AT = "/storefront/statistics"
MATOMO = "https://stats.halcyon.example/"
PLACE = "https://stats.halcyon.example"


@pytest.fixture
def counts(shelf: House) -> House:
    """South's shop, with its visits counted."""
    with shelf.office():
        counting.count_at(counting.analytics(), address=MATOMO, site=7)
    return shelf


def visit(house: House, answer: str = "") -> Browser:
    """A visitor at the home page, who has answered."""
    visitor = Browser(house.shop())
    visitor.open("/products")
    if answer:
        say(visitor, answer)
    return visitor


def say(visitor: Browser, answer: str) -> None:
    form = visitor.page.select_one('form[action$="/consent"]')
    assert form is not None
    sent = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    visitor.client.post("/consent", data={**sent, "answer": answer})
    visitor.open("/products")


def is_loaded(visitor: Browser) -> bool:
    """Whether the page loads the counter; its policy says the same."""
    assert visitor.answer is not None
    script = visitor.page.select_one("script[data-address]")
    assert (PLACE in visitor.answer.headers["Content-Security-Policy"]) is (script is not None)
    return script is not None


def is_asked(visitor: Browser) -> bool:
    return visitor.page.select_one("section.consent") is not None


def test_where_nothing_is_counted_nobody_is_asked(shelf: House) -> None:
    visitor = visit(shelf)
    assert not is_asked(visitor)
    assert not is_loaded(visitor)
    assert 'href="/consent"' not in str(visitor.page)
    nothing = Browser(shelf.shop())
    nothing.open("/consent")
    assert "Nothing of that needs your consent." in nothing.text
    assert "Matomo" not in nothing.text
    assert "Set-Cookie" not in shelf.shop().get("/products").headers


def test_nothing_is_loaded_before_it_is_allowed(counts: House) -> None:
    visitor = visit(counts)
    assert is_asked(visitor)
    assert not is_loaded(visitor)
    assert visitor.answer is not None
    assert visitor.answer.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert not visitor.page.select('[src*="halcyon.example"], [href*="stats.halcyon"]')


def test_what_was_allowed_is_loaded_from_there_alone(counts: House) -> None:
    visitor = visit(counts, "yes")
    assert not is_asked(visitor)
    assert is_loaded(visitor)
    script = visitor.page.select_one("script[data-address]")
    assert script is not None
    assert (script["data-address"], script["data-site"]) == (MATOMO, "7")
    assert str(script["src"]).startswith("/")
    assert visitor.answer is not None
    policy = dict(part.split(" ", 1) for part in visitor.answer.headers["Content-Security-Policy"].split("; "))
    assert {name for name, places in policy.items() if PLACE in places} == {"script-src", "img-src", "connect-src"}
    assert "unsafe" not in visitor.answer.headers["Content-Security-Policy"]


def test_no_is_remembered_as_well(counts: House) -> None:
    visitor = visit(counts, "no")
    assert not is_asked(visitor)
    assert not is_loaded(visitor)


def test_it_is_taken_back_and_what_the_counter_left_goes(counts: House) -> None:
    visitor = visit(counts, "yes")
    visitor.client.set_cookie("_pk_id.7.1fff", "x", domain="south.shop.localhost")
    visitor.client.set_cookie("mode", "dark", domain="south.shop.localhost")
    visitor.open("/consent")
    assert "You have allowed it." in visitor.text
    say(visitor, "no")
    assert not is_loaded(visitor)
    assert visitor.client.get_cookie("_pk_id.7.1fff", domain="south.shop.localhost") is None
    assert visitor.client.get_cookie("mode", domain="south.shop.localhost") is not None
    visitor.open("/consent")
    assert "You have not allowed it" in visitor.text


def test_another_counter_is_asked_about_anew(counts: House) -> None:
    visitor = visit(counts, "yes")
    with counts.office():
        counting.count_at(counting.analytics(), address="https://elsewhere.example", site=1)
    visitor.open("/products")
    assert is_asked(visitor)
    assert not is_loaded(visitor)


def test_the_answer_leads_back_to_this_shop_only(counts: House) -> None:
    visitor = visit(counts)
    token = visitor.page.select_one('input[name="csrf_token"]')
    assert token is not None
    for place in ("https://a.example", "//a.example", "/\\a.example"):
        sent = {"csrf_token": token["value"], "answer": "yes", "next": place}
        assert visitor.client.post("/consent", data=sent).location == "/"
    assert visitor.client.post("/consent", data={"csrf_token": token["value"], "answer": "<x>"}).status_code == 422


def test_nobody_consents_for_somebody_else(counts: House) -> None:
    """A page elsewhere cannot send the answer: it lacks the token."""
    assert counts.shop().post("/consent", data={"answer": "yes"}).status_code == 400


@pytest.mark.parametrize("value", ["yes", "yes-", "yes-00000000", "maybe-00000000", "x" * 4000])
def test_a_made_up_cookie_allows_nothing(counts: House, value: str) -> None:
    client = counts.shop()
    client.set_cookie(counting.COOKIE, value, domain="south.shop.localhost")
    visitor = Browser(client)
    visitor.open("/products")
    assert not is_loaded(visitor)


@pytest.mark.parametrize("path", ["/sign-in", "/forgotten-password", "/nothing-here", "/consent"])
def test_pages_whose_address_may_be_a_secret_are_not_counted(counts: House, path: str) -> None:
    visitor = visit(counts, "yes")
    visitor.open(path)
    assert not is_loaded(visitor)


def test_a_shop_that_is_not_open_is_not_counted(counts: House) -> None:
    visitor = visit(counts, "yes")
    with counts.office():
        mine = queries.storefront()
        storefront.admit(mine, Visibility.PRIVATE)
        word = preview.word(mine.tenant_id, mine.link_number)
    visitor.open("/")
    assert not is_loaded(visitor)
    visitor.open(f"/preview/{word}")
    visitor.open("/")
    assert visitor.page.select_one(".previewing") is not None
    assert not is_loaded(visitor)


KEPT = {
    "https://stats.halcyon.example": MATOMO,
    "https://stats.halcyon.example/matomo.php": MATOMO,
    "https://STATS.halcyon.example:8443/a/b/": "https://stats.halcyon.example:8443/a/b/",
    "https://zählung.example/": "https://xn--zhlung-bua.example/",
}


@pytest.mark.parametrize("typed", KEPT)
def test_an_address_is_kept_as_browsers_need_it(shelf: House, office: Browser, typed: str) -> None:
    office.open(AT)
    office.send(address=typed, site="3")
    assert office.answer is not None
    assert office.answer.status_code == 303, office.errors
    with shelf.office():
        assert db.session.query(Analytics).one().address == KEPT[typed]


BAD = (
    "http://stats.example/",
    "stats.example",
    "javascript:alert(1)",
    "https://",
    "https://[",
    "https://localhost/",
    "https://a.example/?x=1",
    "https://a.example/#x",
    "https://user:word@a.example/",
    "https://a.example:99999999/",
    "https://a.example; script-src *",
    "https://a.example/;script-src 'unsafe-inline'",
    'https://a.example/"onload="alert(1)',
    "https://a..example/",
    "https://a.example/\u202e",
    "https://*.example/",
    f"https://a.example/{'x' * 300}",
)


@pytest.mark.parametrize("typed", BAD)
def test_what_is_no_address_is_refused_and_kept_in_the_field(shelf: House, office: Browser, typed: str) -> None:
    office.open(AT)
    office.send(address=typed, site="3")
    assert office.answer is not None
    assert office.answer.status_code == 422
    assert "address" in office.errors
    assert office.values() | {"address": typed, "site": "3"} == office.values()
    with shelf.office():
        assert db.session.query(Analytics).count() == 0


@pytest.mark.parametrize(
    ("address", "site", "field"), [(MATOMO, "", "site"), ("", "3", "address"), (MATOMO, "x", "site")]
)
def test_one_without_the_other_says_nothing(office: Browser, address: str, site: str, field: str) -> None:
    office.open(AT)
    office.send(address=address, site=site)
    assert office.answer is not None
    assert office.answer.status_code == 422
    assert field in office.errors


def test_taking_it_away_ends_it(counts: House, office: Browser) -> None:
    visitor = visit(counts, "yes")
    office.open(AT)
    office.send(address="", site="")
    assert office.answer is not None
    assert office.answer.status_code == 303
    visitor.open("/products")
    assert not is_loaded(visitor)
    assert not is_asked(visitor)
    assert "where visits are counted" in office.client.get("/log").text


def test_a_stranger_and_who_may_only_look_reach_nothing_of_it(counts: House, world: World) -> None:
    assert MATOMO not in Browser(world.strand.client()).open(AT).get_data(as_text=True)
    assert not is_asked(visit(world.strand))
    assert counts.client("sales").get(AT).status_code == 403


def test_visitors_pay_no_statement_for_it(counts: House) -> None:
    visitor = visit(counts, "yes")
    with counted(counts.app) as asked:
        visitor.open("/products")
    assert len(asked) <= 1, asked
