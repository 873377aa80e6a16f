"""Settings: said once, checked where a check digit tells, and nobody's work is written over."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.settings import queries
from portal.settings.models import Bank, Company, Shown, Tax
from portal.tenants import queries as places
from portal.tenants.actions import suspend
from portal.tenants.models import Tenant
from portal.users.models import User
from tests.browsing import Browser
from tests.world import House, World

COMPANY = {
    "legal_name": "Nordlicht IT GmbH",
    "street": "Speicherstraße 4",
    "city": "Kiel",
    "country": "DE",
    "email": "post@north.example",
}


def at(house: House, page: str, role: str = "administrator") -> Browser:
    browser = Browser(house.client(role))
    browser.open(f"/settings/{page}")
    return browser


def test_every_page_stands_on_the_first(north: House) -> None:
    first = Browser(north.client())
    first.open("/settings")
    for page in ("company", "region", "tax", "payment", "numbering"):
        assert f'href="/settings/{page}"' in str(first.page)
        assert north.client().get(f"/settings/{page}").status_code == 200


def test_what_is_said_of_the_company_is_kept_and_told_in_the_log(north: House) -> None:
    page = at(north, "company")
    page.send(button="Save", **COMPANY, vat_number="de 136 695 976", register_court="Amtsgericht Kiel")
    assert page.answer.status_code == 303, page.errors
    with north.office():
        row = queries.sheet(Company)
        assert (row.legal_name, row.vat_number) == ("Nordlicht IT GmbH", "DE136695976")
    assert "changed the company’s data" in Browser(north.client()).open("/log").text


@pytest.mark.parametrize(
    ("page", "typed", "field"),
    [
        ("company", {**COMPANY, "vat_number": "DE136695977"}, "vat_number"),
        ("company", {**COMPANY, "vat_number": "136695976"}, "vat_number"),
        ("company", {**COMPANY, "legal_name": ""}, "legal_name"),
        ("company", {**COMPANY, "country": "XX"}, "country"),
        ("tax", {"registered": "y", "name": "", "rate": "19"}, "name"),
        ("tax", {"registered": "y", "name": "MwSt.", "rate": ""}, "rate"),
        ("tax", {"registered": "y", "name": "MwSt.", "rate": "51"}, "rate"),
        ("tax", {"registered": "y", "name": "MwSt.", "rate": "-1"}, "rate"),
        ("payment", {"holder": "Nordlicht", "iban": "DE89370400440532013001"}, "iban"),
        ("payment", {"holder": "Nordlicht", "iban": "DE89 3704 0044 0532 0130 00", "bic": "NOBIC"}, "bic"),
        ("region", {"language": "xx", "time_zone": "UTC", "date_format": "d MMM y"}, "language"),
        ("region", {"language": "de", "time_zone": "Mars/Olympus", "date_format": "d MMM y"}, "time_zone"),
        ("numbering", {"account": "acc-", "order": "ORD", "subscription": "SUB", "invoice": "INV"}, "account"),
        ("numbering", {"account": "ORD", "order": "ORD", "subscription": "SUB", "invoice": "INV"}, "order"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_kept(north: House, page: str, typed: dict, field: str) -> None:
    browser = at(north, page)
    browser.send(button="Save", **typed)
    assert browser.answer.status_code == 422
    assert field in browser.errors
    with north.office():
        assert queries.sheet(Company).legal_name == ""
        assert queries.sheet(Bank).iban == ""


def test_an_account_number_that_is_no_iban_is_taken_as_typed(north: House) -> None:
    browser = at(north, "payment")
    browser.send(button="Save", holder="Halcyon", iban="0123 456 789", bic="021000021")
    assert browser.answer.status_code == 303, browser.errors
    with north.office():
        assert queries.sheet(Bank).iban == "0123456789"


def test_a_rate_is_typed_with_comma_or_point(north: House) -> None:
    for typed, rate in (("19", "19.00"), ("8,1", "8.10"), ("7.7", "7.70")):
        browser = at(north, "tax")
        browser.send(button="Save", registered="y", name="MwSt.", rate=typed, shown="gross")
        assert browser.answer.status_code == 303, browser.errors
        with north.office():
            row = queries.sheet(Tax)
            assert (row.rate, row.shown) == (Decimal(rate), Shown.GROSS)


def test_a_number_is_shown_with_the_readers_decimal_sign(north: House) -> None:
    at(north, "tax").send(button="Save", registered="y", name="MwSt.", rate="7.7", shown="gross")
    for language, shown in (("en", "7.70"), ("de", "7,70")):
        with north.office():
            db.session.scalars(
                select(User).where(User.username == north.people["administrator"])
            ).one().language = language
        browser = at(north, "tax")
        assert browser.page.select_one("[name=rate]")["value"] == shown
        browser.send()
        assert browser.answer.status_code == 303, browser.errors
        with north.office():
            assert queries.sheet(Tax).rate == Decimal("7.70")


def test_whoever_is_not_registered_charges_none(north: House) -> None:
    browser = at(north, "tax")
    browser.send(button="Save", registered=None, name="", rate="")
    assert browser.answer.status_code == 303, browser.errors
    with north.office():
        assert queries.sheet(Tax).registered is False


def test_numbers_begin_with_the_new_prefix_from_the_next_account_on(north: House) -> None:
    browser = at(north, "numbering")
    browser.send(button="Save", account="kdn")
    assert browser.answer.status_code == 303, browser.errors
    with north.office():
        assert places.organization().numbering["account"] == "KDN"
    accounts = Browser(north.client())
    accounts.open("/accounts/new")
    accounts.send(button="Save", name="Tidewater Clinics")
    accounts.follow()
    assert "KDN-" in accounts.text


def test_the_office_speaks_the_language_that_was_chosen(north: House) -> None:
    browser = at(north, "region")
    browser.send(button="Save", language="de")
    assert 'lang="de"' in north.client().get("/settings").text


def test_two_who_write_at_once_see_each_others_words(north: House) -> None:
    first, second = at(north, "company"), at(north, "company")
    first.send(button="Save", **COMPANY)
    first.open("/settings/company")
    second.open("/settings/company")
    first.send(button="Save", **{**COMPANY, "city": "Kiel"}, phone="+49 431 1")
    second.send(button="Save", **{**COMPANY, "city": "Lübeck"})
    assert second.answer.status_code == 409
    assert "Kiel" in second.text
    assert "Lübeck" in second.text
    second.send(button="Save mine")
    assert second.answer.status_code == 303
    with north.office():
        db.session.expire_all()
        assert queries.sheet(Company).city == "Lübeck"


def test_nobody_else_reads_or_writes_it(world: World) -> None:
    at(world.north, "company").send(button="Save", **COMPANY)
    for house in (world.meridian, world.fjord, world.strand):
        assert "Nordlicht IT GmbH" not in house.client().get("/settings/company").text
        with house.office():
            assert queries.sheet(Company).legal_name == ""


@pytest.mark.parametrize("role", ["sales", "finance", "support", "read_only"])
def test_only_administrators_change_settings(north: House, role: str) -> None:
    client = north.client(role)
    for page in ("", "/company", "/tax", "/payment", "/region", "/numbering"):
        assert client.get(f"/settings{page}").status_code == 403


def test_a_page_that_nobody_saved_says_nothing_of_when(north: House) -> None:
    assert "Last changed" not in at(north, "company").text
    at(north, "company").send(button="Save", **COMPANY)
    assert "Last changed" in at(north, "company").text


def test_in_a_suspended_house_settings_are_looked_at_and_not_changed(south: House) -> None:
    with south.office():
        suspend(db.session.get_one(Tenant, south.tenant_id), places.organization(), reason="Open invoices.")
    keeper = Browser(south.client())
    keeper.open("/settings")
    pages = [link["href"] for link in keeper.page.select(".checks a")]
    assert keeper.page.select_one('.side a[href="/settings"]')
    assert len(pages) > 7
    for page in pages:
        keeper.open(page)
        assert keeper.answer.status_code == 200, page
        assert not keeper.page.select('main form button:not([name="look"])'), page
    assert south.client().post("/settings/company", data={"legal_name": "Other"}).status_code in {400, 403}
    assert Browser(south.client("sales")).open("/settings").status_code == 403
