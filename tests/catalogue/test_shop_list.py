"""The shop's list and product page: what one finds one's way by."""

from __future__ import annotations

import re

import pytest

from portal.catalogue import actions
from portal.catalogue.categories import BY_CODE, category_of
from tests.catalogue.sheets import US, give, imported, price_list, sheet
from tests.catalogue.test_shop import asking, forget
from tests.world import House


@pytest.fixture
def shelf(meridian: House, south: House) -> House:
    """South's shop with products of three categories."""
    named = {
        "0001": ("Lumen Mail Plan 1", "10.00"),
        "0002": ("Lumen Mail Plan 2", "30.00"),
        "0003": ("Lumen Phone", "20.00"),
        "0004": ("Lumen Thing", ""),
    }
    rows = [
        {"SkuId": sku, "SkuTitle": title, "ProductTitle": title, "ERP Price": price}
        for sku, (title, price) in named.items()
    ]
    with meridian.office():
        imported(sheet(*rows))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        actions.first_sell_list()
    return south


@pytest.fixture
def stocked(meridian: House, south: House) -> House:
    with meridian.office():
        imported(US)
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        actions.first_sell_list()
    return south


def names(page: str) -> list[str]:
    return re.findall(r'<h3><a href="[^"]*">([^<]*)</a>', page)


def counts(page: str) -> dict[str, str]:
    rail = page.partition('class="rail"')[2].partition("</nav>")[0]
    return {name.strip(): count for name, count in re.findall(r">([^<>]+) <span>(\d+)</span>", rail)}


def test_categories_say_how_much_they_have_and_keep_saying_it(shelf: House) -> None:
    visitor = shelf.shop()
    everything = {"Everything": "4", "Telephony": "1", "E-mail": "2", "Other services": "1"}
    assert counts(visitor.get("/products").text) == everything
    chosen = visitor.get("/products?category=mail").text
    assert counts(chosen) == everything
    assert names(chosen) == ["Lumen Mail Plan 1", "Lumen Mail Plan 2"]
    assert counts(visitor.get("/products?q=plan+2").text) == {"Everything": "1", "E-mail": "1"}


def test_the_list_is_ordered_by_price_and_what_is_on_request_comes_last(shelf: House) -> None:
    visitor = shelf.shop()
    rising = ["Lumen Mail Plan 1", "Lumen Phone", "Lumen Mail Plan 2", "Lumen Thing"]
    assert names(visitor.get("/products?sort=price").text) == rising
    falling = ["Lumen Mail Plan 2", "Lumen Phone", "Lumen Mail Plan 1", "Lumen Thing"]
    assert names(visitor.get("/products?sort=-price").text) == falling
    assert names(visitor.get("/products?sort=-price&category=mail").text) == ["Lumen Mail Plan 2", "Lumen Mail Plan 1"]


def test_an_empty_answer_names_what_was_looked_for(shelf: House) -> None:
    visitor = shelf.shop()
    assert "Nothing is called “zebra”" in visitor.get("/products?q=zebra").text
    assert "Nothing matches these filters" in visitor.get("/products?category=desktop").text
    assert "Show all products" in visitor.get("/products?category=desktop").text


@pytest.mark.parametrize(
    "address",
    ["/products?category=security", "/products?sort=price&page=2", "/products?sort=-price&category=mail&q=online"],
)
def test_a_list_asks_three_times_cold_and_once_warm(stocked: House, address: str) -> None:
    visitor, asked = stocked.shop(), []
    forget()
    for _ in range(2):
        with asking(stocked) as statements:
            assert visitor.get(address).status_code == 200
        asked.append(len(statements))
    assert asked == [3, 1]


def test_every_product_is_on_one_page_of_the_list_by_price(stocked: House) -> None:
    visitor = stocked.shop()
    found = [name for page in range(1, 14) for name in names(visitor.get(f"/products?sort=price&page={page}").text)]
    assert (len(found), len(set(found))) == (383, 383)


def test_the_categories_of_the_page_are_those_of_the_program(stocked: House) -> None:
    for code, category in BY_CODE.items():
        for name in names(stocked.shop().get(f"/products?category={code}").text):
            assert category_of(name.replace("&amp;", "&")) is category


def test_a_product_leads_to_others_like_it_and_asks_no_more_for_them(stocked: House) -> None:
    visitor, asked = stocked.shop(), []
    (address,) = re.findall(r'href="(/products/azure-active-directory-premium-p1)"', visitor.get("/products").text)
    forget()
    for _ in range(2):
        with asking(stocked) as statements:
            page = visitor.get(address).text
        asked.append(len(statements))
    assert asked == [3, 1]
    related = names(page.partition('id="related"')[2])
    assert len(related) == 4
    assert "Azure Active Directory Premium P2" in related
    assert "Azure Active Directory Premium P1" not in related


def test_a_product_without_likes_says_nothing_of_them(shelf: House) -> None:
    page = shelf.shop().get("/products/lumen-phone").text
    assert "More like this" not in page
    assert "Lumen Mail" not in page


def test_a_plan_says_what_binds_and_goes_along_to_the_quote(shelf: House) -> None:
    page = shelf.shop().get("/products/lumen-phone").text
    assert "You are bound for a year, and the price stays." in page
    assert re.search(r'type="radio" name="plan" value="P1Y-monthly-commercial" checked', page)
    assert "As Lumen describes it." in page
    assert "Plan</legend>" in page


def test_what_the_maker_does_not_describe_is_not_made_up(meridian: House, shelf: House) -> None:
    with meridian.office():
        imported(sheet({"SkuId": "0009", "SkuTitle": "Lumen Silent", "SkuDescription": ""}))
    assert "The maker gives no description of it." in shelf.shop().get("/products/lumen-silent").text
