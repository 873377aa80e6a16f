"""The parts of the pages as a person meets them: seen, heard, by keyboard, and without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

from tests.browser import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with parts.served(parts.sample_app()) as found:
        yield found


#: These differ from the error pages that are read only by their words.
ALIKE = {f"{door}error-{code}" for door in ("", "shop-") for code in (403, 409, 422, 429)}


def test_axe_finds_nothing_at_any_width_in_light_and_dark(browser: Browser, address: str) -> None:
    assert parts.look(browser, address, only=set(parts.names()) - ALIKE) == []


@pytest.mark.parametrize("name", parts.names())
def test_every_sample_is_one_page_with_one_title_and_no_name_twice(name: str) -> None:
    answer = parts.sample_app().test_client().get(f"/{name}")
    page = BeautifulSoup(answer.data, "lxml")
    ids = [element["id"] for element in page.find_all(id=True)]
    assert answer.status_code == 200
    assert len(page.find_all("h1")) == 1
    assert len(page.find_all("main")) == (name != "letter")
    assert len(ids) == len(set(ids))


def test_the_error_summary_has_the_focus_and_the_title_says_error(page: Page, address: str) -> None:
    page.goto(f"{address}/form")
    expect(page.locator("#summary")).to_be_focused()
    expect(page).to_have_title("Error: Create a Tenant Reseller · Meridian Cloud Distribution")
    page.get_by_role("link", name="Currency: Choose USD").click()
    expect(page.get_by_label("Currency")).to_be_focused()
    expect(page.get_by_label("Currency")).to_have_accessible_description("Choose USD: US Retail has no prices in EUR.")


def test_copy_copies_and_says_so(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/parts")
    page.get_by_role("button", name="Copy Client ID").last.click()
    expect(page.locator("#live")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "NDLT-5836"


def test_a_toast_leaves_by_itself_but_not_while_pointed_at(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}/toast")
    toast = page.locator(".toast-note")
    expect(page.locator("#live")).to_have_text("Saved. Nordlicht IT now uses DE Handel.")
    toast.hover()
    page.clock.run_for(20_000)
    expect(toast).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(7_000)
    expect(toast).to_have_count(0)


def test_dark_is_kept_and_choosing_what_the_system_says_forgets_it(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/toast")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Light").click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") is None


def test_the_filters_open_and_escape_closes_them(page: Page, address: str) -> None:
    page.goto(f"{address}/list")
    page.get_by_text("Filter", exact=True).click()
    expect(page.get_by_role("link", name="Suspended").last).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="State")).to_be_hidden()


def test_a_lost_connection_is_told_and_the_page_stays(page: Page, address: str) -> None:
    page.goto(f"{address}/toast")
    page.route("**/gone", lambda route: route.abort())
    page.evaluate("htmx.ajax('GET', '/gone', {target: 'h1'})")
    expect(page.get_by_role("alert")).to_contain_text("The connection is lost")
    expect(page.get_by_role("heading", level=1)).to_have_text("Good afternoon, Maria")


def test_what_broke_is_told_and_the_page_stays(page: Page, address: str) -> None:
    page.goto(f"{address}/toast")
    page.route("**/broken", lambda route: route.fulfill(status=500, body="<p>Something broke"))
    page.evaluate("htmx.ajax('GET', '/broken', {target: 'h1'})")
    expect(page.get_by_role("alert")).to_contain_text("Something broke on our side")
    expect(page.get_by_role("heading", level=1)).to_have_text("Good afternoon, Maria")


def test_without_script_nothing_is_missing_and_nothing_is_in_the_way(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}).new_page()
    page.goto(f"{address}/toast")
    expect(page.get_by_text("Saved. Nordlicht IT now uses DE Handel.")).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_have_count(0)
    page.get_by_role("button", name="Open menu").click()
    expect(page.get_by_role("link", name="Tenant Resellers")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()
    page.goto(f"{address}/list")
    page.get_by_text("Filter", exact=True).click()
    expect(page.get_by_role("heading", name="State")).to_be_visible()
    page.goto(f"{address}/parts")
    expect(page.get_by_role("button", name="Copy Client ID")).to_have_count(0)
    page.context.close()
