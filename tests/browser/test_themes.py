"""A dressed tenant's shop in every theme, every page and state of it: how it lies, and what axe reads.

The short form opens each page once in each theme, by turns light and dark, narrow and wide, and lays the pages that sell
out at every width; of the plain theme, whose other pages `test_every_page` walks, these alone.  The long form sees
everything in everything.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import cycle, islice, product
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sqlalchemy import select, update

from portal.branding import actions as branding
from portal.branding.colours import contrast
from portal.branding.designing import Wish
from portal.catalogue import actions as catalogue
from portal.catalogue import staging
from portal.catalogue.models import PriceList, PriceListVersion, Product, VersionState
from portal.content import actions as arranging
from portal.content import counting, menus, ordering, wayfinding
from portal.content import queries as sections
from portal.content.models import Kind
from portal.core import themes
from portal.core.db import db
from portal.core.errors import Conflict, Forbidden, Invalid, TooMany
from portal.core.web import open_to_all
from portal.storefront import actions as storefront
from portal.storefront import preview
from portal.storefront import queries as storefronts
from portal.storefront.models import Visibility
from portal.tenants import actions as tenants
from portal.tenants.models import Organization
from tests.browser import geometry, parts
from tests.browser.test_every_page import TOLD, Portal, of
from tests.browser.test_print import Printer
from tests.browser.walking import HEIGHT, Walker
from tests.house.conftest import furnished_world, make_furnished
from tests.house.furniture import SHEET

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.world import House

pytestmark = pytest.mark.browser
__all__ = ["furnished_world", "make_furnished"]

WIDTHS, WIDEST = (360, 900, 1440), 2560
TALL = 4000  # a window in which the button that swims over the facets covers none of them
BY_TURNS = (("light", 360), ("dark", 1440), ("light", 900), ("dark", 360), ("light", 1440), ("dark", 900))
MANY = 200  # lines of a price sheet: several categories, makers and terms, and more than a page of products
TEXT, LARGE = 4.5, 3.0
LONG = "Telecommunications licences for associations, municipalities and their neighbours"
ON_THE_PICTURE = {
    ".hero h1": LARGE,
    ".hero .lead": TEXT,
    ".hero .btn.second": TEXT,
    ".top .logo": TEXT,
    ".top .tools": LARGE,
}
# Somebody chose light or dark for himself: so the theme that is dark by itself is seen by day, too.
CHOOSE = "scheme => { document.documentElement.dataset.mode = scheme; }"
CHOSEN = """new MutationObserver((_, watch) => {
  if (!document.documentElement) return;
  document.documentElement.dataset.mode = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  watch.disconnect();
}).observe(document, { childList: true });"""


@dataclass
class Fitter(Walker):
    """Looks at where things lie as well; at `everywhere` at all widths."""

    everywhere: set[str] = field(default_factory=set)
    height: int = HEIGHT

    def __post_init__(self) -> None:
        context = self.browser.new_context(bypass_csp=True, reduced_motion="reduce")
        context.add_init_script(CHOSEN)
        self.page = context.new_page()
        self.page.add_init_script(path=parts.AXE)
        self._turn = cycle(BY_TURNS)
        self._change_look()

    def look(self, what: str) -> None:
        self._note(what)
        if self.is_long:
            for scheme, width in set(product(parts.SCHEMES, (*WIDTHS, WIDEST))) - {(self.scheme, self.width)}:
                self._wear(scheme, width)
                self._note(what)
        elif what.partition(" ")[0] in self.everywhere:
            for width in {*WIDTHS, WIDEST} - {self.width}:
                self._wear(self.scheme, width)
                self._fit(what)

    def _wear(self, scheme: str, width: int) -> None:
        super()._wear(scheme, width)
        self.page.set_viewport_size({"width": width, "height": self.height})
        self.page.evaluate(CHOOSE, scheme)

    def _note(self, what: str) -> None:
        super()._note(what)
        self._fit(what)

    def _fit(self, what: str) -> None:
        found = geometry.faults(self.page)
        self.found += [f"{what} at {self.width} in {self.scheme}: {fault}" for fault in found]


@dataclass(eq=False)
class Shop:
    """North's, with a range worth the name, something in front, and a draft of its prices."""

    portal: Portal
    house: House
    slug: str

    def at(self, path: str) -> str:
        return self.portal.shop(self.house, path)

    def wear(self, theme: str) -> None:
        with self.house.office():
            branding.dress(Wish(self.house.name, theme=theme))

    @property
    def selling(self) -> list[str]:
        """The pages with most on them."""
        return ["/", "/products", f"/products/{self.slug}"]

    @cache  # noqa: B019 - one shop a module
    def pages(self, role: str | None) -> list[str]:
        return self.portal.pages(self.house, "shop", role)


@pytest.fixture(scope="module")
def shop(make_furnished) -> Iterator[Shop]:
    world = make_furnished("themed")
    with world.meridian.office(), SHEET.open("rb") as file:
        catalogue.import_sheet("many.csv", io.BytesIO(b"".join(islice(file, MANY))))
    with world.north.office():
        listed = db.session.scalars(select(PriceList)).one()
        shown = db.session.scalars(select(Product).where(Product.code.contains(":")).order_by(Product.name)).all()
        draft = catalogue.begin_draft(listed)
        catalogue.feature(draft, [(one.tenant_id, one.id) for one in shown[5:8]])
        catalogue.publish(listed)
        slug = shown[5].slug
    with world.strand.office():  # buys by no list, so there is nothing it could sell
        db.session.execute(
            update(Organization).where(Organization.tenant_id == world.strand.tenant_id).values(price_list_id=None)
        )
        tenants.raise_stamp()
    with parts.served(world.north.app) as address:
        yield Shop(Portal(world, address.rpartition(":")[2]), world.north, slug)


@pytest.fixture
def fitter(browser, is_long, shop) -> Iterator[Fitter]:
    fitter = Fitter(browser, is_long=is_long, everywhere={shop.at(path) for path in shop.selling})
    yield fitter
    fitter.page.context.close()
    assert fitter.found == []


@pytest.mark.parametrize("theme", themes.names())
def test_every_page_for_visitors(shop, fitter, is_long, theme):
    shop.wear(theme)
    told = []
    more = shop.pages(None) if is_long or theme != themes.PLAIN else ["/contact"]
    for path in dict.fromkeys((*shop.selling, f"/quote?product={shop.slug}", *more)):
        assert fitter.see(shop.at(path)) == 200
        told += fitter.mistype(shop.at(path))
    assert len(TOLD.intersection(told)) == 1
    assert len(told) > 1
    assert fitter.page.locator("html").get_attribute("data-theme") == theme
    for path in ("/products?q=nothing+is+called+so", "/products?term=P1Y&segment=commercial"):
        assert fitter.see(shop.at(path)) == 200
    for path in ("/contact?sent=yes", f"/quote?product={shop.slug}&sent=yes"):
        assert fitter.see(shop.at(path)) == 200
    assert fitter.see(shop.portal.neutral(shop.house, "/")) == 200
    fitter.height = TALL
    assert fitter.see(shop.at("/products?filters=open")) == 200


@pytest.mark.parametrize("theme", themes.names())
def test_every_page_for_those_who_are_signed_in(shop, fitter, is_long, theme):
    shop.wear(theme)
    enter(fitter, shop)
    own = [path for path in shop.pages("administrator") if path not in shop.pages(None)]
    assert len(own) > 5
    for path in own if is_long or theme != themes.PLAIN else own[:1]:
        assert fitter.see(shop.at(path)) == 200
    with shop.house.office():
        version = db.session.scalars(
            select(PriceListVersion).where(PriceListVersion.state == VersionState.DRAFT)
        ).first()
        word = staging.word(shop.house.tenant_id, version)
    fitter.page.goto(shop.at(f"/staging/{word}"))
    assert fitter.page.locator(".previewing").is_visible()
    fitter.look("a draft of prices")


@pytest.mark.parametrize("theme", themes.names())
def test_every_state(shop, fitter, theme, request):
    """Not here, not allowed, overtaken, not taken, too often; not open yet, looked at before, closed."""
    shop.wear(theme)
    views = shop.house.app.view_functions
    request.addfinalizer(
        lambda sound=views["shop_storefront.contact"]: views.update({"shop_storefront.contact": sound})
    )
    assert fitter.see(shop.at("/nothing-here")) == 404
    for problem in (Forbidden(), Conflict(), Invalid(), TooMany("Too many attempts.", wait=60)):
        views["shop_storefront.contact"] = open_to_all(lambda problem=problem: refuse(problem))
        assert fitter.see(shop.at("/contact")) == problem.status
    with shop.house.office():
        mine = storefronts.storefront()
        storefront.admit(mine, Visibility.PRIVATE)
        word = preview.word(shop.house.tenant_id, mine.link_number)
    assert fitter.see(shop.at("/")) == 503
    fitter.page.goto(shop.at(f"/preview/{word}"))
    assert fitter.page.locator(".previewing").is_visible()
    fitter.look("before it opens")
    with shop.house.office():
        storefront.admit(storefronts.storefront(), Visibility.OPEN)
    with shop.portal.world.meridian.office():
        tenants.suspend(*of(shop.house), reason="The invoices of August are open.")
    assert fitter.see(shop.at("/")) == 503
    with shop.portal.world.meridian.office():
        tenants.reactivate(*of(shop.house), reason="They are paid.")


def refuse(problem: Exception) -> Any:
    raise problem


@pytest.mark.parametrize("theme", themes.names())
def test_a_shop_with_nothing_in_it(shop, fitter, theme):
    """Before there are prices: no product, no facet, and nothing broken."""
    empty = shop.portal.world.strand
    with empty.office():
        branding.dress(Wish("Ω", theme=theme))
    for path in ("/", "/products"):
        assert fitter.see(shop.portal.shop(empty, path)) == 200
        assert fitter.page.locator(".card").count() == 0


@pytest.mark.parametrize("theme", themes.names())
def test_a_home_page_of_its_owners_own(shop, fitter, theme):
    """Every kind of section, in words as long as they may be, below all that may stand above a page."""
    house = shop.portal.world.south
    with house.office():
        branding.dress(Wish(house.name, theme=theme))
        counting.count_at(counting.analytics(), address="https://stats.halcyon.example/", site=1)
        words = {"en": "From Friday noon to Monday morning our telephones rest; write to us, and we answer on Monday."}
        wayfinding.announce(menus.announcement(), words=words, target="contact", begins=None, ends=None)
        say_everything()
    address = shop.portal.shop(house, "/")
    fitter.everywhere.add(address)
    for has_hero in (True, False):
        if not has_hero:
            with house.office():
                ordering.take_out(sections.arranged()[0])
        assert fitter.see(address) == 200
        assert fitter.page.locator("#home .hero").count() == has_hero
        assert fitter.page.locator(".announcement, section.consent").count() == 2
        assert fitter.page.locator(".tile").count() == 3
    assert fitter.see(shop.portal.shop(house, "/consent")) == 200


def say_everything():
    """The acting tenant's home page with everything on it that there may be."""
    for row in sections.arranged():
        ordering.take_out(row)
    for which in ("products", "chapters", "category:mail"):
        arranging.write(arranging.add(Kind.SHELF), language="en", words={"title": f"{which} {LONG}"}, which=which)
    text = "## Why should I buy here?\n\nBecause **we** answer.\n\n- at once\n- in your language\n\n## When?\n\nNow."
    for kind in (Kind.HERO, Kind.BANNER, Kind.BANNER, Kind.BANNER, Kind.TEXT, Kind.QUESTIONS, Kind.CONTACT, Kind.LOGOS):
        row = arranging.add(kind)
        target = "products" if kind in {Kind.HERO, Kind.BANNER} else ""
        arranging.write(
            row,
            language="en",
            words={"title": f"{row.position} {LONG}", "text": text, "label": LONG[:40]},
            target=target,
        )
    for width, colour in ((480, "#224488"), (96, "#aa3311"), (200, "#118844")):
        drawn = io.BytesIO()
        Image.new("RGB", (width, 96), colour).save(drawn, "PNG")
        arranging.add_picture(row, content=drawn.getvalue(), name=f"Partner in {colour}", target="contact")


@pytest.mark.parametrize("theme", themes.names())
def test_on_paper(shop, browser, theme):
    shop.wear(theme)
    context = browser.new_context(bypass_csp=True)
    printer = Printer(context.new_page())
    for path in (*shop.selling, "/contact", "/terms", "/nothing-here"):
        printer.print(shop.at(path))
    context.close()
    assert printer.found == []


@pytest.mark.parametrize("scheme", parts.SCHEMES)
def test_words_on_a_picture_can_be_read(shop, browser, scheme):
    """Whatever of the picture lies behind them: axe does not look at pictures."""
    shop.wear("atelier")
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    context.add_init_script(CHOSEN)
    page = context.new_page()
    for width in (*WIDTHS, WIDEST):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(shop.at("/"))
        for selector, least in ON_THE_PICTURE.items():
            place = page.locator(selector).first
            assert place.evaluate("one => getComputedStyle(one).color") == "rgb(255, 255, 255)", selector
            assert contrast("#ffffff", brightest(place)) >= least, (selector, width)
    context.close()


def brightest(place: Locator) -> str:
    """The lightest there can be behind these words: of each colour the most."""
    place.evaluate(
        "one => { for (const each of [one, ...one.querySelectorAll('*')]) each.style.visibility = 'hidden'; }"
    )
    box = place.bounding_box()
    assert box
    with Image.open(io.BytesIO(place.page.screenshot(clip=box))) as picture:  # type: ignore[arg-type]
        return "#" + "".join(f"{most:02x}" for _, most in picture.convert("RGB").getextrema())


def enter(fitter: Fitter, shop: Shop) -> None:
    """Signed in at the shop."""
    cookie = shop.house.shop_client().get_cookie("sign-in", domain=f"{shop.house.word}.shop.localhost")
    assert cookie
    fitter.bring("sign-in", cookie.value, shop.at(""))
