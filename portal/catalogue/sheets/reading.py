"""A sheet's file becomes rows and errors, a few thousand lines at a time.

What came packed, or in another encoding, is first written out as plain text: only there can reading go on at a byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from flask import current_app

from portal.catalogue.models import PriceSheet, SheetError, SheetRow, Verdict
from portal.catalogue.sheets import containers
from portal.catalogue.sheets.layout import Layout
from portal.catalogue.sheets.look import look_at
from portal.catalogue.sheets.rows import Fault, Row, read_rows
from portal.catalogue.sheets.sets import add_rows
from portal.core.errors import Invalid, NotFound, Permanent
from portal.core.files import Store
from portal.core.scope import acting_scope
from portal.core.words import N_, Line, say
from portal.processes.plans import More

CHUNK = 3_000
"""Lines read in one transaction: less than two seconds of work."""


def store() -> Store:
    """The acting tenant's files."""
    return Store(current_app.config["VITRINE"].instance, acting_scope().tenant_id)


def opened(sha: str) -> BinaryIO:
    try:
        return store().open(sha)
    except NotFound:
        raise Permanent(N_("The uploaded file is no longer there. Upload it again.")) from None


class _Poured:
    """Pieces of text as a stream to read from, for whoever keeps files."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _: int = -1) -> bytes:
        return next(self._pieces, b"")


def plain_file(sha: str) -> tuple[str, int]:
    """The file as plain text: its hash and its size.  Takes seconds for a large one, so hold no transaction meanwhile."""
    with opened(sha) as stream:
        try:
            if not containers.is_plain(stream):
                text = cast("BinaryIO", _Poured(containers.text_of(stream)))
                sha = store().save(text, most=containers.MOST_PLAIN)
        except Invalid as invalid:
            raise Permanent(invalid.line) from None
    return sha, store().path(sha).stat().st_size


def learn(sheet: PriceSheet) -> None:
    """Look at the file and note its header, its first rows, and the layout as far as it tells itself.  Raises Invalid."""
    with opened(sheet.sha) as stream:
        look = look_at(stream)
    sheet.header, sheet.sample, sheet.layout = list(look.names), look.sample, look.layout().stored()


def read_on(sheet: PriceSheet) -> Line | More:
    """Read up to CHUNK lines on from where the sheet stands; the bytes read say how far it is."""
    rows, faults, more = _next_rows(sheet)
    add_rows(SheetRow, [_row(sheet, row) for row in rows if row.is_mentioned])
    add_rows(SheetError, [_error(sheet, fault) for fault in faults[: sheet.room_for_faults]])
    sheet.faults += len(faults)
    if more:
        line = say(N_("%(count)s lines read"), count=sheet.read_line)
        return More(100 * sheet.read_to / max(sheet.plain_size, 1), line)
    return say(N_("%(count)s lines read"), count=max(sheet.read_line - 1, 0))


def _next_rows(sheet: PriceSheet) -> tuple[list[Row], list[Fault], bool]:
    rows: list[Row] = []
    with opened(sheet.plain) as stream:
        try:
            for row, record in read_rows(stream, Layout.of(sheet.layout), start=sheet.read_to, line=sheet.read_line):
                rows.append(row)
                _tell_hopeless(sheet, row)
                sheet.read_to, sheet.read_line = record.end, record.next_line
                if len(rows) >= CHUNK:
                    break
        except Invalid as invalid:
            raise Permanent(invalid.line) from None
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
