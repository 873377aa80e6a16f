"""On paper: every page's own words, black on white even from a dark screen; nothing that leads or does something."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from portal.catalogue.actions import import_sheet
from tests.browser import parts
from tests.browser.test_every_page import Portal, enter_office
from tests.house.conftest import furnished_world, make_furnished
from tests.house.furniture import SHEET

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
__all__ = ["furnished_world", "make_furnished"]

PAPER = 703  # A4 without its margins
FAULTS = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1;
  const faults = [];
  const main = document.querySelector("main");
  if (!main || !seen(main) || !main.innerText.trim()) faults.push("main is not there");
  for (const one of document.querySelectorAll("nav, button, .btn, .side, .topbar, header.top, .savebar, .skip"))
    if (seen(one)) faults.push(`${one.tagName} ${one.className}: ${one.innerText.slice(0, 40)}`);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) faults.push(`${wide} px wide`);
  for (const one of [document.body, main])
    if (!["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].includes(getComputedStyle(one).backgroundColor))
      faults.push(`${one.tagName} on ${getComputedStyle(one).backgroundColor}`);
  for (const one of main?.querySelectorAll("b, small, p, h2, h3, td, th, li, dd") ?? [])
    if (seen(one) && one.innerText.length > 16 && one.getBoundingClientRect().width < 60)
      faults.push(`squeezed to ${one.getBoundingClientRect().width} px: ${one.innerText.slice(0, 40)}`);
  for (const one of main?.querySelectorAll("[role=search], input[type=search]") ?? [])
    if (seen(one)) faults.push(`a search that paper cannot answer: ${one.className}`);
  const heading = main?.querySelector("h1");
  if (heading && getComputedStyle(heading).color !== "rgb(0, 0, 0)") faults.push(`h1 in ${getComputedStyle(heading).color}`);
  return faults;
}"""


class Printer:
    """A tab whose pages are looked at as paper would have them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        page.set_viewport_size({"width": PAPER, "height": 1000})
        page.emulate_media(media="print", color_scheme="dark")

    def bring(self, name: str, value: str, address: str) -> None:
        self.page.context.add_cookies([{"name": name, "value": value, "url": address}])

    def print(self, address: str) -> None:
        self.page.goto(address)
        self.page.evaluate("() => document.fonts.ready.then(() => true)")  # leave none half sent
        self.found += [f"{address}: {fault}" for fault in self.page.evaluate(FAULTS)]


@pytest.fixture(scope="module")
def portal(make_furnished) -> Iterator[Portal]:
    world = make_furnished("printed")
    with parts.served(world.north.app) as address:
        yield Portal(world, address.rpartition(":")[2])


@pytest.fixture
def printer(browser) -> Iterator[Printer]:
    context = browser.new_context(bypass_csp=True)
    yield Printer(context.new_page())
    context.close()


def test_every_page_of_the_office(portal, printer):
    house = portal.world.meridian
    enter_office(printer, portal, house)
    for path in portal.pages(house, "office", "administrator"):
        printer.print(portal.office(path))
    assert printer.found == []


def test_every_page_of_the_shop(portal, printer):
    house = portal.world.north
    for path in portal.pages(house, "shop"):
        printer.print(portal.shop(house, path))
    assert printer.found == []


def test_the_first_page_of_a_large_range(portal, printer):
    """It shows a pick of the range, too, which a small one has not."""
    with portal.world.meridian.office(), SHEET.open("rb") as file:
        import_sheet("many.csv", BytesIO(b"".join(islice(file, 200))))
    printer.print(portal.shop(portal.world.north, "/"))
    assert printer.page.locator(".pick li").count() > 0
    assert printer.found == []


def test_a_sheet_of_the_shop_says_whose_it_is_and_where_it_stands(portal, printer):
    house = portal.world.north
    printer.print(portal.shop(house, "/contact"))
    head = printer.page.locator(".on-paper")
    expect(head).to_be_visible()
    expect(head).to_have_text(f"{house.name} · {portal.shop(house, '/contact')}")
    printer.page.emulate_media(media="screen")
    expect(head).to_be_hidden()
