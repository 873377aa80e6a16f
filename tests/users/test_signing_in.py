"""One answer for every failure, in the same time; a sign-in that holds for one tenant, door and host."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from portal.audit import queries as trail
from portal.core.clock import now
from portal.core.db import db
from portal.core.once import KEPT, Receipt, one_time_key
from portal.tenants import actions as tenants
from portal.tenants.models import State as TenantState
from portal.tenants.models import Tenant
from portal.tenants.queries import organization
from portal.users.gate import COOKIE
from portal.users.models import SignIn, State, User
from tests.users.conftest import CSRF, OFFICE, PASSWORD, Visitor, at_own_office, at_shop

NO_MATCH = "Client ID, username and password do not match."


def person(house: Any, role: str = "administrator") -> User:
    return db.session.scalars(select(User).where(User.username == house.people[role])).one()


def plain(page: str) -> str:
    """A page without what differs each time: tokens and what was typed."""
    return re.sub(r'value="[^"]*"', "", page)


def test_the_client_id_may_be_typed_in_any_way(visitor: Visitor, north: Any) -> None:
    first, last = north.client_id[:4], north.client_id[4:]
    for typed in (first + last, f"{first}-{last}", f" {first}-{last} ".lower(), f"{first} {last}"):
        visitor.client.delete_cookie(COOKIE, domain="office.localhost")
        assert visitor.sign_in(north, client_id=typed).status_code == 303, typed
        assert "Nordlicht IT" in visitor.open("/password").text


def test_the_last_client_id_is_remembered(visitor: Visitor, north: Any) -> None:
    visitor.sign_in(north)
    visitor.client.delete_cookie(COOKIE, domain="office.localhost")
    assert f"{north.client_id[:4]}-{north.client_id[4:]}" in visitor.open("/sign-in").text


def test_who_signs_in_takes_receipts_away_that_nobody_asks_for_any_more(
    visitor: Visitor, north: Any, south: Any
) -> None:
    for house in (north, south):
        with house.office():
            for place, age in (("/old", KEPT + timedelta(minutes=1)), ("/kept", KEPT - timedelta(minutes=1))):
                db.session.add(Receipt(location=place, at=now() - age))
    assert visitor.sign_in(north).status_code == 303
    left = select(Receipt.location).where(Receipt.location.in_(["/old", "/kept"])).order_by(Receipt.location)
    with north.office():
        assert db.session.scalars(left).all() == ["/kept"]
    with south.office():
        assert db.session.scalars(left).all() == ["/kept", "/old"]


def test_newcomers_see_one_page_each_with_a_token_of_his_own(north: Any, south: Any) -> None:
    first, second = Visitor(north.visitor()), Visitor(north.visitor())
    tokens = [CSRF.findall(one.open("/sign-in").text) for one in (first, second)]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert [one.sign_in(north).status_code for one in (first, second)] == [303, 303]
    for house, other in ((north, south), (south, north)):
        page = at_own_office(house).open("/sign-in").text
        assert house.name in page
        assert other.name not in page
    german = north.visitor().get("/sign-in", headers={"Accept-Language": "de"})
    assert '<html lang="de"' in german.text
    assert '<html lang="en"' in north.visitor().get("/sign-in").text


def test_whatever_is_wrong_the_answer_is_the_same(
    visitor: Visitor, north: Any, south: Any, strand: Any, hashes: list[str]
) -> None:
    with north.office():
        person(north, "sales").state = State.DISABLED
        person(north, "finance").password_hash = None
        person(north, "finance").state = State.INVITED
        person(north, "support").initial_expires_at = datetime.now(UTC) - timedelta(minutes=1)
        person(north, "support").must_change = True
    with strand.office():
        db.session.execute(update(Tenant).where(Tenant.id == strand.tenant_id).values(state=TenantState.CLOSED))
    failures = [
        visitor.sign_in(north, password="wrong"),
        visitor.sign_in(north, username="nobody"),
        visitor.sign_in(north, client_id="ZZZZ-ZZZZ"),
        visitor.sign_in(north, client_id="not a client id"),
        visitor.sign_in(north, username=north.people["sales"]),
        visitor.sign_in(north, username=north.people["finance"]),
        visitor.sign_in(north, username=north.people["support"]),
        visitor.sign_in(north, username=south.people["administrator"]),
        visitor.sign_in(north, password=PASSWORD * 12),
        visitor.sign_in(north, username="x" * 150),
        visitor.sign_in(strand),
    ]
    assert {answer.status_code for answer in failures} == {422}
    assert all(NO_MATCH in answer.text for answer in failures)
    assert len({plain(answer.text) for answer in failures}) == 1
    assert len(hashes) == len(failures)
    assert not any(answer.headers.getlist("Set-Cookie") and COOKIE in str(answer.headers) for answer in failures)


def test_the_right_password_costs_one_hash_too(visitor: Visitor, north: Any, hashes: list[str]) -> None:
    assert visitor.sign_in(north).status_code == 303
    assert len(hashes) == 1


def test_at_the_tenants_own_address_no_client_id_is_asked_for(north: Any, south: Any) -> None:
    front = at_own_office(north)
    assert "client_id" not in front.open("/sign-in").text
    refused = front.sign_in(username=south.people["administrator"])
    assert refused.status_code == 422
    assert "Username and password do not match." in refused.text
    assert front.sign_in(username=north.people["administrator"]).status_code == 303
    assert front.open("/password").status_code == 200


def test_a_cookie_of_one_tenant_opens_nothing_elsewhere(north: Any, south: Any) -> None:
    front = at_own_office(north)
    front.sign_in(username=north.people["administrator"])
    value = front.client.get_cookie(COOKIE, domain="north.office.localhost").value
    for host in ("south.office.localhost", "office.localhost", "south.shop.localhost", "north.shop.localhost"):
        stolen = Visitor(north.visitor(f"http://{host}:8000"))
        stolen.client.set_cookie(COOKIE, value, domain=host)
        page = stolen.open("/sign-in")
        assert page.status_code == 200, host
        assert "signed in" not in page.text, host
        if "office" in host:
            assert stolen.open("/password").status_code == 303, host
    assert front.open("/password").status_code == 200


def test_a_sign_in_at_the_shop_does_not_open_the_office(north: Any) -> None:
    front = at_shop(north)
    assert front.sign_in(username=north.people["sales"]).status_code == 303
    assert "North Sales" in front.open("/sign-in").text
    value = front.client.get_cookie(COOKIE, domain="north.shop.localhost").value
    office = at_own_office(north)
    office.client.set_cookie(COOKIE, value, domain="north.office.localhost")
    assert office.open("/password").status_code == 303


def test_the_shop_gives_one_answer_too_and_lets_out_again(north: Any, south: Any) -> None:
    front = at_shop(north)
    strangers = front.sign_in(username=south.people["administrator"])
    wrong = front.sign_in(username=north.people["administrator"], password="wrong")
    assert strangers.status_code == wrong.status_code == 422
    assert plain(strangers.text) == plain(wrong.text)
    front.sign_in(username=north.people["administrator"])
    assert front.send("/sign-out", "/sign-in").status_code == 303
    assert "signed in" not in front.open("/sign-in").text


def test_on_the_neutral_shop_host_each_shop_has_its_own_cookie(north: Any, south: Any) -> None:
    front = Visitor(north.visitor("http://shop.localhost:8000"))
    for house in (north, south):
        page = f"/@{house.client_id.lower()}/sign-in"
        assert front.send(page, username=house.people["sales"], password=PASSWORD).status_code == 303
    assert "North Sales" in front.open(f"/@{north.client_id.lower()}/sign-in").text
    assert "South Sales" in front.open(f"/@{south.client_id.lower()}/sign-in").text


def test_half_an_hour_without_a_page_ends_it(visitor: Visitor, north: Any) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False) as clock:
        visitor.sign_in(north)
        clock.shift(timedelta(minutes=29))
        assert visitor.open("/password").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert visitor.open("/password").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert visitor.open("/password").status_code == 303


def test_twelve_hours_are_the_most(visitor: Visitor, north: Any) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False) as clock:
        visitor.sign_in(north)
        for _ in range(12 * 60 // 25):
            clock.shift(timedelta(minutes=25))
            assert visitor.open("/password").status_code == 200
        clock.shift(timedelta(minutes=25))
        assert visitor.open("/password").status_code == 303


def test_that_somebody_was_seen_is_written_once_a_minute(visitor: Visitor, north: Any) -> None:
    def seen() -> datetime:
        with north.office():
            return db.session.scalars(select(SignIn.seen_at)).one()

    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False) as clock:
        visitor.sign_in(north)
        first = seen()
        clock.shift(timedelta(seconds=50))
        visitor.open("/password")
        assert seen() == first
        clock.shift(timedelta(seconds=20))
        visitor.open("/password")
        assert seen() == first + timedelta(seconds=70)


def test_whoever_signs_out_is_out_even_with_the_old_cookie(visitor: Visitor, north: Any) -> None:
    visitor.sign_in(north)
    old = visitor.client.get_cookie(COOKIE, domain="office.localhost").value
    assert visitor.send("/sign-out", "/password").status_code == 303
    visitor.client.set_cookie(COOKIE, old, domain="office.localhost")
    assert visitor.open("/password").status_code == 303


def test_suspension_ends_sign_ins_and_lets_in_to_look_only(visitor: Visitor, north: Any) -> None:
    visitor.sign_in(north)
    with north.office():
        db.session.get_one(Tenant, north.tenant_id).move(to=TenantState.SUSPENDED)
    assert visitor.open("/users").status_code == 303
    assert visitor.sign_in(north).status_code == 303
    assert visitor.open("/users").status_code == 200
    assert visitor.open("/users/new").status_code == 403
    assert visitor.open("/password").status_code == 200


def test_somebody_else_signs_in_over_a_living_sign_in(visitor: Visitor, north: Any, south: Any) -> None:
    visitor.sign_in(north)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.open("/password").text)
    assert token
    typed = {"client_id": south.client_id, "username": south.people["administrator"], "password": PASSWORD}
    assert visitor.client.post("/sign-in", data={**typed, "csrf_token": token[1]}).status_code == 303
    assert "Halcyon Works" in visitor.open("/password").text


def test_after_signing_in_one_is_led_back_but_never_away(visitor: Visitor, north: Any) -> None:
    assert visitor.open("/users?q=a").headers["Location"] == "/sign-in?next=/users?q%3Da"
    typed = {"client_id": north.client_id, "username": north.people["administrator"], "password": PASSWORD}
    assert visitor.send("/sign-in?next=/users%3Fq%3Da", **typed).headers["Location"] == "/users?q=a"
    for away in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        visitor.client.delete_cookie(COOKIE, domain="office.localhost")
        assert visitor.send(f"/sign-in?next={away}", **typed).headers["Location"] == "/"


def test_a_nonsense_cookie_is_nobody(visitor: Visitor) -> None:
    for value in ("", "x", "ABCD2345.", ".token", "ABCD2345." + "x" * 500, "ABCD2345.ü", "..."):
        visitor.client.set_cookie(COOKIE, value, domain="office.localhost")
        assert visitor.open("/password").status_code == 303, value
        assert visitor.open("/sign-in").status_code == 200, value


def test_a_sign_in_from_before_a_suspension_stays_over_after_reactivation(north: Any) -> None:
    client = north.client()
    with north.office():
        tenant, record = db.session.get_one(Tenant, north.tenant_id), organization()
        tenants.suspend(tenant, record, reason="The invoices of October are open.")
        tenants.reactivate(tenant, record, reason="They are paid.")
    assert client.get("/").status_code == 303


def test_an_address_of_any_length_is_led_back_to(visitor: Visitor, north: Any) -> None:
    wanted = f"/accounts?q={'%D0%96' * 100}"
    page = f"/sign-in?next={quote(wanted)}"
    shown = visitor.open(page).text
    token = CSRF.search(shown)
    assert token
    person = {"client_id": north.client_id, "username": north.people["sales"], "password": PASSWORD}
    answer = visitor.client.post(page, data=person | {"csrf_token": token[1], "once": one_time_key()})
    assert (answer.status_code, answer.location) == (303, wanted)


@pytest.mark.parametrize("base", [OFFICE, "http://north.office.localhost:8000", "http://north.shop.localhost:8000"])
def test_a_second_click_on_sign_in_signs_in_too(north: Any, base: str) -> None:
    browser = north.visitor(base)
    page = BeautifulSoup(browser.get("/sign-in").text, "lxml")
    form = {field["name"]: field.get("value", "") for field in page.select("main form input[name]")}
    form |= {"client_id": north.client_id, "username": north.people["sales"], "password": PASSWORD}
    for _ in range(2):
        browser.delete_cookie(COOKIE, domain=urlsplit(base).hostname)
        assert browser.post("/sign-in", data=form).status_code == 303
        assert browser.get_cookie(COOKIE, domain=urlsplit(base).hostname)
    assert browser.post("/sign-in", data=form | {"password": "wrong"}).status_code == 422


def test_who_is_signed_in_elsewhere_is_a_visitor_in_the_log(north: Any, strand: Any) -> None:
    stranger = Visitor(strand.client())
    stranger.send("/forgotten-password", client_id=north.client_id, username=north.people["sales"])
    with north.office():
        written = trail.records(what="user.password_forgotten").items
    assert [line.who for line in written] == ["A visitor"]


# ------------------------------------------------------------------------------------------ what each refusal says


def test_a_first_password_does_not_open_the_shop(north: Any) -> None:
    with north.office():
        person(north, "sales").must_change = True
    front = at_shop(north)
    refused = front.sign_in(username=north.people["sales"])
    assert refused.status_code == 422
    assert "Choose a password of your own first" in refused.text
    assert front.client.get_cookie(COOKIE, domain="north.shop.localhost") is None
    wrong = front.sign_in(username=north.people["sales"], password="wrong")
    assert "Choose a password" not in wrong.text
    with north.office():
        assert db.session.scalars(select(SignIn)).all() == []
    assert at_own_office(north).sign_in(username=north.people["sales"]).status_code == 303


def test_a_refusal_says_what_to_do(visitor: Visitor, north: Any) -> None:
    for refused in (visitor.sign_in(north, password="wrong"), at_own_office(north).sign_in(username="nobody")):
        alert = BeautifulSoup(refused.text, "lxml").select_one("[role=alert]")
        assert alert is not None
        assert "Your invitation names" in alert.get_text()
        assert alert.select_one('a[href="/forgotten-password"]')
    shop = BeautifulSoup(at_shop(north).sign_in(username="nobody").text, "lxml")
    assert shop.select_one("[role=alert]")
    assert shop.select_one('main a[href="/forgotten-password"]')


def test_a_suspended_tenants_own_sign_in_page_says_what_is_left(visitor: Visitor, north: Any) -> None:
    front = at_own_office(north)
    assert "suspended" not in front.open("/sign-in").text
    with north.office():
        db.session.get_one(Tenant, north.tenant_id).move(to=TenantState.SUSPENDED)
    assert "Nordlicht IT is suspended" in front.open("/sign-in").text
    assert "suspended" not in visitor.open("/sign-in").text


def test_whoever_tried_too_often_reads_how_long_to_wait(visitor: Visitor, north: Any) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False) as clock:
        for _try in range(10):
            visitor.sign_in(north, password="wrong")
        refused = visitor.sign_in(north)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        assert "Try again in one minute" in refused.text
        for _letter in range(3):
            visitor.send("/forgotten-password", client_id=north.client_id, username=north.people["sales"])
        letters = visitor.send("/forgotten-password", client_id=north.client_id, username=north.people["sales"])
        assert letters.status_code == 429
        assert "Try again in" in letters.text
        assert north.people["sales"] in letters.text
        clock.shift(timedelta(minutes=1))
        assert visitor.sign_in(north).status_code == 303
