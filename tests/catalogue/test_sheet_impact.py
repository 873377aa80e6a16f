"""What applying a price sheet will change: whom it touches, which margins, which prices; said before anything is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal.catalogue import actions, prices
from portal.catalogue.models import (
    Breadth,
    Category,
    PriceList,
    PriceSheet,
    Product,
    PurchasePrice,
    Rule,
    SheetTrace,
)
from portal.catalogue.prices import Way, Wish
from portal.catalogue.sheets.outlook import outlook
from portal.catalogue.sheets.reckoning import Reached, reached
from portal.core.db import db
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_importing import carried_out, taken_in
from tests.catalogue.test_why import account
from tests.queries import MOST, counted
from tests.world import House

FIRST = date(2026, 12, 1)
DECEMBER = {"EffectiveStartDate": "12/1/2026 12:00:00 AM"}
BEFORE = [{"SkuId": f"000{n}", "SkuTitle": title} for n, title in enumerate(("One", "Two", "Three", "Four"), start=1)]
AFTER = [
    BEFORE[0] | {"UnitPrice": "8.40"} | DECEMBER,
    BEFORE[1] | {"UnitPrice": "9.60", "ERP Price": "9.00"} | DECEMBER,
    BEFORE[3],
    {"SkuId": "0007", "SkuTitle": "Seven", "UnitPrice": "5.00"} | DECEMBER,
]


@pytest.fixture
def previewed(meridian: House, north: House, south: House, fjord: House) -> PriceSheet:
    """North buys at cost + 10 %, South a tenth under the recommended price; Fjord below North; a December sheet is read."""
    with meridian.office():
        imported(sheet(*BEFORE))
        by_cost = price_list("By cost", percent="10")
        give(by_cost, north)
        give(price_list("By advice", rule=Rule.RECOMMENDED, percent="10"), south)
        price_list("Euros", currency="EUR", market="DE")
        account("Own", price_list_id=by_cost.id)
    with north.office():
        give(price_list("Nordic secret", market=None), fjord)
    return taken_in(meridian, sheet(*AFTER), "december.csv")


def looked_at(house: House, name: str = "december.csv", *, ends_missing: bool = True) -> dict[str, Reached]:
    with house.office():
        found = db.session.scalars(select(PriceSheet).where(PriceSheet.name == name)).one()
        return {one.touched.price_list.name: one for one in reached(outlook(found, ends_missing=ends_missing))}


def moves(one: Reached) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    assert one.impact is not None
    return {move.good.name: move.amounts for move in one.impact.moves}


def test_each_list_says_what_becomes_of_its_prices(meridian: House, previewed: PriceSheet) -> None:
    lists = looked_at(meridian)
    assert set(lists) == {"By cost", "By advice"}
    assert moves(lists["By cost"]) == {
        "One": (Decimal("8.80"), Decimal("9.24")),
        "Two": (Decimal("8.80"), Decimal("10.56")),
        "Three": (Decimal("8.80"), None),
        "Seven": (None, Decimal("5.50")),
    }
    advice = lists["By advice"]
    assert moves(advice)["Two"] == (Decimal("9.00"), Decimal("8.10"))
    assert (advice.turns, lists["By cost"].turns) == (1, 0)  # 9.60 for what is sold at 8.10


def test_what_the_sheet_does_not_name_may_stay(meridian: House, previewed: PriceSheet) -> None:
    assert "Three" not in moves(looked_at(meridian, ends_missing=False)["By cost"])


def test_it_comes_as_it_was_said(meridian: House, previewed: PriceSheet) -> None:
    """The whole range by every list, as the one evaluator prices it once the sheet is applied, is what was foretold."""
    foretold = {name: {key: new for key, (_, new) in moves(one).items()} for name, one in looked_at(meridian).items()}
    with meridian.office():
        actions.apply_sheet(db.session.get_one(PriceSheet, (meridian.tenant_id, previewed.id)), ends_missing=True)
    carried_out(meridian)
    with meridian.office():
        for name, said in foretold.items():
            listed = db.session.scalars(select(PriceList).where(PriceList.name == name)).one()
            sells = prices.sold_by(meridian.scope, listed.id, Wish(FIRST))
            assert sells is not None
            came = {good.name: sells.amount(good, plan) for good, plans in sells.sold.items() for plan in plans}
            assert came == {key: amount for key, amount in {"Four": came["Four"], **said}.items() if amount is not None}


def test_a_rule_for_a_category_counts_for_what_is_new_as_well(meridian: House) -> None:
    """A new product is sorted by its name when it is written; the rule for that category is foretold for it."""
    with meridian.office():
        imported(sheet(*BEFORE))
        listed = price_list("By cost")
        draft = actions.begin_draft(listed)
        mail = db.session.scalars(select(Category).where(Category.code == "mail")).one()
        way = Way(Rule.COST, Decimal(50))
        actions.say_broadly(draft, Breadth.CATEGORY, mail.key, sells=None, way=way)
        db.session.flush()
        actions.publish(listed)
    new = {"SkuId": "0008", "SkuTitle": "Eighth Mail", "UnitPrice": "4.00"}
    taken_in(meridian, sheet(*BEFORE, new | DECEMBER), "mail.csv")
    assert moves(looked_at(meridian, "mail.csv")["By cost"])["Eighth Mail"] == (None, Decimal("6.00"))


def test_the_page_names_whom_it_touches_and_changes_nothing(
    meridian: House, north: House, previewed: PriceSheet
) -> None:
    client, address = meridian.client(), f"/price-sheets/{previewed.key}/impact"
    before = counts(meridian)
    assert f'href="{address}"' in client.get(f"/price-sheets/{previewed.key}").text
    page = client.get(address).text
    for said in ("Nordlicht IT", "Halcyon Works", "1 plan turns negative", "By advice", "By cost", "Dec 2026"):
        assert said in page, said
    assert "Fjordline" not in page
    assert "Nordic secret" not in page
    with meridian.office():
        key = db.session.scalars(select(PriceList).where(PriceList.name == "By cost")).one().key
    chosen = client.get(f"{address}?list={key}").text
    for said in (">Two</a>", "$9.24", "And 1 tenant below them.", "Own", "+5&#160;%", "+20&#160;%"):
        assert said in chosen, said
    assert client.get(f"{address}?list={key}&show=down").text.count(">Two</a>") == 0
    assert "20.0" in client.get(f"{address}?list={key}&format=csv").text
    assert counts(meridian) == before


def counts(house: House) -> list[object]:
    with house.office():
        kinds = (Product, PurchasePrice, SheetTrace)
        rows = [db.session.scalar(select(func.count()).select_from(kind)) for kind in kinds]
        return [*rows, db.session.scalar(select(func.sum(PurchasePrice.amount)))]


def test_the_page_asks_little_however_many_lists_there_are(meridian: House, previewed: PriceSheet) -> None:
    client, address = meridian.client(), f"/price-sheets/{previewed.key}/impact"
    client.get(address)
    with counted(meridian.app) as few:
        assert client.get(address).status_code == 200
    with meridian.office():
        for number in range(12):
            price_list(f"More {number}", percent=str(number))
    client.get(address)
    with counted(meridian.app) as many:
        assert client.get(address).text.count("More 1") >= 3
    assert len(many) == len(few) <= MOST, many


def test_only_a_sheet_that_waits_has_one(meridian: House, north: House, previewed: PriceSheet) -> None:
    address = f"/price-sheets/{previewed.key}/impact"
    assert north.client().get(address).status_code == 403
    assert meridian.client("support").get(address).status_code == 403
    with meridian.office():
        actions.apply_sheet(db.session.get_one(PriceSheet, (meridian.tenant_id, previewed.id)), ends_missing=True)
    carried_out(meridian)
    assert meridian.client().get(address).status_code == 404


def test_a_sheet_that_waits_for_a_day_is_told_for_that_day(meridian: House, previewed: PriceSheet) -> None:
    later = date(2026, 12, 15)
    with meridian.office():
        row = db.session.get_one(PriceSheet, (meridian.tenant_id, previewed.id))
        actions.apply_sheet(row, ends_missing=False, on=later)
        db.session.flush()
        found = outlook(row, ends_missing=False)
        assert found.day == later
        assert {good.name for good in found.after.goods.values()} >= {"One", "Two", "Seven"}
    page = meridian.client().get(f"/price-sheets/{previewed.key}/impact").text
    assert "15 Dec 2026" in page or "Dec 15, 2026" in page
