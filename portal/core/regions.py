"""What a form may offer of the world: countries, currencies, languages and time zones, named in the reader's language.

The lists come from CLDR and the time zone database: nobody here keeps them.  Each is made once per language.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from flask_babel import get_locale

from portal.core.clock import now
from portal.core.languages import LANGUAGES

Choices = list[tuple[str, str]]

_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def countries() -> Choices:
    return _countries(str(get_locale() or "en"))


def currencies() -> Choices:
    return _currencies(str(get_locale() or "en"))


def languages() -> Choices:
    """Each in its own words, as one looks for one's own."""
    return list(LANGUAGES.items())


def time_zones() -> Choices:
    """Name and today's distance from UTC: the distance of summer and winter differ."""
    return _time_zones(now().date().isoformat())


@lru_cache(maxsize=32)
def _countries(language: str) -> Choices:
    names = Locale.parse(language).territories
    found = [(code, name) for code, name in names.items() if code.isalpha() and code not in _NO_COUNTRIES]
    return sorted(found, key=lambda choice: _plain(choice[1]))


def _plain(name: str) -> str:
    """The name as an index sorts it: Österreich stands beside Oman."""
    return "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))


@lru_cache(maxsize=32)
def _currencies(language: str) -> Choices:
    places = get_global("territory_currencies")
    codes = {code for place in places for code in get_territory_currencies(place)}
    return [(code, f"{code}: {get_currency_name(code, locale=language)}") for code in sorted(codes)]


@lru_cache(maxsize=4)
def _time_zones(day: str) -> Choices:  # noqa: ARG001 - the key of the cache: the distances are those of that day
    moment = now()
    zones = [(name, f"{name} ({_distance(moment.astimezone(ZoneInfo(name)))})") for name in sorted(_zones())]
    return [("UTC", "UTC"), *zones]


def _zones() -> set[str]:
    """Each zone once, by the name it has today: the database's own table leaves out what a place was called before."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    return {line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")}


def _distance(moment: datetime) -> str:
    """`UTC-03:30`.  Reckoned here: Babel's GMT pattern is half an hour off, or more, west of Greenwich."""
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
