"""The first look at a file: its separator, its header, its first rows.  Enough to know what it is; nothing is kept yet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from portal.catalogue.sheets import containers, values
from portal.catalogue.sheets.layout import COLUMNS, LEFT_OUT, Layout, known_places, recognised
from portal.catalogue.sheets.records import Record, Records
from portal.core.errors import Invalid
from portal.core.words import N_, say

LOOKED_AT = 1 << 20
EVIDENCE = 500
"""Rows from which the spelling of numbers and dates is told."""
SAMPLE = 5
MOST_COLUMNS = 60
"""The vendor sends 19, from December 2026 on 21."""
SEPARATORS = (",", ";", "\t", "|")
ONE_COLUMN = N_("This file has one column: a price sheet has 19.")
NO_SHEET = N_("This is no price sheet: none of its 19 columns is in the first line.")


@dataclass(frozen=True, slots=True)
class Look:
    """What the beginning of a file shows.  `end` and `next_line`: where the rows begin."""

    separator: str
    names: tuple[str, ...]
    end: int
    next_line: int
    rows: tuple[tuple[str, ...], ...] = ()

    def layout(self) -> Layout:
        return recognised(self.separator, self.names, self.rows)

    @property
    def sample(self) -> list[list[str]]:
        return [[values.printable(cell, longest=120) for cell in row] for row in self.rows[:SAMPLE]]


def look_at(stream: BinaryIO) -> Look:
    """What the file shows.  Raises Invalid (field `file`) that says why it can be no price sheet."""
    text = io.BytesIO(containers.beginning(stream, most=LOOKED_AT))
    header = header_of(text)
    records = Records(
        text, separator=header.separator, width=len(header.names), start=header.end, line=header.next_line
    )
    rows = tuple(record.fields for record in islice(records, EVIDENCE) if not record.fault)
    return Look(header.separator, header.names, header.end, header.next_line, rows)


def header_of(text: BinaryIO) -> Look:
    """The first line, by the separator that finds most of the known columns in it."""
    readings = [(separator, Records(text, separator=separator).next()) for separator in SEPARATORS]
    separator, record = max(readings, key=lambda reading: _fitness(reading[1]))
    if record is None:
        raise Invalid(N_("Choose a sheet with rows: this file is empty."), field="file")
    if record.fault:
        text_ = N_("This is no price sheet. Its first line cannot be read: %(fault)s")
        raise Invalid(say(text_, fault=record.fault), field="file")
    names = tuple(values.printable(" ".join(name.split()), longest=80) for name in record.fields)
    _judge(names)
    return Look(separator, names, record.end, record.next_line)


def _fitness(record: Record | None) -> tuple[int, int]:
    fields = record.fields if record else ()
    return len(known_places(fields)), len(fields)


def _judge(names: Sequence[str]) -> None:
    if len(names) == 1:
        raise Invalid(ONE_COLUMN, field="file")
    if len(names) > MOST_COLUMNS:
        raise Invalid(say(N_("This file has %(count)s columns: a price sheet has 19."), count=len(names)), field="file")
    known = known_places(names)
    if not known and len(names) < len(COLUMNS) - len(LEFT_OUT):
        raise Invalid(NO_SHEET, field="file")
    missing = [column for column in COLUMNS if column not in known and column not in LEFT_OUT]
    if len(missing) > len(names) - len(known):
        one, many = N_("The column %(columns)s is missing."), N_("These columns are missing: %(columns)s.")
        raise Invalid(say(one, many, count=len(missing), columns=", ".join(missing)), field="file")
    twice = [column for column in COLUMNS if [name.casefold() for name in names].count(column.casefold()) > 1]
    if twice:
        raise Invalid(say(N_("The column %(column)s is there twice."), column=twice[0]), field="file")
