"""What may stand in one cell of a price sheet, and what it means.

Each reader takes the text of a cell and gives the value, or raises `Unreadable` with the reason a person is shown.
Prices are Decimals, never floats; `NaN`, `1e400`, signs and thousands separators are not numbers here.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_territory_currencies

from portal.catalogue.models.products import Billing, Segment, Term
from portal.catalogue.sheets.spelling import Spelling
from portal.core.words import N_, Line, say

DEAREST = Decimal(10_000_000)
"""No licence costs that much: more is a slipped decimal point."""
OPEN_END = 9999
"""The vendor writes "no end" as a day in this year."""

_NUMBER = re.compile(r"(\d{1,12})(?:\.(\d{1,12}))?", re.ASCII)
_GROUPED = re.compile(r"^\d{1,3}(?:(?:,\d{3})+(?=\.\d)|(?:,\d{3}){2,}$)", re.ASCII)
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:[AP]M|Z|[+-]\d{2}:?\d{2}))?)?"
_DAY = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.ASCII | re.IGNORECASE)
_ISO_DAY = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII | re.IGNORECASE)
_SWAPPED = str.maketrans(".,", ",.")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_CURRENCIES = frozenset(
    code for place in get_global("territory_currencies") for code in get_territory_currencies(place)
)
_TERMS = {"p1m": Term.MONTH, "p1y": Term.YEAR, "p3y": Term.THREE_YEARS}
_BILLINGS = {
    "monthly": Billing.MONTHLY,
    "annual": Billing.ANNUAL,
    "triennial": Billing.TRIENNIAL,
    "onetime": Billing.ONE_TIME,
    "one-time": Billing.ONE_TIME,
    "one time": Billing.ONE_TIME,
}
_SEGMENTS = {segment.value.replace("_", ""): segment for segment in Segment}


class Unreadable(Exception):
    """The cell cannot be taken; `reason` says why."""

    def __init__(self, reason: Line) -> None:
        super().__init__(reason.plain)
        self.reason = reason


def words(text: str, *, longest: int, required: bool = True) -> str:
    """Running text on one line."""
    text = " ".join(text.split())
    if _CONTROL.search(text):
        raise Unreadable(say(N_("Contains characters that cannot be printed.")))
    if len(text) > longest:
        raise Unreadable(say(N_("Longer than %(count)s characters."), count=longest))
    if required and not text:
        raise Unreadable(say(N_("Is empty.")))
    return unicodedata.normalize("NFC", text)


AMOUNTS = {
    Spelling.POINT: N_("Not an amount like 1234.56. If this file writes 1234,56, change its mapping."),
    Spelling.COMMA: N_("Not an amount like 1234,56. If this file writes 1234.56, change its mapping."),
}
NOT_DAYS = {
    Spelling.MONTH_FIRST: N_("Not a date like 11/30/2026 (month/day/year)."),
    Spelling.DAY_FIRST: N_("Not a date like 30.11.2026 (day.month.year)."),
    Spelling.YEAR_FIRST: N_("Not a date like 2026-11-30 (year-month-day)."),
}
NO_DAYS = {
    Spelling.MONTH_FIRST: N_("There is no such day (dates are month/day/year)."),
    Spelling.DAY_FIRST: N_("There is no such day (dates are day.month.year)."),
    Spelling.YEAR_FIRST: N_("There is no such day (dates are year-month-day)."),
}


@lru_cache(maxsize=4096)
def price(text: str, spelling: Spelling = Spelling.POINT) -> Decimal:
    """An amount like 1234.56, of at most four decimals and under ten million.

    Thousands may be grouped where nothing can be mistaken: `1,234.56`, but never `1,234`.
    """
    text = text.strip()
    if not text:
        raise Unreadable(say(N_("Is empty.")))
    if text.startswith(("-", "\u2212", "(")):
        raise Unreadable(say(N_("A price cannot be negative.")))
    plain = text.translate(_SWAPPED) if spelling is Spelling.COMMA else text
    found = _NUMBER.fullmatch(_GROUPED.sub(lambda part: part[0].replace(",", ""), plain, count=1))
    if not found:
        raise Unreadable(say(AMOUNTS[spelling]))
    if len((found[2] or "").rstrip("0")) > 4:  # noqa: PLR2004 - what the columns keep
        raise Unreadable(say(N_("More than four digits after the point.")))
    amount = Decimal(found[0])
    if amount >= DEAREST:
        raise Unreadable(say(N_("Ten million or more: a decimal point may be missing.")))
    return amount


@lru_cache(maxsize=1024)
def day(text: str, spelling: Spelling = Spelling.MONTH_FIRST) -> date:
    """A date as the column writes it, or with the year first, which nobody can mistake; the time of day is left out."""
    text = text.strip()
    if found := _ISO_DAY.fullmatch(text):
        year, month, number = int(found[1]), int(found[3]), int(found[4])
    elif spelling is not Spelling.YEAR_FIRST and (found := _DAY.fullmatch(text)):
        year, month, number = int(found[4]), int(found[1]), int(found[3])
        if spelling is Spelling.DAY_FIRST:
            month, number = number, month
    else:
        raise Unreadable(say(NOT_DAYS[spelling]))
    try:
        return date(year, month, number)
    except ValueError:
        raise Unreadable(say(NO_DAYS[spelling])) from None


def last_day(text: str, spelling: Spelling = Spelling.MONTH_FIRST) -> date | None:
    """The last day a price is valid; None when the vendor gives no end."""
    if not text.strip():
        return None
    end = day(text, spelling)
    return None if end.year >= OPEN_END else end


@lru_cache(maxsize=256)
def term(text: str) -> Term:
    try:
        return _TERMS[text.strip().lower()]
    except KeyError:
        raise Unreadable(say(N_("Unknown term: P1M, P1Y and P3Y are known."))) from None


@lru_cache(maxsize=256)
def billing(text: str) -> Billing:
    try:
        return _BILLINGS[text.strip().lower()]
    except KeyError:
        raise Unreadable(say(N_("Unknown billing plan: Monthly, Annual, Triennial and OneTime are known."))) from None


@lru_cache(maxsize=256)
def segment(text: str) -> Segment:
    try:
        return _SEGMENTS[text.strip().lower()]
    except KeyError:
        known = "Commercial, Education, Charity, GovernmentCommunityCloud"
        raise Unreadable(say(N_("Unknown segment: %(known)s are known."), known=known)) from None


@lru_cache(maxsize=1024)
def market(text: str) -> str:
    text = text.strip().upper()
    if len(text) != 2 or not (text.isascii() and text.isalpha()):  # noqa: PLR2004 - ISO 3166
        raise Unreadable(say(N_("Not a country code of two letters, like US.")))
    return text


@lru_cache(maxsize=1024)
def currency(text: str) -> str:
    text = text.strip().upper()
    if text not in _CURRENCIES:
        raise Unreadable(say(N_("Not a currency code of three letters, like USD.")))
    return text


def first_unit(text: str) -> None:
    """Volume tiers: only the price of the first unit is taken."""
    if text.strip() not in {"", "0", "1"}:
        raise Unreadable(say(N_("Prices from a number of units on are not imported; the price of one unit is.")))


def printable(text: str, *, longest: int = 200) -> str:
    """The cell as it may be stored and shown although it could not be taken."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)[:longest]
