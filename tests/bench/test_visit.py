"""A first visit of the storefront in a real browser: what comes over the wire, and whether anything moves that stood.

The font is held back until the page was painted once: on a line as fast as this machine's it would never be late.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from portal.branding import actions as branding
from portal.branding.designing import Wish
from portal.catalogue import actions as catalogue
from portal.core import themes
from tests.bench.figures import Tell
from tests.browser import parts
from tests.browser.conftest import base_url, browser_type_launch_args
from tests.catalogue.sheets import US, give, imported, price_list
from tests.world import World

pytestmark = pytest.mark.browser
__all__ = ["base_url", "browser_type_launch_args"]

KILOBYTES = 120
FONTS = "**/*.woff2"
WIDTHS = {"phone": 360, "desk": 1440}
WATCH = """window.moved = 0;
new PerformanceObserver(list => list.getEntries().forEach(one => { window.moved += one.value; }))
  .observe({ type: "layout-shift", buffered: true })"""
PAINTED = "new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted)))"


@dataclass
class Visit:
    """One page, or some one after the other, as a browser meets them that has never been here."""

    taken: dict[str, float] = field(default_factory=dict)  # request → bytes over the wire; pictures are left out
    moved: float = 0.0

    @property
    def kilobytes(self) -> float:
        return sum(self.taken.values()) / 1000


def test_a_first_visit_of_the_storefront(world: World, browser: Browser, tell: Tell) -> None:
    with world.meridian.office():
        imported(US)
        give(price_list("Everything"), to=world.south)
    with world.south.office():
        branding.dress(Wish(world.south.name))
        catalogue.first_sell_list()
    with parts.served(world.south.app) as address:
        home = f"http://{world.south.word}.shop.localhost:{address.rpartition(':')[2]}"
        pages = {"home": home, "product list": f"{home}/products", "product": home + a_product(browser, home)}
        for name, page in pages.items():
            visits = [visit(browser, page, width=width) for width in WIDTHS.values()]
            tell_of(f"Storefront, {name}, first visit", visits, tell)
        whole = [visit(browser, *pages.values(), width=width) for width in WIDTHS.values()]
        tell_of("Storefront, all three of them after each other", whole, tell)
        for theme in themes.names():
            with world.south.office():
                branding.dress(Wish(world.south.name, theme=theme))
            for name in ("home", "product"):
                visits = [visit(browser, pages[name], width=width) for width in WIDTHS.values()]
                tell_of(f"Storefront in {theme}, {name}, first visit", visits, tell)


def tell_of(what: str, visits: list[Visit], tell: Tell) -> None:
    most = max(one.kilobytes for one in visits)
    moved = [one.moved for one in visits]
    tell(f"{what}: over the wire, without pictures", f"{most:.0f} kB", f"{KILOBYTES} kB", kept=most <= KILOBYTES)
    measured = " and ".join(f"{one:g}" for one in moved)
    tell(f"{what}: layout shift on {' and '.join(WIDTHS)}", measured, "0", kept=not any(moved))
    assert most <= KILOBYTES, [one.taken for one in visits]
    assert not any(moved), moved


@contextmanager
def newcomer(browser: Browser, width: int) -> Iterator[Page]:
    """A browser in which nothing is kept from before."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    yield context.new_page()
    context.close()


def a_product(browser: Browser, home: str) -> str:
    with newcomer(browser, WIDTHS["desk"]) as page:
        page.goto(f"{home}/products")
        return str(page.locator("main a[href*='/products/']").first.get_attribute("href"))


def visit(browser: Browser, first: str, *then: str, width: int) -> Visit:
    """Open a page, and others after it, and stay with each until all of it is there."""
    late: list[Route] = []
    with newcomer(browser, width) as page:
        seen = weighed(page)
        page.add_init_script(WATCH)
        page.route(FONTS, lambda font: late.append(font))  # noqa: PLW0108 - Playwright marks what it is given
        page.goto(first, wait_until="domcontentloaded")
        page.evaluate(PAINTED)
        assert late, "no font is preloaded"
        for font in late:
            font.continue_()
        seen.moved += moved_on(page)
        page.unroute(FONTS)  # else the browser would keep nothing for the next page
        for address in then:
            page.goto(address)
            seen.moved += moved_on(page)
    return seen


def moved_on(page: Page) -> float:
    """How much had moved on this page when all of it was there."""
    page.wait_for_load_state("networkidle")
    page.evaluate(f"document.fonts.ready.then(() => {PAINTED})")
    return float(page.evaluate("window.moved"))


def weighed(page: Page) -> Visit:
    """Weighs what the page receives from here on, headers included."""
    seen, pictures = Visit(), set()

    def came(answer: dict[str, Any]) -> None:
        if answer["type"] == "Image":
            pictures.add(answer["requestId"])

    def ended(whole: dict[str, Any]) -> None:
        if whole["requestId"] not in pictures:
            seen.taken[whole["requestId"]] = whole["encodedDataLength"]

    wire = page.context.new_cdp_session(page)
    wire.on("Network.responseReceived", came)
    wire.on("Network.loadingFinished", ended)
    wire.send("Network.enable")
    return seen
