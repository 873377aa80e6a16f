"""A price sheet becomes the catalogue: counted first, written in sets, the same twice."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from portal.catalogue import actions
from portal.catalogue.models import Plan, PriceSheet, Product, PurchasePrice, RecommendedPrice
from portal.core.db import db
from tests.world import House

DATA = Path(__file__).parents[1] / "data"
US = DATA / "price-sheet-2026-11-us-usd.csv"


def imported(path: Path) -> PriceSheet:
    with path.open("rb") as stream:
        sheet = actions.import_sheet(path.name, stream)
    db.session.commit()
    return sheet


def counted(kind: type) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_the_real_sheet_becomes_products_plans_and_prices(meridian: House) -> None:
    with meridian.office():
        sheet = imported(US)
        assert sheet.counts == {"new": 1437, "broken": 0, "products": 383, "lines": 1437}
        assert [counted(kind) for kind in (Product, Plan, PurchasePrice, RecommendedPrice)] == [383, 1437, 1437, 1437]
