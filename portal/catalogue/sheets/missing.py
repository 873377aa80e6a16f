"""What a sheet no longer names: prices we have in its markets, from its vendors, and that it does not mention."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, literal, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from portal.catalogue.models import Plan, PriceSheet, Product, PurchasePrice, SheetRow, Verdict
from portal.catalogue.sheets.sets import FACTS, PLAN_KEY, REVIEWED, is_plan_of, is_valid_after, whole_rows
from portal.core.clock import today
from portal.core.db import db


def last_day(sheet: PriceSheet) -> date:
    """The last day of what the sheet no longer names: the one before it begins, never in the past."""
    begins = max(sheet.valid_from or today(), sheet.starts_on or today(), today())
    return begins - timedelta(days=1)


def note_missing(sheet: PriceSheet) -> None:
    """Write down what the sheet no longer names, as rows without a line."""
    mine, named = aliased(SheetRow), aliased(SheetRow)
    markets = select(mine.market, mine.currency).where(whole_rows(mine, sheet)).distinct()
    vendors = select(mine.vendor).where(whole_rows(mine, sheet)).distinct()
    is_named = (
        select(named.id)
        .where(named.tenant_id == sheet.tenant_id, named.sheet_id == sheet.id, named.code == Product.code)
        .where(is_plan_of(Plan, named), named.market.in_((PurchasePrice.market, "")))
        .where(named.currency.in_((PurchasePrice.currency, "")))
        .exists()
    )
    values: dict[str, Any] = {
        "tenant_id": Product.tenant_id,
        "id": func.gen_random_uuid(),
        "sheet_id": literal(sheet.id),
        "line": literal(0),
        "verdict": literal(Verdict.GONE, SheetRow.verdict.type),
        **{name: getattr(Product, name) for name in ("code", "slug", *FACTS)},
        **{name: getattr(Plan, name) for name in PLAN_KEY},
        "market": PurchasePrice.market,
        "currency": PurchasePrice.currency,
        "purchase_before": PurchasePrice.amount,
        "moves_purchase": literal(value=True),
        "moves_recommended": literal(value=True),
    }
    gone = (
        select(*(column.label(name) for name, column in values.items()))
        .ext(distinct_on(PurchasePrice.plan_id, PurchasePrice.market, PurchasePrice.currency))
        .select_from(PurchasePrice)
        .join(Plan, and_(Plan.tenant_id == PurchasePrice.tenant_id, Plan.id == PurchasePrice.plan_id))
        .join(Product, and_(Product.tenant_id == Plan.tenant_id, Product.id == Plan.product_id))
        .where(PurchasePrice.tenant_id == sheet.tenant_id, is_valid_after(PurchasePrice, last_day(sheet)))
        .where(tuple_(PurchasePrice.market, PurchasePrice.currency).in_(markets), Product.vendor.in_(vendors))
        .where(~is_named, Product.by_hand.is_(False))
        .order_by(PurchasePrice.plan_id, PurchasePrice.market, PurchasePrice.currency, PurchasePrice.valid_from)
    )
    db.session.execute(insert(SheetRow).from_select(list(values), gone), execution_options=REVIEWED)
