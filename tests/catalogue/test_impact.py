"""What publishing a version changes: whom it touches, which margins, which prices."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.impact import Kind, compared
from portal.catalogue.models import PriceList, Rule
from portal.catalogue.prices import Way
from portal.core.db import db
from tests.catalogue import goods as hand
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_why import account
from tests.queries import MOST, counted
from tests.world import House


def test_two_sellings_are_put_beside_each_other() -> None:
    dear, gone = hand.plan(cost="10.00", told="12.00"), hand.plan(cost="10.00", told=None)
    goods = hand.shelf(hand.good(dear, name="Mail"), hand.good(gone, name="Phone"))
    before = hand.chain(goods, hand.terms(Way(Rule.COST, Decimal(20))))
    after = hand.chain(goods, hand.terms(Way(Rule.RECOMMENDED, Decimal(25))))
    found = compared(before, after)
    assert {one.good.name: one.kind for one in found.moves} == {"Mail": Kind.DOWN, "Phone": Kind.GONE}
    mail = next(one for one in found.moves if one.good.name == "Mail")
    assert (mail.amounts, mail.percent) == ((Decimal("12.00"), Decimal("9.00")), Decimal("-25.0"))
    assert mail.turns_under
    assert (found.counts["turns"], found.counts["gone"]) == (1, 1)
    assert found.sums == (Decimal("4.00"), Decimal("-1.00"))
    assert found.medians[1] == Decimal("-11.1")


@pytest.fixture
def drafted(meridian: House, north: House, south: House, fjord: House) -> str:
    """Meridian's list, by which North and South buy, with a draft that is cheaper than it costs."""
    with meridian.office():
        rows = [{"SkuId": f"000{number}", "SkuTitle": f"Lumen Mail {number}"} for number in (1, 2)]
        imported(sheet(*rows))
        listed = price_list("Wholesale", percent="10")
        give(listed, north)
        give(listed, south)
        account("Own", price_list_id=listed.id)
        draft = actions.begin_draft(listed)
        draft.rule, draft.percent = Rule.RECOMMENDED, Decimal(30)
        key = listed.key
    with north.office():
        give(price_list("Nordic secret", market=None), fjord)
    return key


def test_the_page_says_whom_and_what_it_changes(drafted: str, meridian: House) -> None:
    client = meridian.client()
    page = client.get(f"/price-lists/{drafted}/impact").text
    for said in ("Nordlicht IT", "Halcyon Works", "And 1 tenant below them.", "2 plans turn negative", "Own"):
        assert said in page
    assert "Fjordline" not in page
    assert "$8.80" in page
    assert "$7.00" in page
    assert "\u221220.5" in page or "-20.5" in page
    assert client.get(f"/price-lists/{drafted}/impact?show=up").text.count("Lumen Mail") == 0
    file = client.get(f"/price-lists/{drafted}/impact?format=csv").text
    assert file.count("Lumen Mail") == 2
    assert "-20.5" in file
    assert f"/price-lists/{drafted}/impact" in client.get(f"/price-lists/{drafted}/publication").text


def test_the_page_asks_little_and_changes_nothing(drafted: str, meridian: House) -> None:
    client = meridian.client()
    client.get(f"/price-lists/{drafted}/impact")
    with counted(meridian.app) as asked:
        assert client.get(f"/price-lists/{drafted}/impact").status_code == 200
    assert len(asked) <= MOST, asked
    with meridian.office():
        assert db.session.scalars(select(PriceList)).one().draft is not None


def test_nobody_else_sees_it(drafted: str, north: House, strand: House, meridian: House) -> None:
    assert north.client().get(f"/price-lists/{drafted}/impact").status_code == 404
    assert strand.client().get(f"/price-lists/{drafted}/impact").status_code == 404
    assert meridian.client("support").get(f"/price-lists/{drafted}/impact").status_code in (200, 403)
    with meridian.office():
        actions.discard_draft(db.session.scalars(select(PriceList)).one())
    assert meridian.client().get(f"/price-lists/{drafted}/impact").status_code == 404
