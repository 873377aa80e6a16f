"""The rows of a price sheet: the vendor's 19 columns by name, in whatever order they stand.

A row is whole or broken.  A broken one says for each cell what is wrong; when at least its plan can be read, it still
counts as mentioned, so that a slip in a price does not discontinue the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from portal.catalogue.models.products import CYCLE_MONTHS, Billing, Term
from portal.catalogue.sheets import foreign, values
from portal.catalogue.sheets.records import Record, Records
from portal.catalogue.sheets.values import Unreadable
from portal.core import keys
from portal.core.errors import Invalid
from portal.core.words import N_, Line, say

COLUMNS = (
    "ProductTitle",
    "ProductId",
    "SkuId",
    "SkuTitle",
    "Publisher",
    "SkuDescription",
    "UnitOfMeasure",
    "TermDuration",
    "BillingPlan",
    "Market",
    "Currency",
    "UnitPrice",
    "PricingTierRangeMin",
    "PricingTierRangeMax",
    "EffectiveStartDate",
    "EffectiveEndDate",
    "Tags",
    "ERP Price",
    "Segment",
)
MOST_COLUMNS = 60
"""The vendor sends 19, from December 2026 on 21."""
OTHER_SEPARATORS = N_("Save the sheet with commas between the columns: this file has other separators.")
ONE_COLUMN = N_("This file has one column: a price sheet has 19.")


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


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column stands, how many there are, and where the rows begin."""

    places: dict[str, int]
    width: int
    end: int
    next_line: int


def read_header(stream: BinaryIO) -> Header:
    """The header of the sheet.  Raises Invalid (field `file`) that says what is wrong with it or missing from it."""
    if complaint := foreign.complaint(stream):
        raise Invalid(complaint, field="file")
    record = Records(stream).next()
    if record is None:
        raise Invalid(N_("Choose a sheet with rows: this file is empty."), field="file")
    if record.fault:
        text = N_("This is no price sheet. Its first line cannot be read: %(fault)s")
        raise Invalid(say(text, fault=record.fault), field="file")
    names = [name.strip().casefold() for name in record.fields]
    if len(names) > MOST_COLUMNS:
        raise Invalid(say(N_("This file has %(count)s columns: a price sheet has 19."), count=len(names)), field="file")
    missing = [column for column in COLUMNS if column.casefold() not in names]
    if missing:
        raise _not_all(record, missing)
    twice = [column for column in COLUMNS if names.count(column.casefold()) > 1]
    if twice:
        raise Invalid(say(N_("The column %(column)s is there twice."), column=twice[0]), field="file")
    places = {column: names.index(column.casefold()) for column in COLUMNS}
    return Header(places, len(names), record.end, record.next_line)


def _not_all(record: Record, missing: Sequence[str]) -> Invalid:
    first = record.fields[0]
    if len(record.fields) == 1:
        return Invalid(OTHER_SEPARATORS if ";" in first or "\t" in first else ONE_COLUMN, field="file")
    if len(missing) == len(COLUMNS):
        return Invalid(N_("This is no price sheet: none of its 19 columns is in the first line."), field="file")
    facts = {"count": len(missing), "columns": ", ".join(missing)}
    return Invalid(
        say(N_("The column %(columns)s is missing."), N_("These columns are missing: %(columns)s."), **facts),
        field="file",
    )


def read_rows(stream: BinaryIO, header: Header, *, start: int = 0, line: int = 0) -> Iterator[tuple[Row, Record]]:
    """The rows from a byte on (from the header's end when `start` is 0), each with the record it came from."""
    begin, number = (start, line) if start else (header.end, header.next_line)
    for record in Records(stream, width=header.width, start=begin, line=number):
        yield _read(record, header.places), record


def _read(record: Record, places: dict[str, int]) -> Row:
    row = Row(record.line)
    if record.fault:
        row.faults.append(Fault(record.line, "", values.printable(record.text), record.fault))
        return row
    cells = {column: record.fields[place] for column, place in places.items()}
    for name, column, read in READERS:
        try:
            row.facts[name] = read(cells[column])
        except Unreadable as unreadable:
            row.faults.append(Fault(record.line, column, values.printable(cells[column]), unreadable.reason))
    _fit_together(row, cells)
    return row


def _text(longest: int, *, required: bool = True) -> Callable[[str], str]:
    return lambda text: values.words(text, longest=longest, required=required)


def _optional_price(text: str) -> Decimal | None:
    return values.price(text) if text.strip() else None


READERS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("product_id", "ProductId", _text(40)),
    ("sku_id", "SkuId", _text(20)),
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


def _fit_together(row: Row, cells: dict[str, str]) -> None:
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
    if isinstance(begin, date) and isinstance(end, date) and end < begin:
        reason = say(N_("Ends before it begins."))
        row.faults.append(Fault(row.line, "EffectiveEndDate", values.printable(cells["EffectiveEndDate"]), reason))
    bills, lasts = facts.get("billing"), facts.get("term")
    if isinstance(bills, Billing) and isinstance(lasts, Term) and CYCLE_MONTHS.get(bills, 0) > MONTHS[lasts]:
        reason = say(N_("The billing cycle is longer than the term."))
        row.faults.append(Fault(row.line, "BillingPlan", values.printable(cells["BillingPlan"]), reason))


def _unit(facts: dict[str, Any]) -> str:
    """What one pays for.  The vendor leaves the column empty for licences and says "per user" in the description."""
    if facts.get("unit"):
        return str(facts["unit"])
    return "user" if "per user" in str(facts.get("summary", "")).casefold() else "licence"


def slug(name: str) -> str:
    """The name as it may stand in a shop's address."""
    return keys.slug(name, longest=100) or "product"
