"""Small price sheets for tests, and the real ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import PriceList, PriceSheet, Rule
from portal.catalogue.sheets.layout import COLUMNS
from portal.core.db import db
from portal.tenants.models import Organization
from tests.world import House

DATA = Path(__file__).parents[1] / "data"
US = DATA / "price-sheet-2026-11-us-usd.csv"
DE = DATA / "price-sheet-2026-11-de-eur.csv"

GOOD = {
    "ProductTitle": "Lumen Mail",
    "ProductId": "CFQ7TTC0TEST",
    "SkuId": "0001",
    "SkuTitle": "Lumen Mail Plan 1",
    "Publisher": "Lumen",
    "SkuDescription": 'Mail; includes "core" services.',
    "UnitOfMeasure": "",
    "TermDuration": "P1Y",
    "BillingPlan": "Monthly",
    "Market": "US",
    "Currency": "USD",
    "UnitPrice": "8.00",
    "PricingTierRangeMin": "",
    "PricingTierRangeMax": "",
    "EffectiveStartDate": "11/1/2026 12:00:00 AM",
    "EffectiveEndDate": "11/30/9999 11:59:59 PM",
    "Tags": "License",
    "ERP Price": "10.00",
    "Segment": "Commercial",
}


def sheet(*rows: Mapping[str, str], columns: tuple[str, ...] = COLUMNS, bom: bytes = b"") -> bytes:
    """A sheet as the vendor writes it: everything quoted, CRLF."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, quoting=csv.QUOTE_ALL, lineterminator="\r\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**GOOD, **row} for row in rows)
    return bom + text.getvalue().encode()


def imported(content: bytes | Path, name: str = "sheet.csv") -> PriceSheet:
    """The sheet read, compared and applied, in the acting tenant's scope."""
    if isinstance(content, Path):
        name, content = content.name, content.read_bytes()
    taken = actions.import_sheet(name, io.BytesIO(content))
    db.session.commit()
    return taken


def price_list(
    name: str,
    *,
    currency: str = "USD",
    market: str | None = "US",
    rule: Rule = Rule.COST,
    percent: str = "0",
    valid_from: date = date(2026, 1, 1),
) -> PriceList:
    """A published list of everything."""
    draft = actions.Draft(valid_from=valid_from, rule=rule, percent=Decimal(percent), market=market)
    made = actions.make_list(name=name, currency=currency, draft=draft)
    db.session.flush()
    actions.publish(made)
    db.session.flush()
    return made


def ask_more(percent: str, on: date) -> None:
    """The acting tenant's only list asks so much over its costs from that day on."""
    row = db.session.scalars(select(PriceList)).one()
    draft = actions.begin_draft(row)
    draft.percent, draft.valid_from = Decimal(percent), on
    actions.publish(row)


def give(price_list: PriceList, to: House) -> None:
    """Let the tenant below buy by this list."""
    organization = db.session.scalars(select(Organization).where(Organization.tenant_id == to.tenant_id)).one()
    organization.price_list_id, organization.price_list_name = price_list.id, price_list.name


def stock(house: House, tenant: House) -> None:
    """The real sheet, and a list by which this tenant buys and his shop sells."""
    with house.office():
        imported(US)
        give(price_list("US Retail", percent="5"), tenant)
    with tenant.office():
        actions.first_sell_list()
