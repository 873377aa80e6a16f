"""How a column spells its numbers and its days: told from what stands in it, for the whole column, never cell by cell.

`1,234` is a thousand and more in one country and a little over one in another; `11/1/2026` is in November or in January.
What the column itself does not settle is not guessed: a person is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from portal.core.words import N_


class Spelling(StrEnum):
    """How numbers, or days, are written in one column."""

    POINT = "point"
    COMMA = "comma"
    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"
    YEAR_FIRST = "year_first"


NUMBERS = {Spelling.POINT: N_("1234.56 (decimal point)"), Spelling.COMMA: N_("1234,56 (decimal comma)")}
DAYS = {
    Spelling.MONTH_FIRST: N_("11/30/2026 (month first)"),
    Spelling.DAY_FIRST: N_("30.11.2026 (day first)"),
    Spelling.YEAR_FIRST: N_("2026-11-30 (year first)"),
}
_EITHER_WAY = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_YEAR_FIRST = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.]\d{4}(?!\d)", re.ASCII)
_MONTHS = 12
SLIP = 20
"""One cell in so many that contradicts the others is a slip."""


def of_numbers(cells: Iterable[str]) -> Spelling | str | None:
    """The decimal sign of these cells; empty when there is none in them, None when it can be read either way."""
    told = Counter(_sign(cell.strip()) for cell in cells)
    return _prevailing(told, NUMBERS) if {None, *NUMBERS} & told.keys() else ""


def _prevailing(told: Counter[Any], ways: Iterable[Spelling]) -> Spelling | None:
    """What nearly all say that say anything.  A slip of the pen decides nothing."""
    best = max(ways, key=lambda way: told[way])
    others = sum(told[way] for way in ways) - told[best]
    return best if told[best] and others * SLIP <= told[best] else None


def _sign(cell: str) -> Spelling | str | None:
    """What one cell says of the decimal sign: empty when nothing, None when it can be read either way."""
    marks = [letter for letter in cell if letter in ".,"]
    if not marks or not cell[:1].isdigit():
        return ""
    if len(set(marks)) == 1 and len(marks) > 1:  # 1.234.567 groups by points
        return Spelling.COMMA if marks[0] == "." else Spelling.POINT
    if _EITHER_WAY.fullmatch(cell):
        return None
    return Spelling.POINT if marks[-1] == "." else Spelling.COMMA


def of_days(cells: Iterable[str]) -> Spelling | str | None:
    """The order of these dates; empty when there are none, None when they can be read either way."""
    told = Counter(_order(cell.strip()) for cell in cells)
    if not {None, *DAYS} & told.keys():
        return ""
    yearless = told[None] + told[Spelling.MONTH_FIRST] + told[Spelling.DAY_FIRST]
    return _prevailing(told, (Spelling.MONTH_FIRST, Spelling.DAY_FIRST)) if yearless else Spelling.YEAR_FIRST


def _order(cell: str) -> Spelling | str | None:
    if _YEAR_FIRST.match(cell):
        return Spelling.YEAR_FIRST
    if not (found := _YEAR_LAST.match(cell)):
        return ""
    if found[2] == "." or int(found[1]) > _MONTHS:
        return Spelling.DAY_FIRST
    return Spelling.MONTH_FIRST if int(found[3]) > _MONTHS else None
