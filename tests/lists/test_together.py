"""One deed for several rows: asked about, done, told row by row, and taken back by one press."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from portal.accounts import actions as accounts
from portal.accounts.models import Account, Kind
from portal.audit.models import LogRecord
from portal.core.db import db
from portal.core.keys import new_id, spell
from portal.lists.models import Deed
from portal.lists.together import MOST as MOST_ROWS
from portal.users.models import State, User
from tests.accounts.conftest import TERMS
from tests.browsing import Browser
from tests.catalogue.sheets import price_list
from tests.house.asking import TOKEN


@pytest.fixture
def keller(north) -> Browser:
    return Browser(north.client())


def opened(house, *names, **more):
    """Accounts of these names; their keys."""
    with house.office():
        return [accounts.open_account(**TERMS | {"name": name, **more}).key for name in names]


def choose(browser, place, verb, keys, **more):
    """Tick these rows on the list, choose what to do, press the button."""
    token = TOKEN.search(browser.client.get(place).text)[1]
    browser.path = f"{place}/selection"
    data = {"csrf_token": token, "verb": verb, "row": keys, **more}
    return browser._shown(browser.client.post(browser.path, data=data))  # noqa: SLF001 - several rows of one name


def confirm(browser, keys):
    """Press the button of the question."""
    shown = {one["name"]: one["value"] for one in browser.page.select("main form.body input, main .ask input[name]")}
    assert [one["value"] for one in browser.page.select('.ask input[name="row"]')] == list(keys)
    data = {**shown, "row": keys}
    return browser._shown(browser.client.post(browser.path, data=data))  # noqa: SLF001


def toast(browser):
    """What the next page says, and where its Undo leads."""
    page = browser.follow()
    assert page.status_code == 200
    note = browser.page.select_one(".toasts > .toast-note")
    undo = note.form
    return note.span.get_text(), undo["action"] if undo else None


def undo(browser, address):
    token = TOKEN.search(browser.client.get("/password").text)[1]
    answer = browser.client.post(address, data={"csrf_token": token})
    browser.answer = answer
    return answer


def standing(house, what):
    """Name → what is asked of each account."""
    with house.office():
        return {row.name: what(row) for row in db.session.scalars(select(Account))}


def lines(house, verb):
    with house.office():
        return db.session.scalar(select(func.count()).select_from(LogRecord).where(LogRecord.verb == verb))


def test_nothing_happens_before_it_is_confirmed(north, keller):
    keys = opened(north, "Alder", "Birch")
    assert choose(keller, "/accounts", "archive", keys).status_code == 200
    assert "Archive 2 accounts?" in keller.text
    assert "Alder, Birch" in keller.text
    assert standing(north, lambda one: one.archived) == {"Alder": False, "Birch": False}
    assert lines(north, "account.archived") == 0


def test_several_are_archived_and_taken_back(north, keller):
    keys = opened(north, "Alder", "Birch", "Cedar")
    choose(keller, "/accounts", "archive", keys[:2], back="/accounts?kind=customer")
    assert confirm(keller, keys[:2]).location == "/accounts?kind=customer"
    words, address = toast(keller)
    assert words == "2 accounts are archived."
    assert standing(north, lambda one: one.archived) == {"Alder": True, "Birch": True, "Cedar": False}
    assert lines(north, "account.archived") == 2
    assert undo(keller, address).status_code == 303
    assert toast(keller)[0] == "2 are as before."
    assert not any(standing(north, lambda one: one.archived).values())
    assert lines(north, "account.restored") == 2
    assert undo(keller, address).status_code == 404


def test_what_cannot_be_done_is_left_out_by_name_and_with_the_reason(north, keller):
    payer, archived, free = opened(north, "Payer", "Archived", "Free", kind=Kind.RESELLER)
    with north.office():
        bill_to = db.session.scalars(select(Account).where(Account.name == "Payer")).one()
        accounts.open_account(**TERMS | {"name": "Payee", "bill_to": bill_to})
        accounts.archive(db.session.scalars(select(Account).where(Account.name == "Archived")).one())
    keys = [payer, archived, free]
    choose(keller, "/accounts", "archive", keys)
    assert "Archive 1 account?" in keller.text
    assert "2 are left out" in keller.text
    assert "Payer 1 account bills to it." in keller.text
    assert "Archived It is so already." in keller.text
    confirm(keller, keys)
    words, address = toast(keller)
    assert words == "1 account is archived. 2 were left out."
    undo(keller, address)
    found = standing(north, lambda one: one.archived)
    assert (found["Free"], found["Archived"]) == (False, True)  # exactly what the deed changed


def test_when_nothing_can_be_done_nothing_is_asked(north, keller):
    keys = opened(north, "Alder")
    choose(keller, "/accounts", "restore", keys)
    assert "None of them can be changed so" in keller.text
    assert not keller.page.select('.ask input[name="confirmed"]')


def test_undo_leaves_what_somebody_changed_since(north, keller):
    keys = opened(north, "Alder", "Birch")
    choose(keller, "/accounts", "close", keys)
    confirm(keller, keys)
    words, address = toast(keller)
    assert words == "2 accounts are disabled for ordering."
    with north.office():
        accounts.open_for_ordering(db.session.scalars(select(Account).where(Account.name == "Alder")).one())
    undo(keller, address)
    assert toast(keller)[0] == "1 is as before. 1 was left out."
    assert standing(north, lambda one: one.enabled_for_ordering) == {"Alder": True, "Birch": True}


def test_a_price_list_is_given_and_each_gets_its_own_back(north, keller):
    with north.office():
        old, new = (price_list(name, currency="USD", valid_from=date(2026, 1, 1)) for name in ("Old", "New"))
        accounts.open_account(**TERMS | {"name": "Alder", "price_list": old})
        accounts.open_account(**TERMS | {"name": "Birch"})
        accounts.open_account(**TERMS | {"name": "Euro", "currency": "EUR"})
        keys = [row.key for row in db.session.scalars(select(Account).order_by(Account.name))]
        word = f"price_list:{new.key}"

    def lists():
        return standing(north, lambda one: one.price_list and one.price_list.name)

    choose(keller, "/accounts", word, keys)
    assert "Give 2 accounts the list New?" in keller.text
    assert "Euro Choose USD: New has no prices in EUR." in keller.text
    confirm(keller, keys)
    _, address = toast(keller)
    assert lists() == {"Alder": "New", "Birch": "New", "Euro": None}
    undo(keller, address)
    assert lists() == {"Alder": "Old", "Birch": None, "Euro": None}


@pytest.mark.parametrize("forged", ["x", "", spell(new_id()), "0" * 26], ids=["short", "empty", "missing", "zeros"])
def test_a_forged_row_among_them_is_the_same_as_one_that_is_not_there(north, world, keller, forged):
    keys = opened(north, "Alder")
    for stranger in (forged, opened(world.strand, "Theirs")[0]):
        for more in ({}, {"confirmed": "yes"}):
            assert choose(keller, "/accounts", "archive", [*keys, stranger], **more).status_code == 404
    assert standing(north, lambda one: one.archived) == {"Alder": False}
    assert standing(world.strand, lambda one: one.archived) == {"Theirs": False}


def test_unknown_verbs_empty_choices_and_too_many_rows(north, keller):
    keys = opened(north, "Alder")
    assert choose(keller, "/accounts", "explode", keys).status_code == 404
    for verb, chosen in (("archive", []), ("", keys)):
        assert choose(keller, "/accounts", verb, chosen).location == "/accounts"
    many = [spell(new_id()) for _ in range(MOST_ROWS + 1)]
    assert choose(keller, "/accounts", "archive", many).status_code == 422
    away = choose(keller, "/accounts", "archive", [], back="//evil.example/accounts")
    assert away.location == "/accounts"


def test_only_whoever_did_it_takes_it_back(north, world, keller):
    keys = opened(north, "Alder")
    choose(keller, "/accounts", "archive", keys)
    confirm(keller, keys)
    _, address = toast(keller)
    for other in (north.client("sales"), world.strand.client()):
        assert undo(Browser(other), address).status_code == 404
    assert undo(keller, address.replace("/accounts/", "/users/")).status_code == 404  # a deed is of one list
    assert standing(north, lambda one: one.archived) == {"Alder": True}


def test_who_may_not_edit_is_offered_nothing(north):
    keys = opened(north, "Alder")
    reader = Browser(north.client("read_only"))
    reader.open("/accounts")
    assert not reader.page.select(".bulk, .pick")
    assert choose(reader, "/password", "archive", keys).status_code in {403, 404}
    token = TOKEN.search(reader.client.get("/password").text)[1]
    sent = reader.client.post("/accounts/selection", data={"csrf_token": token, "verb": "archive", "row": keys})
    assert sent.status_code == 403


# ------------------------------------------------------------------------------------------------------------- users


def people(house, *roles):
    with house.office():
        named = {row.username: row.key for row in db.session.scalars(select(User))}
    return [named[house.people[role]] for role in roles]


def states(house):
    with house.office():
        return {row.role.value: row.state for row in db.session.scalars(select(User))}


def test_several_users_are_shut_out_but_never_oneself(north, keller):
    keys = people(north, "administrator", "sales", "support")
    choose(keller, "/users", "disable", keys)
    assert "Disable 2 users?" in keller.text
    assert "Nobody disables himself" in keller.text
    assert set(states(north).values()) == {State.ACTIVE}
    confirm(keller, keys)
    words, address = toast(keller)
    assert words == "2 users are disabled. 1 was left out."
    found = states(north)
    assert (found["sales"], found["support"]) == (State.DISABLED, State.DISABLED)
    assert (found["administrator"], found["finance"]) == (State.ACTIVE, State.ACTIVE)
    undo(keller, address)
    assert set(states(north).values()) == {State.ACTIVE}
    assert lines(north, "user.disabled") == lines(north, "user.enabled") == 2


def test_a_disabled_user_is_out_at_once(north, keller):
    sales = north.client("sales")
    assert sales.get("/accounts").status_code == 200
    keys = people(north, "sales")
    choose(keller, "/users", "disable", keys)
    assert sales.get("/accounts").status_code == 200  # only asked about
    confirm(keller, keys)
    assert sales.get("/accounts").status_code == 303


def test_deeds_of_yesterday_are_forgotten(north, keller, world):
    import time_machine

    keys = opened(north, "Alder")
    for verb, at in (("archive", "2026-11-20"), ("restore", "2026-11-22")):
        with time_machine.travel(f"{at} 12:00", tick=False):
            browser = Browser(north.client())
            choose(browser, "/accounts", verb, keys)
            confirm(browser, keys)
    with north.office():
        assert [deed.verb for deed in db.session.scalars(select(Deed))] == ["restore"]
