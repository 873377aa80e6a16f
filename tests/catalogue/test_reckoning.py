"""The one place where prices are made: what it promises, tried with any numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.models import Breadth, Rounding, Rule, Segment
from portal.catalogue.prices import Good, GoodPlan, Lack, Price, Rate, Selling, Terms, Tier, Way, coin
from portal.catalogue.prices.rounding import is_lifted, rounded, rounded_up
from portal.catalogue.prices.terms import Offered, Saying, newest
from portal.catalogue.prices.ways import by_rule
from portal.core.money import Money
from tests.catalogue.goods import chain, good, plan, shelf, terms

HUNDRED = Decimal(100)
amounts = st.decimals(min_value="0.0001", max_value="99999", places=4)
percents = st.decimals(min_value=0, max_value=99, places=2)
roundings = st.sampled_from(Rounding)
currencies = st.sampled_from(["USD", "EUR", "JPY", "KWD"])
WORD = "P1Y-monthly-commercial"
ways = st.builds(
    Way,
    st.sampled_from(Rule),
    percents,
    amount=st.decimals(min_value=-5, max_value=5, places=2),
    tiers=st.lists(st.builds(Tier, st.integers(2, 500), percents), max_size=4, unique_by=lambda tier: tier.first).map(
        lambda tiers: tuple(sorted(tiers, key=lambda tier: tier.first))
    ),
    graduated=st.booleans(),
    rounding=roundings,
    floor=st.none() | percents,
    requests=st.sampled_from([frozenset(), frozenset({WORD})]),
)
lists = st.builds(terms, ways)


def of(selling: Selling) -> tuple[Good, GoodPlan]:
    """The one good on the owner's shelf, whether or not it comes down to here."""
    owner = selling.supply
    while owner.above is not None:
        owner = owner.above.supply
    (one,) = owner.goods.values()
    return one, one.plans[0]


def asked(selling: Selling, quantity: int = 1) -> Price | None:
    return selling.price(*of(selling), quantity)


def amount(*said: Way | Terms, cost: str | None = "8.00", told: str | None = "10.00", quantity: int = 1) -> str | None:
    """What a chain of such lists asks in the end."""
    whole = [one if isinstance(one, Terms) else terms(one) for one in said]
    price = asked(chain(shelf(good(plan(cost, told))), *whole), quantity)
    return str(price.money.amount) if price else None


def replayed(price: Price) -> Decimal:
    """The number again, from nothing but what its explanation says."""
    assert price.way is not None
    if price.is_fixed:
        return price.money.amount
    exact = {
        Rule.COST: lambda: price.basis.amount * (HUNDRED + price.percent) / HUNDRED,
        Rule.MARGIN: lambda: price.basis.amount * HUNDRED / (HUNDRED - price.percent),
        Rule.RECOMMENDED: lambda: price.basis.amount * (HUNDRED - price.percent) / HUNDRED,
    }[price.way.rule or Rule.COST]() + price.way.amount
    if price.is_floored:
        least = price.cost.amount * (HUNDRED + (price.floor or 0)) / HUNDRED
        return rounded_up(least, price.money.currency, price.rounding)
    return rounded(exact, price.money.currency, price.rounding)


@given(st.lists(lists, min_size=1, max_size=4), amounts, amounts, st.integers(1, 600))
def test_every_price_is_what_its_explanation_gives_again(
    said: list[Terms], cost: Decimal, told: Decimal, quantity: int
) -> None:
    selling = chain(shelf(good(plan(cost, told))), *said)
    whole = selling.supply.steps(*of(selling), quantity)
    last = asked(selling, quantity)
    for price in (*whole, *((last,) if last else ())):
        assert replayed(price) == price.money.amount
    for above, below in pairwise((*whole, *((last,) if last else ()))):
        assert below.cost == above.money or (above.way and above.way.graduated)  # which has several prices


@given(st.lists(lists, min_size=1, max_size=3), amounts, amounts, st.integers(1, 600))
def test_two_answers_are_one(said: list[Terms], cost: Decimal, told: Decimal, quantity: int) -> None:
    first, second = (chain(shelf(good(plan(cost, told))), *said) for _ in range(2))
    one, other = asked(first, quantity), asked(second, quantity)
    assert (one and one.money) == (other and other.money)
    assert first.amount(*of(first), quantity) == (one and one.money.amount)
    whole = of(first)
    assert (whole[1] in first.priced) is (first.amount(*whole) is not None)


@given(st.lists(ways.filter(lambda way: way.rule is not Rule.RECOMMENDED), min_size=1, max_size=3), amounts, amounts)
def test_who_pays_more_asks_more(said: list[Way], one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    cheap, dear = (asked(chain(shelf(good(plan(cost))), *map(terms, said))) for cost in (low, high))
    if cheap is not None and dear is not None:
        assert cheap.money.amount <= dear.money.amount


@given(ways, amounts, amounts, st.integers(1, 600))
def test_no_price_goes_under_its_floor(way: Way, cost: Decimal, told: Decimal, quantity: int) -> None:
    price = asked(chain(shelf(good(plan(cost, told))), terms(way)), quantity)
    if price is not None and way.floor is not None:
        assert price.money.amount >= cost * (HUNDRED + way.floor) / HUNDRED


@given(amounts, currencies, roundings)
def test_rounding_lands_on_its_grid_and_stays_there(exact: Decimal, currency: str, rounding: Rounding) -> None:
    found = rounded(exact, currency, rounding)
    assert rounded(found, currency, rounding) == found
    assert rounded_up(exact, currency, rounding) >= exact
    if rounding is Rounding.NINETY_NINE:
        assert (found + coin(currency)) % (coin(currency) * 100) == 0
        assert found > 0
    elif rounding is not Rounding.EXACT:
        times = {Rounding.COIN: 1, Rounding.FIVE: 5, Rounding.TEN: 10}[rounding]
        assert found % (coin(currency) * times) == 0
        assert abs(found - exact) * 2 <= coin(currency) * times or found == coin(currency) * times


@given(st.decimals(min_value="0.0000001", max_value=2, places=7), currencies, roundings)
def test_rounding_makes_nothing_free_and_the_free_stays_free(exact: Decimal, currency: str, rounding: Rounding) -> None:
    lifted, nothing = rounded(exact, currency, rounding), rounded(Decimal(0), currency, rounding)
    assert lifted > 0
    assert nothing == 0
    if is_lifted(exact, lifted):
        assert lifted == rounded(Decimal("0.0000001"), currency, rounding)  # the smallest there is
    more = rounded(exact + Decimal("0.5"), currency, rounding)
    assert lifted <= more


@given(st.lists(lists, min_size=1, max_size=3), st.decimals(0, "0.02", places=4), st.decimals(0, "0.02", places=4))
def test_a_price_is_nothing_only_where_its_rule_comes_to_nothing(
    said: list[Terms], cost: Decimal, told: Decimal
) -> None:
    price = asked(chain(shelf(good(plan(cost, told))), *said))
    if price is not None and price.way is not None and not price.is_floored:
        assert (price.money.amount == 0) is (by_rule(price.way, price.basis.amount) == 0)


def test_what_a_promotion_leaves_is_not_rounded_away() -> None:
    def left(percent: str) -> str:
        gift = Offered("x", None, "", Decimal(percent), Decimal(0), 1, date(2026, 1, 1), None, newcomers=False)
        return str(gift.taken_off(Money(Decimal("0.04"), "USD")).amount)

    assert [left(percent) for percent in ("50", "95", "100")] == ["0.02", "0.01", "0.00"]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (Way(Rule.COST, Decimal(5)), "8.40"),
        (Way(Rule.MARGIN, Decimal(20)), "10.00"),
        (Way(Rule.RECOMMENDED, Decimal(10)), "9.00"),
        (Way(Rule.COST, Decimal(5), amount=Decimal("1.50")), "9.90"),
        (Way(Rule.RECOMMENDED, amount=Decimal("-2.25")), "7.75"),
        (Way(Rule.COST, Decimal("5.5"), rounding=Rounding.FIVE), "8.45"),
        (Way(Rule.COST, Decimal("5.5"), rounding=Rounding.TEN), "8.40"),
        (Way(Rule.COST, Decimal("5.5"), rounding=Rounding.NINETY_NINE), "7.99"),
        (Way(Rule.COST, Decimal(20), rounding=Rounding.NINETY_NINE), "9.99"),
        (Way(Rule.COST, Decimal("5.555"), rounding=Rounding.EXACT), "8.4444"),
        (Way(Rule.RECOMMENDED, Decimal(50), floor=Decimal(3)), "8.24"),
        (Way(Rule.RECOMMENDED, Decimal(50), floor=Decimal(3), rounding=Rounding.NINETY_NINE), "8.99"),
        (Way(Rule.COST, amount=Decimal(-9)), None),  # less than nothing is no price, and never 0
    ],
)
def test_each_rule_asks_what_it_says(way: Way, expected: str | None) -> None:
    assert amount(way) == expected


def test_what_is_missing_gives_no_price_and_says_what_it_is() -> None:
    for way, plans, lack in (
        (Way(Rule.RECOMMENDED), plan("8", None), Lack.NO_RECOMMENDED),
        (Way(Rule.COST), plan(None, "10"), Lack.NO_COST),
        (Way(Rule.COST, amount=Decimal(-9)), plan("8"), Lack.UNDER_NOTHING),
        (Way(Rule.ON_REQUEST), plan("8"), Lack.ON_REQUEST),
        (Way(Rule.ON_REQUEST, floor=Decimal(3)), plan("8", None), Lack.ON_REQUEST),
        (Way(Rule.COST, requests=frozenset({WORD})), plan("8"), Lack.ON_REQUEST),
        (Way(Rule.ON_REQUEST), plan(None, "10"), Lack.NO_COST),
    ):
        selling = chain(shelf(good(plans)), terms(way))
        assert asked(selling) is None
        assert selling.lack(*of(selling)) is lack
    selling = chain(shelf(good()), terms(everything=False))
    assert (asked(selling), selling.lack(*of(selling))) == (None, Lack.NOT_IN_LIST)


on_request = st.builds(terms, st.just(Way(Rule.ON_REQUEST)) | ways.map(lambda way: replace(way, requests={WORD})))


@given(st.lists(lists, max_size=2), on_request, st.lists(lists, max_size=2), amounts, amounts, st.integers(1, 600))
def test_on_request_there_is_no_price_and_nobody_below_has_a_cost(
    above: list[Terms], asks: Terms, below: list[Terms], cost: Decimal, told: Decimal, quantity: int
) -> None:
    """Whatever stands above and below: never nothing, never a price made of nothing."""
    goods = shelf(good(plan(cost, told)))
    selling = chain(goods, *above, asks)
    whole = of(selling)
    assert (asked(selling, quantity), selling.amount(*whole), selling.total(*whole, quantity)) == (None, None, None)
    assert whole[1] not in selling.priced
    if selling.supply.amount(*whole, asks.costs_wanted) is not None:
        assert selling.lack(*whole) is Lack.ON_REQUEST
        assert whole[1] in selling.listed[whole[0]]  # and yet it is in the range
        assert selling.lowest == {}
    last = chain(goods, *above, asks, *below)
    assert asked(last, quantity) is None
    assert not below or last.cost(*whole, quantity) is None


def test_a_segment_that_is_not_allowed_is_said_to_be_so() -> None:
    school = good(plan(segment=Segment.EDUCATION))
    out, in_ = (saying(Breadth.SEGMENT, Segment.EDUCATION, sells=sells) for sells in (False, True))
    others = saying(Breadth.SEGMENT, Segment.COMMERCIAL, sells=True)
    lumen = saying(Breadth.VENDOR, "Lumen", sells=False)
    for facts, lack in (
        ({"broad": [out]}, Lack.SEGMENT),
        ({"broad": [others], "everything": False}, Lack.SEGMENT),  # it is not among those that are let in
        ({"broad": [lumen, in_]}, Lack.NOT_IN_LIST),
        ({"broad": [out], "outside": frozenset({school.id})}, Lack.NOT_IN_LIST),
        ({"everything": False}, Lack.NOT_IN_LIST),
        ({"broad": [in_], "everything": False}, None),
    ):
        selling = chain(shelf(school), terms(**facts))
        assert selling.lack(*of(selling)) is lack


def test_what_the_provider_does_not_sell_is_not_said_to_lack_a_price() -> None:
    both = good(plan(), plan(segment=Segment.EDUCATION))
    no_schools = terms(broad=[saying(Breadth.SEGMENT, Segment.EDUCATION, sells=False)])
    selling = chain(shelf(both), no_schools, terms())
    assert [selling.lack(both, one) for one in both.plans] == [None, Lack.NOT_OFFERED]


VOLUME = Way(Rule.COST, Decimal(50), tiers=(Tier(10, Decimal(25)), Tier(100, Decimal(10))))


def test_from_a_number_of_units_on_all_units_have_one_price() -> None:
    assert [amount(VOLUME, quantity=units) for units in (1, 9, 10, 99, 100)] == [
        "12.00",
        "12.00",
        "10.00",
        "10.00",
        "8.80",
    ]
    selling = chain(shelf(good()), terms(VOLUME))
    assert selling.total(*of(selling), 10) == Money(Decimal("100.00"), "USD")
    assert [(first, str(one.amount)) for first, one in selling.tiers(*of(selling))] == [
        (1, "12.00"),
        (10, "10.00"),
        (100, "8.80"),
    ]


def test_graduated_units_have_the_price_of_their_own_tier() -> None:
    graduated = Way(VOLUME.rule, VOLUME.percent, tiers=VOLUME.tiers, graduated=True)
    selling = chain(shelf(good()), terms(graduated))
    # 9 at 12.00, 90 at 10.00, 1 at 8.80
    assert selling.total(*of(selling), 100) == Money(Decimal("1016.80"), "USD")
    assert selling.total(*of(selling), 1) == Money(Decimal("12.00"), "USD")


def test_a_tier_below_pays_what_its_quantity_costs_above() -> None:
    assert amount(VOLUME, Way(Rule.COST, Decimal(10)), quantity=10) == "11.00"
    assert amount(VOLUME, Way(Rule.COST, Decimal(10)), quantity=1) == "13.20"


def saying(breadth: Breadth, about: str, way: Way | None = None, *, sells: bool | None = None) -> Saying:
    return Saying(breadth, about, sells, way or Way())


def test_of_all_that_is_said_the_narrowest_counts_for_each_thing_by_itself() -> None:
    one = good(type_key="suite")
    said = [
        saying(Breadth.TYPE, "suite", Way(rounding=Rounding.NINETY_NINE)),
        saying(Breadth.CATEGORY, "mail", Way(Rule.COST, Decimal(30))),
        saying(Breadth.VENDOR, "Lumen", Way(Rule.COST, Decimal(20), floor=Decimal(60))),
        saying(Breadth.SEGMENT, Segment.EDUCATION, Way(Rule.COST, Decimal(1))),
    ]
    price = asked(chain(shelf(one), terms(Way(Rule.COST, Decimal(5)), broad=said)))
    assert price is not None
    # the category's rule: 8.00 + 30 % = 10.40; the vendor's floor: 12.80; the type's rounding, upwards: 12.99
    assert (str(price.money.amount), price.breadth, price.is_floored) == ("12.99", Breadth.CATEGORY, True)
    own = terms(Way(Rule.COST, Decimal(5)), broad=said, ways={one.id: Way(Rule.COST, Decimal(100))})
    price = asked(chain(shelf(one), own))
    assert price is not None
    assert (str(price.money.amount), price.breadth) == ("15.99", Breadth.PRODUCT)


@pytest.mark.parametrize("path", [("aaa", "zzz"), ("zzz", "aaa")])
def test_of_two_categories_the_nearer_one_is_heard(path: tuple[str, str]) -> None:
    near, far = path
    said = sorted(
        [
            saying(Breadth.CATEGORY, far, Way(Rule.COST, Decimal(50)), sells=False),
            saying(Breadth.CATEGORY, near, Way(Rule.COST, Decimal(10)), sells=True),
        ],
        key=lambda one: one.about,
    )
    price = asked(chain(shelf(good(categories=path)), terms(broad=said)))
    assert price is not None
    assert str(price.money.amount) == "8.80"


def test_what_is_in_the_list_is_said_by_the_narrowest_too() -> None:
    one, other = good(name="One"), good(name="Other", vendor="Fjord")
    education = good(plan(segment=Segment.EDUCATION), name="School")
    said = [saying(Breadth.VENDOR, "Lumen", sells=False), saying(Breadth.SEGMENT, Segment.EDUCATION, sells=False)]
    listed = chain(shelf(one, other, education), terms(broad=said, inside=frozenset({one.id})))
    assert [it.name for it in listed.sold] == ["One", "Other"]
    closed = chain(shelf(one, other), terms(everything=False, broad=[saying(Breadth.VENDOR, "Fjord", sells=True)]))
    assert [it.name for it in closed.sold] == ["Other"]


def test_a_cost_in_another_currency_is_converted_once_and_rounded_at_the_end() -> None:
    euros = terms(Way(Rule.COST, Decimal(10)), currency="EUR", costs_in="USD", surcharge=Decimal(2))
    rate = Rate("USD", "EUR", Decimal("0.9213"), "ECB", date(2026, 11, 20))
    price = asked(chain(shelf(good()), euros, rates={euros.version_id: rate}))
    assert price is not None
    # 8.00 × 0.9213 × 1.02 × 1.10 = 8.2695888
    assert (price.money, price.rate) == (Money(Decimal("8.27"), "EUR"), rate)
    without = chain(shelf(good()), euros)
    assert (asked(without), without.lack(*of(without))) == (None, Lack.NO_RATE)


def test_of_the_versions_of_a_list_the_newest_that_covers_the_day_counts() -> None:
    always = terms(number=1)
    christmas = terms(number=2, valid_from=date(2026, 12, 20), valid_until=date(2026, 12, 27))
    versions = [christmas, always]
    assert newest(versions, date(2026, 12, 19)) is always
    assert newest(versions, date(2026, 12, 20)) is christmas
    assert newest(versions, date(2026, 12, 28)) is always
    assert newest(versions, date(2025, 12, 31)) is None


def test_a_promotion_holds_on_its_days_for_what_it_is_about() -> None:
    day = date(2026, 12, 1)
    gift = Offered(
        "Advent", Breadth.VENDOR, "Lumen", Decimal(20), Decimal(0), 3, day, date(2026, 12, 24), newcomers=True
    )
    selling = chain(shelf(good()), terms(promotions=[gift]))
    assert selling.promotion(of(selling)[0], day, of(selling)[1]) is gift
    assert selling.promotion(of(selling)[0], date(2026, 12, 25), of(selling)[1]) is None
    other = good(vendor="Other")
    assert chain(shelf(other), terms(promotions=[gift])).promotion(other, day, other.plans[0]) is None


@given(st.permutations([Decimal(3), Decimal(7), Decimal(11)]))
def test_tenants_beside_each_other_do_not_touch_each_others_prices(order: list[Decimal]) -> None:
    """Asked in any order, each of three lists over one shelf answers as if it were alone."""
    goods = shelf(good())
    wholesale = terms(Way(Rule.COST, Decimal(5)))
    answers = {percent: amount_of(chain(goods, wholesale, terms(Way(Rule.COST, percent)))) for percent in order}
    assert answers == {Decimal(3): "8.65", Decimal(7): "8.99", Decimal(11): "9.32"}


def amount_of(selling: Selling) -> str:
    price = asked(selling)
    assert price is not None
    return str(price.money.amount)
