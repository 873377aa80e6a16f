"""Lines that say again what another line of the sheet says: the first is taken, the others are broken."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, func, insert, literal, select, update

from portal.catalogue.models import PriceSheet, SheetError, SheetRow, Verdict
from portal.catalogue.sheets.sets import PLAN_KEY, REVIEWED, rows_of
from portal.core.db import db
from portal.core.words import N_

DUPLICATE = N_("Says again what line %(line)s says; that line is taken.")


def refuse_duplicates(sheet: PriceSheet) -> None:
    same = (*(getattr(SheetRow, name) for name in ("code", *PLAN_KEY, "market", "currency", "valid_from")),)
    numbered = (
        select(
            SheetRow.id,
            SheetRow.line,
            func.min(SheetRow.line).over(partition_by=same).label("first"),
        )
        .where(rows_of(sheet, Verdict.UNJUDGED))
        .subquery()
    )
    again = select(numbered).where(numbered.c.line > numbered.c.first).cte("again")
    reason = func.jsonb_build_object(
        "text", DUPLICATE, "values", func.jsonb_build_object("line", again.c.first), type_=SheetError.reason.type
    )
    errors = (
        select(literal(sheet.tenant_id), again.c.id, literal(sheet.id), again.c.line, literal(""), literal(""), reason)
        .order_by(again.c.line)
        .limit(sheet.room_for_faults)
    )
    columns = ["tenant_id", "id", "sheet_id", "line", "column", "value", "reason"]
    db.session.execute(insert(SheetError).from_select(columns, errors), execution_options=REVIEWED)
    twice = select(numbered.c.id).where(numbered.c.line > numbered.c.first)
    refused = db.session.execute(
        update(SheetRow).where(rows_of(sheet), SheetRow.id.in_(twice)).values(verdict=Verdict.BROKEN),
        execution_options=REVIEWED,
    )
    count = cast("CursorResult[Any]", refused).rowcount
    sheet.read_whole -= count
    sheet.read_broken += count
    sheet.faults += count
