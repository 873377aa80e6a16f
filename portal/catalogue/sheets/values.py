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
from portal.core.words import N_, Line, say

DEAREST = Decimal(10_000_000)
"""No licence costs that much: more is a slipped decimal point."""
OPEN_END = 9999
"""The vendor writes "no end" as a day in this year."""

_NUMBER = re.compile(r"(\d{1,12})(?:\.(\d{1,12}))?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)?", re.ASCII | re.IGNORECASE)
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


@lru_cache(maxsize=4096)
def price(text: str) -> Decimal:
    """An amount like 1234.56, of at most four decimals and under ten million."""
    text = text.strip()
    if not text:
        raise Unreadable(say(N_("Is empty.")))
    if text.startswith("-"):
        raise Unreadable(say(N_("A price cannot be negative.")))
    found = _NUMBER.fullmatch(text)
    if not found:
        raise Unreadable(say(N_("Not an amount like 1234.56.")))
    if len((found[2] or "").rstrip("0")) > 4:  # noqa: PLR2004 - what the columns keep
        raise Unreadable(say(N_("More than four digits after the point.")))
    amount = Decimal(text)
    if amount >= DEAREST:
        raise Unreadable(say(N_("Ten million or more: a decimal point may be missing.")))
    return amount


@lru_cache(maxsize=1024)
def day(text: str) -> date:
    """A date as the vendor writes it: month/day/year, with or without a time of day."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise Unreadable(say(N_("Not a date like 11/30/2026 (month/day/year).")))
    month, number, year = (int(part) for part in found.groups())
    try:
        return date(year, month, number)
    except ValueError:
        raise Unreadable(say(N_("There is no such day (dates are month/day/year)."))) from None


def last_day(text: str) -> date | None:
    """The last day a price is valid; None when the vendor gives no end."""
    if not text.strip():
        return None
    end = day(text)
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
