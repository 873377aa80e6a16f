"""One search over everything the reader may see."""

from __future__ import annotations

from bs4 import BeautifulSoup

from portal.accounts import actions as accounts
from portal.catalogue import actions
from portal.core.db import db
from portal.core.words import say
from portal.processes.models import Process
from portal.processes.models import State as ProcessState
from tests.accounts.conftest import TERMS
from tests.catalogue.sheets import imported, sheet
from tests.queries import MOST, counted


def groups(client, text):
    """What a person sees: heading → (what was found, the link to all of it)."""
    answer = client.get("/search", query_string={"q": text})
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "lxml").main
    return {
        section.h2.get_text(strip=True): (
            [link.get_text() for link in section.select("a.title")],
            section.select_one(".foot a"),
        )
        for section in page.select("section.card:has(.hits)")
    }


def furnish(house):
    with house.office():
        harbour = accounts.open_account(**TERMS | {"name": "Blue Harbour"})
        accounts.add_contact(harbour, name="Bluebell Keller", email=None, role=None, phone=None)
        accounts.archive(accounts.open_account(**TERMS | {"name": "Blue Archive"}))
        for quiet in (False, True):
            db.session.add(
                Process(
                    plan_name="letter" if quiet else "tenant.onboarding",
                    about=f"blue {quiet}",
                    name=say("Create %(name)s", name="Bluewater").stored(),
                    subject_id=house.tenant_id,
                    quiet=quiet,
                    state=ProcessState.DONE,
                )
            )


def test_everything_one_may_see_is_found_by_kind(world):
    furnish(world.meridian)
    with world.meridian.office():
        imported(sheet({"ProductId": "P1", "SkuTitle": "Blue Suite"}))
    found = groups(world.meridian.client(), "blue")
    assert {kind: names for kind, (names, _) in found.items()} == {
        "Accounts": ["Blue Harbour"],
        "Processes": ["Create Bluewater"],
        "Products": ["Blue Suite"],
    }
    assert groups(world.meridian.client(), "NORDL")["Tenant Resellers"][0] == ["Nordlicht IT"]
    assert groups(world.meridian.client(), "meridian sales")["Users"][0] == ["Meridian Sales"]


def test_a_person_leads_to_the_account_and_is_named_there(north):
    furnish(north)
    page = north.client().get("/search?q=keller").text
    assert "Blue Harbour" in page
    assert "Bluebell Keller" in page


def test_nothing_of_a_stranger_is_found(world):
    furnish(world.north)
    for house in (world.strand, world.meridian, world.fjord):
        assert groups(house.client(), "blue") == {}


def test_a_role_finds_what_it_may_open(world):
    furnish(world.meridian)
    sales = groups(world.meridian.client("sales"), "meridian") | groups(world.meridian.client("sales"), "blue")
    assert set(sales) == {"Accounts", "Processes"}
    assert "Users" in groups(world.meridian.client("support"), "meridian")


def test_an_edition_without_resellers_finds_none(world):
    assert "Tenant Resellers" not in groups(world.south.client(), "s")


def test_what_is_too_much_is_all_in_its_list(north):
    with north.office():
        for number in range(7):
            accounts.open_account(**TERMS | {"name": f"Blue {number}"})
    names, link = groups(north.client(), "blue")["Accounts"]
    assert names == [f"Blue {number}" for number in range(5)]
    assert link.get_text() == "All 7 in Accounts"
    whole = north.client().get(link["href"]).text
    assert all(f"Blue {number}" in whole for number in range(7))


def test_nonsense_finds_nothing_and_says_so(north):
    client = north.client()
    for text in ("%", "_", "'", "\\", "🎈", "a" * 500, "zzyzx", "\x00"):
        answer = client.get("/search", query_string={"q": text})
        assert answer.status_code == 200, text
    assert "Nothing is called “zzyzx”" in client.get("/search?q=zzyzx").text
    assert "Words are found by their beginning" in client.get("/search").text


def test_a_search_asks_few_statements(world):
    furnish(world.meridian)
    for house in (world.meridian, world.north, world.fjord):
        client = house.client()
        client.get("/search?q=blue")
        with counted(house.app) as asked:
            client.get("/search?q=blue")
        assert len(asked) <= MOST, (house.word, asked)


def test_the_top_bar_leads_there(north):
    page = BeautifulSoup(north.client("read_only").get("/").text, "lxml")
    assert page.select_one(".topbar form[role=search]")["action"] == "/search"


def test_categories_and_types_are_found_by_those_who_may_use_them(world):
    with world.meridian.office():
        actions.add_type(name="Harbour backup", asks=[])
    for house, found in ((world.meridian, True), (world.north, True), (world.south, False)):  # South is Basic
        client = house.client()
        assert ("Product Types" in groups(client, "harb")) is found, house.word
        assert groups(client, "compl")["Categories"][0] == ["Security and compliance"]
