"""A price sheet becomes the catalogue: counted first, written in sets, the same twice."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal.catalogue import actions, queries, steps
from portal.catalogue.models import (
    Plan,
    PriceSheet,
    Product,
    PurchasePrice,
    RecommendedPrice,
    SheetError,
    SheetRow,
    SheetState,
    Verdict,
)
from portal.core.db import db
from portal.core.errors import Conflict
from portal.processes.actions import cancel
from portal.processes.models import Process
from portal.processes.models import State as ProcessState
from portal.processes.runner import Hands, carry_on
from tests.catalogue.sheets import US, imported, sheet
from tests.world import House

KINDS = (Product, Plan, PurchasePrice, RecommendedPrice)


def counted(*kinds: type) -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]


def periods(kind: type[PurchasePrice | RecommendedPrice] = PurchasePrice) -> list[tuple[object, ...]]:
    columns = (kind.amount, kind.valid_from, kind.valid_until)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(kind.valid_from))]


def carried_out(house: House) -> None:
    """Everything that is due, as a worker does it."""
    with house.app.app_context():
        while carry_on(Hands("test")):
            pass


def taken_in(house: House, content: bytes, name: str = "sheet.csv") -> PriceSheet:
    """Uploaded and read, not applied."""
    with house.office():
        sha, size = actions.keep_file(io.BytesIO(content))
        key = actions.take_in(name=name, sha=sha, size=size).id
    carried_out(house)
    with house.office():
        return db.session.scalars(select(PriceSheet).where(PriceSheet.id == key)).one()


def test_the_real_sheet_becomes_products_plans_and_prices(meridian: House) -> None:
    with meridian.office():
        first = imported(US)
        assert first.counts == {"new": 1437, "broken": 0, "unread": 0, "products": 383, "lines": 1437}
        assert counted(*KINDS) == [383, 1437, 1437, 1437]
        assert first.markets == ["US · USD"]


def test_the_same_sheet_twice_changes_nothing(meridian: House) -> None:
    with meridian.office():
        imported(US)
        before = set(db.session.execute(select(PurchasePrice.id, PurchasePrice.amount, PurchasePrice.valid_until)))
        again = imported(US)
        assert again.counts == {"unchanged": 1437, "broken": 0, "unread": 0, "products": 383, "lines": 1437}
        assert again.changes == 0
        assert counted(*KINDS) == [383, 1437, 1437, 1437]
        assert before == set(
            db.session.execute(select(PurchasePrice.id, PurchasePrice.amount, PurchasePrice.valid_until))
        )


def test_a_sheet_is_read_and_waits_for_a_person(meridian: House) -> None:
    read = taken_in(meridian, sheet({}, {"UnitPrice": "oops"}))
    with meridian.office():
        assert read.state is SheetState.READY
        assert (read.count(Verdict.NEW), read.count(Verdict.BROKEN)) == (1, 1)
        assert counted(*KINDS) == [0, 0, 0, 0]


def test_what_was_approved_is_written_and_the_log_says_so(meridian: House) -> None:
    read = taken_in(meridian, sheet({}, {"TermDuration": "P1M", "UnitPrice": "9.50", "ERP Price": ""}))
    with meridian.office():
        actions.apply_sheet(db.session.merge(read), ends_missing=True)
    carried_out(meridian)
    with meridian.office():
        applied = db.session.scalars(select(PriceSheet)).one()
        assert applied.state is SheetState.APPLIED
        assert applied.applied_at is not None
        assert counted(*KINDS) == [1, 2, 2, 1]
        process = db.session.scalars(select(Process).order_by(Process.created_at.desc())).first()
        assert process is not None
        assert (process.state, process.percent) == (ProcessState.DONE, 100)


def test_a_sheet_is_applied_once_however_often_it_is_asked_for(meridian: House) -> None:
    read = taken_in(meridian, sheet({}))
    with meridian.office():
        actions.apply_sheet(db.session.merge(read), ends_missing=True)
    with meridian.office(), pytest.raises(Conflict):
        actions.apply_sheet(db.session.scalars(select(PriceSheet)).one(), ends_missing=True)


def test_a_cancelled_reading_leaves_nothing_but_its_story(meridian: House) -> None:
    with meridian.office():
        sha, size = actions.keep_file(io.BytesIO(sheet({}, {"UnitPrice": "oops"})))
        actions.take_in(name="sheet.csv", sha=sha, size=size)
    with meridian.office():
        cancel(db.session.scalars(select(Process)).one())
    carried_out(meridian)
    with meridian.office():
        assert db.session.scalars(select(PriceSheet)).one().state is SheetState.DISCARDED
        assert counted(SheetRow, SheetError, *KINDS) == [0] * 6


def test_a_cancelled_application_leaves_the_preview(meridian: House) -> None:
    read = taken_in(meridian, sheet({}))
    with meridian.office():
        actions.apply_sheet(db.session.merge(read), ends_missing=True)
    with meridian.office():
        cancel(db.session.scalars(select(Process).where(Process.plan_name == "price.apply")).one())
    carried_out(meridian)
    with meridian.office():
        assert db.session.scalars(select(PriceSheet)).one().state is SheetState.READY
        assert counted(*KINDS) == [0, 0, 0, 0]


def test_reading_in_chunks_reads_every_line_once(meridian: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "CHUNK", 7)
    read = taken_in(meridian, sheet(*[{"SkuId": f"{number:04}"} for number in range(40)]))
    with meridian.office():
        lines = db.session.scalars(select(SheetRow.line).order_by(SheetRow.line)).all()
        assert lines == list(range(2, 42))
        assert read.count("products") == 40


def test_a_new_month_ends_the_old_price_the_day_before(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        imported(sheet({"UnitPrice": "8.40", "ERP Price": "10.50", "EffectiveStartDate": "12/1/2026 12:00:00 AM"}))
        assert periods() == [
            (Decimal("8.0000"), date(2026, 11, 1), date(2026, 11, 30)),
            (Decimal("8.4000"), date(2026, 12, 1), None),
        ]
        assert [amount for amount, *_ in periods(RecommendedPrice)] == [Decimal("10.0000"), Decimal("10.5000")]


def test_an_older_sheet_does_not_overwrite_a_newer_one(meridian: House) -> None:
    with meridian.office():
        imported(sheet({"UnitPrice": "8.40", "EffectiveStartDate": "12/1/2026 12:00:00 AM"}))
        imported(sheet({}))
        assert [period[2] for period in periods()] == [date(2026, 11, 30), None]
        assert imported(sheet({})).changes == 0


def test_a_corrected_price_of_the_same_day_takes_its_place(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        corrected = imported(sheet({"UnitPrice": "7.90"}))
        assert corrected.count(Verdict.CHANGED) == 1
        assert periods() == [(Decimal("7.9000"), date(2026, 11, 1), None)]


def test_new_words_come_with_the_sheet_and_the_address_in_the_shop_stays(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        imported(sheet({"SkuTitle": "Lumen Post Plan 1"}))
        product = db.session.scalars(select(Product)).one()
        assert (product.name, product.slug) == ("Lumen Post Plan 1", "lumen-mail-plan-1")
        assert len(periods()) == 1


def test_what_is_gone_is_discontinued_and_comes_back(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002", "SkuTitle": "Lumen Mail Plan 2"}))
        later = imported(sheet({"EffectiveStartDate": "12/1/2026 12:00:00 AM"}))
        assert later.count(Verdict.GONE) == 1
        gone = db.session.scalars(select(Product).where(Product.code.endswith("0002"))).one()
        assert gone.discontinued_on == date(2026, 12, 1)
        assert not gone.is_discontinued  # it is still November
        back = imported(sheet({"SkuId": "0002", "SkuTitle": "Lumen Mail Plan 2", "EffectiveStartDate": "12/1/2026"}))
        assert back.count(Verdict.NEW) == 1
        db.session.refresh(gone)
        assert gone.discontinued_on is None


def test_what_is_gone_stays_when_the_sheet_is_only_a_part(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002", "SkuTitle": "Lumen Mail Plan 2"}))
    part = taken_in(meridian, sheet({"UnitPrice": "8.10"}))
    with meridian.office():
        actions.apply_sheet(db.session.merge(part), ends_missing=False)
    carried_out(meridian)
    with meridian.office():
        assert db.session.scalars(select(Product.discontinued_on)).all() == [None, None]


@pytest.mark.parametrize("column", ["UnitPrice", "EffectiveStartDate", "Currency", "Publisher"])
def test_a_slip_in_a_cell_does_not_discontinue_the_product(meridian: House, column: str) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002"}))
        slipped = imported(sheet({}, {"SkuId": "0002", column: ""}))
        assert (slipped.count(Verdict.BROKEN), slipped.count(Verdict.GONE)) == (1, 0)


def test_another_market_is_not_gone(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        other = imported(sheet({"Market": "DE", "Currency": "EUR", "UnitPrice": "7.40"}))
        assert (other.count(Verdict.NEW), other.count(Verdict.GONE)) == (1, 0)
        assert counted(*KINDS) == [1, 1, 2, 2]


def test_a_line_that_says_the_same_again_is_broken(meridian: House) -> None:
    with meridian.office():
        twice = imported(sheet({}, {}, {"UnitPrice": "9.00"}))
        assert (twice.count(Verdict.NEW), twice.count(Verdict.BROKEN)) == (1, 2)
        assert periods() == [(Decimal("8.0000"), date(2026, 11, 1), None)]
        assert [error.line for error in queries.all_errors(twice)] == [3, 4]


def test_a_sheet_that_contradicts_itself_settles(meridian: House) -> None:
    with meridian.office():
        contradiction = sheet({"SkuTitle": "One"}, {"SkuTitle": "Other", "TermDuration": "P1M"})
        imported(contradiction)
        assert imported(contradiction).changes == 0
        assert db.session.scalars(select(Product.name)).all() == ["One"]


def test_products_of_one_name_get_addresses_of_their_own(meridian: House) -> None:
    with meridian.office():
        imported(sheet(*[{"SkuId": f"{number:04}"} for number in range(3)]))
        slugs = db.session.scalars(select(Product.slug)).all()
        assert len(set(slugs)) == 3
        imported(sheet(*[{"SkuId": f"{number:04}"} for number in range(4)]))
        assert set(slugs) < set(db.session.scalars(select(Product.slug)).all())


def test_a_recommended_price_that_is_taken_back_ends(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        without = sheet({"ERP Price": "", "EffectiveStartDate": "12/1/2026 12:00:00 AM"})
        imported(without)
        assert periods(RecommendedPrice) == [(Decimal("10.0000"), date(2026, 11, 1), date(2026, 11, 30))]
        assert imported(without).changes == 0


def test_the_stranger_sees_no_sheet_no_row_no_cost(meridian: House, north: House) -> None:
    with meridian.office():
        imported(sheet({}, {"UnitPrice": "oops"}))
    with north.office():
        assert counted(PriceSheet, SheetRow, SheetError, PurchasePrice) == [0, 0, 0, 0]
        assert counted(Product, Plan, RecommendedPrice) == [1, 1, 1]
