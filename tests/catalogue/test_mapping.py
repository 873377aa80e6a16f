"""Which column is which: recognised, asked for, changed, remembered."""

from __future__ import annotations

import gzip
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.catalogue.models import PriceSheet, PurchasePrice, SheetMapping, SheetRow, SheetState, Verdict
from portal.core.db import db
from tests.catalogue.sheets import imported, sheet
from tests.catalogue.test_pages import carried_out, sent, upload
from tests.world import House

STRANGE = sheet({"UnitPrice": "8,40", "ERP Price": "10,50"}).replace(b'"UnitPrice"', b'"Einkaufspreis"')


def the_sheet(house: House) -> PriceSheet:
    with house.office():
        return db.session.scalars(select(PriceSheet).order_by(PriceSheet.created_at.desc())).first()  # type: ignore[return-value]


def answered(client: FlaskClient, address: str, **changes: str) -> Any:
    """The mapping page, sent as it stands but for some answers."""
    page = client.get(address).text
    fields = {}
    for part in page.split("<select ")[1:]:
        name = part.split('name="')[1].split('"')[0]
        chosen = part.split("</select>")[0].split("<option selected ")
        fields[name] = chosen[1].split('value="')[1].split('"')[0] if len(chosen) > 1 else ""
    return sent(client, address, page, **(fields | changes))


def test_a_recognised_file_goes_straight_on_and_says_how_it_was_read(meridian: House) -> None:
    client = meridian.client()
    answer = upload(client, gzip.compress(sheet({}, columns=("ChangeIndicator", *sheet_columns(), "PreviousValues"))))
    assert "/mapping" not in answer.request.path
    carried_out(meridian)
    page = client.get(answer.request.path).text
    assert "1234.56 (decimal point)" in page
    assert "11/30/2026 (month first)" in page
    assert "ChangeIndicator, PreviousValues" in page
    assert "Change the mapping" in page


def sheet_columns() -> tuple[str, ...]:
    from portal.catalogue.sheets.layout import COLUMNS

    return COLUMNS


def test_an_unknown_column_is_asked_for_and_remembered(meridian: House) -> None:
    client = meridian.client()
    answer = upload(client, STRANGE)
    assert answer.request.path.endswith("/mapping")
    assert "Not known yet: UnitPrice" in answer.text
    assert "Einkaufspreis" in answer.text
    assert the_sheet(meridian).state is SheetState.MAPPING
    refused = answered(client, answer.request.path)
    assert refused.status_code == 422
    done = answered(client, answer.request.path, unitprice="11")
    assert "The sheet is being read" in done.text
    carried_out(meridian)
    with meridian.office():
        assert db.session.scalars(select(SheetRow.purchase)).all() == [Decimal("8.4000")]
    again = upload(client, STRANGE.replace(b"8,40", b"8,50"), "december.csv")
    assert "/mapping" not in again.request.path
    carried_out(meridian)
    with meridian.office():
        assert the_sheet(meridian).state is SheetState.READY
        assert len(db.session.scalars(select(SheetMapping)).all()) == 1


def test_a_changed_mapping_reads_the_sheet_anew(meridian: House) -> None:
    client = meridian.client()
    address = upload(client, sheet({"UnitPrice": "8.00", "ERP Price": "10.00"})).request.path
    carried_out(meridian)
    answered(client, f"{address}/mapping", unitprice="17", erpprice="none")
    carried_out(meridian)
    with meridian.office():
        row = db.session.scalars(select(SheetRow)).one()
        assert (row.purchase, row.recommended, row.verdict) == (Decimal("10.0000"), None, Verdict.NEW)


def test_a_reading_that_is_stuck_gives_way_to_another_mapping(meridian: House) -> None:
    client = meridian.client()
    rows = [{"SkuId": f"{number:04}", "UnitPrice": "8.00"} for number in range(1_200)]
    address = upload(client, sheet(*rows)).request.path
    answered(client, f"{address}/mapping", unitprice="3")
    carried_out(meridian)
    assert the_sheet(meridian).state is SheetState.READING
    assert "Change the mapping" in client.get(address).text
    answered(client, f"{address}/mapping", unitprice="11")
    carried_out(meridian)
    with meridian.office():
        assert the_sheet(meridian).count(Verdict.NEW) == 1_200


def test_an_applied_sheet_keeps_its_mapping(meridian: House) -> None:
    with meridian.office():
        key = imported(sheet({})).key
    client = meridian.client()
    assert "Change the mapping" not in client.get(f"/price-sheets/{key}").text
    refused = answered(client, f"/price-sheets/{key}/mapping", unitprice="17")
    assert refused.status_code == 409
    with meridian.office():
        assert db.session.scalars(select(PurchasePrice.amount)).all() == [Decimal("8.0000")]


@pytest.mark.parametrize("name", ["\x00\x07", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "=1+1"])
def test_a_header_may_hold_anything(meridian: House, name: str) -> None:
    content = sheet({}).replace(b'"UnitPrice"', b'"' + name.encode("latin-1", "replace") + b'"')
    answer = upload(meridian.client(), content)
    assert answer.status_code in (200, 422)
