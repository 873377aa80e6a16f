"""A tenant reseller comes to life, and sets a price, by keyboard alone; the focus is seen at every stop."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete

from portal.catalogue import actions as catalogue
from portal.core.db import db
from portal.onboarding.models import Mood, Weather
from portal.tenants import client_ids
from tests.browser.fingers import Fingers
from tests.browser.test_journey import DESK, PHONE, Stage, served
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.onboarding.conftest import Candidate, halcyon, priced
from tests.workers import InProcessWorker
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser
__all__ = ["halcyon", "priced", "served"]


@pytest.fixture
def stage(browser: Browser, served: str, world: World, app: Any) -> Any:
    context = browser.new_context(viewport=DESK)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=f"http://office.localhost:{served}")
    yield Stage(context.new_page(), served, world, InProcessWorker(app))
    context.close()


def test_the_whole_creation_by_keyboard(stage: Stage, halcyon: Candidate) -> None:
    page, fingers = stage.page, Fingers(stage.page)
    page.goto(stage.office("/sign-in"))
    fingers.write("Client ID", stage.world.meridian.client_id)
    fingers.write("Username", "meridian.administrator")
    fingers.write("Password", PASSWORD)
    with page.expect_navigation():
        fingers.press("Enter")

    fingers.follow("Accounts")
    fingers.go_to("Skip to content")
    fingers.press("Enter")
    assert fingers.at["id"] == "main"
    fingers.follow("Larkspur Cloud")
    fingers.follow("Create a Tenant Reseller")

    fingers.go_to("Basic")
    fingers.press("ArrowRight")
    expect(page.get_by_label("Premium")).to_be_checked()
    fingers.write("Name", "")
    fingers.follow("Save")
    assert fingers.at["id"] == "summary"
    expect(page).to_have_title("Error: Create a Tenant Reseller · Meridian Cloud Distribution")
    fingers.go_to("Name:")
    fingers.press("Enter")
    assert fingers.at["id"] == "name"
    page.keyboard.type("Nora Whitfield")
    fingers.follow("Save")

    assert fingers.at["name"] == "OK"
    with page.expect_navigation():
        fingers.press("Enter")
    with stage.world.meridian.office():
        db.session.add(Weather(task="open_storefront", mood=Mood.FLAKY))
    fingers.follow("Create tenant reseller: Larkspur Cloud")

    fingers.go_to("Cancel")
    stage.worker.run_due()
    expect(page.get_by_text("is tried again at")).to_be_visible(timeout=15_000)
    assert fingers.at["name"] == "Cancel"  # the page moved, the focus did not
    with stage.world.meridian.office():
        db.session.execute(delete(Weather))
    stage.worker.run_all()
    expect(page.get_by_text("The reseller is ready!")).to_be_visible(timeout=15_000)
    assert fingers.at["tag"] == "h1"  # what had the focus is gone: one goes on from the top of the page
    fingers.go_to("Copy Client ID")
    fingers.press("Enter")
    expect(page.locator("#live")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == halcyon.tenant().spelled


def test_the_menu_of_a_phone_by_keyboard(stage: Stage) -> None:
    stage.page.set_viewport_size(PHONE)
    stage.sign_in_as_maker()
    fingers = Fingers(stage.page)
    fingers.go_to("Open menu")
    fingers.press("Enter")
    fingers.go_to("Tenant Resellers")
    fingers.press("Escape")
    assert fingers.at["name"] == "Open menu"
    fingers.press("Enter")
    fingers.follow("Tenant Resellers")
    expect(stage.page.get_by_role("heading", level=1)).to_contain_text("Tenant Resellers")


def test_who_suspends_begins_with_the_reason(stage: Stage) -> None:
    south = stage.world.south
    stage.sign_in_as_maker()
    page, fingers = stage.page, Fingers(stage.page)
    page.goto(stage.office(f"/tenants/{client_ids.spelled(south.client_id)}/suspension"))
    assert fingers.at["name"] == "Reason"
    page.keyboard.type("The invoices of August and September are open.")
    fingers.follow(f"Suspend {south.name}")
    expect(page.locator("#live")).to_have_text(f"{south.name} is suspended.")
    expect(page.get_by_role("link", name="Reactivate")).to_be_visible()


def test_a_margin_is_set_and_explained(stage: Stage) -> None:
    """The list his shop sells by: a draft, a margin typed in its row and seen at once, saved, published, asked why."""
    with stage.world.meridian.office():
        imported(sheet({"UnitPrice": "10", "ERP Price": "15"}))
        give(price_list("Partners", percent="5"), stage.world.north)
    with stage.world.north.office():
        catalogue.show_in_storefront(price_list("Shop", market=None, percent="20"))
    page, fingers = stage.page, Fingers(stage.page)
    stage.sign_in(stage.world.north.client_id, "north.administrator")

    fingers.follow("Price Lists")
    fingers.follow("Shop")
    fingers.follow("Begin a draft")
    fingers.go_to("How Lumen Mail Plan 1 is priced")
    page.keyboard.type("Margin")
    fingers.write("Percentage or amount for Lumen Mail Plan 1", "30")
    expect(page.get_by_role("row", name="Lumen Mail Plan 1")).to_contain_text("$15.00 per month · Margin 30.0")
    assert fingers.at["name"].startswith("Percentage")  # the figures moved, the focus did not
    with page.expect_navigation():
        fingers.press("Enter")
    fingers.follow("Publish")
    fingers.follow("Publish Shop")
    fingers.follow("$15.00")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why this price")
    expect(page.locator("main")).to_contain_text("$10.50")
