"""A file of products, text or a workbook, becomes rows, and faults with line, column, value and reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from portal.catalogue.files.columns import BY_WORD, known_heads
from portal.catalogue.sheets import containers
from portal.catalogue.sheets.workbook import Wanted
from portal.core.errors import Invalid
from portal.core.words import N_, Line, say

LARGEST = 10 << 20
"""Bytes of a file."""
MOST_TEXT = 30 << 20
"""Bytes of what is unpacked of it."""
BEGINNING = 1 << 18
"""Bytes of text in which the heads of a workbook stand."""
MOST_ROWS = 10_000
MOST_COLUMNS = 60
MOST_FAULTS = 1_000
SHOWN_VALUE = 200
SEVERAL = N_("This workbook holds several pages of products: %(names)s. Save each as a file of its own.")
_RUNS = ("'=", "'+", "'-", "'@")

Read = tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]


def read_file(stream: BinaryIO) -> Read:
    """(good lines, faults, columns nobody knows).  Raises Invalid at `file` when it is no file of products."""
    is_book = containers.is_workbook(stream)
    records = _records(_text(containers.text_of(stream, _WANTED)), is_book=is_book)
    places, unread = _places(next(records, (1, []))[1])
    rows: list[dict[str, Any]] = []
    faults: list[dict[str, Any]] = []
    lines: dict[str, int] = {}
    for line, cells in records:
        values, wrong = _row(line, cells, places)
        code = str(values.get("code", ""))
        if not wrong and code in lines:
            wrong = [fault(line, "code", code, say(N_("Line %(line)s has this code already."), line=lines[code]))]
        if wrong:
            faults += wrong[: MOST_FAULTS - len(faults)]
        else:
            lines[code] = line
            rows.append({"line": line, "values": values})
    return rows, faults, unread


def read_heads(stream: BinaryIO) -> None:
    """Look whether it is a file of products at all.  Raises Invalid (field `file`).

    Of a workbook only at its beginning: to read one whole takes longer than anybody waits for a page.
    """
    is_book = containers.is_workbook(stream)
    pieces = [containers.beginning(stream, _WANTED, most=BEGINNING)] if is_book else containers.text_of(stream)
    _places(next(_records(_text(pieces), is_book=is_book), (1, []))[1])


def fault(line: int, column: str, value: str, reason: Line) -> dict[str, Any]:
    title = BY_WORD[column].title if column in BY_WORD else column
    return {"line": line, "column": title, "value": value[:SHOWN_VALUE], "reason": reason.stored()}


def _records(text: str, *, is_book: bool) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each line that says something, the heads first.  Of a workbook each record is one of its rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if is_book else _separator(text))
    count = 0
    try:
        for row, cells in enumerate(reader, 1):
            if len(cells) > MOST_COLUMNS:
                raise _no(say(N_("Take out columns: a file of products has at most %(most)s."), most=MOST_COLUMNS))
            if any(cell.strip() for cell in cells):
                yield row if is_book else reader.line_num, cells
                count += 1
            if count > MOST_ROWS + 1:
                raise _no(say(N_("Upload it in parts: a file may have %(most)s lines."), most=f"{MOST_ROWS:,}"))
    except csv.Error:
        raise _no(say(N_("Save it as CSV again: its lines cannot be told apart."))) from None


def _text(came: Iterable[bytes]) -> str:
    pieces, size = [], 0
    for piece in came:
        size += len(piece)
        if size > MOST_TEXT:
            raise _no(
                say(N_("Upload it in parts: unpacked, this file is larger than %(most)s MB."), most=MOST_TEXT >> 20)
            )
        pieces.append(piece)
    text = b"".join(pieces).decode("utf-8", "replace").removeprefix("\ufeff")
    if "\0" in text or "\x1a" in text:
        raise _no(say(N_("Save it as CSV again: it has bytes that no text has.")))
    return text


def _known(heads: Sequence[str]) -> int:
    return len({known_heads().get(head.strip().casefold()) for head in heads} - {None})


_WANTED = Wanted(_known, SEVERAL, breaks=True)


def _separator(text: str) -> str:
    """The sign that the first line has most of."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _places(heads: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """Which column stands where, and what nobody knows.  Raises Invalid when there is no code, or one comes twice."""
    known, unread = known_heads(), []
    places: dict[int, str] = {}
    for place, head in enumerate(heads):
        word = known.get(head.strip().casefold())
        if word is None:
            unread += [head.strip()[:SHOWN_VALUE]] if head.strip() else []
        elif word in places.values():
            raise _no(say(N_("Take out one of the two columns %(name)s."), name=head.strip()[:SHOWN_VALUE]))
        else:
            places[place] = word
    if "code" not in places.values():
        raise _no(say(N_("Begin with a line of column names, one of them “code”: products are known by it.")))
    return places, unread


def _row(line: int, cells: Sequence[str], places: dict[int, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    values: dict[str, Any] = {}
    wrong = []
    for place, word in places.items():
        text = _defused_back(cells[place].strip() if place < len(cells) else "")
        try:
            values[word] = BY_WORD[word].read(text)
        except Invalid as invalid:
            wrong.append(fault(line, word, text, invalid.line))
    return values, wrong


def _defused_back(text: str) -> str:
    """The apostrophe goes that we put before what a spreadsheet would run."""
    return text[1:] if text.startswith(_RUNS) else text


def _no(line: Line) -> Invalid:
    return Invalid(line, field="file")
