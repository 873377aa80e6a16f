"""The log as a person reads it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, select

from portal import audit
from portal.audit import queries
from portal.core.clock import now
from portal.core.db import db
from portal.tenants.models import Organization
from portal.users.models import User


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
    page = BeautifulSoup(answer.text, "html.parser")
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
    asked: list[str] = []
    with app.app_context():
        engine = db.engine
    note = lambda *said: asked.append(said[2])  # noqa: E731 - SQLAlchemy calls it with six arguments
    event.listen(engine, "before_cursor_execute", note)
    try:
        shown = lines(client, "/log?page=2")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(shown) == 30
    assert len([statement for statement in asked if "set_config" not in statement]) <= 6, asked


def test_records_of_one_row_are_its_own(north, told):
    with north.office():
        user = db.session.get(User, (north.tenant_id, told.id))
        assert {entry.row_id for entry in queries.records(row=user)} == {told.key}
