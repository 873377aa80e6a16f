"""What the shop says to those who list it and pass its pages on: true, absolute, and nothing that is not on the page."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from portal.branding.actions import dress
from portal.branding.designing import Wish
from portal.storefront import actions, queries
from portal.storefront.models import Topic, Visibility
from tests.queries import counted
from tests.world import House, World

HOST = "http://south.shop.localhost:8000"
PRODUCT = "/products/lumen-mail-plan-1"


def page_of(house: House, path: str) -> BeautifulSoup:
    return BeautifulSoup(house.shop().get(path).text, "lxml")


def things(page: BeautifulSoup) -> dict[str, dict[str, Any]]:
    found = [json.loads(one.text) for one in page.select('script[type="application/ld+json"]')]
    return {one["@type"]: one for one in found}


def link(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    assert found is not None, selector
    return str(found.get("href") or found.get("content"))


@pytest.fixture
def open_shop(shelf: House) -> House:
    with shelf.office():
        dress(Wish(shelf.name))
        actions.write_page(None, topic=Topic.TERMS, language="en", title="Our terms", text="Be kind.")
    return shelf


def test_a_page_names_its_one_address_and_its_languages(open_shop: House) -> None:
    page = page_of(open_shop, "/products?q=mail&term=P1Y&page=1")
    assert link(page, "link[rel=canonical]") == f"{HOST}/products?page=1"
    assert link(page, "link[hreflang=de]") == f"{HOST}/products?page=1&language=de"
    assert link(page, "link[hreflang=x-default]") == f"{HOST}/products?page=1"
    german = page_of(open_shop, f"{PRODUCT}?language=de")
    assert link(german, "link[rel=canonical]") == f"{HOST}{PRODUCT}?language=de"


def test_a_link_that_is_passed_on_has_a_name_and_a_picture(open_shop: House) -> None:
    page = page_of(open_shop, PRODUCT)
    assert link(page, 'meta[property="og:title"]') == "Lumen Mail Plan 1"
    assert link(page, 'meta[property="og:site_name"]') == "Halcyon Works"
    address = link(page, 'meta[property="og:image"]')
    assert address == f"{HOST}/social.png"
    answer = open_shop.shop().get("/social.png")
    assert answer.mimetype == "image/png"
    assert len(answer.data) < 100_000
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == (1200, 630)


def test_a_product_is_described_with_the_price_that_stands_beside_it(open_shop: House) -> None:
    found = things(page_of(open_shop, PRODUCT))
    offer = found["Product"]["offers"][0]
    assert (offer["price"], offer["priceCurrency"]) == ("10.00", "USD")
    assert offer["priceSpecification"]["valueAddedTaxIncluded"] is False
    assert found["Product"]["name"] == "Lumen Mail Plan 1"
    steps = found["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in steps] == ["Home", "Products", "Lumen Mail Plan 1"]
    assert all(step["item"].startswith(f"{HOST}/") for step in steps)


def test_the_house_is_described_on_its_home(open_shop: House) -> None:
    found = things(page_of(open_shop, "/"))["Organization"]
    assert (found["name"], found["url"], found["email"]) == ("Halcyon Works", f"{HOST}/", "hello@halcyon.example")


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", "\"'><b>&amp;", "שלום 👩‍👩‍👧‍👦", "x" * 120])
def test_no_name_breaks_out_of_what_describes_it(open_shop: House, name: str) -> None:
    with open_shop.office():
        dress(Wish(name))
    page = page_of(open_shop, "/")
    assert things(page)["Organization"]["name"] == name
    assert link(page, 'meta[property="og:site_name"]') == name
    assert [one.get("type") for one in page.select("script:not([src])")] == ["application/ld+json"]
    assert open_shop.shop().get("/social.png").status_code == 200


def test_an_error_page_points_nowhere(open_shop: House) -> None:
    for path in ("/nowhere", "/products/nothing"):
        assert page_of(open_shop, path).select("link[rel=canonical], script:not([src])") == []


def test_below_a_client_id_every_address_keeps_it(open_shop: House) -> None:
    root = f"/@{open_shop.client_id}"
    visitor = open_shop.visitor("http://shop.localhost:8000")
    page = BeautifulSoup(visitor.get(f"{root}{PRODUCT}").text, "lxml")
    for selector in ("link[rel=canonical]", "link[hreflang=de]", 'meta[property="og:image"]'):
        assert link(page, selector).startswith(f"http://shop.localhost:8000{root}/"), selector
    assert f"http://shop.localhost:8000{root}{PRODUCT}</loc>" in visitor.get(f"{root}/sitemap.xml").text


def test_the_map_has_every_page_and_no_more(open_shop: House) -> None:
    answer = open_shop.shop().get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    found = re.findall(r"<loc>(.+)</loc>", answer.text)
    assert found == [f"{HOST}{path}" for path in ("/", "/products", "/contact", "/terms", PRODUCT)]
    assert all(open_shop.shop().get(place.removeprefix(HOST)).status_code == 200 for place in found)


def test_the_map_is_kept_until_something_changes(open_shop: House) -> None:
    visitor = open_shop.shop()
    visitor.get("/sitemap.xml")
    with counted(open_shop.app) as asked:
        visitor.get("/sitemap.xml")
    assert len(asked) == 1, asked
    with open_shop.office():
        actions.write_page(None, topic=Topic.ABOUT, language="de", title="Wir", text="Hallo.")
    assert "/about</loc>" in visitor.get("/sitemap.xml").text


def test_robots_are_kept_out_of_a_shop_that_does_not_stand_open(open_shop: House) -> None:
    visitor = open_shop.shop()
    assert re.search(
        r"^Sitemap: http://south\.shop\.localhost:8000/sitemap\.xml$", visitor.get("/robots.txt").text, re.MULTILINE
    )
    for closed in (Visibility.PRIVATE, Visibility.MEMBERS):
        with open_shop.office():
            actions.admit(queries.storefront(), closed)
        answer = visitor.get("/robots.txt")
        assert (answer.status_code, answer.text) == (200, "User-agent: *\nDisallow: /\n")
        assert visitor.get("/sitemap.xml").status_code in {303, 503}


def test_a_forged_host_is_never_repeated(open_shop: House, world: World) -> None:
    for host in ("evil.example", "south.shop.localhost:8000.evil.example", "SOUTH.shop.localhost@evil.example"):
        answer = open_shop.shop().get("/", headers={"Host": host})
        assert "evil" not in answer.text
