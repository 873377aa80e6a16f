"""A price sheet becomes the catalogue: counted first, written in sets, the same twice."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal.catalogue import actions, queries
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
    sheets,
)
from portal.catalogue.sheets import reading
from portal.core.db import add_many, db
from portal.core.errors import Conflict, Permanent
from portal.core.words import told
from portal.processes.actions import cancel
from portal.processes.models import Process
from portal.processes.models import State as ProcessState
from portal.processes.runner import Hands, carry_on
from portal.tenants.actions import raise_stamp
from portal.tenants.models import Organization
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
        assert first.counts == {"new": 1437, "broken": 0, "unread": 0, "big": 0, "products": 383, "lines": 1437}
        assert counted(*KINDS) == [383, 1437, 1437, 1437]
        assert first.markets == ["US · USD"]


def test_the_same_sheet_twice_changes_nothing(meridian: House) -> None:
    with meridian.office():
        imported(US)
        before = set(db.session.execute(select(PurchasePrice.id, PurchasePrice.amount, PurchasePrice.valid_until)))
        again = imported(US)
        assert again.counts == {"unchanged": 1437, "broken": 0, "unread": 0, "big": 0, "products": 383, "lines": 1437}
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
    monkeypatch.setattr(reading, "CHUNK", 7)
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
        assert corrected.count(Verdict.DOWN) == 1
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


RUBBISH = b"\r\n".join((sheet().rstrip(), *[b"9f3c,zz,,,1"] * 30_000))


def test_a_file_of_rubbish_is_given_up_early_with_a_reason(meridian: House) -> None:
    read = taken_in(meridian, RUBBISH)
    with meridian.office():
        process = db.session.scalars(select(Process)).one()
        assert process.state is ProcessState.ATTENTION
        assert process.tasks[1].tries == 1  # trying again would not mend it
        assert process.reason
        said = told(process.reason)
        assert "This is not a price sheet of the known layout: 1,000 of its first 1,000 lines cannot be read" in said
        assert "5 columns instead of 19" in said
        assert counted(SheetRow, SheetError) == [0, 0]
        assert said in meridian.client().get(f"/price-sheets/{read.key}").text


def test_a_sheet_that_turns_to_rubbish_keeps_its_good_lines(meridian: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "GIVEN_UP", 100)
    whole = sheet(*[{"SkuId": f"{number:04}"} for number in range(10)])
    with meridian.office():
        few = imported(whole + b"zz\r\n" * 99)
        assert (few.count(Verdict.NEW), few.count(Verdict.BROKEN)) == (10, 99)
        many = imported(whole + b"zz\r\n" * 150)  # one in sixteen is good: it is a price sheet
        assert many.count(Verdict.BROKEN) == 150
        with pytest.raises(Permanent, match="not a price sheet of the known layout"):
            imported(whole + b"zz\r\n" * 300)


def test_only_so_many_errors_are_kept_and_the_rest_is_counted(meridian: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_FAULTS", 12)
    monkeypatch.setattr(reading, "CHUNK", 5)
    good = [{"SkuId": f"{number:04}"} for number in range(20)]
    broken = [{"UnitPrice": "oops", "ERP Price": "-"}] * 8
    taken = taken_in(meridian, sheet(*good, *good[:9], *broken))
    with meridian.office():
        assert counted(SheetError) == [12]
        assert taken.count(Verdict.BROKEN) == 9 + 8
        assert (taken.faults, taken.unlisted_faults) == (16 + 9, 13)
        client, address = meridian.client(), f"/price-sheets/{taken.key}"
        assert "The first 12 errors are listed; 13 more are not." in client.get(f"{address}?show=broken").text
        last = client.get(f"{address}/errors.csv").text.splitlines()[-1]
        assert last == '"","","","The first 12 errors are listed; 13 more are not."'


def test_the_error_sheet_speaks_the_readers_language_and_is_named_for_its_sheet(meridian: House) -> None:
    taken = taken_in(meridian, sheet({"UnitPrice": "oops"}), name="../Preis Liste\r\n2026.csv")
    with meridian.office():
        db.session.scalars(
            select(Organization).where(Organization.tenant_id == meridian.tenant_id)
        ).one().language = "de"
        raise_stamp()
    answer = meridian.client().get(f"/price-sheets/{taken.key}/errors.csv")
    assert answer.text.startswith('\ufeff"Zeile","Spalte","Wert","Grund"')
    assert "Kein Betrag wie 1234.56." in answer.text
    assert answer.headers["Content-Disposition"] == 'attachment; filename="errors-preis-liste-2026-2026-11-22.csv"'


def test_the_error_sheet_is_written_as_it_is_sent(meridian: House) -> None:
    taken = taken_in(meridian, sheet({}))
    reason = {"text": "Not an amount like 1234.56.", "values": {}}
    with meridian.office():
        add_many(
            SheetError,
            (
                {"sheet_id": taken.id, "line": line, "column": "UnitPrice", "value": "x" * 190, "reason": reason}
                for line in range(3, 9_003)
            ),
        )
    client, address = meridian.client(), f"/price-sheets/{taken.key}/errors.csv"
    whole = len(client.get(address).data)
    answer = client.get(address)
    tracemalloc.start()
    sent = sum(len(piece) for piece in answer.response)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    answer.close()
    assert sent == whole > 2_000_000
    assert most < whole / 2


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
