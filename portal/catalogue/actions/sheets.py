"""Price sheets: taken in, looked at, applied or discarded."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO

from portal.audit import record
from portal.audit.actor import current_actor
from portal.catalogue import queries, steps
from portal.catalogue.models import PriceSheet, SheetMapping, SheetState
from portal.catalogue.models.sheets import LIFECYCLE
from portal.catalogue.sheets import reading, schedule, undoing
from portal.catalogue.sheets.application import end_missing
from portal.catalogue.sheets.comparison import forget_rows, judge
from portal.catalogue.sheets.layout import Layout, fingerprint
from portal.catalogue.sheets.look import look_at
from portal.core import jobs, keys
from portal.core.db import db, get
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.processes.actions import cancel, start
from portal.processes.models import Process
from portal.processes.plans import More

LARGEST = 80 << 20
"""Bytes: a sheet of 200,000 rows has about 66 MB."""


def keep_file(stream: BinaryIO) -> tuple[str, int]:
    """Look at the beginning, then keep the file: its hash and its size.  Raises Invalid (field `file`).

    Call it before anything is written: a disk may wait.
    """
    look_at(stream)
    stream.seek(0)
    try:
        sha = reading.store().save(stream, most=LARGEST)
    except Invalid as invalid:
        raise Invalid(invalid.line, field="file") from None
    return sha, reading.store().path(sha).stat().st_size


def take_in(*, name: str, sha: str, size: int) -> PriceSheet:
    """Have a kept file read and compared, or wait until somebody says which column is which.

    Nothing in the catalogue changes before `apply_sheet`.
    """
    sheet = _sheet(name=name, sha=sha, size=size)
    if Layout.of(sheet.layout).is_settled:
        _read(sheet)
    return sheet


def _sheet(*, name: str, sha: str, size: int) -> PriceSheet:
    sheet = PriceSheet(name=name[:200] or "price-sheet.csv", sha=sha, size=size, created_by=current_actor().name)
    sheet.state = SheetState.MAPPING
    reading.learn(sheet)
    if remembered := queries.mapping_of(sheet.header):
        sheet.layout = _fitting(sheet, remembered.layout)
    db.session.add(sheet)
    record("price_sheet.uploaded", sheet)
    return sheet


def _fitting(sheet: PriceSheet, layout: dict[str, Any]) -> dict[str, Any]:
    """What was remembered of the columns, by this file's separator and, where it tells, by its own spelling."""
    own = Layout.of(sheet.layout)
    return Layout(own.separator, layout["places"], Layout.of(layout).spellings).stored()


def _read(sheet: PriceSheet) -> None:
    sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.READING)
    text = N_("Read the price sheet %(name)s")
    about = f"price.import:{keys.spell(keys.new_id())}"  # read anew, it is another process
    process = start(steps.IMPORT, name=say(text, name=sheet.name), about=about, facts={"sheet": sheet.key})
    sheet.process_id = process.id


def settle_mapping(sheet: PriceSheet, *, layout: Layout) -> None:
    """Read the sheet so, for the first time or anew, and remember it for files with the same header.

    Raises Conflict when its prices are being written or were.
    """
    if sheet.process_id and sheet.state is SheetState.READING:
        _stop_reading(sheet)
    sheet.layout = layout.stored()
    _remember(sheet)
    forget_rows(sheet)
    sheet.counts, sheet.markets, sheet.valid_from = {}, [], None
    sheet.read_to = sheet.read_line = sheet.read_whole = sheet.read_broken = sheet.faults = 0
    _read(sheet)
    record("price_sheet.mapped", sheet)


def _stop_reading(sheet: PriceSheet) -> None:
    """The reading that goes on, or is stuck, gives way; cancelled, it leaves the sheet alone."""
    former = get(Process, sheet.process_id)
    sheet.process_id = None
    db.session.flush()
    if not former.over:
        cancel(former)


def _remember(sheet: PriceSheet) -> None:
    mapping = queries.mapping_of(sheet.header)
    if mapping is None:
        mapping = SheetMapping(header=fingerprint(sheet.header), created_by=current_actor().name)
        db.session.add(mapping)
    mapping.layout = sheet.layout


def apply_sheet(sheet: PriceSheet, *, ends_missing: bool, on: date | None = None) -> None:
    """Have the sheet's prices written: at once, or when that day begins here.  Then none is valid before that day.

    Raises Conflict when it is not ready, or another is being written.
    """
    starts_on = on if on and on > schedule.today_here() else None
    begun = LIFECYCLE.move(sheet.state, to=SheetState.SCHEDULED if starts_on else SheetState.APPLYING)
    if not starts_on:
        _be_alone(sheet)
    sheet.state, sheet.ends_missing, sheet.starts_on = begun, ends_missing, starts_on
    text = N_("Apply the price sheet %(name)s")
    about = f"price.apply:{keys.spell(keys.new_id())}"  # called off or undone, it may be applied again
    process = start(steps.APPLY, name=say(text, name=sheet.name), about=about, facts={"sheet": sheet.key})
    sheet.process_id = process.id
    day = {"starts_on": starts_on.isoformat()} if starts_on else {}
    record("price_sheet.approved", sheet, after={"ends_missing": ends_missing, **day})


def _be_alone(sheet: PriceSheet) -> None:
    if name := queries.being_written(sheet):
        raise Conflict(say(N_("Wait for %(name)s: only one sheet is applied at a time."), name=name))


def reschedule(sheet: PriceSheet, *, on: date) -> None:
    """Apply it on another day; a day that has begun is at once.  Raises Conflict unless it still waits."""
    if sheet.state is not SheetState.SCHEDULED or sheet.process_id is None:
        raise Conflict(N_("Look at it again: its state no longer allows this."))
    before, sheet.starts_on = sheet.starts_on, on
    jobs.call(sheet.process_id, tenant_id=sheet.tenant_id, subject_id=sheet.tenant_id)
    told = {"starts_on": before.isoformat() if before else None}, {"starts_on": on.isoformat()}
    record("price_sheet.rescheduled", sheet, before=told[0], after=told[1])


def hold_back(sheet: PriceSheet) -> None:
    """It is not applied on its day: the preview stands again.  Raises Conflict unless it still waits."""
    if sheet.state is not SheetState.SCHEDULED or sheet.process_id is None:
        raise Conflict(N_("Look at it again: its state no longer allows this."))
    cancel(get(Process, sheet.process_id))
    sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.READY)
    sheet.starts_on = None
    record("price_sheet.held_back", sheet)


def undo(sheet: PriceSheet) -> None:
    """Have everything put back as it was before the sheet.

    Raises Conflict when it is not applied, another is being written, or a later one changed what it left.
    """
    begun = LIFECYCLE.move(sheet.state, to=SheetState.UNDOING)
    _be_alone(sheet)
    if not undoing.traced(sheet, *undoing.PRICES, *undoing.WARES):
        raise Conflict(N_("Nothing is kept to undo it by: it was applied before that was possible."))
    if name := undoing.standing_on(sheet):
        raise Conflict(say(N_("Undo %(name)s first: it was applied later and changed the same prices."), name=name))
    sheet.state = begun
    text = N_("Undo the price sheet %(name)s")
    about = f"price.undo:{keys.spell(keys.new_id())}"
    process = start(steps.UNDO, name=say(text, name=sheet.name), about=about, facts={"sheet": sheet.key})
    sheet.process_id = process.id
    record("price_sheet.undo_asked", sheet)


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
    if not Layout.of(sheet.layout).is_settled:
        raise Invalid(N_("Upload it in the office, and say there which column is which."), field="file")
    sheet.plain, sheet.plain_size = reading.plain_file(sha)
    db.session.flush()
    while isinstance(reading.read_on(sheet), More):
        db.session.flush()
    db.session.flush()
    judge(sheet)
    for state in (SheetState.READING, SheetState.READY, SheetState.APPLYING):
        sheet.state = LIFECYCLE.move(sheet.state, to=state)
    db.session.flush()
    while isinstance(steps.write_on(sheet), More):
        db.session.flush()
    end_missing(sheet)
    steps.conclude(sheet)
    return sheet
