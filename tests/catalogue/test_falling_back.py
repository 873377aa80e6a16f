"""A list falls back to another: what it does not have is sold by that one, for whoever buys by it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.catalogue import actions, prices
from portal.catalogue.models import Breadth, PriceList, Product, Rounding, Rule, Segment
from portal.catalogue.models.lists import MOST_RUNGS
from portal.catalogue.prices import Lack, Selling, Supply, Terms, Tier, Way
from portal.catalogue.prices.ladder import asked_by
from portal.catalogue.prices.supplies import Own
from portal.catalogue.prices.terms import Offered, Saying, standing
from portal.core.db import db
from portal.core.errors import Invalid
from tests.catalogue import goods as hand
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_prices import costs, sells
from tests.catalogue.test_reckoning import replayed
from tests.world import House

TODAY = date(2026, 11, 22)
ROWS = [{"SkuId": f"000{number}", "SkuTitle": f"Lumen Mail {number}"} for number in (1, 2, 3)]

# ------------------------------------------------------------------------------------------------------- by hand


GOODS = hand.shelf(
    hand.good(hand.plan("8.00", "12.00"), hand.plan("5.00", "6.00", segment=Segment.EDUCATION), name="Board"),
    hand.good(hand.plan("9.00", None), name="Mail"),
    hand.good(hand.plan("10.00", "11.00"), name="Phone"),
    hand.good(hand.plan("11.00", "20.00", segment=Segment.EDUCATION), name="School"),
)
IDS = sorted(GOODS.goods)
few = st.frozensets(st.sampled_from(IDS))
ways = st.builds(
    Way,
    st.sampled_from(Rule),
    st.decimals(min_value=0, max_value=60, places=2),
    amount=st.sampled_from([Decimal(0), Decimal(-20), Decimal(1)]),
    tiers=st.sampled_from([(), (Tier(5, Decimal(7)),)]),
    graduated=st.booleans(),
    rounding=st.sampled_from(Rounding),
)
sayings = st.sampled_from(
    [
        (),
        (Saying(Breadth.VENDOR, "Lumen", sells=False, way=Way()),),
        (Saying(Breadth.SEGMENT, Segment.EDUCATION.value, sells=False, way=Way()),),
        (Saying(Breadth.SEGMENT, Segment.EDUCATION.value, sells=True, way=Way(Rule.COST, Decimal(3))),),
    ]
)
GIFT = Offered("Gift", None, "", Decimal(10), Decimal(0), 1, TODAY, None, newcomers=False)
lists = st.builds(
    hand.terms,
    ways,
    market=st.just("US"),
    everything=st.booleans(),
    inside=few,
    outside=few,
    featured=few,
    broad=sayings,
    promotions=st.sampled_from([(), (GIFT,)]),
    valid_from=st.sampled_from([date(2026, 1, 1), date(2027, 1, 1)]),
)


def supplied() -> Supply:
    return Supply(Own(hand.OWNER, GOODS), "US")


@given(st.lists(lists, min_size=1, max_size=MOST_RUNGS), st.sampled_from([1, 5, 6]))
def test_the_chain_says_what_asking_list_by_list_says(said: list[Terms], quantity: int) -> None:
    counting = [one for one in said if one.covers(TODAY)]
    terms = standing(said, TODAY)
    assert (terms is None) == (not counting)
    if terms is None:
        return
    whole, alone = asked_by(terms, supplied()), [Selling(one, supplied()) for one in counting]
    sold = {}
    for good in GOODS.goods.values():
        for plan in good.plans:
            its = next((one for one in alone if one.terms.includes(good, plan)), alone[0])
            if its.amount(good, plan) is not None:
                sold.setdefault(good, []).append(plan)
            assert _said(whole, good, plan, quantity) == _said(its, good, plan, quantity)
            if (price := whole.price(good, plan, quantity)) is not None:
                assert replayed(price) == price.money.amount
            assert whole.by(good, plan).terms.list_id == its.terms.list_id
        having = next((one for one in alone if any(one.has(good, plan) for plan in good.plans)), alone[0])
        assert whole.is_featured(good) == having.is_featured(good)
    assert {good: list(plans) for good, plans in whole.sold.items()} == sold
    assert list(whole.sold) == [good for good in GOODS.goods.values() if good in sold]  # in order of names
    losing = {good for good in sold if any(whole.side(good, plan).is_under for plan in sold[good])}
    assert set(whole.losing) == losing
    assert set(whole.lowest) == {good.id for good in sold}
    assert whole.priced == {plan for plans in sold.values() for plan in plans}


def _said(sells: Selling, good: prices.Good, plan: prices.GoodPlan, quantity: int) -> list[object]:
    price = sells.price(good, plan, quantity)
    return [
        price and (price.money, price.basis, price.cost, price.way, price.rounding),
        sells.amount(good, plan, quantity),
        sells.unit_amount(good, plan, quantity),
        sells.total(good, plan, quantity),
        sells.tiers(good, plan),
        sells.cost(good, plan),
        sells.bought_at(good, plan),
        sells.lack(good, plan),
        sells.promotion(good, TODAY, plan),
        sells.has(good, plan),
        sells.is_on_request(good, plan),
        (sells.side(good, plan).cost, sells.side(good, plan).price, sells.side(good, plan).on_request),
    ]


@given(st.lists(lists, min_size=2, max_size=MOST_RUNGS), lists)
def test_a_tenant_pays_what_the_chain_above_asks(said: list[Terms], own: Terms) -> None:
    """And the tier below the chain is asked for nothing else: its range is the union, its cost the answer."""
    terms = standing(said, TODAY)
    if terms is None:
        return
    above = asked_by(terms, supplied())
    mine = Supply(Own(2, hand.shelf()), None, above)
    assert set(mine.goods) == {good.id for good in above.sold}
    for good, plans in mine.offered(own.costs_wanted).items():
        assert list(plans) == list(above.sold[good])
        for plan in plans:
            price = above.price(good, plan)
            assert price is not None
            assert mine.amount(good, plan, own.costs_wanted) == above.amount(good, plan) == price.money.amount
            assert mine.steps(good, plan)[-1].money == price.money


def test_what_a_list_has_without_a_price_is_an_answer() -> None:
    first = hand.terms(Way(Rule.RECOMMENDED), everything=False, inside=frozenset(IDS))
    second = hand.terms(Way(Rule.COST))
    terms = standing([first, second], TODAY)
    assert terms is not None
    sells = asked_by(terms, supplied())
    good = next(one for one in GOODS.goods.values() if one.plans[0].at("US", "USD", 4) is None)
    assert sells.price(good, good.plans[0]) is None
    assert sells.lack(good, good.plans[0]) is Lack.NO_RECOMMENDED


def test_what_is_sold_on_request_is_an_answer() -> None:
    first = hand.terms(Way(Rule.ON_REQUEST), everything=False, inside=frozenset(IDS[:1]))
    terms = standing([first, hand.terms(Way(Rule.COST), market="US")], TODAY)
    assert terms is not None
    sells = asked_by(terms, supplied())
    good = GOODS.goods[IDS[0]]
    assert sells.is_on_request(good, good.plans[0])
    assert sells.price(good, good.plans[0]) is None
    assert sells.lack(good, good.plans[0]) is Lack.ON_REQUEST
    assert [one.id for one in sells.sold] == [one for one in GOODS.goods if one != good.id]


def test_each_list_follows_its_own_market() -> None:
    """What the first does not have is bought and recommended where the second looks."""
    both = hand.plan()
    both.prices = [("", "US", "USD", "8.00", "10.00"), ("", "CA", "USD", "7.00", "9.00")]
    other = hand.plan()
    other.prices = list(both.prices)
    mail, phone = hand.good(both, name="Mail"), hand.good(other, name="Phone")
    first = hand.terms(Way(Rule.COST), everything=False, inside=frozenset({mail.id}), market="US")
    second = hand.terms(Way(Rule.COST), market="CA")
    terms = standing([first, second], TODAY)
    assert terms is not None
    sells = asked_by(terms, Supply(Own(hand.OWNER, hand.shelf(mail, phone)), "US"))
    assert [sells.amount(mail, both), sells.amount(phone, other)] == [Decimal("8.00"), Decimal("7.00")]
    below = Selling(hand.terms(Way(Rule.RECOMMENDED)), Supply(Own(2, hand.shelf()), None, sells))
    assert [below.amount(mail, both), below.amount(phone, other)] == [Decimal("10.00"), Decimal("9.00")]


# ---------------------------------------------------------------------------------------------------- the verb


@pytest.fixture
def lists_of(meridian: House) -> dict[str, PriceList]:
    """Four published lists of Meridian in dollars, and one in euros."""
    with meridian.office():
        imported(sheet(*ROWS))
        made = {name: price_list(name, percent=str(place)) for place, name in enumerate("ABCDE")}
        made["Euro"] = price_list("Euro", currency="EUR", market="DE")
        return made


def falls(house: House, first: str, *below: str) -> None:
    """Each of these lists falls back to the next."""
    with house.office():
        known = {one.name: one for one in db.session.scalars(select(PriceList))}
        for one, to in zip((first, *below), below, strict=False):
            actions.fall_back(known[one], known[to])


def only(house: House, name: str, *products: str) -> None:
    """The list has these products alone."""
    with house.office():
        row = db.session.scalars(select(PriceList).where(PriceList.name == name)).one()
        draft = actions.begin_draft(row)
        wanted = db.session.execute(select(Product.tenant_id, Product.id).where(Product.name.in_(products))).all()
        actions.tick_nothing(draft)
        actions.tick_in(draft, [(owner, product) for owner, product in wanted])
        actions.publish(row)


def refused(house: House, one: str, to: str) -> str:
    with house.office():
        known = {row.name: row for row in db.session.scalars(select(PriceList))}
        with pytest.raises(Invalid) as refusal:
            actions.fall_back(known[one], known[to])
    assert refusal.value.field == "falls_back"
    return str(refusal.value)


def test_a_list_falls_back_to_none_that_would_lead_to_it(meridian: House, lists_of: dict[str, PriceList]) -> None:
    assert "itself" in refused(meridian, "A", "A")
    assert "another currency" in refused(meridian, "A", "Euro")
    falls(meridian, "A", "B", "C")
    assert "falls back to" in refused(meridian, "C", "A")
    falls(meridian, "C", "D")
    assert "more than 4 lists" in refused(meridian, "D", "E")
    assert "more than 4 lists" in refused(meridian, "E", "A")
    with meridian.office():
        row = db.session.scalars(select(PriceList).where(PriceList.name == "E")).one()
        actions.archive(row)
    assert "archived" in refused(meridian, "D", "E")


def test_the_chain_is_changed_in_its_middle(meridian: House, lists_of: dict[str, PriceList]) -> None:
    falls(meridian, "A", "B", "C")
    falls(meridian, "C", "D")
    with meridian.office():
        known = {row.name: row for row in db.session.scalars(select(PriceList))}
        assert [known[name].height for name in "ABCD"] == [3, 2, 1, 0]
        actions.fall_back(known["B"], None)
    with meridian.office():
        known = {row.name: row for row in db.session.scalars(select(PriceList))}
        assert [known[name].height for name in "ABCD"] == [1, 0, 1, 0]


@pytest.mark.parametrize("which", ["itself", "circle", "currency", "depth", "stranger"])
def test_the_database_refuses_what_the_verb_would(
    meridian: House, north: House, lists_of: dict[str, PriceList], which: str
) -> None:
    falls(meridian, "A", "B", "C", "D")
    with north.office():
        foreign = price_list("North's", market=None)
    with meridian.office():
        known = {row.name: row for row in db.session.scalars(select(PriceList))}
        pairs = {
            "itself": ("E", known["E"]),
            "circle": ("D", known["A"]),
            "currency": ("E", known["Euro"]),
            "depth": ("E", known["A"]),
            "stranger": ("E", foreign),
        }
        one, to = pairs[which]
        with pytest.raises(IntegrityError):
            db.session.execute(
                update(PriceList)
                .where(PriceList.id == known[one].id)
                .values(falls_back_id=to.id, falls_back_height=to.height)
            )
        db.session.rollback()


# ------------------------------------------------------------------------------------------------ through the tiers


def test_whoever_buys_by_a_list_buys_by_what_it_falls_back_to(
    meridian: House, south: House, lists_of: dict[str, PriceList]
) -> None:
    with meridian.office():
        give(lists_of["B"], south)
    with south.office():
        actions.first_sell_list()
    only(meridian, "B", "Lumen Mail 1")
    assert costs(south) == ["8.08 USD"]
    falls(meridian, "B", "D")
    assert costs(south) == ["8.08 USD", "8.24 USD", "8.24 USD"]
    assert sells(south) == ["10.00", "10.00", "10.00"]
    only(meridian, "D", "Lumen Mail 2", "Lumen Mail 1")
    assert costs(south) == ["8.08 USD", "8.24 USD"]
    falls(meridian, "D", "E")
    assert costs(south) == ["8.08 USD", "8.24 USD", "8.32 USD"]
    with meridian.office():
        row = db.session.scalars(select(PriceList).where(PriceList.name == "B")).one()
        actions.withdraw(row)
    assert costs(south) == ["8.24 USD", "8.24 USD", "8.32 USD"]
