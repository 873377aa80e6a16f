"""A list is one rule, and products that are priced in their own way."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.audit.models import LogRecord
from portal.catalogue import actions, prices, queries
from portal.catalogue.models import PriceList, PriceListEntry, Product, Rule
from portal.catalogue.prices import Offer, Question, Tier, Way
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_pages import hidden
from tests.catalogue.test_shop import asking, forget
from tests.queries import MOST
from tests.world import House

TODAY = date(2026, 11, 22)
YEARLY = {"TermDuration": "P1Y", "BillingPlan": "Annual", "UnitPrice": "90.00", "ERP Price": "110.00"}
MONTH, YEAR = "P1Y-monthly-commercial", "P1Y-annual-commercial"


@pytest.fixture
def shelf(meridian: House, south: House) -> House:
    """South's shop with three products, at cost 8.40 and recommended 10.00 a month; it has a draft."""
    rows = [{"SkuId": f"000{number}", "SkuTitle": f"Lumen {number}"} for number in (1, 2, 3)]
    with meridian.office():
        imported(sheet(*rows, {**rows[0], **YEARLY}))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        actions.begin_draft(actions.first_sell_list())
    return south


def own_list() -> PriceList:
    return db.session.scalars(select(PriceList)).one()


def products() -> dict[str, tuple[int, Any]]:
    rows = db.session.execute(select(Product.name, Product.tenant_id, Product.id))
    return {name: (owner, product) for name, owner, product in rows}


def priced(house: House, **ways: Way | None) -> None:
    """Price `Lumen 1` and so on in their own ways, and publish."""
    with house.office():
        listed, known = own_list(), products()
        draft = actions.begin_draft(listed)
        actions.price_alone(draft, {known[name.replace("_", " ")]: way for name, way in ways.items()})
        actions.publish(listed)


def sold(house: House, **question: Any) -> dict[str, Offer]:
    with house.office():
        source = queries.own_terms().price_list_id
        terms = prices.storefront_terms()
        return {offer.name: offer for offer in prices.sold(Question(on=TODAY, **question), source, terms)}


def sells(house: House) -> dict[str, list[str]]:
    return {
        name: [str(plan.sell.amount) if plan.sell else "on request" for plan in offer.plans]
        for name, offer in sold(house).items()
    }


def test_a_product_follows_its_own_rule_and_the_others_the_lists(shelf: House) -> None:
    priced(
        shelf,
        Lumen_1=Way(Rule.COST, Decimal(50)),
        Lumen_2=Way(Rule.MARGIN, Decimal(30)),
        Lumen_3=Way(Rule.RECOMMENDED, Decimal("12.5")),
    )
    assert sells(shelf) == {"Lumen 1": ["12.60", "141.75"], "Lumen 2": ["12.00"], "Lumen 3": ["8.75"]}
    priced(shelf, Lumen_1=None, Lumen_2=None)
    assert sells(shelf) == {"Lumen 1": ["10.00", "110.00"], "Lumen 2": ["10.00"], "Lumen 3": ["8.75"]}


def test_a_fixed_amount_is_that_of_one_plan_and_the_others_follow_the_list(shelf: House) -> None:
    priced(shelf, Lumen_1=Way(amounts={YEAR: Decimal(99)}), Lumen_2=Way(amounts={MONTH: Decimal(0)}))
    assert sells(shelf) == {"Lumen 1": ["10.00", "99.00"], "Lumen 2": ["0.00"], "Lumen 3": ["10.00"]}


def test_what_is_published_keeps_its_exceptions_until_the_draft_is(shelf: House) -> None:
    priced(shelf, Lumen_1=Way(Rule.COST, Decimal(50)))
    with shelf.office():
        draft = actions.begin_draft(own_list())
        actions.price_alone(draft, {products()["Lumen 1"]: Way(Rule.COST, Decimal(60))})
    assert sells(shelf)["Lumen 1"] == ["12.60", "141.75"]
    with shelf.office():
        actions.publish(own_list())
        with pytest.raises(Conflict):
            actions.price_alone(own_list().current, {products()["Lumen 1"]: None})
    assert sells(shelf)["Lumen 1"] == ["13.44", "151.20"]


def test_ticking_out_and_in_again_keeps_the_exception_and_an_empty_entry_goes(shelf: House) -> None:
    with shelf.office():
        draft, one = own_list().draft, products()["Lumen 1"]
        assert draft is not None
        actions.price_alone(draft, {one: Way(Rule.COST, Decimal(50))})
        actions.tick_out(draft, [one])
        assert one[1] in prices.terms_of_version(draft).outside
        actions.tick_in(draft, [one])
        assert prices.terms_of_version(draft).ways == {one[1]: Way(Rule.COST, Decimal(50))}
        actions.feature(draft, [one])
        actions.price_alone(draft, {one: None})
        assert prices.terms_of_version(draft).featured == {one[1]}
        actions.show_as_others(draft, [one])
        assert db.session.scalars(select(PriceListEntry)).all() == []


def test_a_percentage_of_a_tier_without_a_rule_is_refused_at_the_rule(shelf: House) -> None:
    before = sells(shelf)
    for way in (
        Way(tiers=(Tier(10, Decimal(5)),)),
        Way(amounts={"P1Y-monthly-commercial": Decimal(9)}, tiers=(Tier(10, Decimal(5)),)),
        Way(percent=Decimal(5)),
        Way(amount=Decimal(-1)),
    ):
        with pytest.raises(Invalid) as refused:
            priced(shelf, Lumen_1=way)
        assert refused.value.field == "rule"
    assert sells(shelf) == before


def test_an_amount_under_the_smallest_coin_is_not_kept_as_nothing(shelf: House) -> None:
    word = "P1Y-monthly-commercial"
    priced(shelf, Lumen_1=Way(amounts={word: Decimal("0.004")}), Lumen_2=Way(amounts={word: Decimal(0)}))
    with shelf.office():
        kept = [entry.amounts for entry in db.session.scalars(select(PriceListEntry)).all()]
    assert sorted(one[word] for one in kept if one) == ["0.00", "0.01"]  # free is only what somebody says is free


WAYS = (
    None,
    Way(Rule.COST, Decimal(25)),
    Way(Rule.MARGIN, Decimal(25)),
    Way(Rule.RECOMMENDED, Decimal(20)),
    Way(amounts={MONTH: Decimal("7.77")}),
    Way(Rule.ON_REQUEST),
    Way(Rule.COST, Decimal(25), requests=frozenset({MONTH})),
)


PERCENTS = {Rule.ON_REQUEST: Decimal(0)}


@pytest.mark.parametrize("rule", list(Rule))
def test_every_tier_answers_with_its_own_exceptions(meridian: House, north: House, fjord: House, rule: Rule) -> None:
    """Three tiers, each product another pair of ways: the page is what reckoning by hand gives, and counts what it shows."""
    pairs = list(itertools.product(WAYS, WAYS))
    with meridian.office():
        rows = [
            {"SkuId": f"{at:04}", "SkuTitle": f"Lumen {at:02}", "ERP Price": "" if at % 3 == 0 else "10.00"}
            for at in range(len(pairs))
        ]
        imported(sheet(*({**row, "Market": "DE", "Currency": "EUR"} for row in rows)))
        known = sorted(products().items())
        upper = actions.make_list(
            name="Upper",
            currency="EUR",
            draft=actions.Draft(valid_from=TODAY, rule=Rule.COST, percent=Decimal(5), market="DE"),
        )
        db.session.flush()
        actions.price_alone(upper.current, {known[at][1]: above for at, (above, _) in enumerate(pairs) if above})
        actions.publish(upper)
        give(upper, north)
    with north.office():
        terms = actions.Draft(valid_from=TODAY, rule=rule, percent=PERCENTS.get(rule, Decimal(10)))
        lower = actions.make_list(name="Lower", currency="EUR", draft=terms)
        db.session.flush()
        actions.price_alone(lower.current, {known[at][1]: below for at, (_, below) in enumerate(pairs) if below})
        actions.publish(lower)
        give(lower, fjord)
        db.session.commit()
        answered = prices.answered(north.scope, lower.id, Question(on=TODAY, size=100))
    expected = {}
    for at, (above, below) in enumerate(pairs):
        advised = None if at % 3 == 0 else Decimal("10.00")
        cost = by_hand(above or Way(Rule.COST, Decimal(5)), Decimal("8.00"), advised)
        price = (
            by_hand(below or Way(rule, PERCENTS.get(rule, Decimal(10))), cost, advised) if cost is not None else None
        )
        if price is not None:
            expected[f"Lumen {at:02}"] = price
    found = {offer.name: plan.cost.amount for offer in answered for plan in offer.plans}
    assert found == expected
    assert answered.total == len(expected)


def by_hand(way: Way, cost: Decimal, advised: Decimal | None) -> Decimal | None:
    cent = Decimal("0.01")
    if way.amounts:
        return way.amounts[MONTH]
    if way.rule is Rule.ON_REQUEST or MONTH in way.requests:
        return None
    if way.rule is Rule.RECOMMENDED:
        return None if advised is None else (advised * (1 - way.percent / 100)).quantize(cent, "ROUND_HALF_UP")
    factor = 1 + way.percent / 100 if way.rule is Rule.COST else 1 / (1 - way.percent / 100)
    return (cost * factor).quantize(cent, "ROUND_HALF_UP")


def test_in_a_foreign_currency_only_what_needs_no_cost_is_sold_on(meridian: House, north: House, fjord: House) -> None:
    rows = [{"SkuId": f"000{number}", "SkuTitle": f"Lumen {number}"} for number in (1, 2, 3)]
    with meridian.office():
        imported(sheet(*rows, *({**row, "Market": "DE", "Currency": "EUR", "ERP Price": "9.00"} for row in rows)))
        give(price_list("US Retail"), north)
    with north.office():
        terms = actions.Draft(valid_from=TODAY, rule=Rule.COST, market="DE")
        euros = actions.make_list(name="Euros", currency="EUR", draft=terms)
        db.session.flush()
        known = products()
        ways = {known["Lumen 2"]: Way(Rule.RECOMMENDED), known["Lumen 3"]: Way(amounts={MONTH: Decimal("8.88")})}
        actions.price_alone(euros.current, ways)
        actions.publish(euros)
        db.session.commit()
        answered = prices.answered(north.scope, euros.id, Question(on=TODAY))
        assert [(offer.name, str(offer.plans[0].cost.amount)) for offer in answered] == [
            ("Lumen 2", "9.00"),
            ("Lumen 3", "8.88"),
        ]
        assert answered.total == 2


def test_exceptions_cost_the_shop_no_statement(shelf: House) -> None:
    priced(
        shelf,
        Lumen_1=Way(Rule.COST, Decimal(50)),
        Lumen_2=Way(amounts={MONTH: Decimal("7.77")}),
        Lumen_3=Way(Rule.RECOMMENDED, Decimal(1)),
    )
    forget()
    with asking(shelf) as cold:
        page = shelf.shop().get("/products").text
    assert len(cold) == 3
    assert all(amount in page for amount in ("$12.60", "$7.77", "$9.90"))


def test_a_featured_product_comes_first_at_home_and_says_so(shelf: House) -> None:
    with shelf.office():
        listed = own_list()
        assert listed.draft is not None
        actions.feature(listed.draft, [products()["Lumen 3"]])
        actions.publish(listed)
    page = shelf.shop().get("/").text
    assert page.index("Lumen 3") < page.index("Lumen 1")
    assert page.count("Our pick") == 1


NEARLY_ALL = Decimal("99.99999")
"""It is kept with four digits, as 100."""


@pytest.mark.parametrize(
    "way",
    [
        Way(Rule.MARGIN, Decimal(100)),
        Way(Rule.RECOMMENDED, Decimal(100)),
        Way(Rule.MARGIN, NEARLY_ALL),
        Way(Rule.RECOMMENDED, NEARLY_ALL),
        Way(amounts={MONTH: Decimal(-1)}),
    ],
)
def test_a_way_that_leads_nowhere_is_refused(shelf: House, way: Way) -> None:
    with shelf.office(), pytest.raises(Invalid):
        actions.price_alone(own_list().draft, {products()["Lumen 1"]: way})  # type: ignore[arg-type]


# the list's page


def address(house: House) -> str:
    with house.office():
        return f"/price-lists/{own_list().key}"


def keys(house: House) -> dict[str, str]:
    return {name: offer.key for name, offer in sold(house).items()}


def typed(client: FlaskClient, house: House, page: str, *, button: str = "save", **values: str) -> Any:
    """Send the page's form as a browser does: what every row showed, and what was typed over it."""
    sent = {name: hidden(page, name) for name in ("csrf_token", "once")}
    for key in keys(house).values():
        for name in ("was", "plan"):
            sent[f"{key}-{name}"] = hidden(page, f"{key}-{name}")
        sent |= {f"{key}-rule": "", f"{key}-value": ""}
    return client.post(f"{address(house)}/products", data=sent | values | {button: "y"}, follow_redirects=True)


def test_prices_are_typed_in_their_rows_and_saved_at_once(shelf: House) -> None:
    client, key = shelf.client(), keys(shelf)
    page = client.get(address(shelf)).text
    one, two = key["Lumen 1"], key["Lumen 2"]
    rules = {f"{one}-rule": "fixed", f"{one}-value": "11,50", f"{two}-rule": "margin", f"{two}-value": "20"}
    saved = typed(client, shelf, page, **rules)
    assert saved.status_code == 200
    assert "2 prices are changed." in saved.text
    assert "Fixed price for 1 of 2 plans" in saved.text
    assert "$11.50" in saved.text
    assert "Cost and a margin of 20" in saved.text
    assert "$10.50" in saved.text  # 8.40 / 0.8
    with shelf.office():
        lines = db.session.scalars(select(LogRecord).where(LogRecord.verb == "price_list.priced")).all()
        assert len(lines) == 2  # only what was changed is written


def test_a_row_that_cannot_be_taken_is_said_at_its_place_and_everything_typed_stays(shelf: House) -> None:
    client, key = shelf.client(), keys(shelf)
    page = client.get(address(shelf)).text
    one, two, three = key["Lumen 1"], key["Lumen 2"], key["Lumen 3"]
    wrong = {f"{one}-rule": "margin", f"{one}-value": "100", f"{two}-rule": "cost", f"{two}-value": "a lot"}
    refused = typed(client, shelf, page, **wrong, **{f"{three}-value": "7"})
    assert refused.status_code == 422
    for said in (
        "Put the marked prices right. Nothing is saved yet.",
        "Use a margin under 100 %",
        "Write an amount like 1250.00.",
        "Choose how 7 is meant.",
        'value="a lot"',
        f'aria-describedby="wrong-{three}"',
    ):
        assert said in refused.text
    assert sells(shelf)["Lumen 1"] == ["10.00", "110.00"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(shelf: House) -> None:
    client, key = shelf.client(), keys(shelf)
    page, stale_page, other_page = (client.get(address(shelf)).text for _ in range(3))
    one, two = key["Lumen 1"], key["Lumen 2"]
    assert "1 price is changed." in typed(client, shelf, page, **{f"{one}-rule": "cost", f"{one}-value": "9"}).text
    stale = typed(client, shelf, stale_page, **{f"{one}-rule": "cost", f"{one}-value": "10"})
    assert (stale.status_code, "Somebody changed this price meanwhile" in stale.text) == (422, True)
    other = typed(client, shelf, other_page, **{f"{two}-rule": "cost", f"{two}-value": "10"})
    assert "1 price is changed." in other.text
    with shelf.office():
        assert len(prices.terms_of_version(own_list().draft).ways) == 2  # type: ignore[arg-type]


def test_a_fixed_amount_that_a_filter_hides_stays(shelf: House) -> None:
    one = keys(shelf)["Lumen 1"]
    with shelf.office():
        way = Way(amounts={YEAR: Decimal("99.00"), MONTH: Decimal("9.00")})
        actions.price_alone(own_list().draft, {products()["Lumen 1"]: way})  # type: ignore[arg-type]
    client = shelf.client()
    page = client.get(address(shelf)).text
    plan = hidden(page, f"{one}-plan")
    saved = typed(client, shelf, page, **{f"{one}-rule": "fixed", f"{one}-value": "9.50", f"{one}-plan": plan})
    assert "1 price is changed." in saved.text
    with shelf.office():
        (way,) = prices.terms_of_version(own_list().draft).ways.values()  # type: ignore[arg-type]
        assert way.amounts == {YEAR: Decimal("99.00"), MONTH: Decimal("9.50")}


def test_under_cost_is_said_in_the_row_and_before_publishing(shelf: House) -> None:
    client, one = shelf.client(), keys(shelf)["Lumen 1"]
    page = client.get(address(shelf)).text
    saved = typed(client, shelf, page, **{f"{one}-rule": "fixed", f"{one}-value": "8.39"}).text
    assert "Under cost" in saved
    tokens = {name: hidden(saved, name) for name in ("csrf_token", "once")}
    asked = client.post(f"{address(shelf)}/publication", data=tokens).text
    assert "1 product is sold under cost" in asked
    assert "Costs $8.40, sold for $8.39" in asked
    assert sells(shelf)["Lumen 1"] == ["10.00", "110.00"]
    tokens = {name: hidden(asked, name) for name in ("csrf_token", "once")}
    done = client.post(f"{address(shelf)}/publication", data=tokens | {"when": "now"}, follow_redirects=True).text
    assert "is published as version 2" in done
    assert sells(shelf)["Lumen 1"] == ["8.39", "110.00"]


def test_features_are_set_on_the_page(shelf: House) -> None:
    client, two = shelf.client(), keys(shelf)["Lumen 2"]
    page = client.get(address(shelf)).text
    featured = typed(client, shelf, page, button="feature", pick=two).text
    assert "1 product is featured." in featured
    assert "1 product is shown as the others." in typed(client, shelf, featured, button="plain", pick=two).text


def test_a_product_says_that_its_price_is_an_exception(shelf: House) -> None:
    priced(shelf, Lumen_1=Way(Rule.COST, Decimal(50)))
    page = shelf.client().get(f"/products/{keys(shelf)['Lumen 1']}/prices").text
    assert "an exception for this product in Storefront prices, version 2" in page


def test_a_page_of_exceptions_asks_as_often_as_any_list(shelf: House) -> None:
    client = shelf.client()
    page = client.get(address(shelf)).text
    typed(client, shelf, page, **{f"{keys(shelf)['Lumen 1']}-rule": "cost", f"{keys(shelf)['Lumen 1']}-value": "9"})
    where = address(shelf)
    with asking(shelf) as asked:
        assert client.get(where).status_code == 200
    assert len(asked) <= MOST
