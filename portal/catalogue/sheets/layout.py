"""Where in a file each needed column stands, and how it spells its numbers and days.

The vendor's own names are known.  What a file calls otherwise, leaves out, or writes so that it can be read two ways, a
person says once; that is remembered for every file with the same header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.catalogue.sheets.spelling import Spelling, of_days, of_numbers

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
LEFT_OUT = frozenset(
    {
        "ProductTitle",
        "SkuDescription",
        "UnitOfMeasure",
        "PricingTierRangeMin",
        "PricingTierRangeMax",
        "EffectiveEndDate",
        "Tags",
        "ERP Price",
    }
)
"""Columns without which a row still says what is sold, for how long and at which price."""
AMOUNTS = ("UnitPrice", "ERP Price")
DATES = ("EffectiveStartDate", "EffectiveEndDate")
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """`places`: column → its place in the file, None when it has none.  `spellings`: column → how it is written."""

    separator: str
    places: Mapping[str, int | None]
    spellings: Mapping[str, Spelling]

    def stored(self) -> dict[str, Any]:
        return {"separator": self.separator, "places": {**self.places}, "spellings": {**self.spellings}}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Layout:
        spellings = {column: Spelling(word) for column, word in stored.get("spellings", {}).items()}
        return cls(stored.get("separator", ","), stored.get("places", {}), spellings)

    @property
    def open_columns(self) -> list[str]:
        """What somebody has to point at, or to leave out."""
        return [column for column in COLUMNS if column not in self.places]

    @property
    def open_spellings(self) -> list[str]:
        """Columns that can be read two ways."""
        return [column for column in (*AMOUNTS, *DATES) if column not in self.spellings]

    @property
    def is_settled(self) -> bool:
        return not self.open_columns and not self.open_spellings


def plain(name: str) -> str:
    """A column's name without what people change in it: `ERP Price`, `erp_price`, `ErpPrice`."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def known_places(names: Sequence[str]) -> dict[str, int | None]:
    """Where the columns stand that have the vendor's names."""
    found = [plain(name) for name in names]
    return {column: found.index(plain(column)) for column in COLUMNS if plain(column) in found}


def recognised(separator: str, names: Sequence[str], rows: Rows) -> Layout:
    """The layout as far as header and first rows tell it."""
    places = known_places(names)
    return Layout(separator, places, spellings_of(places, rows))


def spellings_of(places: Mapping[str, int | None], rows: Rows) -> dict[str, Spelling]:
    """How amounts and dates are written, column by column; what can be read two ways is left out.

    A column that does not tell borrows from its neighbour of the same kind.  Dates that nothing settles are the
    vendor's, month first; but not in a file that writes decimal commas.
    """
    numbers: dict[str, Any] = {column: of_numbers(_cells(places, rows, column)) for column in AMOUNTS}
    days: dict[str, Any] = {column: of_days(_cells(places, rows, column)) for column in DATES}
    slipped = {Spelling.MONTH_FIRST, Spelling.DAY_FIRST} <= {*days.values()}  # one of the two
    if slipped:
        days = dict.fromkeys(DATES)
    _borrow(numbers)
    _borrow(days)
    if not any(numbers.values()) and None not in numbers.values() and _are_placed(places, AMOUNTS):
        numbers = dict.fromkeys(AMOUNTS, Spelling.POINT)
    if not slipped and not any(days.values()) and Spelling.COMMA not in numbers.values() and all(numbers.values()):
        days = dict.fromkeys(DATES, Spelling.MONTH_FIRST)
    return {column: spelling for column, spelling in {**numbers, **days}.items() if spelling}


def _borrow(told: dict[str, Any]) -> None:
    known = {spelling for spelling in told.values() if spelling}
    if len(known) == 1:
        told.update(dict.fromkeys(told, known.pop()))


def _are_placed(places: Mapping[str, int | None], columns: Sequence[str]) -> bool:
    return any(places.get(column) is not None for column in columns)


def _cells(places: Mapping[str, int | None], rows: Rows, column: str) -> list[str]:
    place = places.get(column)
    return [row[place] for row in rows if place is not None and place < len(row)]


def fingerprint(names: Sequence[str]) -> str:
    """The header as one word: the same for every file with these columns in this order."""
    return hashlib.sha256("\x1f".join(plain(name) for name in names).encode("utf-8", "replace")).hexdigest()
