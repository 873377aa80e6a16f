"""An applied sheet is undone by its trace: what stands as it was left goes back to what it was before.

Rows that somebody has changed since are left alone, and counted.  A later sheet that stands on this one is undone first:
else its prices would end where no price begins.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from portal.catalogue.models import Plan, PriceSheet, Product, PurchasePrice, RecommendedPrice, SheetState, SheetTrace
from portal.catalogue.sheets.sets import REVIEWED, think_in_sets
from portal.catalogue.sheets.tracing import KEPT, Kind, image, name_of
from portal.core.clock import today
from portal.core.db import db

PRICES: tuple[Kind, ...] = (PurchasePrice, RecommendedPrice)
WARES: tuple[Kind, ...] = (Plan, Product)


def standing_on(sheet: PriceSheet) -> str | None:
    """The name of a sheet that was applied later and changed what this one left."""
    mine, later, other = aliased(SheetTrace), aliased(SheetTrace), aliased(PriceSheet)
    question = (
        select(other.name)
        .join(later, and_(later.tenant_id == other.tenant_id, later.sheet_id == other.id))
        .join(mine, and_(mine.tenant_id == later.tenant_id, mine.kind == later.kind, mine.row_id == later.row_id))
        .where(other.tenant_id == sheet.tenant_id, other.state == SheetState.APPLIED, other.id != sheet.id)
        .where(other.applied_at >= sheet.applied_at, mine.sheet_id == sheet.id)
        .order_by(other.applied_at.desc())
        .limit(1)
    )
    return cast("str | None", db.session.scalar(question, execution_options=REVIEWED))


def traced(sheet: PriceSheet, *kinds: Kind) -> int:
    """How many rows of these kinds the sheet made or changed."""
    names = [name_of(kind) for kind in kinds]
    count = select(func.count()).where(_of(sheet), SheetTrace.kind.in_(names))
    return db.session.scalar(count) or 0


def _of(sheet: PriceSheet) -> ColumnElement[bool]:
    return and_(SheetTrace.tenant_id == sheet.tenant_id, SheetTrace.sheet_id == sheet.id)


def put_back(sheet: PriceSheet, kinds: tuple[Kind, ...]) -> int:
    """Put the rows of these kinds back; how many were changed since and stay."""
    think_in_sets()
    left = 0
    for kind in kinds:
        left += _changed_since(sheet, kind)
        _restore(sheet, kind)
        if kind in PRICES:
            db.session.execute(delete(kind).where(_made(sheet, kind)), execution_options=REVIEWED)
        else:
            _take_away(kind, list(db.session.scalars(select(kind.id).where(_made(sheet, kind)))))
    return left


def _as_left(sheet: PriceSheet, kind: Kind) -> ColumnElement[bool]:
    """The trace's row stands as the sheet left it."""
    same = and_(kind.tenant_id == SheetTrace.tenant_id, kind.id == SheetTrace.row_id)
    return and_(_of(sheet), SheetTrace.kind == name_of(kind), same, image(kind) == SheetTrace.after)


def _made(sheet: PriceSheet, kind: Kind) -> ColumnElement[bool]:
    """The row was made by the sheet and stands as it left it."""
    return select(SheetTrace.id).where(_as_left(sheet, kind), SheetTrace.before.is_(None)).correlate(kind).exists()


def _changed_since(sheet: PriceSheet, kind: Kind) -> int:
    changed = (
        select(func.count())
        .select_from(SheetTrace)
        .join(kind, and_(kind.tenant_id == SheetTrace.tenant_id, kind.id == SheetTrace.row_id))
        .where(_of(sheet), SheetTrace.kind == name_of(kind), image(kind) != SheetTrace.after)
    )
    return db.session.scalar(changed, execution_options=REVIEWED) or 0


def _restore(sheet: PriceSheet, kind: Kind) -> int:
    before: Any = SheetTrace.before
    columns = kind.__table__.c
    values = {name: before[name].astext.cast(columns[name].type) for name in KEPT[kind]}
    restored = db.session.execute(
        update(kind).where(_as_left(sheet, kind), SheetTrace.before.is_not(None)).values(values),
        execution_options=REVIEWED,
    )
    return cast("CursorResult[Any]", restored).rowcount


def _take_away(kind: Kind, ids: list[Any]) -> None:
    """Delete these rows; what something stands on, perhaps of a tenant below, is discontinued instead.

    Who stands on a product we may not see, and what was said of it would go with it.  But no key that is pointed at can
    be renamed: so that is tried first, and where it fails, tried again in halves.
    """
    if not ids:
        return
    mine = kind.id.in_(ids)
    try:
        with db.session.begin_nested():
            renamed = update(kind).where(mine).values(id=func.gen_random_uuid()).returning(kind.id)
            alone = list(db.session.scalars(renamed, execution_options=REVIEWED))
            db.session.execute(delete(kind).where(kind.id.in_(alone)), execution_options=REVIEWED)
    except IntegrityError:
        if len(ids) == 1:
            ended = update(kind).where(mine).values(discontinued_on=today())
            db.session.execute(ended, execution_options=REVIEWED)
            return
        half = len(ids) // 2
        _take_away(kind, ids[:half])
        _take_away(kind, ids[half:])


def forget_trace(sheet: PriceSheet) -> None:
    """Nothing is left to undo."""
    db.session.execute(delete(SheetTrace).where(_of(sheet)), execution_options=REVIEWED)
