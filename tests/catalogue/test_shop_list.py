"""The shop's list and product page: what one finds one's way by."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
import time_machine
from PIL import Image
from sqlalchemy import select

from portal.catalogue import actions, pictures
from portal.catalogue.models import Category, Overlay, PriceList, Product
from portal.core.db import db
from portal.tenants.actions import raise_stamp
from tests.catalogue.sheets import give, imported, price_list, sheet, stock
from tests.catalogue.test_shop import asking, forget
from tests.world import House

THREE = [
    {"SkuId": sku, "SkuTitle": title, "ProductTitle": title, "ERP Price": price}
    for sku, title, price in (
        ("0001", "Lumen Mail Plan 1", "10.00"),
        ("0002", "Lumen Mail Plan 2", "30.00"),
        ("0003", "Lumen Phone", "20.00"),
        ("0004", "Lumen Thing", ""),
    )
]
"""Products of three categories."""


@pytest.fixture
def shelf(meridian: House, south: House) -> House:
    """South's shop with them."""
    with meridian.office():
        imported(sheet(*THREE))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        actions.first_sell_list()
    return south


@pytest.fixture
def stocked(built: Any, meridian: House, south: House) -> House:
    built("stocked", lambda: stock(meridian, south))
    return south


def names(page: str) -> list[str]:
    return re.findall(r'<h3><a href="[^"]*">([^<]*)</a>', page)


def offered(page: str) -> dict[str, str]:
    """What there is to choose, and how many products it leaves."""
    panel = page.partition('class="facets"')[2].partition("</aside>")[0]
    return {name.strip(): count for name, count in re.findall(r">([^<>]+)<span>(\d+)</span>", panel)}


def test_facets_say_how_much_each_choice_leaves_while_others_are_chosen(shelf: House) -> None:
    visitor = shelf.shop()
    everything = {"Telephony": "1", "E-mail": "2", "Other services": "1"}
    assert offered(visitor.get("/products").text) == everything
    chosen = visitor.get("/products?category=mail").text
    assert offered(chosen) == everything
    assert names(chosen) == ["Lumen Mail Plan 1", "Lumen Mail Plan 2"]
    assert "Show 2" in chosen
    both = visitor.get("/products?category=mail&category=telephony").text
    assert names(both) == ["Lumen Mail Plan 1", "Lumen Mail Plan 2", "Lumen Phone"]
    assert offered(visitor.get("/products?q=plan+2&category=mail").text) == {"E-mail": "1"}


@pytest.fixture
def varied(meridian: House, south: House) -> House:
    """South's shop: two makers, three terms, two segments."""
    yearly, monthly, school = {"TermDuration": "P1Y"}, {"TermDuration": "P1M"}, {"Segment": "Education"}
    mail = {"SkuId": "0001", "SkuTitle": "Lumen Mail", "ProductTitle": "Lumen Mail"}
    phone = {"SkuId": "0002", "SkuTitle": "Ostsee Phone", "ProductTitle": "Ostsee Phone", "Publisher": "Ostsee"}
    with meridian.office():
        imported(sheet({**mail, **yearly}, {**mail, **monthly}, {**phone, **yearly}, {**phone, **yearly, **school}))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        actions.first_sell_list()
    return south


def test_plans_are_counted_by_what_fits_together(varied: House) -> None:
    visitor = varied.shop()
    all_of_it = {"Telephony": "1", "E-mail": "1", "Lumen": "1", "Ostsee": "1", "1 month": "1", "1 year": "2"}
    assert offered(visitor.get("/products").text) == {**all_of_it, "Commercial": "2", "Education": "1"}
    schools = visitor.get("/products?segment=education").text
    assert names(schools) == ["Ostsee Phone"]
    assert "1 month" not in offered(schools)  # nothing for schools by the month
    assert offered(visitor.get("/products?segment=education&term=P1M").text)["1 month"] == "0"


def test_each_choice_is_a_chip_that_takes_it_back(varied: House) -> None:
    visitor = varied.shop()
    page = visitor.get("/products?vendor=Ostsee&term=P1Y&sort=newest").text
    chips = re.findall(r'<a class="badge" href="([^"]*)">', page)
    assert chips == ["?term=P1Y&amp;sort=newest", "?vendor=Ostsee&amp;sort=newest"]
    assert 'href="?sort=newest">Clear filters' in page
    assert 'Filter <span class="badge">2</span>' in page


def test_the_facets_open_as_a_page_where_there_is_no_room_beside_the_list(varied: House) -> None:
    page = varied.shop().get("/products?vendor=Ostsee&filters=open").text
    assert 'class="wrap filtering"' in page
    assert '<h1 class="list-title">Filter products</h1>' in page
    assert re.search(r'name="vendor" value="Ostsee" checked', page)


@pytest.mark.parametrize(
    "query", ["category=nowhere", "term=P9Y", "segment=x&segment=y", "vendor=%00", "category=" + "x" * 900]
)
def test_choices_that_do_not_exist_are_left_out(varied: House, query: str) -> None:
    page = varied.shop().get(f"/products?{query}").text
    assert names(page) == ["Lumen Mail", "Ostsee Phone"]
    assert "Remove this filter" not in page


def test_a_chosen_category_shows_what_is_below_it_and_gives_way_to_it(meridian: House, varied: House) -> None:
    with meridian.office():
        mail = db.session.scalars(select(Category).where(Category.code == "mail")).one()
        boxes = actions.add_category(name="Boxes", parent=mail, glyph="mail", words=[])
        product = db.session.scalars(select(Product).where(Product.name == "Lumen Mail")).one()
        actions.change_product(product, version=product.version, category=boxes)
    visitor = varied.shop()
    assert "Boxes" not in offered(visitor.get("/products").text)
    page = visitor.get("/products?category=mail").text
    assert names(page) == ["Lumen Mail"]
    assert (offered(page)["E-mail"], offered(page)["Boxes"]) == ("1", "1")
    below = visitor.get("/products?category=mail&category=telephony&category=boxes").text
    assert names(below) == ["Lumen Mail", "Ostsee Phone"]
    crumbs = visitor.get("/products/lumen-mail").text.partition('class="crumbs"')[2].partition("</ol>")[0]
    assert re.findall(r"category=(\w+)", crumbs) == ["mail", "boxes"]


def test_a_renamed_category_is_called_so_in_the_shop_at_once(meridian: House, varied: House) -> None:
    visitor = varied.shop()
    assert "E-mail" in offered(visitor.get("/products").text)
    with meridian.office():
        mail = db.session.scalars(select(Category).where(Category.code == "mail")).one()
        actions.change_category(mail, version=mail.version, name="Post", parent=None, glyph="mail", words=["mail"])
    assert "Post" in offered(visitor.get("/products").text)


def test_what_came_later_is_new_and_what_the_owner_likes_is_featured(meridian: House, shelf: House) -> None:
    assert ">New<" not in shelf.shop().get("/").text
    with time_machine.travel("2026-11-25 09:00+00:00", tick=True), meridian.office():
        imported(sheet(*THREE, {"SkuId": "0007", "SkuTitle": "Lumen Fresh", "ProductTitle": "Lumen Fresh"}))
    with time_machine.travel("2026-11-26 09:00+00:00", tick=True):
        page = shelf.shop().get("/").text
        assert names(page.partition('id="new"')[2].partition("</section>")[0]) == ["Lumen Fresh"]
        assert names(shelf.shop().get("/products?sort=newest").text)[0] == "Lumen Fresh"
        with shelf.office():
            own = db.session.scalars(select(PriceList)).one()
            draft = actions.begin_draft(own)
            phone = db.session.scalars(select(Product).where(Product.name == "Lumen Phone")).one()
            actions.feature(draft, [(phone.tenant_id, phone.id)])
            actions.publish(own)
        page = shelf.shop().get("/").text
        assert names(page.partition('id="featured"')[2].partition("</section>")[0]) == ["Lumen Phone"]


def test_what_a_tenant_hides_is_neither_shown_nor_counted(varied: House) -> None:
    with varied.office():
        phone = db.session.scalars(select(Product).where(Product.name == "Ostsee Phone")).one()
        db.session.add(Overlay(product=phone, hidden=True))
        raise_stamp()
    visitor = varied.shop()
    assert offered(visitor.get("/products").text) == {"1 month": "1", "1 year": "1"}
    assert names(visitor.get("/products?category=telephony").text) == []
    assert "Ostsee" not in visitor.get("/").text + visitor.get("/sitemap.xml").text
    assert visitor.get("/products/ostsee-phone").status_code == 404


def test_a_picture_stands_where_the_sign_was(varied: House, strand: House) -> None:
    file = BytesIO()
    Image.new("RGB", (100, 100), "#0f766e").save(file, "PNG")
    with varied.office():
        phone = db.session.scalars(select(Product).where(Product.name == "Ostsee Phone")).one()
        db.session.add(Overlay(product=phone, picture=pictures.keep(file.getvalue()).file))
        raise_stamp()
    (address,) = re.findall(r'<img src="([^"]*)"', varied.shop().get("/products").text)
    assert varied.shop().get(address).mimetype == "image/webp"
    assert strand.shop().get(address).status_code == 404


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
