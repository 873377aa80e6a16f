"""The two processes of a price sheet: it is read and compared; when somebody has looked at that, it is applied.

Between them nothing is open: what was read lies in its own rows, and what it would do is judged again before it is done.
"""

from __future__ import annotations

from typing import Any

from portal.audit import record
from portal.catalogue import queries
from portal.catalogue.models import PriceSheet, SheetState, Verdict
from portal.catalogue.models.sheets import LIFECYCLE, MOVING
from portal.catalogue.sheets import application, comparison, reading, schedule, undoing
from portal.catalogue.sheets.tracing import Kind
from portal.core.clock import now
from portal.core.db import db, get
from portal.core.words import N_, Line, say
from portal.processes.models import Process
from portal.processes.plans import Later, More, Plan, Step
from portal.tenants.actions import raise_stamp

OTHER_SHEET = 15
"""Seconds after which one looks again whether the other sheet is done."""


def sheet_of(process: Process) -> PriceSheet:
    return get(PriceSheet, process.facts["sheet"])


def unpack_sheet(process: Process) -> Line:
    """Have the file as plain text, wherever it came in."""
    sheet = sheet_of(process)
    key, sha = sheet.id, sheet.sha
    db.session.rollback()  # nothing stays open while the disk and the unpacking take their time
    plain, size = reading.plain_file(sha)
    sheet = get(PriceSheet, key)
    if not sheet.layout:
        reading.learn(sheet)
    sheet.plain, sheet.plain_size = plain, size
    return say(N_("%(count)s MB of text"), count=f"{size / (1 << 20):,.1f}")


def read_sheet(process: Process) -> Line | More:
    """Read the next lines of the file into rows and errors."""
    if not sheet_of(process).plain:  # begun before files were unpacked
        unpack_sheet(process)
    return reading.read_on(sheet_of(process))


def compare_sheet(process: Process) -> Line | More:
    """Judge every row, count what the sheet would do, and leave it to a person."""
    sheet = sheet_of(process)
    if comparison.judge_on(sheet):
        return _compared(sheet)
    if sheet.state is SheetState.READING:
        sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.READY)
        record("price_sheet.read", sheet, after=dict(sheet.counts))
    return summary(sheet)


def _compared(sheet: PriceSheet) -> More:
    line = sheet.judged_line or 0
    return More(100 * line / max(sheet.read_line, line, 1), say(N_("Compared up to line %(line)s"), line=line))


def summary(sheet: PriceSheet) -> Line:
    text = N_(
        "%(new)s new, %(up)s dearer, %(down)s cheaper, %(changed)s otherwise changed, %(gone)s not in the sheet, "
        "%(unchanged)s unchanged, %(broken)s broken"
    )
    counts: dict[str, Any] = {verdict.value: sheet.count(verdict) for verdict in Verdict}
    return say(text, **counts)


def forget_reading(process: Process) -> Line:
    """Cancelling the reading: what was read goes, unless it is being read anew."""
    sheet = sheet_of(process)
    if sheet.process_id == process.id:
        comparison.forget_rows(sheet)
    return say(N_("Discarded; nothing was changed"))


def close_sheet(process: Process) -> None:
    """The reading was cancelled, perhaps before it began: the sheet stays as discarded."""
    sheet = sheet_of(process)
    if sheet.process_id == process.id and sheet.state in (SheetState.READING, SheetState.READY):
        sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.DISCARDED)


def await_day(process: Process) -> Line | Later:
    """Wait for the day it is applied on, and for other sheets: one at a time changes the catalogue."""
    sheet = sheet_of(process)
    if sheet.state is not SheetState.SCHEDULED:
        return say(N_("At once"))
    if sheet.starts_on and (seconds := schedule.seconds_until(sheet.starts_on)) > 0:
        return Later(seconds, say(N_("Waits for %(day)s"), day=sheet.starts_on.isoformat()))
    if name := queries.being_written(sheet):
        return Later(OTHER_SHEET, say(N_("Waits for %(name)s"), name=name))
    sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.APPLYING)
    return say(N_("Its day has come"))


def weigh(process: Process) -> Line | More:
    """Judge the rows again: since the preview another sheet may have been applied."""
    sheet = sheet_of(process)
    if sheet.applied_line or comparison.still_stands(sheet):
        return summary(sheet)
    return _compared(sheet) if comparison.judge_on(sheet) else summary(sheet)


def put_back(process: Process) -> None:
    """Cancelled before anything was written: the preview stands again."""
    sheet = sheet_of(process)
    if sheet.process_id == process.id and sheet.state in (SheetState.SCHEDULED, SheetState.APPLYING):
        sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.READY)
        sheet.starts_on = sheet.judged_line = None


def write_prices(process: Process) -> Line | More:
    """Write the next stretch of changed lines."""
    return write_on(sheet_of(process))


def write_on(sheet: PriceSheet) -> Line | More:
    end = application.next_stretch(sheet)
    changed = sum(sheet.count(verdict) for verdict in MOVING)
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
        sheet.applied_at, sheet.undone_at = now(), None
        raise_stamp()
        record("price_sheet.applied", sheet, after=dict(sheet.counts))
    return summary(sheet)


def put_prices_back(process: Process) -> Line:
    return _put_back(sheet_of(process), undoing.PRICES)


def put_products_back(process: Process) -> Line:
    return _put_back(sheet_of(process), undoing.WARES)


def _put_back(sheet: PriceSheet, kinds: tuple[Kind, ...]) -> Line:
    count, left = undoing.traced(sheet, *kinds), undoing.put_back(sheet, kinds)
    if left:
        text = N_("%(count)s put back; %(left)s changed since then stay as they are")
        return say(text, count=f"{count - left:,}", left=f"{left:,}")
    return say(N_("%(count)s put back"), count=f"{count:,}")


def show_former(process: Process) -> Line:
    """From here on every page shows the prices from before; the sheet can be applied again."""
    sheet = sheet_of(process)
    if sheet.state is SheetState.UNDOING:
        undoing.forget_trace(sheet)
        sheet.state = LIFECYCLE.move(sheet.state, to=SheetState.UNDONE)
        sheet.undone_at, sheet.applied_at, sheet.starts_on, sheet.applied_line = now(), None, None, 0
        raise_stamp()
        record("price_sheet.undone", sheet)
    return say(N_("The former prices are shown"))


def compare_again(process: Process) -> Line | More:
    """Count what the sheet would do now, if it were applied again."""
    sheet = sheet_of(process)
    return _compared(sheet) if comparison.judge_on(sheet) else summary(sheet)


# The names of plans and steps are for ever: rows carry them.
IMPORT = Plan(
    "price.import",
    (
        Step("unpack_sheet", N_("Unpack the file"), unpack_sheet, weight=1, usual=0.1),
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
        Step("await_day", N_("Wait for its day"), await_day, weight=1, usual=0.1),
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
UNDO = Plan(
    "price.undo",
    (
        Step("put_prices_back", N_("Put prices back"), put_prices_back, weight=4, usual=1.0),
        Step("put_products_back", N_("Put products and plans back"), put_products_back, weight=1, usual=0.3),
        Step("show_former", N_("Show the former prices"), show_former, weight=1, usual=0.1),
        Step("compare_again", N_("Compare the sheet with the catalogue again"), compare_again, weight=2, usual=0.5),
    ),
    final="put_prices_back",
    topic=N_("Price sheets"),
    steered_by="catalogue.import",
    feature="price_sheets",
    ready="catalogue/_sheet_undone.html",
)
