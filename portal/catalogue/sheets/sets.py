"""The words that statements over a whole sheet are made of: which rows, of which plan, at which price, on which day."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import JSON, ColumnElement, Select, and_, bindparam, cast, column, func, insert, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from portal.catalogue.models import Plan, PriceSheet, Product, PurchasePrice, RecommendedPrice, SheetRow, Verdict
from portal.core import keys
from portal.core.db import db
from portal.core.kinds import Owned
from portal.core.scope import acting_scope

Price: TypeAlias = type[PurchasePrice] | type[RecommendedPrice]

REVIEWED = {"reviewed": True, "synchronize_session": False}
"""For statements the fences cannot take in: each names its tenant in every join, and row-level security stands behind."""
FACTS = ("name", "family", "vendor", "summary", "unit", "tags")
PLAN_KEY = ("term", "billing", "segment")


def think_in_sets() -> None:
    """Let PostgreSQL join whole sets until this transaction ends.

    It has no statistics of rows that were written a moment ago, takes them for one, and would walk them in nested loops:
    1,437 rows took 16 s that way, and a tenth of it this way.
    """
    db.session.execute(select(func.set_config("enable_nestloop", "off", True)))


def add_rows(kind: type[Owned], rows: list[dict[str, Any]]) -> None:
    """Insert many rows of the acting tenant as one value: COPY passes no wall, and row by row is a round trip each."""
    if not rows:
        return
    whole = [{"tenant_id": acting_scope().tenant_id, "id": keys.new_id(), **row} for row in rows]
    table: Any = kind.__table__  # type: ignore[attr-defined]  # every model has one
    names = list(whole[0])
    sent = func.json_to_recordset(cast(bindparam("rows", json.dumps(whole, default=str)), JSON(none_as_null=True)))
    read = sent.table_valued(*(column(name, table.c[name].type) for name in names)).render_derived(with_types=True)
    born = {one.name: one.default.arg for one in table.c if one.name not in names and one.default is not None}
    values = [
        *(read.c[name] for name in names),
        *(literal(value, table.c[name].type) for name, value in born.items()),
    ]
    question = insert(kind).from_select([*names, *born], select(*values), include_defaults=False)
    db.session.execute(question, execution_options=REVIEWED)


def rows_of(sheet: PriceSheet, *verdicts: Verdict) -> ColumnElement[bool]:
    mine = and_(SheetRow.tenant_id == sheet.tenant_id, SheetRow.sheet_id == sheet.id)
    return and_(mine, SheetRow.verdict.in_(verdicts)) if verdicts else mine


def whole_rows(row: Any, sheet: PriceSheet) -> ColumnElement[bool]:
    return and_(
        row.tenant_id == sheet.tenant_id,
        row.sheet_id == sheet.id,
        row.verdict.not_in((Verdict.BROKEN, Verdict.GONE)),
    )


def leads(sheet: PriceSheet) -> Select[Any]:
    """The first whole row of each product: the one whose facts count."""
    return (
        select(SheetRow.id)
        .ext(distinct_on(SheetRow.code))
        .where(rows_of(sheet), SheetRow.verdict != Verdict.BROKEN, SheetRow.verdict != Verdict.GONE)
        .order_by(SheetRow.code, SheetRow.line)
    )


def is_row_of_product() -> ColumnElement[bool]:
    return and_(Product.tenant_id == SheetRow.tenant_id, Product.code == SheetRow.code)


def is_row_of_plan() -> ColumnElement[bool]:
    return and_(is_row_of_product(), Plan.product_id == Product.id, is_plan_of(Plan, SheetRow))


def is_plan_of(plan: Any, row: Any) -> ColumnElement[bool]:
    return and_(plan.tenant_id == row.tenant_id, *(getattr(plan, name) == getattr(row, name) for name in PLAN_KEY))


def is_price_of(price: Any, plan: Any, row: Any) -> ColumnElement[bool]:
    """The price is one of the plan's in the row's market and currency."""
    return and_(
        price.tenant_id == plan.tenant_id,
        price.plan_id == plan.id,
        price.market == row.market,
        price.currency == row.currency,
    )


def in_force(price: Any, day: Any) -> ColumnElement[bool]:
    return and_(price.valid_from <= day, or_(price.valid_until.is_(None), price.valid_until >= day))


def is_ever_valid(price: Any) -> ColumnElement[bool]:
    """Not taken back before its first day."""
    return or_(price.valid_until.is_(None), price.valid_until >= price.valid_from)


def is_valid_after(price: Any, day: date) -> ColumnElement[bool]:
    return and_(or_(price.valid_until.is_(None), price.valid_until > day), is_ever_valid(price))
