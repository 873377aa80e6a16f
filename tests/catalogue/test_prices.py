"""Prices through the tiers: resolved when read, each tier answering for its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.catalogue import actions, prices, queries
from portal.catalogue.models import Billing, PriceList, Product, PurchasePrice, Rounding, Rule
from portal.catalogue.prices import Market, Offers, Question, Way
from portal.catalogue.prices.ways import by_rule, settled
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.money import Money
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.world import House

TODAY = date(2026, 11, 22)
EUROS = {"Market": "DE", "Currency": "EUR", "UnitPrice": "7.00", "ERP Price": "9.00"}


def asked(house: House, **question: object) -> Offers:
    """What the house sells by its storefront's list."""
    source = queries.own_terms().price_list_id
    return prices.sold(Question(on=TODAY, **question), source, prices.storefront_terms())  # type: ignore[arg-type]


def costs(house: House) -> list[str]:
    with house.office():
        return [f"{plan.cost.amount} {plan.cost.currency}" for plan in asked(house).plans]


def sells(house: House) -> list[str]:
    with house.office():
        return [str(plan.price.money.amount) if plan.price else "on request" for plan in asked(house).plans]


@pytest.fixture
def supplied(meridian: House, north: House, south: House) -> PriceList:
    """Meridian sells at cost + 5 % in dollars to South, at recommended − 10 % in euros to North."""
    with meridian.office():
        imported(sheet({}, EUROS))
        dollars = price_list("US Retail", percent="5")
        give(dollars, south)
        give(price_list("DE Handel", currency="EUR", market="DE", rule=Rule.RECOMMENDED, percent="10"), north)
    for house in (north, south):
        with house.office():
            actions.first_sell_list()
    return dollars


def test_a_tenants_cost_is_its_price_in_the_parents_list(supplied: PriceList, north: House, south: House) -> None:
    assert costs(south) == ["8.40 USD"]
    assert costs(north) == ["8.10 EUR"]


def test_a_first_sell_list_asks_what_is_recommended(supplied: PriceList, north: House, south: House) -> None:
    assert sells(south) == ["10.00"]
    assert sells(north) == ["9.00"]


def test_what_has_no_recommended_price_is_on_request_and_still_in_the_range(
    meridian: House, south: House, supplied: PriceList
) -> None:
    with meridian.office():
        imported(sheet({"ERP Price": ""}))
    assert sells(south) == ["on request"]
    assert costs(south) == ["8.40 USD"]


def test_prices_go_three_tiers_deep(supplied: PriceList, north: House, fjord: House) -> None:
    with north.office():
        give(price_list("Nordics", currency="EUR", market=None, percent="3"), fjord)
    with fjord.office():
        actions.first_sell_list()
    assert costs(fjord) == ["8.34 EUR"]  # 9.00 − 10 % = 8.10, + 3 % = 8.343
    assert sells(fjord) == ["9.00"]
    with fjord.office():
        own = price_list("Own", currency="EUR", market=None, percent="20")
        actions.show_in_storefront(own)
    assert sells(fjord) == ["10.01"]  # 8.34 + 20 %


def test_a_fourth_tier_needs_nothing_new(supplied: PriceList, north: House, fjord: House) -> None:
    with north.office():
        nordics = price_list("Nordics", currency="EUR", market=None, rule=Rule.RECOMMENDED, percent="5")
        give(nordics, fjord)
    with fjord.office():
        below = price_list("Below", currency="EUR", market=None, percent="1")
        db.session.commit()
        offers = prices.answered(fjord.scope, below.id, Question(on=TODAY))
        assert [plan.cost.amount for plan in offers.plans] == [Decimal("8.64")]  # 9.00 − 5 % = 8.55, + 1 %


MONTHLY, YEARLY, TRIENNIAL, ONCE = (
    {"TermDuration": term, "BillingPlan": billing}
    for term, billing in (("P1M", "Monthly"), ("P1Y", "Annual"), ("P3Y", "Triennial"), ("P1Y", "OneTime"))
)


@pytest.mark.parametrize(
    ("plans", "lowest"),
    [
        # (plan, unit price): the lowest is the one whose month is cheapest, and it says what it is the price of
        ([(MONTHLY, "12"), ({"TermDuration": "P1Y"}, "10"), (TRIENNIAL, "300")], ("10.0000", Billing.MONTHLY)),
        ([(YEARLY, "120"), (TRIENNIAL, "300")], ("300.0000", Billing.TRIENNIAL)),
        ([(YEARLY, "120"), (TRIENNIAL, "400")], ("120.0000", Billing.ANNUAL)),
        ([(ONCE, "5"), (YEARLY, "120")], ("120.0000", Billing.ANNUAL)),
        ([(ONCE, "5")], ("5.0000", Billing.ONE_TIME)),
    ],
)
def test_the_lowest_of_a_product_compares_like_with_like(
    meridian: House, plans: list[tuple[dict[str, str], str]], lowest: tuple[str, Billing]
) -> None:
    with meridian.office():
        imported(sheet(*[{**plan, "UnitPrice": price, "ERP Price": price} for plan, price in plans]))
        (offer,) = prices.bought(Question(on=TODAY).recommending("USD"), Market("US", "USD"))
        for plan in (offer.lowest("cost"), offer.lowest("recommended")):
            assert plan is not None
            assert (str(plan.cost.amount), plan.billing) == lowest
        assert offer.lowest("sell") is None


def test_what_is_priced_yearly_is_not_on_request_because_its_month_is(meridian: House, south: House) -> None:
    with meridian.office():
        yearly = {**YEARLY, "UnitPrice": "90", "ERP Price": "120"}
        imported(sheet({**MONTHLY, "UnitPrice": "9", "ERP Price": ""}, yearly))
        give(price_list("US Retail"), south)
    with south.office():
        actions.first_sell_list()
        (offer,) = asked(south)
        plan = offer.lowest("sell")
        assert plan is not None
        assert plan.sell is not None
        assert (str(plan.sell.amount), plan.billing) == ("120.00", Billing.ANNUAL)


def test_a_child_never_sees_what_its_parent_pays(supplied: PriceList, north: House, south: House) -> None:
    with south.office():
        assert db.session.scalars(select(PurchasePrice)).all() == []
        assert db.session.scalars(select(PriceList.name)).all() == ["Storefront prices"]
        (plan,) = asked(south).plans
        assert "8.00" not in repr(plan)
        assert plan.price is not None
        assert (str(plan.price.basis.amount), str(plan.price.money.amount)) == ("10.0000", "10.00")


def test_a_list_ticks_products_out_of_the_range(meridian: House, south: House, supplied: PriceList) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002", "SkuTitle": "Lumen Mail Plan 2"}))
    assert len(costs(south)) == 2
    with meridian.office():
        row = db.session.merge(supplied)
        actions.begin_draft(row)
        (second,) = db.session.execute(select(Product.tenant_id, Product.id).where(Product.code.endswith("0002")))
        actions.tick_out(row.draft, [tuple(second)])  # type: ignore[arg-type, list-item]
    assert len(costs(south)) == 2  # what is published does not change silently
    with meridian.office():
        actions.publish(db.session.scalars(select(PriceList).where(PriceList.id == supplied.id)).one())
    assert len(costs(south)) == 1


def test_what_a_tenant_ticks_out_leaves_its_shop_and_not_its_range(
    meridian: House, south: House, supplied: PriceList
) -> None:
    with south.office():
        own = db.session.scalars(select(PriceList)).one()
        actions.begin_draft(own)
        assert own.draft is not None
        products = db.session.execute(select(Product.tenant_id, Product.id)).all()
        actions.tick_out(own.draft, [tuple(row) for row in products])  # type: ignore[misc]
        actions.publish(own)
    assert sells(south) == []
    with south.office():
        offers = prices.bought(Question(on=TODAY), queries.own_terms().price_list_id)
        assert offers.total == 1


def test_a_price_in_another_currency_is_no_price(meridian: House, south: House, supplied: PriceList) -> None:
    with south.office():
        own = db.session.scalars(select(PriceList)).one()
        own.currency = "GBP"
    assert sells(south) == ["on request"]


def test_outside_its_days_a_list_gives_no_range(meridian: House, south: House, supplied: PriceList) -> None:
    with meridian.office():
        version = db.session.merge(supplied).published
        assert version is not None
        version.valid_until = date(2026, 11, 21)
    assert costs(south) == []


def test_a_withdrawn_list_gives_no_range(meridian: House, south: House, supplied: PriceList) -> None:
    with meridian.office():
        actions.withdraw(db.session.scalars(select(PriceList).where(PriceList.id == supplied.id)).one())
    assert costs(south) == []


def test_next_months_price_counts_from_its_first_day(meridian: House, south: House, supplied: PriceList) -> None:
    with meridian.office():
        imported(sheet({"UnitPrice": "9.00", "ERP Price": "12.00", "EffectiveStartDate": "12/1/2026 12:00:00 AM"}))
    with south.office():
        source, terms = queries.own_terms().price_list_id, prices.storefront_terms()
        found = {}
        for day in (date(2026, 11, 30), date(2026, 12, 1)):
            (plan,) = prices.sold(Question(on=day), source, terms).plans
            found[day.month] = (str(plan.cost.amount), str(plan.price and plan.price.money.amount))
    assert found == {11: ("8.40", "10.00"), 12: ("9.45", "12.00")}


def test_the_stranger_has_no_range(supplied: PriceList, world: object, strand: House) -> None:
    assert costs(strand) == []


def test_anothers_list_gives_nothing(supplied: PriceList, north: House, strand: House, south: House) -> None:
    with south.office():
        own = db.session.scalars(select(PriceList)).one()
    with strand.office():  # a guessed id of a list that is not the parent's
        assert prices.bought(Question(on=TODAY), own.id).items == []


def test_range_facts_count_what_a_reseller_will_find(meridian: House, supplied: PriceList) -> None:
    with meridian.office():
        row = db.session.scalars(select(PriceList).where(PriceList.id == supplied.id)).one()
        facts = queries.range_facts(row)
        assert (facts.priced, facts.unpriced) == (1, 0)
        imported(sheet({}, {"SkuId": "0002", "Market": "DE", "Currency": "EUR"}))
        facts = queries.range_facts(row)
        assert (facts.priced, facts.unpriced) == (1, 1)


def test_the_owner_sees_its_own_cost_as_the_sheet_says(meridian: House, supplied: PriceList) -> None:
    with meridian.office():
        offers = prices.bought(Question(on=TODAY), Market("US", "USD"))
        assert [plan.cost for plan in offers.plans] == [Money(Decimal("8.0000"), "USD")]


def test_search_filter_and_paging_narrow_the_range(meridian: House, south: House, supplied: PriceList) -> None:
    with meridian.office():
        names = [
            {"SkuId": f"{number:04}", "SkuTitle": f"Lumen {number:02}", "Segment": "Education"}
            for number in range(1, 10)
        ]
        imported(sheet(*names, {"SkuId": "0100", "SkuTitle": "100 % _Wool"}))
    with south.office():
        first = asked(south, size=4)
        assert (len(first.items), first.total, first.page.pages) == (4, 10, 3)
        assert [offer.name for offer in asked(south, size=4, number=3)] == ["Lumen 08", "Lumen 09"]
        assert [offer.name for offer in asked(south, search="100 % _w")] == ["100 % _Wool"]


def test_a_list_is_checked_before_it_is_made_and_before_it_is_published(meridian: House) -> None:
    draft = actions.Draft(valid_from=TODAY, rule=Rule.RECOMMENDED)
    with meridian.office():
        made = actions.make_list(name="US Retail", currency="USD", draft=draft)
        db.session.flush()
        for wrong, field in (
            ({"valid_until": date(2026, 1, 1)}, "valid_until"),
            ({"percent": Decimal(100)}, "percent"),
        ):
            with pytest.raises(Invalid) as refused:
                actions.make_list(name="Other", currency="USD", draft=replace(draft, **wrong))
            assert refused.value.field == field
        with pytest.raises(Invalid):
            actions.make_list(name="us retail", currency="USD", draft=draft)
        actions.tick_nothing(made.current)
        with pytest.raises(Conflict):
            actions.publish(made)


def test_a_published_version_takes_no_tick(meridian: House, supplied: PriceList) -> None:
    with meridian.office():
        version = db.session.merge(supplied).published
        assert version is not None
        with pytest.raises(Conflict):
            actions.tick_nothing(version)


def test_a_list_somebody_buys_by_is_not_archived(meridian: House, supplied: PriceList) -> None:
    with meridian.office(), pytest.raises(Conflict, match="Halcyon Works"):
        actions.archive(db.session.merge(supplied))


def test_a_list_filled_from_a_sheet_has_exactly_its_products(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        second = imported(sheet({"SkuId": "0002", "SkuTitle": "Plan 2"}, {"SkuId": "0003", "ERP Price": "x"}))
        made = actions.make_list(
            name="Part", currency="USD", draft=actions.Draft(valid_from=TODAY, rule=Rule.COST, market="US")
        )
        db.session.flush()
        assert actions.fill_from_sheet(made.current, second) == 1
        assert made.current.market == "US"
        euros = actions.make_list(name="E", currency="EUR", draft=actions.Draft(valid_from=TODAY, rule=Rule.COST))
        db.session.flush()
        with pytest.raises(Invalid) as refused:
            actions.fill_from_sheet(euros.current, second)
        assert refused.value.field == "sheet"


def test_as_many_lists_as_one_likes_are_filled_from_one_sheet(meridian: House) -> None:
    with meridian.office():
        filled = imported(sheet({}, {"SkuId": "0002", "SkuTitle": "Plan 2"}))
        for name in ("Partners", "Customers", "Schools"):
            draft = actions.Draft(valid_from=TODAY, rule=Rule.COST, market="US")
            made = actions.make_list(name=name, currency="USD", draft=draft)
            db.session.flush()
            assert actions.fill_from_sheet(made.current, filled) == 2
        assert actions.fill_from_sheet(made.current, filled) == 2  # and once more


@example(cost=Decimal("0.0001"), percent=Decimal(0))  # a fraction of a cent
@given(
    cost=st.decimals(min_value="0.0001", max_value="99999", places=4),
    percent=st.decimals(min_value=0, max_value=99, places=2),
)
def test_a_price_is_rounded_once_and_never_below_what_its_rule_says(cost: Decimal, percent: Decimal) -> None:
    up, down = (priced(cost, "USD", rule, percent) for rule in (Rule.COST, Rule.RECOMMENDED))
    assert is_nearest(up, cost * (100 + percent) / 100)
    assert is_nearest(down, cost * (100 - percent) / 100)
    assert down <= up
    assert up.as_tuple().exponent == -2


def is_nearest(price: Decimal, exact: Decimal) -> bool:
    """In cents; a fraction of a cent is sold at one, because rounding makes nothing free."""
    return abs(price - exact) <= Decimal("0.005") or exact < price == Decimal("0.01")


def priced(amount: Decimal, currency: str, rule: Rule, percent: Decimal) -> Decimal:
    return settled(by_rule(Way(rule, percent), amount), currency, Rounding.COIN, None)[0]


def test_yen_has_no_smaller_coin() -> None:
    assert priced(Decimal("99.5"), "JPY", Rule.COST, Decimal(0)) == Decimal(100)
