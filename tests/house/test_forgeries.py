"""No host, no header and no address to come back to leads anybody astray, in a page or in a letter."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urljoin, urlsplit

import pytest
import time_machine
from sqlalchemy import select

from portal.accounts.models import Account, Contact
from portal.core.db import db
from portal.core.seal import unseal
from portal.core.web import is_safe_address
from portal.notifications.steps import PURPOSE
from portal.processes.models import Process
from portal.users.actions import invite_customer
from portal.users.gate import COOKIE
from portal.users.models import State
from tests.house.asking import TOKEN, Visit
from tests.house.forged import EVIL, HOSTS, LINES, RETURNS
from tests.world import HOUSES, OFFICE, PASSWORD

ADA = "ada@blue.example"
BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(make_furnished):
    return make_furnished("forged")


def test_we_know_enough_forgeries():
    assert len(RETURNS) == len(set(RETURNS)) >= 120
    assert len(HOSTS) == len(set(HOSTS)) >= 60
    assert len(LINES) >= 40


def stays_here(answer, base):
    """Whether a browser that follows the answer stays where it is."""
    place = answer.headers["Location"]
    lead = urlsplit(urljoin(base, place.replace("\\", "/")))
    return (
        (lead.scheme, lead.netloc) == urlsplit(base)[:2]
        and place.isprintable()
        and not answer.headers.getlist("Set-Cookie").count("a=b")
    )


def test_every_forged_address_is_seen_for_what_it_is():
    followed = [one for one in RETURNS if is_safe_address(one)]
    assert all(
        one.startswith("/") and urlsplit(urljoin(OFFICE, one)).netloc == "office.localhost:8000" for one in followed
    )


@pytest.mark.parametrize("door", ["office", "shop"])
def test_signing_in_never_leads_to_another_host(world, door):
    house, visit = world.north, Visit.of(world.north, door)
    base = visit.client.base
    typed = {"client_id": house.client_id, "username": "north.administrator", "password": PASSWORD}
    token = {"csrf_token": TOKEN.search(visit.client.get("/sign-in").text)[1]}
    astray = []
    for target in RETURNS if door == "office" else RETURNS[::4]:
        visit.client.delete_cookie(COOKIE, domain=urlsplit(base).hostname)
        answer = visit.client.post(f"/sign-in?next={quote(target)}", data=token | typed)
        if answer.status_code != 303 or not stays_here(answer, base):
            astray.append((target, answer.status_code, answer.headers.get("Location")))
    assert astray == []


def test_a_form_that_was_kept_is_laid_out_on_no_other_host(world):
    visit = Visit.of(world.north, "office")
    token = {"csrf_token": visit.csrf(), "name": "x"}
    for target in RETURNS:
        answer = visit.client.post(f"/sign-in/unsent?next={quote(target)}", data=token)
        assert answer.status_code in {303, 307}, target
        assert stays_here(answer, OFFICE), target
        assert urlsplit(answer.headers["Location"]).path == "/sign-in", target


def test_a_list_is_never_left_for_another_host(world):
    visit = Visit.of(world.north, "office", "administrator")
    token = {"csrf_token": visit.csrf()}
    for target in RETURNS:
        answer = visit.client.post("/accounts/selection", data=token | {"back": target})
        assert answer.status_code == 303, target
        assert answer.headers["Location"] == "/accounts", target


@pytest.mark.parametrize("host", HOSTS, ids=[repr(one[:40]) for one in HOSTS])
def test_an_unknown_host_finds_a_404_that_names_nobody(world, host):
    client = world.north.app.test_client()
    raw = host.encode().decode("latin-1")  # as it comes from the line
    for path in ("/", "/sign-in", "/products", "/accounts", f"/@{world.north.client_id}/"):
        answer = client.get(path, environ_overrides={"HTTP_HOST": raw})
        if path == "/accounts" and answer.status_code == 303:
            continue
        assert answer.status_code in {400, 404}, path
        assert not [name for name, *_ in HOUSES.values() if name in answer.text]
        assert EVIL not in answer.headers.get("Location", "")


def test_a_letter_leads_to_us_whatever_the_request_said(world):
    """Forged headers get a page that sends the letter, or none; never another letter."""
    house = world.north
    typed = {"client_id": house.client_id, "username": house.people["sales"]}
    asked = _ask_with_every_forgery(house.visitor, typed, at="office.localhost")
    links = _links_of_letters(house)
    assert len(links) == asked > 25
    for link in links:
        assert re.fullmatch(r"http://office\.localhost:8000/new-password/[0-9A-Z]{8}-[0-9a-f]{64}", link), link


def test_a_letter_of_the_shop_leads_to_the_shop_whatever_the_request_said(world):
    house = world.south
    with house.office():
        words = {"currency": "EUR", "country": "DE", "language": "de", "time_zone": "UTC"}
        contact = Contact(account=Account(number="A-1", name="Blue Harbour", **words), name="Ada", email=ADA)
        db.session.add(contact)
        db.session.flush()
        about = {"contact_id": contact.id, "account_id": contact.account_id}
        invite_customer(**about, name="Ada", email=ADA, language="en").state = State.ACTIVE
    asked = _ask_with_every_forgery(house.shop, {"email": ADA}, at="south.shop.localhost")
    links = _links_of_letters(house)
    assert len(links) == asked > 25
    for link in links:
        assert re.fullmatch(r"http://south\.shop\.localhost:8000/new-password/[0-9A-Z]{8}-[0-9a-f]{64}", link), link


def _ask_with_every_forgery(visitor, typed, *, at):
    """How many of the forged requests were given the form, and were taken; each forges the address `at` this door."""
    with time_machine.travel(BEGIN, tick=False) as clock:
        asked = 0
        for lines in LINES:
            clock.shift(timedelta(hours=2))  # counters forget
            here = {
                name: value.replace("office.localhost", at).replace("OFFICE.LOCALHOST", at.upper())
                for name, value in lines.items()
            }
            asked += _asks_for_a_letter(visitor(), typed, here)
        return asked


def _asks_for_a_letter(client, typed, lines):
    """Whether anybody who sends these header lines is given the form, and it is taken."""
    named = {key: value.encode().decode("latin-1") for key, value in lines.items()}
    overrides = {"HTTP_HOST": named.pop("Host")} if "Host" in named else {}
    page = client.get("/forgotten-password", headers=named, environ_overrides=overrides)
    found = TOKEN.search(page.text)
    assert (page.status_code == 200) == bool(found), (lines, page.status_code)
    if not found:
        assert page.status_code in {400, 404}, lines
        return 0
    visit = page.headers["Set-Cookie"].partition(";")[0]
    answer = client.post(
        "/forgotten-password",
        data=typed | {"csrf_token": found[1]},
        headers=named | {"Cookie": visit},
        environ_overrides=overrides,
    )
    assert answer.status_code in {303, 400}, (lines, answer.status_code)
    assert EVIL not in answer.headers.get("Location", ""), lines
    return answer.status_code == 303


def _links_of_letters(house):
    with house.office():
        sealed = [one.facts["letter"] for one in db.session.scalars(select(Process)) if "letter" in one.facts]
        letters = [json.loads(unseal(one, purpose=PURPOSE)) for one in sealed]
    return [one["link"] for one in letters if "/new-password/" in one["link"]]
