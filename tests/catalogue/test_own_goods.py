"""What a tier does with what it inherits: it rewords it, hides it, and adds goods of its own, for itself and those below."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.catalogue import actions, prices, queries
from portal.catalogue.models import (
    Billing,
    Breadth,
    Category,
    Overlay,
    Plan,
    Product,
    PurchasePrice,
    RecommendedPrice,
    Rule,
    Segment,
    Term,
)
from portal.catalogue.prices import ANY_MARKET, Chosen, Question, Way
from portal.core.db import db
from portal.core.money import Money
from portal.tenants.actions import raise_stamp
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_prices import costs
from tests.world import House

TODAY = date(2026, 11, 22)


@pytest.fixture
def chain(meridian: House, north: House, fjord: House) -> House:
    """Meridian sells two mail plans to North at cost + 5 %, North to Fjord at cost + 10 %; both have a shop's list."""
    rows = [{"SkuId": f"000{number}", "SkuTitle": f"Lumen Mail {number}"} for number in (1, 2)]
    with meridian.office():
        imported(sheet(*({**row, "Market": "DE", "Currency": "EUR"} for row in rows)))
        give(price_list("Wholesale", currency="EUR", market="DE", percent="5"), north)
    with north.office():
        actions.first_sell_list()
        give(price_list("Nordics", currency="EUR", market=None, percent="10"), fjord)
    with fjord.office():
        actions.first_sell_list()
    return fjord


def seen(house: House, **question: object) -> dict[str, str]:
    """What the house's shop would show: name and lowest price."""
    with house.office():
        terms = prices.storefront_terms()
        offers = prices.sold(Question(on=TODAY, **question), queries.own_terms().price_list_id, terms)  # type: ignore[arg-type]
        return {offer.name: str(plan.sell.amount) if (plan := offer.lowest("sell")) else "–" for offer in offers}


def own_product(house: House, name: str, *, cost: str, told: str) -> None:
    with house.office():
        product = Product(code=name.upper(), slug=name.lower(), name=name, vendor=house.name, by_hand=True)
        plan = Plan(product_id=product.id, term=Term.MONTH, billing=Billing.MONTHLY, segment=Segment.COMMERCIAL)
        place = {"plan_id": plan.id, "market": ANY_MARKET, "currency": "EUR", "valid_from": TODAY}
        db.session.add(product)
        db.session.flush()
        db.session.add(plan)
        db.session.flush()
        db.session.add_all(
            [PurchasePrice(**place, amount=Decimal(cost)), RecommendedPrice(**place, amount=Decimal(told))]
        )
        raise_stamp()


def test_a_list_that_takes_its_costs_elsewhere_prices_what_is_ones_own_in_its_currency(
    meridian: House, north: House
) -> None:
    """The mail is bought in dollars and sold in euros; what is made by hand costs euros alone, or dollars besides."""
    with meridian.office():
        imported(sheet({"SkuTitle": "Lumen Mail"}))
        actions.add_rate(base="USD", quote="EUR", rate=Decimal("0.5"), on=TODAY, source="Bank")
        costs = {"costs_in": "USD", "rule": Rule.COST, "percent": Decimal(10), "valid_from": date(2026, 1, 1)}
        listed = actions.make_list(name="Euros", currency="EUR", draft=actions.Draft(market="US", **costs))
        db.session.flush()
        actions.publish(listed)
        give(listed, north)
        key = listed.key
    own_product(meridian, "Backup", cost="4.00", told="6.00")
    own_product(meridian, "Vault", cost="4.00", told="6.00")
    with meridian.office():
        plan = db.session.scalars(select(Plan).join(Plan.product).where(Product.name == "Vault")).one()
        dollars = {"plan_id": plan.id, "market": ANY_MARKET, "currency": "USD", "valid_from": TODAY}
        db.session.add(PurchasePrice(**dollars, amount=Decimal("10.00")))
        raise_stamp()
    with north.office():
        offers = prices.bought(Question(on=TODAY), queries.own_terms().price_list_id)
        paid = {offer.name: [str(plan.cost.amount) for plan in offer.plans] for offer in offers}
    assert paid == {"Backup": ["4.40"], "Lumen Mail": ["4.40"], "Vault": ["5.50"]}  # the wanted currency comes first
    page = meridian.client().get(f"/price-lists/{key}").text
    assert "Backup" in page
    assert "€4.40" in page
    with meridian.office():
        product = db.session.scalars(select(Product).where(Product.name == "Backup")).one().key
    why = meridian.client().get(f"/products/{product}/why/P1M-monthly-commercial.json?list={key}").json
    assert why["price"]["amount"] == "4.40"
    assert [step["kind"] for step in why["steps"]] == ["cost", "rule"]  # nothing was converted


def reword(house: House, code: str, **said: object) -> None:
    with house.office():
        product = db.session.query(Product).where(Product.code.endswith(code)).one()
        db.session.add(Overlay(product_tenant_id=product.tenant_id, product_id=product.id, **said))
        raise_stamp()


def test_a_product_of_ones_own_is_sold_here_and_below_and_nowhere_else(
    chain: House, meridian: House, north: House, south: House, fjord: House
) -> None:
    own_product(north, "Backup", cost="4.00", told="6.00")
    assert seen(north) == {"Backup": "6.00", "Lumen Mail 1": "10.00", "Lumen Mail 2": "10.00"}
    assert seen(fjord) == {"Backup": "6.00", "Lumen Mail 1": "10.00", "Lumen Mail 2": "10.00"}
    with fjord.office():
        offers = prices.bought(Question(on=TODAY, search="backup"), queries.own_terms().price_list_id)
        assert [str(plan.cost.amount) for plan in offers.plans] == ["4.40"]
        assert db.session.query(PurchasePrice).all() == []
    assert seen(south) == {}
    with meridian.office():
        assert db.session.query(Product).where(Product.name == "Backup").all() == []


def test_what_costs_less_than_is_kept_is_not_free(north: House) -> None:
    own_product(north, "Gate", cost="5.00", told="9.00")
    least = Money(Decimal("0.00001"), "EUR")
    with north.office():
        plan = db.session.scalars(select(Plan)).one()
        actions.price_plan(plan, cost=least, recommended=least, valid_from=TODAY)
        for kind in (PurchasePrice, RecommendedPrice):
            amounts = select(kind.amount).where(kind.valid_until.is_(None))
            assert db.session.scalars(amounts).one() == Decimal("0.0001")


def test_what_one_calls_differently_is_called_so_here_and_below(chain: House, north: House, fjord: House) -> None:
    reword(north, "0002", name="A mailbox of Nordlicht")
    assert list(seen(north)) == ["A mailbox of Nordlicht", "Lumen Mail 1"]
    assert list(seen(fjord)) == ["A mailbox of Nordlicht", "Lumen Mail 1"]
    assert list(seen(fjord, search="nordlicht")) == ["A mailbox of Nordlicht"]
    reword(fjord, "0002", name="Postfach")
    assert list(seen(fjord)) == ["Lumen Mail 1", "Postfach"]
    assert list(seen(north)) == ["A mailbox of Nordlicht", "Lumen Mail 1"]


def test_what_is_hidden_leaves_the_own_shop_alone(chain: House, north: House, fjord: House) -> None:
    reword(north, "0001", hidden=True)
    assert list(seen(north, in_shop=True)) == ["Lumen Mail 2"]
    assert list(seen(north)) == ["Lumen Mail 1", "Lumen Mail 2"]
    assert "Lumen Mail 1" in north.client().get("/products").text
    assert "Lumen Mail 1" not in north.shop().get("/products").text


def test_a_category_of_ones_own_counts_for_ones_own_lists(chain: House, north: House) -> None:
    with north.office():
        category = Category(code="special", name="Special")
        db.session.add(category)
        db.session.flush()
        product = db.session.query(Product).where(Product.code.endswith("0001")).one()
        said = {"category_tenant_id": category.tenant_id, "category_id": category.id}
        db.session.add(Overlay(product_tenant_id=product.tenant_id, product_id=product.id, **said))
        raise_stamp()
        key = category.key
    assert list(seen(north, chosen=Chosen(categories=frozenset({key})))) == ["Lumen Mail 1"]


def test_what_a_tier_below_calls_a_product_moves_none_of_its_prices(meridian: House, south: House) -> None:
    """Where the one above prices by category, it is his category that counts."""
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002", "SkuTitle": "Lumen Mail Plan 2"}))
        first = price_list("First", percent="5")
        mine = db.session.scalars(select(Category).where(Category.code == "security")).one()
        draft = actions.begin_draft(first)
        actions.say_broadly(draft, Breadth.CATEGORY, mine.key, sells=True, way=Way(Rule.COST, Decimal(50)))
        actions.publish(first)
        give(first, south)
    with south.office():
        actions.first_sell_list()
    assert costs(south) == ["8.40 USD"] * 2
    with south.office():
        product = db.session.scalars(select(Product).where(Product.name == "Lumen Mail Plan 1")).one()
        actions.sort_into(product, db.session.scalars(select(Category).where(Category.code == "security")).one())
    assert costs(south) == ["8.40 USD"] * 2
