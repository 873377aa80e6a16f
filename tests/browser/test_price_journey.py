"""From a vendor's price sheet to the price a customer sees, and back to why; then the sheet changes.  In a real browser."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Locator, expect

from portal.core.clock import today
from tests.browser.test_journey import DESK, PHONE, Stage, served
from tests.catalogue.sheets import DE, US
from tests.workers import InProcessWorker
from tests.world import World

pytestmark = pytest.mark.browser
__all__ = ["served"]

TYPED, CHOSEN = "violet harbour nineteen lanterns", "seven copper kettles at dawn"
PATIENCE = 15_000  # for a page that moves by itself, in milliseconds
FOLLOWS, HELD = "Advanced Communications", "AI Builder Capacity add-on"


@dataclass(frozen=True)
class Market:
    """A vendor's sheet, and what comes of two lines of it; every amount is reckoned by hand."""

    sheet: Path
    currency: str
    cost: str  # what the vendor asks for the first: nobody below the distributor sees it
    bought: str  # with 5 %
    sold: str  # bought / 75 %
    fixed: str  # what the reseller types for the second
    dearer: str  # cost + 5 %, with 8 %
    followed: str  # dearer / 75 %
    held: str  # the second with the margin it had before it, too, became dearer
    third: str  # dearer + 10 %
    in_german: str  # followed


DOLLARS = Market(
    US, "USD", "76.80", "$80.64", "$107.52", "14.49", "$87.09", "$116.12", "$15.65", "$95.80", "116,12\xa0$"
)
EUROS = Market(DE, "EUR", "71.42", "€74.99", "€99.99", "13.49", "€80.99", "€107.99", "€14.57", "€89.09", "107,99\xa0€")


@pytest.fixture
def stage(request: Any, browser: Browser, served: str, world: World, app: Any) -> Iterator[Stage]:
    context = browser.new_context(viewport=request.param)
    yield Stage(context.new_page(), served, world, InProcessWorker(app))
    context.close()


def upload(stage: Stage, sheet: Any) -> None:
    """A price sheet, until its preview is there to be looked at."""
    page = stage.page
    page.goto(stage.office("/price-sheets"))
    page.get_by_role("link", name="Upload").first.click()
    page.get_by_label("Price sheet").set_input_files(sheet)
    page.get_by_role("button", name="Upload").click()
    stage.worker.run_all()
    expect(page.get_by_role("button", name="Apply", exact=True)).to_be_visible(timeout=PATIENCE)


def apply(stage: Stage) -> None:
    page = stage.page
    page.get_by_role("button", name="Apply", exact=True).click()
    stage.worker.run_all()
    expect(page.get_by_text("Applied on")).to_be_visible(timeout=PATIENCE)


def price_list(stage: Stage, name: str, *, rule: str, percent: str, currency: str = "USD") -> None:
    """A new list of everything in the sheet, published."""
    page = stage.page
    page.goto(stage.office("/price-lists/new"))
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Currency").select_option(currency)
    page.get_by_label(rule).check()
    page.get_by_role("textbox", name="Percentage").fill(percent)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name=f"Publish {name}").click()


def reseller(stage: Stage, name: str, *, buys_by: str, edition: str = "Premium", currency: str = "USD") -> str:
    """A new account that becomes a tenant reseller; his Client ID."""
    page = stage.page
    page.goto(stage.office("/accounts/new"))
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("radio", name="Reseller").check()
    page.get_by_label("E-mail").fill(f"info@{name.split(maxsplit=1)[0].lower()}.example")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Create a Tenant Reseller").click()
    page.get_by_label("Price List").select_option(label=f"{buys_by} · {currency}")
    page.get_by_label("Currency").select_option(currency)
    page.get_by_role("radio", name=edition).check()
    page.get_by_label("Name", exact=True).fill("Nora Whitfield")
    page.get_by_label("Username").fill("nora")
    page.get_by_label("Type a password").check()
    page.get_by_label("Password", exact=True).last.fill(TYPED)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="OK").click()
    page.get_by_role("link", name=name).click()
    stage.worker.run_all()
    page.reload()
    expect(page.get_by_text("The reseller is ready!")).to_be_visible()
    client_id = page.locator(".clientid .mono").first.inner_text()
    page.context.clear_cookies()
    page.goto(stage.office("/sign-in"))
    page.get_by_label("Client ID").fill(client_id)
    page.get_by_label("Username").fill("nora")
    page.get_by_label("Password", exact=True).fill(TYPED)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Current password").fill(TYPED)
    page.get_by_label("New password", exact=True).fill(CHOSEN)
    page.get_by_label("New password again").fill(CHOSEN)
    page.get_by_role("button", name=re.compile("Change|Save|Set")).click()
    return client_id


def dearer(before: Path, folder: Path, *products: str) -> Path:
    """The sheet of the month, in which these products cost 5 % more."""
    sheet = folder / before.name.replace("-11-", "-11b-")
    with (
        before.open(encoding="utf-8-sig", newline="") as standing,
        sheet.open("w", encoding="utf-8", newline="") as after,
    ):
        rows = csv.DictReader(standing)
        out = csv.DictWriter(after, rows.fieldnames or (), quoting=csv.QUOTE_ALL)
        out.writeheader()
        for row in rows:
            rise = Decimal("1.05") if row["SkuTitle"] in products else 1
            out.writerow(row | {"UnitPrice": str((Decimal(row["UnitPrice"]) * rise).quantize(Decimal("0.01")))})
    return sheet


@pytest.mark.parametrize(("stage", "market"), [(DESK, DOLLARS), (PHONE, EUROS)], indirect=["stage"], ids=["usd", "eur"])
def test_from_a_sheet_to_a_price_and_back(stage: Stage, market: Market, tmp_path: Path) -> None:
    stage.sign_in_as_maker()
    upload(stage, market.sheet)
    apply(stage)
    price_list(stage, "Partner prices", rule="unit price, plus", percent="5", currency=market.currency)
    price_list(stage, "Customer prices", rule="recommended price, minus", percent="0", currency=market.currency)
    client_id = reseller(stage, "Larkspur Cloud", buys_by="Partner prices", currency=market.currency)
    he_sets_his_margin(stage, market)
    open_the_storefront(stage)
    why = what_customers_see_and_why(stage, market)

    stage.page.context.clear_cookies()
    stage.sign_in_as_maker()
    tomorrow = today() + timedelta(days=1)
    the_vendor_becomes_dearer(stage, dearer(market.sheet, tmp_path, FOLLOWS, HELD), tomorrow)
    the_distributor_takes_more(stage, tomorrow)

    stage.page.context.clear_cookies()
    with time_machine.travel(datetime.combine(tomorrow, time(18), UTC), tick=True):  # begun everywhere
        stage.worker.run_all()
        stage.sign_in(client_id, "nora", CHOSEN)
        what_followed_and_what_was_held(stage, market)
        stage.page.goto(stage.office(f"/products/{why}"))
        expect(stage.page.locator("main")).to_contain_text(market.dearer)

        price_list(stage, "Resale", rule="Your cost, plus", percent="10", currency=market.currency)
        reseller(stage, "Strand Cloud", buys_by="Resale", edition="Basic", currency=market.currency)  # a third tier
        expect(product(stage, FOLLOWS)).to_contain_text(market.third)


def product(stage: Stage, name: str) -> Locator:
    """Its row in the list of products."""
    stage.page.goto(stage.office(f"/products?q={name.replace(' ', '+')}"))
    return stage.page.get_by_role("row", name=name).first


def he_sets_his_margin(stage: Stage, market: Market) -> None:
    page = stage.page
    expect(product(stage, FOLLOWS)).to_contain_text(market.bought)
    page.goto(stage.office("/price-lists"))
    page.get_by_role("link", name="Storefront prices").click()
    page.get_by_role("button", name="Begin a draft").click()
    for name, rule, value, comes_to in (
        (FOLLOWS, "Margin %", "25", f"{market.sold} per month · Margin 25.0"),
        (HELD, "Fixed price", market.fixed, market.fixed),
    ):
        page.get_by_label(f"How {name} is priced").select_option(rule)
        page.get_by_label(f"Percentage or amount for {name}").fill(value)
        expect(page.get_by_role("row", name=name).first).to_contain_text(comes_to)  # while he types
    page.get_by_role("button", name="Save the prices").last.click()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish Storefront prices").click()


def open_the_storefront(stage: Stage) -> None:
    page = stage.page
    page.goto(stage.office("/storefront"))
    page.get_by_role("link", name="Open the storefront").click()
    page.get_by_role("button", name="Open the storefront").click()


def what_customers_see_and_why(stage: Stage, market: Market) -> str:
    """The address of why the price is what it is, below those of products."""
    page = stage.page
    page.goto(stage.shop("larkspur-cloud", "/products"))
    expect(page.locator("article", has_text=FOLLOWS)).to_contain_text(market.sold)
    expect(page.locator("article", has_text=HELD)).to_contain_text(market.fixed)
    product(stage, FOLLOWS).get_by_role("link", name=FOLLOWS, exact=True).click()
    page.get_by_role("link", name="Plans and prices").click()
    page.get_by_role("link", name=market.sold).first.click()
    expect(page.locator("main")).to_contain_text(market.bought)
    assert market.cost not in page.content()  # what stands above his cost
    return page.url.partition("/products/")[2].partition("?")[0]


def the_vendor_becomes_dearer(stage: Stage, sheet: Path, day: date) -> None:
    page = stage.page
    upload(stage, sheet)
    expect(page.get_by_role("row", name=HELD).first).to_contain_text("+5")
    page.get_by_role("link", name="Impact").click()
    expect(page.locator("main")).to_contain_text("Larkspur Cloud")
    page.go_back()
    page.get_by_role("radio", name="On a day").check()
    page.get_by_label("Apply on").fill(day.isoformat())
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.locator("main")).to_contain_text("It is applied on")


def the_distributor_takes_more(stage: Stage, day: date) -> None:
    page = stage.page
    page.goto(stage.office("/price-lists"))
    page.get_by_role("link", name="Partner prices").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="Percentage").fill("8")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("link", name="What publishing changes").click()
    expect(page.locator("main")).to_contain_text("Larkspur Cloud")
    page.go_back()
    page.get_by_role("radio", name="From a day on").check()
    page.get_by_label("From this day on").fill(day.isoformat())
    page.get_by_role("button", name="Publish Partner prices").click()
    expect(page.locator("main")).to_contain_text("Begins later")


def what_followed_and_what_was_held(stage: Stage, market: Market) -> None:
    page = stage.page
    page.goto(stage.office("/price-changes"))
    expect(page.get_by_role("row", name=FOLLOWS).first).to_contain_text("Followed")
    page.get_by_role("link", name="To decide").click()
    page.get_by_role("row", name=HELD).first.get_by_role("button", name="Let").click()
    page.get_by_role("button", name="Follow now").click()
    page.goto(stage.shop("larkspur-cloud", "/products"))
    expect(page.locator("article", has_text=HELD)).to_contain_text(market.held)
    expect(page.locator("article", has_text=FOLLOWS)).to_contain_text(market.followed)
    page.goto(stage.shop("larkspur-cloud", "/products?language=de"))
    expect(page.locator("article", has_text=FOLLOWS)).to_contain_text(market.in_german)
    page.goto(stage.shop("larkspur-cloud", "/products?language=en"))
