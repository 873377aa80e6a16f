"""A sheet is applied on a day, changed, called off; and undone, to the last row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import (
    Overlay,
    Plan,
    PriceSheet,
    Product,
    PurchasePrice,
    RecommendedPrice,
    SheetState,
    SheetTrace,
    Verdict,
)
from portal.core.db import db
from portal.core.errors import Conflict
from portal.processes.models import Process
from portal.tenants.models import Organization
from tests.catalogue.sheets import US, imported, sheet
from tests.catalogue.test_importing import carried_out, periods, taken_in
from tests.catalogue.test_pages import sent
from tests.workers import InProcessWorker
from tests.world import House

DECEMBER = {"EffectiveStartDate": "12/1/2026 12:00:00 AM"}


def everything(house: House) -> dict[str, Any]:
    """The catalogue, row for row."""
    with house.office():
        found = {}
        for kind in (Product, Plan, PurchasePrice, RecommendedPrice):
            rows = select(*kind.__table__.c).execution_options(reviewed=True)
            found[kind.__tablename__] = sorted(db.session.execute(rows).all(), key=lambda row: str(row.id))
        return found


def the(house: House, name: str = "sheet.csv") -> PriceSheet:
    with house.office():
        return db.session.scalars(
            select(PriceSheet).where(PriceSheet.name == name).order_by(PriceSheet.created_at.desc()).limit(1)
        ).one()


def doing(house: House, verb: Any, name: str = "sheet.csv", **how: Any) -> None:
    with house.office():
        verb(db.session.merge(the_row(name)), **how)


def the_row(name: str) -> PriceSheet:
    return db.session.scalars(
        select(PriceSheet).where(PriceSheet.name == name).order_by(PriceSheet.created_at.desc()).limit(1)
    ).one()


def undone(house: House, name: str = "sheet.csv") -> PriceSheet:
    doing(house, actions.undo, name)
    carried_out(house)
    return the(house, name)


# ---------------------------------------------------------------------------------------------------------- undoing


def test_undoing_the_first_sheet_leaves_nothing(meridian: House) -> None:
    empty = everything(meridian)
    with meridian.office():
        imported(US, "us.csv")
    assert undone(meridian, US.name).state is SheetState.UNDONE
    assert everything(meridian) == empty
    with meridian.office():
        assert db.session.scalars(select(SheetTrace)).all() == []


SECOND = sheet(
    {"SkuTitle": "Lumen Post", "UnitPrice": "8.40", "ERP Price": ""} | DECEMBER,
    {"SkuId": "0002", "UnitPrice": "7.00"},
    {"SkuId": "0004"},
)


@pytest.fixture
def settled(meridian: House) -> House:
    """Three products; the third came back from being discontinued."""
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002"}, {"SkuId": "0003"}), "first.csv")
    return meridian


def test_undoing_a_later_sheet_puts_every_row_back(settled: House) -> None:
    before = everything(settled)
    with settled.office():
        second = imported(SECOND, "second.csv")
        assert {verdict: second.count(verdict) for verdict in ("up", "down", "new", "gone")} == {
            "up": 1,
            "down": 1,
            "new": 1,
            "gone": 1,
        }
    assert everything(settled) != before
    again = undone(settled, "second.csv")
    assert everything(settled) == before
    assert again.count(Verdict.UP) == 1  # compared again, and it may be applied again
    doing(settled, actions.apply_sheet, "second.csv", ends_missing=True)
    carried_out(settled)
    assert the(settled, "second.csv").state is SheetState.APPLIED
    undone(settled, "second.csv")
    assert everything(settled) == before


def test_a_sheet_that_another_stands_on_is_not_undone_and_says_which(settled: House) -> None:
    with settled.office():
        imported(SECOND, "second.csv")
    with settled.office(), pytest.raises(Conflict, match=r"Undo second\.csv first"):
        actions.undo(the_row("first.csv"))
    undone(settled, "second.csv")
    assert undone(settled, "first.csv").state is SheetState.UNDONE
    with settled.office():
        assert db.session.scalars(select(Product)).all() == []


def test_what_somebody_changed_since_stays_and_is_counted(settled: House) -> None:
    with settled.office():
        imported(SECOND, "second.csv")
    with settled.office():
        product = db.session.scalars(select(Product).where(Product.name == "Lumen Post")).one()
        product.name = "Lumen Letter"
    undone(settled, "second.csv")
    with settled.office():
        assert "Lumen Letter" in db.session.scalars(select(Product.name)).all()
        lines = [
            task.line
            for task in db.session.scalars(select(Process).where(Process.plan_name == "price.undo")).one().tasks
        ]
        assert any(line and line["values"].get("left") == "1" for line in lines)


def test_a_product_that_a_tenant_below_stands_on_is_discontinued_instead(meridian: House, south: House) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002"}, {"SkuId": "0003"}), "first.csv")
        product = db.session.scalars(select(Product).where(Product.code.endswith("0001"))).one()
        key = {"product_tenant_id": product.tenant_id, "product_id": product.id}
    with south.office():
        db.session.add(Overlay(**key))
    undone(meridian, "first.csv")
    with meridian.office():
        (kept,) = db.session.scalars(select(Product)).all()
        assert (kept.code, kept.discontinued_on) == ("CFQ7TTC0TEST:0001", date(2026, 11, 22))
        assert db.session.scalars(select(PurchasePrice)).all() == []


def test_only_what_was_applied_can_be_undone_and_only_once(settled: House) -> None:
    taken_in(settled, SECOND, "second.csv")
    with settled.office(), pytest.raises(Conflict):
        actions.undo(the_row("second.csv"))
    undone(settled, "first.csv")
    with settled.office(), pytest.raises(Conflict):
        actions.undo(the_row("first.csv"))


def test_undoing_is_asked_about_on_a_page_of_its_own(settled: House) -> None:
    client, key = settled.client(), the(settled, "first.csv").key
    assert f"/price-sheets/{key}/undoing" in client.get(f"/price-sheets/{key}").text
    page = client.get(f"/price-sheets/{key}/undoing").text
    assert "6 prices are put back" in page
    assert "6 products and plans are put back" in page
    answer = sent(client, f"/price-sheets/{key}/undoing", page)
    assert "What it changed is being put back" in answer.text
    carried_out(settled)
    assert "It can be applied again" in client.get(f"/price-sheets/{key}").text


# --------------------------------------------------------------------------------------------------------- on a day


@pytest.fixture
def worker(meridian: House) -> InProcessWorker:
    return InProcessWorker(meridian.app)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-22 09:00+00:00", tick=False) as travelled:
        yield travelled


def in_athens(house: House) -> None:
    with house.office():
        mine = select(Organization).where(Organization.tenant_id == house.tenant_id)
        db.session.scalars(mine).one().time_zone = "Europe/Athens"


def test_a_sheet_is_applied_when_its_day_begins_here(
    meridian: House, worker: InProcessWorker, clock: time_machine.Traveller
) -> None:
    in_athens(meridian)
    taken_in(meridian, sheet({}))
    doing(meridian, actions.apply_sheet, ends_missing=True, on=date(2026, 12, 10))
    worker.run_due()
    assert the(meridian).state is SheetState.SCHEDULED
    clock.move_to("2026-12-09 21:59:00+00:00")
    worker.let_time_pass()
    worker.run_due()
    assert the(meridian).state is SheetState.SCHEDULED
    clock.move_to("2026-12-09 22:00:01+00:00")  # midnight in Athens
    worker.let_time_pass()
    worker.run_due()
    assert the(meridian).state is SheetState.APPLIED
    with meridian.office():
        assert periods() == [(Decimal("8.0000"), date(2026, 12, 10), None)]
    again = taken_in(meridian, sheet({}))
    assert again.changes == 0


def test_a_price_that_begins_later_anyway_begins_when_it_says(meridian: House) -> None:
    taken_in(meridian, sheet({} | DECEMBER))
    doing(meridian, actions.apply_sheet, ends_missing=True, on=date(2026, 11, 25))
    doing(meridian, actions.reschedule, on=date(2026, 11, 22))
    carried_out(meridian)
    assert the(meridian).state is SheetState.APPLIED
    with meridian.office():
        assert periods() == [(Decimal("8.0000"), date(2026, 12, 1), None)]


def test_the_day_can_be_changed_and_called_off_on_the_page(meridian: House) -> None:
    key = taken_in(meridian, sheet({})).key
    client, address = meridian.client(), f"/price-sheets/{key}"
    page = client.get(address).text
    refused = sent(client, f"{address}/application", page, ends_missing="y", when="day", day="")
    assert refused.status_code == 422
    waiting = sent(client, f"{address}/application", page, ends_missing="y", when="day", day="2026-12-10")
    assert "It is applied on 10 Dec 2026" in waiting.text
    moved = sent(client, f"{address}/schedule", waiting.text, day="2026-12-11")
    assert "It is applied on 11 Dec 2026" in moved.text
    off = sent(client, f"{address}/schedule/removal", moved.text)
    assert "Apply this sheet?" in off.text
    carried_out(meridian)
    assert the(meridian).state is SheetState.READY
    with meridian.office():
        assert periods() == []
    doing(meridian, actions.apply_sheet, ends_missing=True)
    carried_out(meridian)
    assert the(meridian).state is SheetState.APPLIED


@pytest.mark.parametrize("day", ["", "yesterday", "9999-01-01", "2026-02-30"])
def test_a_day_that_is_none_is_refused(meridian: House, day: str) -> None:
    key = taken_in(meridian, sheet({})).key
    client, address = meridian.client(), f"/price-sheets/{key}"
    page = client.get(address).text
    assert sent(client, f"{address}/application", page, when="day", day=day).status_code == 422
    assert the(meridian).state is SheetState.READY


def test_a_day_that_has_begun_is_at_once(meridian: House) -> None:
    taken_in(meridian, sheet({}))
    doing(meridian, actions.apply_sheet, ends_missing=True, on=date(2026, 11, 20))
    carried_out(meridian)
    with meridian.office():
        assert periods() == [(Decimal("8.0000"), date(2026, 11, 1), None)]


def test_two_sheets_of_one_day_wait_for_each_other(meridian: House, worker: InProcessWorker) -> None:
    for name, price in (("one.csv", "8.10"), ("two.csv", "8.20")):
        taken_in(meridian, sheet({"UnitPrice": price}), name)
        doing(meridian, actions.apply_sheet, name, ends_missing=True, on=date(2026, 12, 1))
        worker.run_due()
    with time_machine.travel("2026-12-01 09:00+00:00", tick=True):
        worker.run_all()
        while {the(meridian, name).state for name in ("one.csv", "two.csv")} != {SheetState.APPLIED}:
            worker.let_time_pass()
            assert worker.run_due()
    with meridian.office():
        assert len(periods()) == 1


def test_what_is_not_named_any_more_ends_the_day_before_the_sheet_is_applied(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002"}), "first.csv")
    taken_in(meridian, sheet({}))
    doing(meridian, actions.apply_sheet, ends_missing=True, on=date(2026, 12, 10))
    with time_machine.travel("2026-12-10 09:00+00:00", tick=True):
        worker = InProcessWorker(meridian.app)
        worker.run_all()
        with meridian.office():
            assert (Decimal("8.0000"), date(2026, 11, 1), date(2026, 12, 9)) in periods()
