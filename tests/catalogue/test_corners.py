"""Corners of reckoning: tiers through tiers, and what is known of a price before it is made."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.catalogue.models import Breadth, Rounding, Rule, Segment
from portal.catalogue.prices import GoodPlan, Lack, Rate, Selling, Terms, Tier, Way
from portal.catalogue.prices.terms import Offered, Saying
from portal.core.money import Money
from tests.catalogue.goods import chain, good, plan, shelf, terms
from tests.catalogue.test_reckoning import VOLUME, amounts, asked, of, ways

WORD = "P1Y-monthly-commercial"
FROM_TEN = Way(tiers=(Tier(10, None, {WORD: Decimal(7)}),))
GRADUATED = Way(VOLUME.rule, VOLUME.percent, tiers=VOLUME.tiers, graduated=True)


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def asks(selling: Selling, quantity: int = 1) -> str | None:
    price = asked(selling, quantity)
    return str(price.money.amount) if price else None


def test_what_is_fixed_from_ten_units_on_follows_the_list_till_then() -> None:
    one = good()
    selling = chain(shelf(one), terms(Way(Rule.COST, Decimal(50)), ways={one.id: FROM_TEN}))
    assert [asks(selling, units) for units in (1, 9, 10)] == ["12.00", "12.00", "7.00"]
    assert [first for first, _ in selling.tiers(*of(selling))] == [1, 10]


def test_units_without_a_price_are_not_given_away() -> None:
    from_ten = Way(Rule.COST, amount=Decimal(-9), tiers=(Tier(10, Decimal(300)),), graduated=True)
    selling = chain(shelf(good()), terms(from_ten))
    assert (asks(selling), asks(selling, 10)) == (None, "23.00")
    assert selling.total(*of(selling), 10) is None


def test_a_tier_below_pays_all_that_graduated_units_cost_above() -> None:
    below = chain(shelf(good()), terms(GRADUATED), terms(Way(Rule.COST)))
    above = below.supply.above
    assert above is not None
    # 9 at 12.00, 90 at 10.00, 1 at 8.80: 1016.80, and 10.168 each
    assert above.total(*of(below), 100) == dollars("1016.80")
    assert below.supply.cost(*of(below), ("USD",), 100) == dollars("10.1680")
    assert below.total(*of(below), 100) == dollars("1017.00")
    assert below.total(*of(below), 1) == dollars("12.00")


def test_a_floor_is_kept_where_the_cost_is_not_known_by_having_no_price() -> None:
    prices = [("k", "US", "USD", "8", "10"), ("k", "US", "EUR", None, "9")]
    usual = plan()
    both = GoodPlan("k", usual.term, usual.billing, usual.segment, WORD, 0, prices)
    way = Way(Rule.RECOMMENDED, Decimal(50), floor=Decimal(3))
    euros = terms(way, currency="EUR", costs_in="USD")
    selling = chain(shelf(good(both)), euros)
    assert (asks(selling), selling.lack(*of(selling))) == (None, Lack.NO_RATE)
    rate = Rate("USD", "EUR", Decimal("0.5"), "ECB", date(2026, 11, 20))
    assert asks(chain(shelf(good(both)), euros, rates={euros.version_id: rate})) == "4.50"


def test_a_promotion_may_be_about_a_segment() -> None:
    school = plan(segment=Segment.EDUCATION)
    one = good(plan(), school)
    day = date(2026, 12, 1)
    gift = Offered("Term", Breadth.SEGMENT, Segment.EDUCATION, Decimal(20), Decimal(0), 1, day, None, newcomers=False)
    selling = chain(shelf(one), terms(promotions=[gift]))
    assert selling.promotion(one, day, school) is gift
    assert selling.promotion(one, day, one.plans[0]) is None


broadly = st.builds(
    Saying,
    st.sampled_from([one for one in Breadth if one is not Breadth.PRODUCT]),
    st.sampled_from(["suite", "mail", "Lumen", "commercial", "education"]),
    st.none() | st.booleans(),
    ways | st.just(Way()) | st.just(FROM_TEN) | st.just(Way(amounts={WORD: Decimal(3)}, rounding=Rounding.TEN)),
)
lists = st.builds(
    terms,
    ways,
    broad=st.lists(broadly, max_size=4),
    everything=st.booleans(),
    currency=st.sampled_from(["USD", "EUR"]),
    costs_in=st.none() | st.sampled_from(["USD", "EUR"]),
)


@settings(max_examples=60)
@given(st.lists(lists, min_size=1, max_size=3), st.none() | amounts, st.none() | amounts, st.booleans())
def test_what_is_said_to_have_a_price_has_one(
    said: list[Terms],
    cost: Decimal | None,
    told: Decimal | None,
    rated: bool,  # noqa: FBT001 - hypothesis gives what it draws in order
) -> None:
    rate = Rate("USD", "EUR", Decimal("0.9"), "ECB", date(2026, 11, 20))
    abroad = plan(cost, told, segment=Segment.CHARITY)
    abroad.prices = [(key, market, "EUR", *amounts) for key, market, _, *amounts in abroad.prices]
    one = good(plan(cost, told), plan(cost, told, segment=Segment.EDUCATION), abroad, type_key="suite")
    selling: Selling | None = chain(
        shelf(one), *said, rates={each.version_id: rate for each in said} if rated else None
    )
    while selling is not None:
        for each in one.plans:
            price, number = selling.price(one, each), selling.amount(one, each)
            assert (price and price.money.amount) == number
            assert (each in selling.priced) is (number is not None)
            assert (selling.lack(one, each) is None) is (number is not None)
        selling = selling.supply.above
