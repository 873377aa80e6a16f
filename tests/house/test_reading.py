"""Looking changes nothing, and a page asks no more of the database however long its list is."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
import time_machine
from sqlalchemy import select

from portal.accounts.models import Account, Kind
from portal.catalogue.models import PriceList, PriceListVersion, PriceSheet, Product, SheetState
from portal.core.db import db
from portal.core.scope import acting
from portal.notifications.models import Envelope
from portal.processes.models import Process, Task
from portal.processes.models import State as ProcessState
from portal.storefront.models import Enquiry
from portal.storefront.models import Kind as AskedFor
from portal.tenants import actions as tenants
from portal.tenants.models import Tenant
from portal.users.models import State, User
from portal.users.roles import Role
from tests.house.asking import Visit, map_of
from tests.house.furniture import furnish
from tests.queries import MOST, counted

LISTS = (
    "go_live.funnel",
    "accounts.index",
    "audit.index",
    "catalogue.price_lists",
    "catalogue.price_sheets",
    "catalogue.products",
    "enquiries.index",
    "letters.index",
    "notices.index",
    "processes.index",
    "tenants.index",
    "tenants.processes",
    "users.index",
)
# Pages with a table that is short by its nature, or stops after a few rows.
SHORT = {"branding.show", "overview.dashboard", "pages.index", "settings.numbering", "users.password"}


@pytest.fixture(scope="module")
def world(make_furnished):
    return make_furnished("looked_at")


@pytest.fixture(scope="module")
def routes(world):
    return map_of(world.meridian.app)


# ------------------------------------------------------------------------------------------------- looking changes nothing


def test_get_and_head_change_nothing(world, routes, addresses, server):
    rows = {house.word: furnish(house) for house in (world.meridian, world.north)}
    url = addresses.superuser_url.replace("+psycopg", "").replace("/vitrine?", "/looked_at?")
    with psycopg.connect(url, autocommit=True) as eyes, time_machine.travel(datetime.now(UTC), tick=False):
        visits = [
            (house, door, Visit.of(house, door, "administrator"))
            for house in (world.meridian, world.north)
            for door in ("office", "shop")
        ]
        before, complaints = _prints(eyes), []
        for house, door, visit in visits:
            for route in (one for one in routes if one.method == "GET" and one.door == door):
                for method in ("GET", "HEAD"):
                    visit.client.open(visit.address(route, route.own(rows[house.word])), method=method)
                after = _prints(eyes)
                if after != before:
                    touched = sorted(table for table in after if after[table] != before[table])
                    complaints.append(f"{route} in {house.word}: wrote {touched}")
                    before = after
    assert not complaints, "\n".join(complaints)


def _prints(eyes):
    """What stands in every table, and who wrote it."""
    names = [name for (name,) in eyes.execute("select tablename from pg_tables where schemaname = 'public'")]
    of_one = "select '{0}', count(*) || ' ' || coalesce(max(xmin::text::bigint), 0) from \"{0}\""
    return dict(eyes.execute(" union all ".join(of_one.format(name) for name in names)).fetchall())


# --------------------------------------------------------------------------------------------------- queries and rows


@pytest.fixture(scope="module")
def lists(routes):
    return {route.endpoint: route for route in routes if route.method == "GET" and route.endpoint in LISTS}


def test_every_list_page_is_counted(routes, lists, world):
    """A page without parameters that shows a list has a search or a pager, and stands in LISTS."""
    assert sorted(lists) == sorted(LISTS)
    visit = Visit.of(world.meridian, "office", "administrator")
    for route in (one for one in routes if one.method == "GET" and one.door == "office" and not one.parameters):
        page = visit.client.get(visit.address(route, {})).text
        if "<html" in page and 'class="list"' in page:
            assert route.endpoint in {*LISTS, *SHORT}, route


@pytest.mark.parametrize("count", [3, 60])
def test_a_list_asks_no_more_however_long_it_is(world, lists, count):
    _fill(world.meridian, count)
    visit = Visit.of(world.meridian, "office", "administrator")
    visit.client.get("/")  # the house is warm
    complaints = []
    for endpoint, route in lists.items():
        visit.client.get(visit.address(route, {}))
        with counted(world.meridian.app) as asked:
            answer = visit.client.get(visit.address(route, {}))
        assert answer.status_code == 200, (endpoint, answer.status_code)
        if len(asked) > MOST:
            complaints.append(f"{endpoint} with {count} rows: {len(asked)} queries\n{asked!r}")
    assert not complaints, "\n".join(complaints)


def _fill(house, count):
    """So many rows for every list."""
    with house.office():
        there = db.session.scalars(select(Account.number).where(Account.number.startswith("L-"))).all()
        for number in range(len(there), count):
            mark = f"{number:04}"
            words = {"currency": "USD", "country": "US", "language": "en", "time_zone": "UTC"}
            db.session.add(Account(number=f"L-{mark}", name=f"Listed {mark}", kind=Kind.RESELLER, **words))
            db.session.add(Product(code=f"L-{mark}", slug=f"l-{mark}", name=f"Listed {mark}"))
            db.session.add(PriceSheet(name=f"{mark}.csv", sha="0" * 64, size=1, state=SheetState.READY))
            prices = PriceList(name=f"Listed {mark}", currency="USD")
            db.session.add_all([prices, PriceListVersion(price_list=prices, market="US")])
            person = {"username": f"l{mark}", "name": f"Listed {mark}", "email": f"l{mark}@b.example"}
            db.session.add(User(**person, role=Role.SUPPORT, state=State.ACTIVE))
            asked = {"name": f"Listed {mark}", "email": "v@b.example", "message": mark, "language": "en"}
            db.session.add(Enquiry(kind=AskedFor.CONTACT, **asked))
            db.session.add(process := _process(house, mark))
            words = {"kind": "welcome", "address": "l@b.example", "subject": f"Listed {mark}"}
            db.session.add(Envelope(process=process, **words))
    for number in range(len(there), count):
        _tenant(house, f"listed-{number}")


def _process(house, mark):
    process = Process(
        plan_name="tenant.onboarding",
        about=f"listed {mark}",
        name={"text": f"Listed {mark}"},
        subject_id=house.tenant_id,
        state=ProcessState.DONE,
    )
    process.tasks = [
        Task(process_id=process.id, name=step.name, position=position)
        for position, step in enumerate(process.plan.steps)
    ]
    return process


def _tenant(house, name):
    with house.app.app_context():
        tenant: Tenant = tenants.reserve(house.scope, edition=tenants.BASIC, name=name)
        tenants.reserve_client_id(tenant)
        tenants.activate(tenant)
        below = tenant.scope
        db.session.commit()
    with house.app.app_context(), acting(below):
        words = {"name": name, "country": "US", "currency": "USD", "language": "en"}
        tenants.open_organization(**words, time_zone="UTC", date_format="d MMM y")
        db.session.commit()
