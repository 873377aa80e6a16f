"""axe, and a window of 360 px, on every page of the map: whoever may open it, and whatever it has to say.

The pages are those of `routes`, their parameters those of the house's authorization table, so that a new route is walked
by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from portal.accounts import actions as accounts
from portal.accounts.models import Account, Kind
from portal.core.db import db, get
from portal.core.web import open_to_all
from portal.onboarding import actions as onboarding
from portal.onboarding.models import Mood, Weather
from portal.processes.actions import cancel
from portal.processes.models import Process
from portal.tenants import actions as tenants
from portal.tenants import client_ids
from portal.tenants.models import Organization, Tenant
from tests.accounts.conftest import TERMS
from tests.browser import parts
from tests.browser.walking import Walker
from tests.house.asking import Visit, map_of
from tests.house.conftest import furnished_world, make_furnished
from tests.house.furniture import furnish
from tests.onboarding.conftest import list_in_force, terms_for
from tests.workers import InProcessWorker
from tests.world import PASSWORD, House, World

pytestmark = pytest.mark.browser
__all__ = ["furnished_world", "make_furnished"]

TOLD = {409, 422, 429}  # a form that says what is wrong with it


class Portal:
    """The furnished world, served; and the addresses of its pages."""

    def __init__(self, world: World, port: str) -> None:
        self.world, self.port = world, port
        self.routes = [route for route in map_of(world.north.app) if route.method == "GET"]
        self.rows = cache(lambda word: furnish(getattr(world, word)))

    def office(self, path: str = "") -> str:
        return f"http://office.localhost:{self.port}{path}"

    def shop(self, house: House, path: str = "") -> str:
        return f"http://{house.word}.shop.localhost:{self.port}{path}"

    def neutral(self, house: House, path: str = "") -> str:
        return f"http://shop.localhost:{self.port}/@{house.client_id.lower()}{path}"

    def pages(self, house: House, door: str, role: str | None = None) -> list[str]:
        """The paths of all whole pages this person gets to see here; what is refused looks the same, so once."""
        visit, rows, refusals = Visit.of(house, door, role), self.rows(house.word), 0
        found = []
        for route in (one for one in self.routes if one.door == door):
            answer = visit.ask(route, route.own(rows))
            if is_page(answer):
                refusals += answer.status_code == 403
                if answer.status_code == 200 or refusals == 1:
                    found.append(visit.address(route, route.own(rows)))
        return found


def is_page(answer: TestResponse) -> bool:
    """A whole page to stay at: no file, no fragment, no redirect, no way through to another door."""
    if answer.mimetype != "text/html" or answer.status_code not in {200, 403}:
        return False
    return "<html" in answer.text and 'content="0; url=' not in answer.text


@pytest.fixture(scope="module")
def portal(make_furnished) -> Iterator[Portal]:
    world = make_furnished("walked")
    with parts.served(world.north.app) as address:
        yield Portal(world, address.rpartition(":")[2])


@pytest.fixture
def walker(browser, is_long) -> Iterator[Walker]:
    walker = Walker(browser, is_long=is_long)
    yield walker
    walker.page.context.close()
    assert walker.found == []


def enter_office(walker: Walker, portal: Portal, house: House, role: str = "administrator") -> None:
    cookie = house.client(role).get_cookie("sign-in", domain="office.localhost")
    assert cookie
    walker.bring("sign-in", cookie.value, portal.office())


@pytest.mark.parametrize("word", ["meridian", "north", "south"])
def test_every_page_of_the_office_and_every_form_filled_in_wrongly(portal, walker, is_long, word):
    house = getattr(portal.world, word)
    enter_office(walker, portal, house)
    statuses, told = [], 0
    for path in portal.pages(house, "office", "administrator"):
        statuses.append(walker.see(portal.office(path)))
        if is_long or word == "meridian":
            told += len(TOLD.intersection(walker.mistype(portal.office(path))))
    assert statuses.count(200) > 30
    assert statuses.count(403) == (word != "meridian")  # what his edition does not open
    assert told > 14 or not (is_long or word == "meridian")


def test_every_page_of_the_office_for_who_is_not_signed_in(portal, walker):
    told = 0
    for path in portal.pages(portal.world.north, "office"):
        walker.see(portal.office(path))
        told += len(TOLD.intersection(walker.mistype(portal.office(path))))
    assert told > 3
    walker.see(f"http://north.office.localhost:{portal.port}/sign-in")


def test_every_page_of_the_shop(portal, walker):
    north, south = portal.world.north, portal.world.south
    for house in (north, south):
        for path in portal.pages(house, "shop"):
            assert walker.see(portal.shop(house, path)) == 200
            walker.mistype(portal.shop(house, path))
        walker.see(portal.shop(house, "/products?q=nothing+is+called+so"))
        walker.see(portal.neutral(house, "/products"))
    enter_shop(walker, portal, north)
    for path in portal.pages(north, "shop"):
        walker.see(portal.shop(north, path))


def test_every_state_of_a_creation(portal, walker):
    """The warning before it; and the process while it waits its turn, works, waits, has stopped, is undone, is done."""
    house, worker = portal.world.meridian, InProcessWorker(portal.world.north.app)
    enter_office(walker, portal, house)
    account = candidate(house, "Larkspur Cloud")
    with house.office():
        prices = list_in_force("US Retail").key
    walker.page.goto(portal.office(f"/accounts/{account}/tenant"))
    walker.page.get_by_role("button", name="Save").click()
    expect(walker.page.locator("main")).to_contain_text("There is no logo")
    walker.look("the warning")

    key, states = begin(house, account, prices), []
    for mood, moment in ((None, None), (Mood.FLAKY, worker.run_due), (Mood.REJECTING, worker.run_all)):
        let_the_weather_be(house, mood)
        if moment:
            moment()
        states.append(see_process(walker, portal, key))
        walker.see(portal.office("/tenants/processes"))
        walker.see(portal.office())
    with house.office():
        cancel(get(Process, key))
    states.append(see_process(walker, portal, key))
    worker.run_all()
    states.append(see_process(walker, portal, key))
    let_the_weather_be(house, None)
    key = begin(house, candidate(house, "Larkspur Hosting"), prices)
    worker.run_all()
    states.append(see_process(walker, portal, key))
    assert states == ["queued", "waiting", "attention", "cancelling", "cancelled", "done"]


def see_process(walker: Walker, portal: Portal, key: str) -> str:
    """Its page; and the state it is in."""
    assert walker.see(portal.office(f"/processes/{key}")) == 200
    with portal.world.meridian.office():
        return get(Process, key).state.value


def candidate(house: House, name: str) -> str:
    """The key of a reseller's account that may get a tenant."""
    with house.office():
        account = accounts.open_account(**{**TERMS, "name": name, "kind": Kind.RESELLER})
        accounts.add_contact(account, name="Nora Whitfield", role="Owner", email="nora@larkspur.example", phone=None)
        return account.key


def begin(house: House, key: str, prices: str) -> str:
    """The key of the process that makes this account a tenant reseller."""
    with house.office():
        account = get(Account, key)
        address = account.name.lower().replace(" ", "-")
        return onboarding.begin(account, terms_for(prices, storefront=address)).key


def let_the_weather_be(house: House, mood: Mood | None) -> None:
    with house.office():
        db.session.execute(delete(Weather))
        if mood:
            db.session.add(Weather(task="open_storefront", mood=mood))


def test_somebody_else_saved_first(portal, walker):
    house = portal.world.meridian
    enter_office(walker, portal, house)
    row = portal.rows("meridian")["account"]
    walker.page.goto(portal.office(f"/accounts/{row}/edit"))
    with house.office():
        account = get(Account, row)
        account.name, account.version = "Renamed by somebody", account.version + 1
    walker.page.get_by_label("Name", exact=True).fill("Renamed by me")
    walker.page.get_by_role("button", name="Save").click()
    expect(walker.page.get_by_role("heading", level=1)).to_have_text("Changed meanwhile")
    walker.look("two versions side by side")


def test_what_is_closed_missing_or_broken(portal, walker, settings):
    world, app = portal.world, portal.world.north.app
    nowhere = "/nothing-here"
    for address in (portal.office(nowhere), f"http://nobody.shop.localhost:{portal.port}/"):
        assert walker.see(address) == 404
    for house in (world.north, world.south):
        assert walker.see(portal.shop(house, nowhere)) == 404
        assert walker.see(portal.neutral(house, nowhere)) == 404
    enter_office(walker, portal, world.north, "read_only")
    assert walker.see(portal.office("/users/new")) == 403
    assert walker.see(portal.office(nowhere)) == 404

    with world.meridian.office():
        tenant, organization = of(world.south)
        tenants.suspend(tenant, organization, reason="The invoices of August and September are open.")
    assert walker.see(portal.shop(world.south)) == 503
    enter_office(walker, portal, world.south)
    assert walker.see(portal.office()) == 200
    enter_office(walker, portal, world.meridian)
    for page in ("", "/reactivation"):
        assert walker.see(portal.office(f"/tenants/{client_ids.spelled(world.south.client_id)}{page}")) == 200

    sound = app.view_functions["users.sign_in"]
    app.view_functions["users.sign_in"] = open_to_all(lambda: 1 / 0)
    assert walker.see(portal.office("/sign-in")) == 500
    app.view_functions["users.sign_in"] = sound
    settings.maintenance_mark.touch()
    assert walker.see(portal.shop(world.north)) == 503
    settings.maintenance_mark.unlink()


def of(house: House) -> tuple[Tenant, Organization]:
    """The tenant and its record, as the one above reads them."""
    tenant = db.session.get_one(Tenant, house.tenant_id)
    return tenant, db.session.scalars(select(Organization).where(Organization.tenant_id == house.tenant_id)).one()


def enter_shop(walker: Walker, portal: Portal, house: House) -> None:
    walker.page.goto(portal.shop(house, "/sign-in"))
    walker.page.get_by_label("Username").fill(house.people["administrator"])
    walker.page.get_by_label("Password").fill(PASSWORD)
    walker.page.get_by_role("button", name="Sign in").click()
    expect(walker.page.get_by_role("link", name="North Administrator").first).to_be_visible()
