"""Keys lead somewhere, and never steal from somebody who types."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_journey import DESK, PHONE, served
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser
__all__ = ["served"]


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(browser: Browser, served: str, world: World, request: Any) -> Any:
    context = browser.new_context(viewport=request.param)
    page = context.new_page()
    page.goto(f"http://office.localhost:{served}/sign-in")
    page.get_by_label("Client ID").fill(world.meridian.client_id)
    page.get_by_label("Username").fill("meridian.administrator")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    yield page
    context.close()


def test_a_slash_leads_to_the_search_and_a_question_mark_to_the_keys(page: Page) -> None:
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    page.keyboard.press("/")
    expect(keys).to_be_visible()  # who has a dialog before him is left alone
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("/")
    box = page.get_by_role("searchbox").first
    expect(box).to_be_focused()
    page.keyboard.type("a/b?c")
    expect(box).to_have_value("a/b?c")
    expect(keys).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=a%2Fb%3Fc")


def test_what_is_chosen_is_counted_and_the_whole_page_at_once(page: Page) -> None:
    page.goto(page.url + "users")
    bar = page.get_by_role("form", name="What to do with the chosen rows")
    expect(bar).to_be_hidden()
    boxes = page.locator("td.pick input")
    boxes.nth(1).check()
    expect(bar).to_contain_text("1 chosen")
    page.evaluate("document.querySelector('[data-pick-page]').click()")
    expect(bar).to_contain_text(f"{boxes.count()} chosen")
    boxes.nth(0).uncheck()
    expect(bar).to_contain_text(f"{boxes.count() - 1} chosen")
    bar.get_by_role("combobox").select_option("disable")
    bar.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Disable")
