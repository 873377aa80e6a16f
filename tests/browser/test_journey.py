"""A tenant reseller comes to life, in a real browser: with script and without, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from portal.core.db import db, get
from portal.onboarding.models import Mood, Weather
from portal.processes import actions as processes
from portal.processes.models import Process
from tests.browser import parts
from tests.onboarding.conftest import Candidate, begun, halcyon, priced, trouble
from tests.workers import InProcessWorker
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser
__all__ = ["begun", "halcyon", "priced", "trouble"]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


@dataclass
class Stage:
    """The running portal, somebody's tab, and a worker at the test's word."""

    page: Page
    port: str
    world: World
    worker: InProcessWorker

    def office(self, path: str = "/") -> str:
        return f"http://office.localhost:{self.port}{path}"

    def shop(self, name: str, path: str = "/") -> str:
        return f"http://{name}.shop.localhost:{self.port}{path}"

    def sign_in(self, client_id: str, username: str, password: str = PASSWORD) -> None:
        self.page.goto(self.office("/sign-in"))
        self.page.get_by_label("Client ID").fill(client_id.lower())
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Good")

    def sign_in_as_maker(self) -> None:
        self.sign_in(self.world.meridian.client_id, "meridian.administrator")


@pytest.fixture
def served(app: Any) -> Iterator[str]:
    with parts.served(app) as address:
        yield address.rpartition(":")[2]


@pytest.fixture(params=[(True, DESK), (False, DESK), (True, PHONE)], ids=["desk", "without script", "phone"])
def stage(request: Any, browser: Browser, served: str, world: World, app: Any) -> Iterator[Stage]:
    script, size = request.param
    context = browser.new_context(java_script_enabled=script, viewport=size)
    yield Stage(context.new_page(), served, world, InProcessWorker(app))
    context.close()


def test_a_tenant_reseller_comes_to_life(stage: Stage, halcyon: Candidate) -> None:
    page = stage.page
    stage.sign_in_as_maker()

    page.goto(stage.office(f"/accounts/{halcyon.key}"))
    page.get_by_role("link", name="Create a Tenant Reseller").click()
    page.get_by_label("Type a password").check()
    page.get_by_label("Password", exact=True).last.fill("violet harbour nineteen lanterns")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There is no logo")).to_be_visible()
    page.get_by_role("button", name="OK").click()

    expect(page).to_have_url(re.compile("/tenants/processes"))
    page.get_by_role("link", name="Larkspur Cloud").click()
    expect(page.get_by_role("listitem").filter(has_text="Reserve the Client ID")).to_be_visible()
    stage.worker.run_all()
    page.reload()
    expect(page.get_by_text("The reseller is ready!")).to_be_visible()
    client_id = page.locator(".clientid .mono").first.inner_text()

    page.get_by_role("link", name="Open Larkspur Cloud").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Larkspur Cloud")
    expect(page.get_by_text(client_id).first).to_be_visible()
    page.get_by_role("link", name="Log Records").last.click()
    expect(page.get_by_text("Larkspur Cloud").first).to_be_visible()

    page.context.clear_cookies()
    stage.page.goto(stage.office("/sign-in"))
    page.get_by_label("Client ID").fill(client_id)
    page.get_by_label("Username").fill("nora.whitfield")
    page.get_by_label("Password", exact=True).fill("violet harbour nineteen lanterns")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/password"))  # the maker knows it: it must be changed
    page.get_by_label("Current password").fill("violet harbour nineteen lanterns")
    page.get_by_label("New password", exact=True).fill("seven copper kettles at dawn")
    page.get_by_label("New password again").fill("seven copper kettles at dawn")
    page.get_by_role("button", name=re.compile("Change|Save|Set")).click()
    page.goto(stage.office("/products"))
    expect(page.get_by_text("Larkspur Cloud").first).to_be_attached()
    expect(page.locator("table tbody tr").first).to_be_visible()
    page.goto(stage.office("/accounts"))
    expect(page.get_by_text("No accounts yet")).to_be_visible()

    page.goto(stage.shop("larkspur-cloud"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Opens soon")
    page.goto(stage.office("/storefront"))
    page.get_by_role("link", name="Open the storefront").click()
    page.get_by_role("button", name="Open the storefront").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Open to everybody")
    page.goto(stage.shop("larkspur-cloud", "/products"))
    expect(page).to_have_title(re.compile("Larkspur Cloud"))
    page.locator("main a[href*='/products/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "Meridian" not in page.content()


def test_the_page_of_a_process_moves_by_itself_and_says_the_end(
    browser: Browser, served: str, world: World, app: Any, begun: Any
) -> None:
    stage = Stage(browser.new_page(viewport=DESK), served, world, InProcessWorker(app))
    stage.sign_in_as_maker()
    stage.page.goto(stage.office(f"/processes/{begun()}"))
    expect(stage.page.get_by_text("Queued").first).to_be_visible()
    stage.worker.run_all()
    expect(stage.page.get_by_text("The reseller is ready!")).to_be_visible(timeout=15_000)


def test_a_stopped_task_is_retried_where_it_stopped(
    browser: Browser, served: str, world: World, app: Any, begun: Any
) -> None:
    stage = Stage(browser.new_page(viewport=DESK), served, world, InProcessWorker(app))
    with world.meridian.office():
        db.session.add(Weather(task="open_storefront", mood=Mood.REJECTING))
    key = begun()
    stage.worker.run_all()
    stage.sign_in_as_maker()
    stage.page.goto(stage.office(f"/processes/{key}"))
    expect(stage.page.get_by_text("Stopped at “Open the storefront address”")).to_be_visible()
    with world.meridian.office():
        db.session.execute(delete(Weather))
    stage.page.get_by_role("button", name="Retry").click()
    expect(stage.page.get_by_role("button", name="Retry")).to_have_count(0)
    stage.worker.run_all()
    stage.page.reload()
    expect(stage.page.get_by_text("The reseller is ready!")).to_be_visible()


@pytest.mark.parametrize("stage", [(True, DESK)], indirect=True, ids=["desk"])
def test_figures_move_with_the_rows_they_count(stage: Stage, begun: Any, trouble: Any) -> None:
    trouble("open_storefront", Mood.SLOW)
    key = begun()
    stage.worker.run_due()
    page, under_way = stage.page, stage.page.locator(".under-way")
    stage.sign_in_as_maker()
    page.goto(stage.office("/tenants/processes"))
    expect(under_way).to_have_text("1 running")
    resellers = page.locator("#tabs .tally")
    before = int(resellers.inner_text())
    with stage.world.meridian.office():
        processes.cancel(get(Process, key))
    stage.worker.run_all()
    expect(under_way).to_have_count(0)
    expect(resellers).to_have_text(str(before - 1))


@pytest.mark.parametrize("stage", [(True, DESK)], indirect=True, ids=["desk"])
def test_views_count_what_moves(stage: Stage, begun: Any) -> None:
    begun()
    stage.sign_in_as_maker()
    stage.page.goto(stage.office("/processes"))
    done = stage.page.locator("#views a", has_text="Done").locator(".tally")
    expect(done).to_have_text("0")
    stage.worker.run_all()
    expect(done).to_have_text("1")
