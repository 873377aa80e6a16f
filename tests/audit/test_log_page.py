"""The log as a person reads it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal import audit
from portal.audit import queries
from portal.core.clock import now
from portal.core.db import db
from portal.tenants.models import Organization
from portal.users.models import User
from tests.queries import MOST, counted


@pytest.fixture
def told(north):
    """A log with something in it: by a person, and by the system."""
    with north.office():
        sales = db.session.scalars(select(User).where(User.username == "north.sales")).one()
        record = db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one()
        with audit.acting_as(audit.Actor("user", sales.id, sales.name, tenant_id=north.tenant_id)):
            audit.record("user.changed", sales, before={"name": "Kim <b>Winter</b>"}, after={"name": "Kim Sommer"})
        audit.record("tenant.changed", record, after={"name": "Nordlicht Cloud"})
    return sales


def lines(client, address="/log") -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:3000]
    page = BeautifulSoup(answer.text, "lxml")
    return [item.get_text(" ", strip=True) for item in page.select("#log-records li")]


def test_it_shows_who_what_before_and_after(north, told):
    shown = lines(north.client())
    assert any("North Sales changed" in line and "Kim <b>Winter</b> → Kim Sommer" in line for line in shown)
    assert any(line.startswith("System changed Nordlicht IT") for line in shown)


def test_it_is_narrowed_by_who_what_when_and_row(north, told):
    client = north.client()
    today, tomorrow = now().date(), now().date() + timedelta(days=2)
    assert all(line.startswith("System") for line in lines(client, "/log?who=system"))
    assert len(lines(client, f"/log?who={told.key}")) == 1
    assert len(lines(client, "/log?what=tenant&who=system")) >= 1
    assert lines(client, f"/log?since={tomorrow}") == []
    assert len(lines(client, f"/log?since={today - timedelta(days=1)}&until={tomorrow}")) >= 2
    assert len(lines(client, f"/log?row={told.key}")) == 1


@pytest.mark.parametrize(
    "address",
    [
        "/log?who=nobody&what=nothing",
        "/log?since=yesterday",
        "/log?page=-3&row=x",
        "/log?until=9999-12-31",
        "/log?since=0001-01-01",
    ],
)
def test_nonsense_in_the_address_is_no_error(north, address):
    assert north.client().get(address).status_code == 200


def test_a_stranger_reads_his_own_log_only(world, told):
    assert not any("Kim" in line or "Nordlicht" in line for line in lines(world.strand.client()))
    assert lines(world.strand.client(), f"/log?row={told.key}") == []


def test_only_who_may_see_it_sees_it(north):
    assert north.client("finance").get("/log").status_code == 200
    assert north.client("sales").get("/log").status_code == 403
    assert north.visitor().get("/log").status_code == 303


def test_a_long_log_has_pages_and_asks_few_questions(north, app, told):
    with north.office():
        record = db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one()
        for number in range(70):
            audit.record("tenant.changed", record, after={"name": f"Name {number}"})
    client = north.client()
    client.get("/log")
    with counted(app) as asked:
        shown = lines(client, "/log?page=2")
    assert len(shown) == 30
    assert len(asked) <= MOST, asked


def test_records_of_one_row_are_its_own(north, told):
    with north.office():
        user = db.session.get(User, (north.tenant_id, told.id))
        assert {entry.row.key for entry in queries.records(row=user)} == {told.key}


# ------------------------------------------------------------------------------------------ how values and lines read


@pytest.fixture
def blue_harbour(meridian):
    """An account with a contact, opened by the administrator as the office does it."""
    client = meridian.client()
    terms = {"name": "Blue Harbour", "kind": "customer", "currency": "USD", "country": "NO", "language": "en"}
    rest = {"time_zone": "America/New_York", "payment_terms": "30", "credit_limit": "5000", "price_list": ""}
    opened = send(
        client, "/accounts/new", **terms, **rest, enabled_for_ordering="y", bill_to="", email="", vat_number=""
    )
    key = opened.location.rpartition("/")[2]
    send(client, f"/accounts/{key}/contacts/new", name="Ada Moss", email="ada@harbour.example", role="", phone="")
    return key


def send(client, address, **typed):
    page = BeautifulSoup(client.get(address).text, "lxml")
    hidden = {one["name"]: one["value"] for one in page.select("main form input[type=hidden]")}
    answer = client.post(address, data=hidden | typed)
    assert answer.status_code == 303, answer.text[-4000:]
    return answer


def test_values_read_as_people_say_them(meridian, blue_harbour):
    (created,) = [line for line in lines(meridian.client(), f"/log?row={blue_harbour}") if "created Blue" in line]
    for said in (
        "Country: Norway",
        "Currency: US Dollar (USD)",
        "Language: English",
        "Time zone: America/New York",
        "Credit limit: $5,000.00",
        "Payment terms: 30 days",
        "Enabled for ordering: Yes",
        "Kind: Customer",
    ):
        assert said in created, created


def test_a_date_format_is_shown_by_an_example_and_in_the_readers_language(north):
    with north.office():
        record = db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one()
        audit.record(
            "tenant.changed", record, after={"date_format": "y-MM-dd", "country": "NO", "separate_invoices": True}
        )
        record.language = "de"
    (line,) = lines(north.client())[:1]
    assert f": {now().date().isoformat()}" in line
    assert "Norwegen" in line
    assert ": Ja" in line


def test_a_contact_leaves_one_line_in_the_log_of_its_account_too(meridian, blue_harbour):
    client = meridian.client()
    for address in ("/log?what=contact", f"/accounts/{blue_harbour}/log"):
        shown = [line for line in lines(client, address) if "contact" in line]
        assert len(shown) == 1
        assert "added the contact Ada Moss to Blue Harbour" in shown[0]
        assert blue_harbour not in shown[0]


def links(client, address="/log") -> dict[str, str]:
    page = BeautifulSoup(client.get(address).text, "lxml")
    return {link.get_text(" ", strip=True): link["href"] for link in page.select("#log-records li a")}


def test_a_line_leads_to_what_it_is_about_if_the_reader_may_see_it(meridian, blue_harbour):
    found = links(meridian.client())
    assert found["Blue Harbour"] == f"/accounts/{blue_harbour}"
    assert found["Meridian Administrator"].startswith("/users/")
    assert "Meridian Administrator" not in links(meridian.client("sales"), f"/accounts/{blue_harbour}/log")


def test_a_tenants_line_leads_to_its_page_by_its_client_id(meridian, north):
    with meridian.office():
        record = db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one()
        audit.record("tenant.changed", record, after={"name": "Nordlicht IT"})
    assert links(meridian.client())["Nordlicht IT"].startswith(f"/tenants/{north.client_id[:4]}-")
    with north.office():
        audit.record("tenant.changed", record, after={"name": "Nordlicht"})
    assert "Nordlicht IT" not in links(north.client())


def test_one_row_is_followed_and_let_go_again(meridian, blue_harbour):
    client = meridian.client()
    assert any(address == f"?row={blue_harbour}" for address in links(client).values())
    page = BeautifulSoup(client.get(f"/accounts/{blue_harbour}/log").text, "lxml")
    (way,) = page.select(f'#log-records a[href="/log?row={blue_harbour}"]')
    shown = BeautifulSoup(client.get(way["href"] + "&what=contact").text, "lxml")
    chip = shown.select_one("form .filter")
    assert "Blue Harbour" in chip.get_text()
    assert chip.find_all("a")[-1]["href"] == "?what=contact"
    assert shown.select_one("form input[name=row]")["value"] == blue_harbour


def test_the_system_and_whoever_is_no_user_can_be_chosen_by_name(north):
    with north.office():
        record = db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one()
        audit.record("tenant.changed", record, after={"name": "One"})
        with audit.acting_as(audit.Actor("system", name="Demo")):
            audit.record("tenant.changed", record, after={"name": "Two"})
    client = north.client()
    offered = [one["value"] for one in BeautifulSoup(client.get("/log").text, "lxml").select("#who option")]
    assert {"system", "system:Demo"} <= set(offered)
    assert all(line.startswith("System") for line in lines(client, "/log?who=system"))
    assert all(line.startswith("Demo") for line in lines(client, "/log?who=system:Demo"))
    assert lines(client, "/log?who=system:Demo")


def test_a_line_says_for_whom_the_system_worked_and_which_request_it_was(north):
    with north.office():
        user = db.session.scalars(select(User).where(User.username == "north.sales")).one()
        record = db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one()
        person = audit.Actor("user", user.id, user.name, tenant_id=north.tenant_id)
        with audit.acting_as(audit.Actor("system", request_id="abc123", on_behalf_of=person)):
            audit.record("tenant.changed", record, after={"name": "One"})
    (line,) = lines(north.client(), "/log?who=system")[:1]
    assert line.startswith("System for North Sales changed")
    assert "request abc123" in line


def test_a_log_of_everything_stays_within_its_statements(app, meridian, north, blue_harbour):
    with meridian.office():
        people = db.session.scalars(select(User)).all()
        for house in db.session.scalars(select(Organization)):
            for person in people:
                with audit.acting_as(audit.Actor("user", person.id, person.name, tenant_id=meridian.tenant_id)):
                    audit.record("tenant.changed", house, after={"name": person.name, "by": person})
    client = meridian.client()
    for address in ("/log", f"/log?row={blue_harbour}", f"/accounts/{blue_harbour}/log"):
        client.get(address)
        with counted(app) as asked:
            assert lines(client, address)
        assert len(asked) <= MOST, asked
