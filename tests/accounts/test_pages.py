"""Accounts as a person sees them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Account, Contact, Kind
from portal.catalogue.actions import archive, make_list, publish
from portal.catalogue.actions.lists import Draft
from portal.catalogue.models import Rule
from portal.core.clock import now, today
from portal.core.db import add_many, db
from tests.browsing import Browser
from tests.world import House


@pytest.fixture
def keller(meridian: House) -> Browser:
    return Browser(meridian.client("administrator"))


def test_a_new_account_begins_like_the_house_and_lands_on_its_page(keller) -> None:
    keller.open("/accounts/new")
    assert keller.values()["currency"] == "USD"
    assert keller.send(name="  Blue   Harbour ", email="office@blue.example").status_code == 303
    keller.follow()
    assert "ACC-00001" in keller.text
    assert "Blue   Harbour" in keller.page.h1.get_text()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "left\u202eright"}, "name"),
        ({"name": "bell\x07"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"vat_number": "!!"}, "vat_number"),
        ({"credit_limit": "-1"}, "credit_limit"),
        ({"credit_limit": "much"}, "credit_limit"),
        ({"credit_limit": "9" * 40}, "credit_limit"),
        ({"credit_limit": "1" + "0" * 12}, "credit_limit"),
        ({"credit_limit": "999999999999.995"}, "credit_limit"),
        ({"currency": "XXX"}, "currency"),
        ({"country": "Atlantis"}, "country"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"kind": "friend"}, "kind"),
        ({"bill_to": "0" * 26}, "bill_to"),
        ({"payment_terms": "31"}, "payment_terms"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_typed_is_lost(keller, typed, field) -> None:
    keller.open("/accounts/new")
    answer = keller.send(**{"name": "Blue Harbour", "email": "office@blue.example", **typed})
    assert answer.status_code == 422
    assert field in keller.errors
    if "email" not in typed:
        assert keller.values()["email"] == "office@blue.example"


@pytest.mark.parametrize("name", ["🦊 Fox", "Ωμέγα", "雪国", "O'Brien & Söhne <b>"])
def test_every_script_is_a_name(keller, name) -> None:
    keller.open("/accounts/new")
    keller.send(name=name)
    keller.follow()
    assert name in keller.page.h1.get_text()


def test_a_second_of_the_same_name_is_asked_about_first(keller, meridian, opened) -> None:
    with meridian.office():
        opened()
    keller.open("/accounts/new")
    assert keller.send(name="blue harbour").status_code == 422
    assert "There is an account like this already" in keller.text
    assert keller.send(another="y").status_code == 303


def test_a_form_sent_twice_makes_one_account(keller, meridian) -> None:
    keller.open("/accounts/new")
    values = {**keller.values(), "name": "Twice"}
    first, second = (keller.client.post("/accounts/new", data=values) for _ in range(2))
    assert first.location == second.location
    with meridian.office():
        assert db.session.scalar(select(func.count()).select_from(Account)) == 1


def test_of_two_who_edit_at_once_the_second_sees_both(keller, meridian, opened) -> None:
    with meridian.office():
        key = opened().key
    other = Browser(meridian.client("sales"))
    other.open(f"/accounts/{key}/edit")
    keller.open(f"/accounts/{key}/edit")
    keller.send(name="Hers")
    assert other.send(name="His").status_code == 409
    assert "Hers" in other.text
    assert "His" in other.text
    assert other.send(button="Save mine").status_code == 303
    with meridian.office():
        assert db.session.scalars(select(Account.name)).one() == "His"


def test_archiving_offers_an_undo(keller, meridian, opened) -> None:
    with meridian.office():
        key = opened().key
    keller.open(f"/accounts/{key}")
    keller.send(button="Archive")
    keller.follow()
    assert "Blue Harbour is archived." in keller.text
    keller.send(button="Undo")
    keller.follow()
    assert "Blue Harbour is back." in keller.text


def test_the_list_searches_filters_sorts_and_pages_in_its_address(keller, meridian, opened) -> None:
    with meridian.office():
        for number in range(35):
            opened(name=f"Firm {number:02}")
        opened(name="50% Off", kind=Kind.RESELLER)
    keller.open("/accounts")
    assert len(keller.rows()) == 30
    keller.open("/accounts?page=2")
    assert len(keller.rows()) == 6
    keller.open("/accounts?q=50%25")
    assert len(keller.rows()) == 1
    keller.open("/accounts?kind=reseller")
    assert len(keller.rows()) == 1
    keller.open("/accounts?sort=-name")
    assert "Firm 34" in keller.rows()[0]
    keller.open("/accounts?page=99999&sort=nonsense&kind=nonsense")
    assert keller.answer.status_code == 200


def test_contacts_and_addresses_come_and_go(keller, meridian, opened) -> None:
    with meridian.office():
        key = opened().key
    keller.open(f"/accounts/{key}/contacts/new")
    keller.send(name="Ada Moss", email="ada@blue.example")
    keller.follow()
    assert "Ada Moss" in keller.text
    keller.open(f"/accounts/{key}/addresses/new")
    keller.send(street="1 Quay", city="Chicago")
    keller.follow()
    assert "1 Quay" in keller.text
    for link in [one["href"] for one in keller.page.select('a[href$="/removal"]')]:
        keller.open(link)
        keller.send(button="Remove")
    for _ in range(2):  # the first time it says what was removed
        keller.open(f"/accounts/{key}/contacts")
    assert "Ada Moss" not in keller.text
    assert "1 Quay" not in keller.text
    keller.open(f"/accounts/{key}/log")
    assert "added the contact Ada Moss to Blue Harbour" in keller.text


def test_five_thousand_contacts_come_page_by_page_are_searched_and_are_one_file(keller, meridian, opened) -> None:
    with meridian.office():
        account = opened()
        db.session.flush()
        people = ({"account_id": account.id, "name": f"Person {number:04}"} for number in range(5000))
        add_many(Contact, ({**one, "email": f"{one['name'][7:]}@blue.example", "created_at": now()} for one in people))
        path = f"/accounts/{account.key}/contacts"
    keller.open(path)
    assert len(keller.rows()) == 30
    assert "1–30 of 5,000" in keller.text
    keller.open(f"{path}?sort=-name&page=2")
    assert "Person 4969" in keller.rows()[0]
    keller.open(f"{path}?q=4711%40blue")
    assert [row.split("@")[0] for row in keller.rows()] == ["Person 4711 4711"]
    keller.open(f"{path}?q=nobody%25")
    assert "Nothing is called" in keller.text
    lines = meridian.client().get(f"{path}?format=csv").text.splitlines()
    assert (len(lines), lines[1].split(",")[0]) == (5001, "Person 0000")


def test_a_contact_is_edited_under_its_own_account_only(keller, meridian, opened) -> None:
    from portal.accounts import actions

    with meridian.office():
        contact = actions.add_contact(opened(), name="Ada Moss", role=None, email=None, phone=None).key
        other = opened(name="Other").key
    assert keller.open(f"/accounts/{other}/contacts/{contact}/edit").status_code == 404


@pytest.mark.parametrize("path", ["", "/edit", "/contacts", "/contacts/new", "/addresses/new", "/log"])
def test_the_stranger_sees_the_page_of_what_does_not_exist(meridian, strand, opened, path) -> None:
    with meridian.office():
        key = opened().key
    browser = Browser(strand.client("administrator"))
    foreign, missing = browser.open(f"/accounts/{key}{path}"), browser.open(f"/accounts/{'0' * 26}{path}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.text == missing.text


def test_read_only_people_look_and_change_nothing(meridian, opened) -> None:
    with meridian.office():
        key = opened().key
    browser = Browser(meridian.client("read_only"))
    browser.open(f"/accounts/{key}")
    assert "Edit" not in browser.text
    assert browser.open("/accounts/new").status_code == 403
    assert browser.open(f"/accounts/{key}/edit").status_code == 403


def test_the_button_says_why_it_is_not_there(keller, meridian, opened) -> None:
    with meridian.office():
        customer, reseller = opened().key, opened(name="Resale", kind=Kind.RESELLER).key
    keller.open(f"/accounts/{customer}")
    assert "Change its kind to Reseller" in keller.text
    keller.open(f"/accounts/{reseller}")
    assert "Create a Tenant Reseller" in keller.text


def test_a_list_that_was_archived_since_is_not_lost_by_saving(keller, meridian, opened) -> None:
    with meridian.office():
        draft = Draft(valid_from=today(), rule=Rule.RECOMMENDED)
        row = make_list(name="US Retail", currency="USD", draft=draft)
        db.session.flush()
        publish(row)
        key = opened(price_list=row).key
        archive(row)
    keller.open(f"/accounts/{key}/edit")
    keller.send(name="Renamed")
    keller.open(f"/accounts/{key}")
    assert "US Retail" in keller.text
