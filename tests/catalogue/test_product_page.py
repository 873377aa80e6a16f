"""A product's page in the shop: the plan that was picked, so many of it, what it comes to, and what is said besides."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import Overlay, PriceList, Product, ProductLink, Promotion, Relation
from portal.catalogue.prices import Tier, Way
from portal.core.db import db
from portal.settings.models import Tax
from portal.tenants.actions import raise_stamp
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_shop import asking, forget
from tests.catalogue.test_shop_list import names
from tests.world import House

MAIL = "/products/lumen-mail"
MONTHLY = "P1Y-monthly-commercial"
NAMES = {"0001": "Lumen Mail", "0002": "Lumen Archive", "0003": "Lumen Phone", "0004": "Quasar Desk"}


@pytest.fixture
def shelf(meridian: House, south: House) -> House:
    """South's shop: mail by the month and by the year, and three more; the last is not in its list."""
    rows = [{"SkuId": sku, "SkuTitle": name, "ProductTitle": name} for sku, name in NAMES.items()]
    yearly = {"BillingPlan": "Annual", "UnitPrice": "90", "ERP Price": "110"}
    with meridian.office():
        imported(sheet(*rows, {**rows[0], **yearly}))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        actions.first_sell_list()
        republish(out="Quasar Desk")
    return south


def republish(way: Way | None = None, promotion: Promotion | None = None, out: str = "") -> None:
    """The shop's list once more: mail in its own way, something taken off, something ticked out."""
    listed = db.session.scalars(select(PriceList)).one()
    db.session.flush()
    draft = actions.begin_draft(listed)
    products = {row.name: (row.tenant_id, row.id) for row in db.session.scalars(select(Product))}
    if way:
        actions.price_alone(draft, {products["Lumen Mail"]: way})
    if promotion:
        promotion.version_id = draft.id
        db.session.add(promotion)
    if out:
        actions.tick_out(draft, [products[out]])
    db.session.flush()
    actions.publish(listed)


def summed(page: str) -> str:
    """What the sum says, as one reads it."""
    part = page.partition('id="sum"')[2].partition("</div>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", "<" + part).split())


def test_so_many_of_a_plan_come_to_a_total_for_each_payment(shelf: House) -> None:
    page = shelf.shop().get(f"{MAIL}?plan=P1Y-annual-commercial&quantity=25").text
    assert "25 × $110.00" in summed(page)
    assert "Total per year $2,750.00" in summed(page)
    assert re.search(r'value="P1Y-annual-commercial" checked', page)
    assert 'name="quantity" value="25"' in page


@pytest.mark.parametrize(
    "query", ["plan=x&quantity=x", "quantity=-1", "quantity=99999999999", "quantity=0", "plan=", "quantity=%D9%A3"]
)
def test_nonsense_is_read_as_one_of_the_lowest_plan(shelf: House, query: str) -> None:
    assert "1 × $10.00" in summed(shelf.shop().get(f"{MAIL}?{query}").text)


def test_the_more_the_lower(shelf: House) -> None:
    with shelf.office():
        tiers = (Tier(10, amounts={MONTHLY: Decimal(9)}), Tier(50, amounts={MONTHLY: Decimal(8)}))
        republish(Way(amounts={MONTHLY: Decimal(10)}, tiers=tiers))
    page = shelf.shop().get(f"{MAIL}?plan={MONTHLY}&quantity=12").text
    assert "12 × $9.00" in summed(page)
    assert "Total per month $108.00" in summed(page)
    assert "from 1 $10.00 from 10 $9.00 from 50 $8.00" in summed(page)


def test_where_each_tier_has_its_own_price_the_total_is_said_without_a_price_of_one(shelf: House) -> None:
    with shelf.office():
        tiers = (Tier(10, amounts={MONTHLY: Decimal(9)}),)
        republish(Way(amounts={MONTHLY: Decimal(10)}, tiers=tiers, graduated=True))
    page = shelf.shop().get(f"{MAIL}?plan={MONTHLY}&quantity=12").text
    assert "Price for 12" in summed(page)
    assert "Total per month $117.00" in summed(page)  # 9 × 10 + 3 × 9


def test_a_promotion_is_said_plainly(shelf: House) -> None:
    with shelf.office():
        words = {"name": "Autumn", "percent": Decimal(20), "cycles": 3, "newcomers": True}
        republish(promotion=Promotion(begins=date(2026, 11, 1), ends=date(2026, 12, 1), **words))
    page = shelf.shop().get(MAIL).text
    assert "$8.00 for the first 3 months, then $10.00 (for new customers)" in page
    assert "$88.00 for the first 3 payments, then $110.00" in page
    assert "Autumn" not in page


def test_the_total_is_that_of_the_prices_one_reads(shelf: House) -> None:
    with shelf.office():
        db.session.add(Tax(name="VAT", rate=Decimal("8.1"), shown="gross"))
        raise_stamp()
    text = summed(shelf.shop().get(f"{MAIL}?plan={MONTHLY}&quantity=3").text)
    assert "3 × $10.81" in text
    assert "Total per month $32.43 $30.00 without VAT" in text


def test_what_has_no_price_has_no_sum(meridian: House, shelf: House) -> None:
    with meridian.office():
        imported(sheet({"SkuTitle": "Lumen Mail", "ERP Price": ""}))
    page = shelf.shop().get(f"{MAIL}?quantity=5").text
    assert "Price on request" in page
    assert summed(page) == ""


def linked(meridian: House) -> None:
    with meridian.office():
        rows = {row.name: row for row in db.session.scalars(select(Product))}
        mail = rows["Lumen Mail"]
        mail.description = "**Bold** <script>alert(1)</script>"
        mail.least = 5
        for relation, name in ((Relation.REQUIRES, "Lumen Phone"), (Relation.RELATED, "Quasar Desk")):
            db.session.add(ProductLink(product=mail, other=rows[name], relation=relation))
        db.session.add(ProductLink(product=rows["Lumen Archive"], other=mail, relation=Relation.ADD_ON_OF))
        raise_stamp()


def test_a_page_says_what_it_requires_and_shows_add_ons_and_nothing_that_is_not_sold(
    meridian: House, shelf: House
) -> None:
    linked(meridian)
    page = shelf.shop().get(MAIL).text
    assert "<strong>Bold</strong>" in page
    assert "<script>alert" not in page
    assert re.search(r"<dt>Requires</dt><dd><a href=\"/products/lumen-phone\">Lumen Phone</a>", page)
    assert names(page.partition('id="add_ons"')[2].partition("</section>")[0]) == ["Lumen Archive"]
    assert "Quasar" not in page
    assert "5 × $10.00" in summed(page)  # the least one may buy
    with shelf.office():
        mail = db.session.scalars(select(Product).where(Product.name == "Lumen Mail")).one()
        db.session.add(Overlay(product=mail, description="Our *own* words."))
        raise_stamp()
    assert "Our <em>own</em> words." in shelf.shop().get(MAIL).text


def test_more_to_say_costs_one_statement_and_none_again(meridian: House, shelf: House) -> None:
    visitor = shelf.shop()

    def counts() -> list[int]:
        forget()
        found = []
        for query in ("", "?quantity=9"):
            with asking(shelf) as asked:
                visitor.get(MAIL + query)
            found.append(len(asked))
        return found

    assert counts() == [3, 1]
    linked(meridian)
    assert counts() == [4, 1]


def test_the_address_without_plan_and_quantity_is_the_pages_own(shelf: House) -> None:
    page = shelf.shop().get(f"{MAIL}?plan={MONTHLY}&quantity=7").text
    assert re.search(r'rel="canonical" href="http://[^"?]*/products/lumen-mail"', page)
