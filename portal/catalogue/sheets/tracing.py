"""Statements that leave a trace: what they change in the catalogue, as it was before and as it is after, row by row.

Undoing is then nothing but comparing what stands with what was left, and putting back what was there.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import CTE, ColumnElement, Select, and_, cast, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from portal.catalogue.models import Plan, PriceSheet, Product, PurchasePrice, RecommendedPrice, SheetTrace
from portal.catalogue.sheets.sets import FACTS, REVIEWED
from portal.core.db import db

Kind: TypeAlias = type[PurchasePrice] | type[RecommendedPrice] | type[Plan] | type[Product]

KEPT: dict[Kind, tuple[str, ...]] = {
    PurchasePrice: ("amount", "valid_until"),
    RecommendedPrice: ("amount", "valid_until"),
    Plan: ("discontinued_on",),
    Product: (*FACTS, "discontinued_on"),
}
"""What a sheet may change in a row of each kind."""


def name_of(kind: Kind) -> str:
    return str(kind.__tablename__)


def image(kind: Kind, row: Any = None) -> ColumnElement[Any]:
    """A row as JSON: what a sheet may change of it."""
    row = row or kind
    pairs = (part for name in KEPT[kind] for part in (literal(name), getattr(row, name)))
    return func.jsonb_build_object(*pairs, type_=SheetTrace.after.type)


def change(sheet: PriceSheet, kind: Kind, wanted: Select[*tuple[Any, ...]]) -> None:
    """Set columns of rows.  `wanted` gives `id`, and each column to be set under its own name."""
    new, old = wanted.cte("new"), aliased(kind)
    written = (
        update(kind)
        .where(kind.tenant_id == sheet.tenant_id, kind.id == new.c.id)
        .where(and_(old.tenant_id == kind.tenant_id, old.id == kind.id))
        .values({name: new.c[name] for name in new.c.keys() if name != "id"})  # noqa: SIM118 - not a dict
        .returning(kind.id.label("row_id"), image(kind, old).label("before"), image(kind).label("after"))
        .cte("written")
    )
    _trace(sheet, kind, written)


def add(sheet: PriceSheet, kind: Kind, rows: Select[*tuple[Any, ...]]) -> None:
    """Insert rows that are not there yet; `rows` names the columns."""
    names = [str(one.name) for one in rows.selected_columns]
    before = cast(null(), SheetTrace.after.type).label("before")
    written = (
        insert(kind)
        .from_select(names, rows)
        .on_conflict_do_nothing()
        .returning(kind.id.label("row_id"), before, image(kind).label("after"))
        .cte("written")
    )
    _trace(sheet, kind, written)


def _trace(sheet: PriceSheet, kind: Kind, written: CTE) -> None:
    """Of a row that is changed twice the trace keeps what was first and what is last."""
    names = ("tenant_id", "id", "sheet_id", "kind", "row_id", "before", "after")
    told = select(
        literal(sheet.tenant_id),
        func.gen_random_uuid(),
        literal(sheet.id),
        literal(name_of(kind)),
        written.c.row_id,
        written.c.before,
        written.c.after,
    )
    traced = insert(SheetTrace).from_select(names, told)
    again = traced.on_conflict_do_update(
        index_elements=["tenant_id", "sheet_id", "kind", "row_id"], set_={"after": traced.excluded.after}
    )
    db.session.execute(again, execution_options=REVIEWED)
