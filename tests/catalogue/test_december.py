"""The journey of a month: November in, December's 21 columns looked at, applied on a day, and undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import islice

import time_machine
from sqlalchemy import func, select

from portal.catalogue.models import PurchasePrice, SheetState, Verdict
from portal.core.db import db
from scripts.december_sheet import DECEMBER, ROWS, december, main
from tests.catalogue.sheets import US, imported
from tests.catalogue.test_importing import taken_in
from tests.catalogue.test_pages import sent, upload
from tests.catalogue.test_undoing import everything, the
from tests.workers import InProcessWorker
from tests.world import House


def november() -> bytes:
    with US.open("rb") as file:
        return b"".join(islice(file, ROWS + 1))


def test_december_is_made_from_november() -> None:
    shipped = DECEMBER.read_bytes()
    main()
    assert DECEMBER.read_bytes() == shipped


def test_a_month_goes_by(meridian: House) -> None:
    with meridian.office():
        imported(november(), "november.csv")
    before = everything(meridian)
    client, worker = meridian.client(), InProcessWorker(meridian.app)
    address = upload(client, DECEMBER.read_bytes(), DECEMBER.name).request.path
    worker.run_due()
    page = client.get(address).text
    read = the(meridian, DECEMBER.name)
    counts = {verdict: read.count(verdict) for verdict in Verdict}
    assert counts[Verdict.UP] > 30
    assert counts[Verdict.DOWN] > 5
    assert (counts[Verdict.NEW], counts[Verdict.GONE], counts[Verdict.BROKEN], read.count("big")) == (2, 3, 1, 3)
    assert "3 prices rise by more than 20 %" in page
    assert "ChangeIndicator, PreviousValues" in page
    sent(client, f"{address}/application", page, ends_missing="y", when="day", day="2026-12-01")
    with time_machine.travel("2026-12-01 09:00+00:00", tick=True):
        worker.run_all()
        assert the(meridian, DECEMBER.name).state is SheetState.APPLIED
        with meridian.office():
            dearer = select(func.count()).where(PurchasePrice.valid_from == date(2026, 12, 1))
            assert db.session.scalar(dearer) == counts[Verdict.UP] + counts[Verdict.DOWN] + counts[Verdict.NEW]
        client = meridian.client()  # nobody stays signed in so long
        asking = client.get(f"{address}/undoing").text
        sent(client, f"{address}/undoing", asking)
        worker.run_due()
    assert everything(meridian) == before
    assert the(meridian, DECEMBER.name).count(Verdict.UP) == counts[Verdict.UP]


def test_a_rise_is_shown_in_per_cent(meridian: House) -> None:
    with meridian.office():
        imported(november(), "november.csv")
    read = taken_in(meridian, DECEMBER.read_bytes(), DECEMBER.name)
    page = meridian.client().get(f"/price-sheets/{read.key}?show=up&sort=-percent").text
    assert page.index("+50") < page.index("+5&nbsp;%")


def test_a_sheet_that_names_little_of_what_there_is_is_taken_for_a_part(meridian: House) -> None:
    with meridian.office():
        imported(US)
    read = taken_in(meridian, DECEMBER.read_bytes(), DECEMBER.name)
    assert read.count(Verdict.GONE) > 1_000
    page = meridian.client().get(f"/price-sheets/{read.key}").text
    assert 'name="ends_missing" value="y" checked' not in page


def test_every_line_of_december_is_like_november_but_for_what_moved() -> None:
    rows = list(december(iter([{"UnitPrice": "1.00", "ERP Price": "2.00", "SkuId": "0001"}] * 3)))
    assert [row["UnitPrice"] for row in rows[:3]] == ["1.00", "1.00", "1.05"]
    assert Decimal(rows[2]["ERP Price"]) == Decimal("2.10")
