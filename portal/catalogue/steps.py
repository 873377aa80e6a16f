"""The two processes of a price sheet: it is read and compared; when somebody has looked at that, it is applied.

Between them nothing is open: what was read lies in its own rows, and what it would do is judged again before it is done.
"""

from __future__ import annotations

from typing import Any

from flask import current_app

from portal.audit import record
from portal.catalogue.models import PriceSheet, SheetError, SheetRow, SheetState, Verdict
from portal.catalogue.models.sheets import LIFECYCLE
from portal.catalogue.sheets import application, comparison
from portal.catalogue.sheets.rows import Fault, Row, read_header, read_rows
from portal.core.clock import now
from portal.core.db import add_many, get
from portal.core.errors import Invalid, NotFound, Permanent
from portal.core.files import Store
from portal.core.words import N_, Line, say
from portal.processes.models import Process
from portal.processes.plans import More, Plan, Step
from portal.tenants.actions import raise_stamp

CHUNK = 3_000
"""Lines read in one transaction: less than two seconds of work."""


def sheet_of(process: Process) -> PriceSheet:
    return get(PriceSheet, process.facts["sheet"])


def files_of(sheet: PriceSheet) -> Store:
    return Store(current_app.config["VITRINE"].instance, sheet.tenant_id)


def read_sheet(process: Process) -> Line | More:
    """Read the next lines of the file into rows and errors."""
    return read_on(sheet_of(process))


def read_on(sheet: PriceSheet) -> Line | More:
    """Read up to CHUNK lines on from where the sheet stands; the bytes read say how far it is."""
    rows, faults, more = _next_rows(sheet)
    add_many(SheetRow, (_row(sheet, row) for row in rows if row.is_mentioned))
    add_many(SheetError, (_error(sheet, fault) for fault in faults[: sheet.room_for_faults]))
    sheet.faults += len(faults)
    if more:
        line = say(N_("%(count)s lines read"), count=sheet.read_line)
        return More(100 * sheet.read_to / max(sheet.size, 1), line)
    return say(N_("%(count)s lines read"), count=max(sheet.read_line - 1, 0))


def _next_rows(sheet: PriceSheet) -> tuple[list[Row], list[Fault], bool]:
    try:
        stream = files_of(sheet).open(sheet.sha)
    except NotFound:
        raise Permanent(N_("The uploaded file is no longer there. Upload it again.")) from None
    rows: list[Row] = []
    with stream:
        try:
            header = read_header(stream)
        except Invalid as invalid:
            raise Permanent(invalid.line) from None
        for row, record_read in read_rows(stream, header, start=sheet.read_to, line=sheet.read_line):
            rows.append(row)
            _tell_hopeless(sheet, row)
            sheet.read_to, sheet.read_line = record_read.end, record_read.next_line
            if len(rows) >= CHUNK:
                break
    return rows, [fault for row in rows for fault in row.faults], len(rows) >= CHUNK


def _tell_hopeless(sheet: PriceSheet, row: Row) -> None:
    """Count the row in, and give the file up when hardly a line of it can be taken."""
    if row.is_whole:
        sheet.read_whole += 1
        return
    sheet.read_broken += 1
    if sheet.is_hopeless:
        raise Permanent(_hopeless(sheet, row.faults[0]))


def _hopeless(sheet: PriceSheet, fault: Fault) -> Line:
    text = N_(
        "This is not a price sheet of the known layout: %(broken)s of its first %(lines)s lines cannot be read. "
        "Line %(line)s, for example: %(fault)s"
    )
    where = say(N_("%(column)s: %(reason)s"), column=fault.column, reason=fault.reason)
    counts = {"broken": sheet.read_broken, "lines": sheet.read_broken + sheet.read_whole, "line": fault.line}
    facts = {name: f"{count:,}" for name, count in counts.items()}
    return say(text, **facts, fault=where if fault.column else fault.reason)


def _row(sheet: PriceSheet, row: Row) -> dict[str, Any]:
    """The row as it was understood.  A broken one keeps only what tells which plan it is about, perhaps in any market."""
    whole = row.facts if row.is_whole else {}
    return {
        "sheet_id": sheet.id,
        "line": row.line,
        "verdict": Verdict.UNJUDGED if row.is_whole else Verdict.BROKEN,
        **{name: row.facts[name] for name in ("code", "term", "billing", "segment")},
        **{name: row.facts.get(name, "") for name in ("market", "currency")},
        **{name: whole.get(name) for name in ("purchase", "recommended", "valid_from", "valid_until")},
        **{name: row.facts.get(name, "") for name in ("slug", "name", "family", "vendor", "summary", "unit", "tags")},
    }


def _error(sheet: PriceSheet, fault: Fault) -> dict[str, Any]:
    reason = fault.reason.stored()
    return {"sheet_id": sheet.id, "line": fault.line, "column": fault.column, "value": fault.value, "reason": reason}


def compare_sheet(process: Process) -> Line:
    """Judge every row, count what the sheet would do, and leave it to a person."""
    sheet = sheet_of(process)
    comparison.judge(sheet)
    if sheet.state is SheetState.READING:
        sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.READY)
        record("price_sheet.read", sheet, after=dict(sheet.counts))
    return summary(sheet)


def summary(sheet: PriceSheet) -> Line:
    text = N_("%(new)s new, %(changed)s changed, %(gone)s gone, %(unchanged)s unchanged, %(broken)s broken")
    counts: dict[str, Any] = {verdict.value: sheet.count(verdict) for verdict in Verdict}
    return say(text, **counts)


def forget_reading(process: Process) -> Line:
    """Cancelling the reading: what was read goes."""
    comparison.forget_rows(sheet_of(process))
    return say(N_("Discarded; nothing was changed"))


def close_sheet(process: Process) -> None:
    """The reading was cancelled, perhaps before it began: the sheet stays as discarded."""
    sheet = sheet_of(process)
    if sheet.state in (SheetState.READING, SheetState.READY):
        sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.DISCARDED)


def weigh(process: Process) -> Line:
    """Judge the rows again: since the preview another sheet may have been applied."""
    sheet = sheet_of(process)
    if sheet.applied_line == 0:
        comparison.judge(sheet)
    return summary(sheet)


def put_back(process: Process) -> None:
    """Cancelled before anything was written: the preview stands again."""
    sheet = sheet_of(process)
    if sheet.state is SheetState.APPLYING:
        sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.READY)


def write_prices(process: Process) -> Line | More:
    """Write the next stretch of changed lines."""
    return write_on(sheet_of(process))


def write_on(sheet: PriceSheet) -> Line | More:
    end = application.next_stretch(sheet)
    changed = sheet.count(Verdict.NEW) + sheet.count(Verdict.CHANGED)
    if end is None:
        return say(N_("%(count)s price written"), N_("%(count)s prices written"), count=changed)
    application.apply_stretch(sheet, end)
    last = sheet.count("lines") + 1
    return More(100 * min(1.0, end / max(last, 1)), say(N_("Written up to line %(line)s"), line=end))


def end_missing(process: Process) -> Line:
    """Discontinue what the sheet no longer names, if that was wanted."""
    sheet = sheet_of(process)
    if not sheet.ends_missing:
        return say(N_("What the sheet does not name stays as it is"))
    application.end_missing(sheet)
    return say(N_("%(count)s price ended"), N_("%(count)s prices ended"), count=sheet.count(Verdict.GONE))


def open_prices(process: Process) -> Line:
    """From here on every page shows the new prices."""
    return conclude(sheet_of(process))


def conclude(sheet: PriceSheet) -> Line:
    if sheet.state is SheetState.APPLYING:
        sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.APPLIED)
        sheet.applied_at = now()
        raise_stamp()
        record("price_sheet.applied", sheet, after=dict(sheet.counts))
    return summary(sheet)


# The names of plans and steps are for ever: rows carry them.
IMPORT = Plan(
    "price.import",
    (
        Step("read_sheet", N_("Read the sheet"), read_sheet, forget_reading, weight=6, usual=2.0),
        Step("compare_sheet", N_("Compare it with the catalogue"), compare_sheet, weight=2, usual=0.5),
    ),
    when_cancelled=close_sheet,
    topic=N_("Price sheets"),
    steered_by="catalogue.import",
    feature="price_sheets",
    ready="catalogue/_sheet_ready.html",
)
APPLY = Plan(
    "price.apply",
    (
        Step("weigh", N_("Compare it with the catalogue again"), weigh, weight=2, usual=0.5),
        Step("write_prices", N_("Write products, plans and prices"), write_prices, weight=6, usual=2.0),
        Step("end_missing", N_("End what the sheet no longer names"), end_missing, weight=1, usual=0.3),
        Step("open_prices", N_("Show the new prices"), open_prices, weight=1, usual=0.1),
    ),
    final="write_prices",
    when_cancelled=put_back,
    topic=N_("Price sheets"),
    steered_by="catalogue.import",
    feature="price_sheets",
    ready="catalogue/_sheet_applied.html",
)
