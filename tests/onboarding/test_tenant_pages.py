"""The pages of tenants that live: found, looked at, changed, closed and opened again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.onboarding.models import Mood
from portal.processes import actions as processes
from portal.processes.models import Process
from portal.tenants import hosts, own_hosts
from portal.tenants import queries as places
from portal.tenants.actions import PREMIUM, raise_stamp
from portal.tenants.models import Door, Host, Organization, Tenant
from tests.browsing import Browser
from tests.locks import until_somebody_waits
from tests.onboarding.conftest import list_in_force
from tests.world import House


def code(house: House) -> str:
    return f"{house.client_id[:4]}-{house.client_id[4:]}"


@pytest.fixture
def bought(meridian: House, south: House, priced: str) -> str:
    """South buys by the distributor's list; its key."""
    from portal.catalogue.models import PriceList
    from portal.core.db import get

    with meridian.office():
        row = get(PriceList, priced)
        below = db.session.scalars(select(Organization).where(Organization.tenant_id == south.tenant_id)).one()
        below.price_list_id, below.price_list_name = row.id, row.name
        return row.key


def test_the_list_shows_who_stands_one_step_below(keller) -> None:
    keller.open("/tenants")
    assert len(keller.rows()) == 3
    assert not any("Fjordline" in row for row in keller.rows())


def test_a_tenant_of_a_tenant_is_seen_by_its_maker_alone(north, keller, fjord_code) -> None:
    browser = Browser(north.client())
    browser.open("/tenants")
    assert [("Fjordline Digital" in row) for row in browser.rows()] == [True]
    assert browser.open(f"/tenants/{fjord_code}").status_code == 200
    assert keller.open(f"/tenants/{fjord_code}").status_code == 404


@pytest.fixture
def fjord_code(world) -> str:
    return code(world.fjord)


@pytest.mark.parametrize("path", ["", "/processes", "/log", "/edit", "/suspension", "/reactivation"])
def test_the_stranger_sees_the_page_of_what_does_not_exist(path, north, south) -> None:
    browser = Browser(north.client())
    foreign, missing = browser.open(f"/tenants/{code(south)}{path}"), browser.open(f"/tenants/ABCD-2345{path}")
    malformed = browser.open(f"/tenants/{south.client_id}{path}")
    assert {foreign.status_code, missing.status_code, malformed.status_code} == {404}
    assert foreign.text == missing.text == malformed.text


def test_the_list_is_searched_by_name_code_and_address(keller, south) -> None:
    for words in ("halcyon", code(south), code(south).lower(), south.client_id[:5], "south.shop"):
        keller.open(f"/tenants?q={words}")
        assert len(keller.rows()) == 1, words


def test_basic_information_shows_all_of_it(keller, south, bought) -> None:
    keller.open(f"/tenants/{code(south)}")
    for words in (
        code(south),
        "Active",
        "Basic",
        "south.shop.localhost",
        "US Retail",
        "USD",
        "Separate Invoices",
        "America/Chicago",
        "south.office.localhost",
    ):
        assert words in keller.text, words
    assert keller.page.select_one("[data-copy]")["data-copy"] == code(south)


def test_edit_changes_what_may_change_and_says_so_in_the_log(keller, south, bought) -> None:
    keller.open(f"/tenants/{code(south)}/edit")
    assert "currency" not in keller.values()
    keller.send(button="Save", name="Halcyon Works Ltd", edition="premium", separate_invoices="y")
    keller.follow()
    assert "Halcyon Works Ltd" in keller.text
    assert "Premium" in keller.text
    keller.open(f"/tenants/{code(south)}/log")
    assert "Separate Invoices: No → Yes" in keller.text
    assert "Edition: Basic → Premium" in keller.text
    assert "Halcyon Works Ltd" in keller.text


def test_a_new_storefront_address_keeps_the_old_one_as_a_way(keller, south, bought) -> None:
    keller.open(f"/tenants/{code(south)}/edit")
    keller.send(button="Save", storefront_address="halcyon")
    keller.follow()
    assert "halcyon.shop.localhost" in keller.text
    answer = south.shop().get("/products?term=P1Y")
    assert answer.status_code == 301
    assert answer.location == "http://halcyon.shop.localhost:8000/products?term=P1Y"
    assert south.visitor("http://halcyon.shop.localhost:8000").get("/").status_code == 200


def test_the_old_name_of_the_office_leads_to_the_new_one_too(keller, south, bought) -> None:
    inside = south.client(own_address=True)
    assert inside.get("/accounts").status_code == 200
    keller.open(f"/tenants/{code(south)}/edit")
    keller.send(button="Save", storefront_address="halcyon")
    keller.follow()
    assert "halcyon.office.localhost" in keller.text
    for browser in (inside, south.visitor("http://south.office.localhost:8000")):
        answer = browser.get("/accounts?q=blue")
        assert (answer.status_code, answer.location) == (301, "http://halcyon.office.localhost:8000/accounts?q=blue")
    assert south.visitor("http://halcyon.office.localhost:8000").get("/sign-in").status_code == 200


def test_the_rows_of_a_tenants_processes_are_not_sent_twice(keller, begun, halcyon, trouble, worker) -> None:
    trouble("check", Mood.REJECTING)
    begun()
    worker.run_all()
    path = f"/tenants/{halcyon.tenant().spelled}/processes/rows"
    tag = keller.client.get(path).headers["ETag"]
    assert keller.client.get(path, headers={"If-None-Match": tag}).status_code == 304
    with halcyon.house.office():
        processes.retry(db.session.scalars(select(Process)).one())
    assert keller.client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_task_names_country_and_language_in_the_readers_language(meridian, begun, halcyon, worker) -> None:
    key = begun()
    worker.run_all()
    reader = Browser(meridian.client())
    reader.open(f"/processes/{key}")
    assert "United States, English" in reader.text
    with meridian.office():
        places.organization().language = "de"
    reader.open(f"/processes/{key}")
    assert "Vereinigte Staaten, English" in reader.text


@pytest.mark.parametrize("name", ["north", "www", "Sü", "a_b"])
def test_an_address_that_cannot_be_had_is_said_at_its_field(keller, south, bought, name) -> None:
    keller.open(f"/tenants/{code(south)}/edit")
    assert keller.send(button="Save", storefront_address=name, name="Typed").status_code == 422
    assert "storefront_address" in keller.errors
    assert keller.values()["name"] == "Typed"


def test_a_list_in_another_currency_is_refused(keller, south, bought, meridian) -> None:
    with meridian.office():
        other = list_in_force("DE Handel", currency="EUR", market="DE").key
    keller.open(f"/tenants/{code(south)}/edit")
    keller.send(button="Save", price_list=other)
    assert "Choose a list in USD" in keller.errors["price_list"]


def test_the_edition_stays_while_something_of_it_is_in_use(keller, north, meridian, priced) -> None:
    from portal.catalogue.models import PriceList

    with meridian.office():
        row = list_in_force("DE Handel", currency="EUR", market="DE")
        below = db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one()
        below.price_list_id, below.price_list_name = row.id, row.name
        assert isinstance(row, PriceList)
    keller.open(f"/tenants/{code(north)}/edit")
    keller.send(button="Save", edition="basic")
    assert "1 tenant reseller of his own" in keller.errors["edition"]


def test_the_edition_stays_while_a_domain_is_held(keller, south, bought) -> None:
    with south.office():
        db.session.get(Tenant, south.tenant_id).edition_code = PREMIUM
        own_hosts.hold("shop.halcyon.example", Door.SHOP)
    keller.open(f"/tenants/{code(south)}/edit")
    keller.send(button="Save", edition="basic")
    assert "reached under 1 domain of his own" in keller.errors["edition"]


def test_of_two_who_edit_at_once_the_second_sees_both(keller, south, bought, meridian) -> None:
    other = Browser(meridian.client("sales"))
    other.open(f"/tenants/{code(south)}/edit")
    keller.open(f"/tenants/{code(south)}/edit")
    keller.send(button="Save", name="Hers")
    assert other.send(button="Save", name="His").status_code == 409
    assert "Hers" in other.text
    assert "His" in other.text
    assert other.send(button="Save mine").status_code == 303


def test_the_one_above_and_the_tenant_itself_write_at_once_and_neither_locks_the_other_out(
    keller, south, bought, copy
) -> None:
    keller.open(f"/tenants/{code(south)}/edit")
    with ThreadPoolExecutor(1) as pool:
        with south.office():
            places.organization().language = "de"
            db.session.flush()
            above = pool.submit(keller.send, button="Save", name="Hers")
            until_somebody_waits(copy)
            raise_stamp()
        assert above.result().status_code == 409
    assert "while you were writing" in keller.text
    with south.office():
        assert places.organization().language == "de"


def test_suspending_asks_for_a_reason_and_ends_every_sign_in(keller, south) -> None:
    inside = Browser(south.client())
    assert inside.open("/accounts").status_code == 200
    keller.open(f"/tenants/{code(south)}/suspension")
    assert keller.send(button="Suspend Halcyon Works").status_code == 422
    assert "reason" in keller.errors
    keller.send(button="Suspend Halcyon Works", reason="The invoice of October is open.")
    keller.follow()
    assert "Suspended" in keller.text
    assert "The invoice of October is open." in keller.text
    assert inside.open("/accounts").status_code == 303
    assert south.shop().get("/").status_code == 503


def test_reactivating_opens_everything_again(keller, south) -> None:
    keller.open(f"/tenants/{code(south)}/suspension")
    keller.send(button="Suspend Halcyon Works", reason="The invoice of October is open.")
    keller.open(f"/tenants/{code(south)}/reactivation")
    keller.send(button="Reactivate Halcyon Works", reason="Paid.")
    keller.follow()
    assert "Active" in keller.text
    assert south.shop().get("/").status_code == 200
    keller.open(f"/tenants/{code(south)}/log")
    for words in ("suspended Halcyon Works", "The invoice of October is open.", "reactivated Halcyon Works", "Paid."):
        assert words in keller.text, words


def test_who_may_not_suspend_is_not_asked_to(south, meridian) -> None:
    browser = Browser(meridian.client("sales"))
    browser.open(f"/tenants/{code(south)}")
    assert "Suspend" not in browser.text
    assert browser.open(f"/tenants/{code(south)}/suspension").status_code == 403


def test_the_old_name_stays_the_tenants_own(south, keller, bought, app) -> None:
    keller.open(f"/tenants/{code(south)}/edit")
    keller.send(button="Save", storefront_address="halcyon")
    with app.app_context():
        assert not hosts.is_free("south")
        owners = db.session.scalars(select(Host.tenant_id).where(Host.name.like("south.%"))).all()
        assert set(owners) == {south.tenant_id}
        assert db.session.get(Tenant, south.tenant_id).spelled == code(south)


def test_a_tenant_may_go_back_to_its_old_name(south, keller, bought) -> None:
    for name in ("halcyon", "south"):
        keller.open(f"/tenants/{code(south)}/edit")
        assert keller.send(button="Save", storefront_address=name).status_code == 303, keller.errors
    assert south.shop().get("/").status_code == 200
    assert south.visitor("http://halcyon.shop.localhost:8000").get("/").location == "http://south.shop.localhost:8000/"


def test_what_is_being_prepared_is_not_changed(keller, begun, trouble, halcyon, worker) -> None:
    trouble("check", Mood.REJECTING)
    begun()
    worker.run_all()
    keller.open(f"/tenants/{halcyon.tenant().spelled}")
    assert "In progress" in keller.text
    assert not keller.page.select("main a[href$='/edit']")
    keller.open(f"/tenants/{halcyon.tenant().spelled}/edit")
    assert keller.send(button="Save", name="Too early").status_code == 409
    assert "still being prepared" in keller.summary
