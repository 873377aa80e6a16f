"""The two processes of a file of products: it is read and compared; when somebody has looked at that, it is written."""

from __future__ import annotations

from typing import Any

from portal.audit import record
from portal.catalogue.files import reading
from portal.catalogue.files.writing import Desk, refusal
from portal.catalogue.models import ProductImport, SheetState
from portal.catalogue.models.sheets import LIFECYCLE
from portal.catalogue.sheets.reading import opened
from portal.core.clock import now
from portal.core.db import db, get
from portal.core.errors import Conflict, Invalid, Permanent
from portal.core.words import N_, Line, say
from portal.processes.models import Process
from portal.processes.plans import More, Plan, Step

STRETCH = 100
"""Rows written in one transaction."""
SHOWN = 500
"""Changes that the preview lists."""


def import_of(process: Process) -> ProductImport:
    return get(ProductImport, process.facts["import"])


def read_products(process: Process) -> Line:
    """Read the file into rows and faults."""
    taken = import_of(process)
    try:
        with opened(taken.sha) as stream:
            taken.rows, taken.faults, taken.unread = reading.read_file(stream)
    except Invalid as invalid:
        raise Permanent(invalid.line) from None
    return say(N_("%(count)s line read"), N_("%(count)s lines read"), count=len(taken.rows) + _broken(taken))


def compare_products(process: Process) -> Line:
    """Say what each row would do, and leave it to a person."""
    taken = import_of(process)
    if taken.state is SheetState.READING:
        compare(taken)
        taken.state = LIFECYCLE.move(taken.state, to=SheetState.READY)
        record("product_import.read", taken, after=dict(taken.counts))
    return summary(taken)


def compare(taken: ProductImport) -> None:
    desk, counts = Desk(taken.rows), {"new": 0, "changed": 0, "unchanged": 0}
    changes: list[dict[str, Any]] = []
    faults: list[dict[str, Any]] = []
    good: list[dict[str, Any]] = []
    for row in taken.rows:
        try:
            verdict, moved = desk.compared(row["values"])
        except Invalid as invalid:
            faults.append(refusal(row, invalid))
            continue
        good.append(row)
        counts[verdict] += 1
        if verdict != "unchanged" and len(changes) < SHOWN:
            name = row["values"].get("name", "")
            changes.append({"code": row["values"]["code"], "name": name, "verdict": verdict, "moved": moved})
    taken.rows, taken.changes = good, changes
    taken.faults = [*taken.faults, *faults][: reading.MOST_FAULTS]
    taken.counts = {**counts, "broken": _broken(taken)}


def _broken(taken: ProductImport) -> int:
    return len({one["line"] for one in taken.faults})


def write_products(process: Process) -> Line | More:
    """Write the next stretch; a row that can no longer be taken joins the faults."""
    taken = import_of(process)
    rows = taken.rows[taken.applied : taken.applied + STRETCH]
    desk, faults = Desk(rows), []
    for row in rows:
        try:
            desk.write(row["values"])
        except (Invalid, Conflict) as problem:
            faults.append(refusal(row, problem))
    taken.applied += len(rows)
    if faults:
        taken.faults = [*taken.faults, *faults][: reading.MOST_FAULTS]
        taken.counts = {**taken.counts, "broken": _broken(taken)}
    db.session.flush()
    if taken.applied < len(taken.rows):
        line = say(N_("%(count)s line written"), N_("%(count)s lines written"), count=taken.applied)
        return More(100 * taken.applied / len(taken.rows), line)
    if taken.state is SheetState.APPLYING:
        taken.state, taken.applied_at = LIFECYCLE.move(taken.state, to=SheetState.APPLIED), now()
        record("product_import.applied", taken, after=dict(taken.counts))
    return summary(taken)


def summary(taken: ProductImport) -> Line:
    text = N_("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(broken)s broken")
    counts: dict[str, Any] = {name: taken.count(name) for name in ("new", "changed", "unchanged", "broken")}
    return say(text, **counts)


def close_import(process: Process) -> None:
    """The reading was cancelled: the file stays as discarded."""
    taken = import_of(process)
    if taken.state in (SheetState.READING, SheetState.READY):
        taken.state = LIFECYCLE.move(taken.state, to=SheetState.DISCARDED)


def put_back(process: Process) -> None:
    """Cancelled before anything was written: the preview stands again."""
    taken = import_of(process)
    if taken.state is SheetState.APPLYING:
        taken.state = LIFECYCLE.move(taken.state, to=SheetState.READY)


# The names of plans and steps are for ever: rows carry them.
READ = Plan(
    "products.import",
    (
        Step("read_products", N_("Read the file"), read_products, weight=3, usual=1.0),
        Step("compare_products", N_("Compare it with the catalogue"), compare_products, weight=2, usual=0.5),
    ),
    when_cancelled=close_import,
    topic=N_("Products"),
    steered_by="catalogue.edit",
    feature="own_products",
    ready="catalogue/_import_ready.html",
)
WRITE = Plan(
    "products.apply",
    (Step("write_products", N_("Write the products"), write_products, weight=6, usual=2.0),),
    final="write_products",
    when_cancelled=put_back,
    topic=N_("Products"),
    steered_by="catalogue.edit",
    feature="own_products",
    ready="catalogue/_import_ready.html",
)
