"""The rows of a price sheet: the columns that the layout points at, in whatever order they stand.

A row is whole or broken.  A broken one says for each cell what is wrong; when at least its plan can be read, it still
counts as mentioned, so that a slip in a price does not discontinue the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, BinaryIO, cast

from portal.catalogue.models.products import CYCLE_MONTHS, Term
from portal.catalogue.sheets import values
from portal.catalogue.sheets.layout import Layout
from portal.catalogue.sheets.look import header_of
from portal.catalogue.sheets.records import Record, Records
from portal.catalogue.sheets.spelling import Spelling
from portal.catalogue.sheets.values import Unreadable
from portal.core import keys
from portal.core.errors import Invalid
from portal.core.words import N_, Line, say


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell.  `column` is empty when the whole line is meant."""

    line: int
    column: str
    value: str
    reason: Line


@dataclass(slots=True)
class Row:
    """One line of the sheet.  Whole when it has no faults; `is_mentioned` when at least its plan can be read."""

    line: int
    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults

    @property
    def is_mentioned(self) -> bool:
        return {"code", "term", "billing", "segment"} <= self.facts.keys()


def read_rows(stream: BinaryIO, layout: Layout, *, start: int = 0, line: int = 0) -> Iterator[tuple[Row, Record]]:
    """The rows from a byte on (from the header's end when `start` is 0), each with the record it came from.

    Raises Invalid when the header is not one that the layout fits.
    """
    header = header_of(stream)
    readers = readers_of(layout)
    width = len(header.names)
    if any(reader.place >= width for reader in readers):
        raise Invalid(N_("The mapping does not fit this file. Change the mapping."), field="file")
    begin, number = (start, line) if start else (header.end, header.next_line)
    for record in Records(stream, separator=layout.separator, width=width, start=begin, line=number):
        yield _read(record, readers), record


@dataclass(frozen=True, slots=True)
class Reader:
    """What is read from one place of a row, under which name, and what the column is called."""

    fact: str
    column: str
    place: int
    read: Callable[[str], Any]


def readers_of(layout: Layout) -> list[Reader]:
    """One reader for each column that the file has."""
    found = []
    for fact, column, read in READERS:
        place = layout.places.get(column)
        if place is not None:
            spelling = layout.spellings.get(column)
            read_so: Callable[[str], Any] = partial(cast("Any", read), spelling=spelling) if spelling else read
            found.append(Reader(fact, column, place, read_so))
    return found


def _read(record: Record, readers: Sequence[Reader]) -> Row:
    row = Row(record.line)
    if record.fault:
        row.faults.append(Fault(record.line, "", values.printable(record.text), record.fault))
        return row
    facts, cells = row.facts, record.fields
    for reader in readers:
        try:
            facts[reader.fact] = reader.read(cells[reader.place])
        except Unreadable as unreadable:
            cell = values.printable(cells[reader.place])
            row.faults.append(Fault(record.line, reader.column, cell, unreadable.reason))
    _fit_together(row)
    return row


def _text(longest: int, *, required: bool = True) -> Callable[[str], str]:
    return lambda text: values.words(text, longest=longest, required=required)


def _optional_price(text: str, spelling: Spelling = Spelling.POINT) -> Decimal | None:
    return values.price(text, spelling) if text.strip() else None


def _sku_id(text: str) -> str:
    """Spreadsheets take the zeros off `0002`."""
    text = values.words(text, longest=20)
    return text.zfill(4) if text.isdigit() else text


READERS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("product_id", "ProductId", _text(40)),
    ("sku_id", "SkuId", _sku_id),
    ("family", "ProductTitle", _text(200, required=False)),
    ("name", "SkuTitle", _text(200)),
    ("vendor", "Publisher", _text(120)),
    ("summary", "SkuDescription", _text(4000, required=False)),
    ("unit", "UnitOfMeasure", _text(40, required=False)),
    ("term", "TermDuration", values.term),
    ("billing", "BillingPlan", values.billing),
    ("segment", "Segment", values.segment),
    ("market", "Market", values.market),
    ("currency", "Currency", values.currency),
    ("purchase", "UnitPrice", values.price),
    ("recommended", "ERP Price", _optional_price),
    ("first_unit", "PricingTierRangeMin", values.first_unit),
    ("valid_from", "EffectiveStartDate", values.day),
    ("valid_until", "EffectiveEndDate", values.last_day),
    ("tags", "Tags", _text(200, required=False)),
)
MONTHS = {Term.MONTH: 1, Term.YEAR: 12, Term.THREE_YEARS: 36}


def _fit_together(row: Row) -> None:
    """What no single cell can tell; and what the catalogue calls the row: its code, unit and slug."""
    facts = row.facts
    facts.pop("first_unit", None)
    product, sku = facts.pop("product_id", None), facts.pop("sku_id", None)
    if product and sku:
        facts["code"] = f"{product}:{sku}"
    if "name" in facts:
        facts["slug"] = slug(facts["name"])
    facts["unit"] = _unit(facts)
    begin, end = facts.get("valid_from"), facts.get("valid_until")
    if begin and end and end < begin:
        row.faults.append(Fault(row.line, "EffectiveEndDate", str(end), say(N_("Ends before it begins."))))
    bills, lasts = facts.get("billing"), facts.get("term")
    if bills and lasts and CYCLE_MONTHS.get(bills, 0) > MONTHS[lasts]:
        reason = say(N_("The billing cycle is longer than the term."))
        row.faults.append(Fault(row.line, "BillingPlan", str(bills), reason))


def _unit(facts: dict[str, Any]) -> str:
    """What one pays for.  The vendor leaves the column empty for licences and says "per user" in the description."""
    if facts.get("unit"):
        return str(facts["unit"])
    return "user" if "per user" in str(facts.get("summary", "")).casefold() else "licence"


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """The name as it may stand in a shop's address."""
    return keys.slug(name, longest=100) or "product"
