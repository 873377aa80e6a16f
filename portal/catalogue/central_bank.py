"""Reads exchange rates as the European Central Bank publishes them: one euro in other currencies, as XML or CSV.

Such a file comes from outside: no document type is believed (so there are no entities to unfold), its size is bounded,
and a broken row never stops the good ones.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.parsers import expat

from portal.catalogue.sheets.foreign import complaint
from portal.core.errors import Invalid
from portal.core.words import N_, Line, say

BASE, SOURCE = "EUR", "European Central Bank"
MOST_BYTES = 4 << 20
MOST_RATES, MOST_FAULTS, LONGEST_CELL, MOST_COLUMNS = 50_000, 200, 60, 200
DAYS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y")
MISSING = frozenset({"", "N/A", "-"})
LARGEST, SMALLEST = Decimal(10) ** 9, Decimal("0.0000000001")

NO_RATE = N_("Not a rate like 1.0543.")
NO_CURRENCY = N_("Not a currency of three letters.")
NO_DAY = N_("Not a day like 2026-11-27.")


@dataclass(frozen=True, slots=True)
class Told:
    """What one euro was worth on a day."""

    quote: str
    rate: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be taken: where it stands, what was there, and why not."""

    line: int
    value: str
    reason: Line


@dataclass(slots=True)
class Read:
    rates: list[Told] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unlisted: int = 0  # faults beyond those that are listed

    def add(self, line: int, quote: str, rate: str, on: str) -> None:
        try:
            self.rates.append(Told(_currency(quote), _rate(rate), _day(on)))
        except Invalid as refused:
            self.fault(line, f"{on} {quote} {rate}", refused.line)
        if len(self.rates) > MOST_RATES:
            raise _refused(
                N_("This file holds more than %(most)s rates. Import the last 90 days instead."), most=f"{MOST_RATES:,}"
            )

    def fault(self, line: int, value: str, reason: Line) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(line, value[:LONGEST_CELL], reason))
        else:
            self.unlisted += 1


def read(content: bytes) -> Read:
    """The rates of a file.  Raises Invalid (field `file`) when it is none."""
    if len(content) > MOST_BYTES:
        raise _refused(
            N_("This file is larger than %(most)s MB. Import the last 90 days instead."), most=MOST_BYTES >> 20
        )
    start = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise _refused(N_("This file is empty."))
    found = _xml(content) if start.startswith(b"<") else _csv(content, start)
    if not found.rates and not found.faults:
        raise _refused(N_("There are no rates in this file."))
    return found


# ------------------------------------------------------------------------------------------------------------- XML


class _Cubes:
    """Hears the elements go by: `<Cube time="…">` and in it `<Cube currency="USD" rate="1.05"/>`."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser, self.read, self.days = parser, Read(), [""]
        parser.StartElementHandler, parser.EndElementHandler = self.begin, self.end
        parser.StartDoctypeDeclHandler = self.doctype

    def begin(self, name: str, said: dict[str, str]) -> None:
        if name.rpartition(":")[2] != "Cube":
            return
        self.days.append(said.get("time", self.days[-1]))
        if "currency" in said or "rate" in said:
            self.read.add(self.parser.CurrentLineNumber, said.get("currency", ""), said.get("rate", ""), self.days[-1])

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "Cube":
            self.days.pop()

    def doctype(self, *_: Any) -> None:
        raise _refused(N_("This file declares a document type. The central bank’s files have none."))


def _xml(content: bytes) -> Read:
    parser = expat.ParserCreate()
    cubes = _Cubes(parser)
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise _refused(N_("This is no well-formed XML file. Download it again.")) from None
    return cubes.read


# ------------------------------------------------------------------------------------------------------------- CSV


def _csv(content: bytes, start: bytes) -> Read:
    """A row for each day, a column for each currency."""
    if said := complaint(start):
        raise _refused(said)
    try:
        lines = content.decode("utf-8-sig").splitlines()
        rows = list(enumerate(csv.reader(lines, strict=True), start=1))
    except (UnicodeDecodeError, csv.Error):
        raise _refused(N_("This file cannot be read as CSV. Download it again.")) from None
    heads = [cell.strip() for cell in rows[0][1]]
    if heads[0].lower() != "date" or len(heads) > MOST_COLUMNS:
        raise _refused(N_("The first line has to begin with Date, then the currencies, as the central bank writes it."))
    found = Read()
    for line, row in rows[1:]:
        for quote, rate in _cells(heads, row):
            found.add(line, quote, rate, row[0].strip())
    return found


def _cells(heads: list[str], row: list[str]) -> Iterator[tuple[str, str]]:
    cells = [cell.strip() for cell in row]
    for quote, rate in zip(heads[1:], cells[1:], strict=False):
        if quote and rate not in MISSING:
            yield quote, rate


# ---------------------------------------------------------------------------------------------------------- values


def _currency(text: str) -> str:
    if len(text) != len(BASE) or not (text.isascii() and text.isalpha() and text.isupper()) or text == BASE:
        raise Invalid(NO_CURRENCY)
    return text


def _rate(text: str) -> Decimal:
    try:
        rate = Decimal(text) if len(text) <= LONGEST_CELL and "_" not in text and text.isascii() else Decimal("NaN")
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not SMALLEST <= rate <= LARGEST:
        raise Invalid(NO_RATE)
    return rate


def _day(text: str) -> date:
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Invalid(NO_DAY)


def _refused(text: str, **values: Any) -> Invalid:
    return Invalid(say(text, **values), field="file")
