"""Price sheets: taken in, looked at, applied or discarded."""

from __future__ import annotations

from typing import BinaryIO

from flask import current_app
from sqlalchemy import select

from portal.audit import record
from portal.audit.actor import current_actor
from portal.catalogue import steps
from portal.catalogue.models import PriceSheet, SheetState
from portal.catalogue.models.sheets import LIFECYCLE
from portal.catalogue.sheets.application import end_missing
from portal.catalogue.sheets.comparison import forget_rows, judge
from portal.catalogue.sheets.rows import read_header
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.files import Store
from portal.core.scope import acting_scope
from portal.core.words import N_, say
from portal.processes.actions import start
from portal.processes.plans import More

LARGEST = 80 << 20
"""Bytes: a sheet of 200,000 rows has about 66 MB."""


def keep_file(stream: BinaryIO) -> tuple[str, int]:
    """Look at the header, then keep the file: its hash and its size.  Raises Invalid (field `file`).

    Call it before anything is written: a disk may wait.
    """
    read_header(stream)
    stream.seek(0)
    store = Store(current_app.config["VITRINE"].instance, acting_scope().tenant_id)
    try:
        sha = store.save(stream, most=LARGEST)
    except Invalid as invalid:
        raise Invalid(invalid.line, field="file") from None
    return sha, store.path(sha).stat().st_size


def take_in(*, name: str, sha: str, size: int) -> PriceSheet:
    """Have a kept file read and compared.  Nothing in the catalogue changes before `apply_sheet`."""
    sheet = _sheet(name=name, sha=sha, size=size)
    text = N_("Read the price sheet %(name)s")
    facts = {"sheet": sheet.key}
    process = start(steps.IMPORT, name=say(text, name=sheet.name), about=f"price.import:{sheet.key}", facts=facts)
    sheet.process_id = process.id
    return sheet


def _sheet(*, name: str, sha: str, size: int) -> PriceSheet:
    sheet = PriceSheet(name=name[:200] or "price-sheet.csv", sha=sha, size=size, created_by=current_actor().name)
    db.session.add(sheet)
    record("price_sheet.uploaded", sheet)
    return sheet


def apply_sheet(sheet: PriceSheet, *, ends_missing: bool) -> None:
    """Have the sheet's prices written.  Raises Conflict when it is not ready, or another is being applied."""
    sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.APPLYING)
    other = select(PriceSheet.name).where(PriceSheet.state == SheetState.APPLYING, PriceSheet.id != sheet.id).limit(1)
    if name := db.session.scalar(other):
        raise Conflict(say(N_("Wait for %(name)s: only one sheet is applied at a time."), name=name))
    sheet.ends_missing = ends_missing
    text = N_("Apply the price sheet %(name)s")
    facts = {"sheet": sheet.key}
    process = start(steps.APPLY, name=say(text, name=sheet.name), about=f"price.apply:{sheet.key}", facts=facts)
    sheet.process_id = process.id
    record("price_sheet.approved", sheet, after={"ends_missing": ends_missing})


def discard(sheet: PriceSheet) -> None:
    """It will not be applied; its rows are dropped, its file and its story stay."""
    sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.DISCARDED)
    forget_rows(sheet)
    record("price_sheet.discarded", sheet)


def import_sheet(name: str, stream: BinaryIO) -> PriceSheet:
    """Read, compare and apply a sheet at once, without a process: for the demo and the command line.

    Everything happens in the caller's transaction.  Raises Invalid when it is no price sheet.
    """
    sha, size = keep_file(stream)
    sheet = _sheet(name=name, sha=sha, size=size)
    db.session.flush()
    while isinstance(steps.read_on(sheet), More):
        db.session.flush()
    db.session.flush()
    judge(sheet)
    sheet.state = LIFECYCLE.move(LIFECYCLE.move(sheet.state, to=SheetState.READY), to=SheetState.APPLYING)
    db.session.flush()
    while isinstance(steps.write_on(sheet), More):
        db.session.flush()
    end_missing(sheet)
    steps.conclude(sheet)
    return sheet
