"""Dates, times, numbers and money as the reader, else the tenant, writes them: template filters over Babel."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
from flask import Flask, g
from flask_babel import get_locale

from portal.core.clock import now
from portal.core.money import Money
from portal.core.words import told

FORMATS = ("d MMM y", "dd.MM.y", "dd/MM/y", "MM/dd/y", "y-MM-dd", "dd-MM-y")  # the six patterns one may choose


def install(app: Flask) -> None:
    """Make the filters known to every template."""
    app.jinja_env.filters.update(
        date=day,
        datetime=moment,
        there=moment_there,
        clock=clock_time,
        ago=ago,
        money=money,
        number=number,
        told=told,
    )


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _zone() -> ZoneInfo:
    return _zone_named(_chosen("time_zone") or "UTC")


def _chosen(name: str) -> str:
    """What the person has chosen for himself, else the house for everybody."""
    here = g.get("here")
    return getattr(g.get("person"), name, "") or (getattr(here.house, name) if here and here.house else "")


@lru_cache(maxsize=600)
def _zone_named(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _pattern() -> str:
    return _chosen("date_format") or FORMATS[0]


def day(value: date | datetime | None, pattern: str = "") -> str:
    """A date in the reader's format; a moment is first put into its time zone.  Nothing gives a dash."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(_zone()).date()
    return str(format_date(value, pattern or _pattern(), locale=_locale()))


def moment(value: datetime | None) -> str:
    """Date and time to the minute, in the reader's time zone."""
    return f"{day(value)}, {clock_time(value)}" if value else "–"


def clock_time(value: datetime | None, pattern: str = "HH:mm") -> str:
    return str(format_datetime(value, pattern, tzinfo=_zone(), locale=_locale())) if value else "–"


def moment_there(value: datetime, zone: str) -> str:
    """Date and time to the minute as the clocks of a place show it, with the name of its zone."""
    there = value.astimezone(_zone_named(zone))
    return f"{day(there.date())}, {format_datetime(there, 'HH:mm', tzinfo=there.tzinfo, locale=_locale())} ({zone})"


def as_typed(value: datetime, zone: str) -> datetime:
    """What somebody there would type to mean this moment."""
    return value.astimezone(_zone_named(zone)).replace(tzinfo=None)


def meant(typed: datetime, zone: str) -> datetime | None:
    """The moment somebody there means by date and time; of an hour that comes twice the first.

    None where the clocks skip it.
    """
    moment = typed.replace(tzinfo=_zone_named(zone)).astimezone(UTC)
    return moment if as_typed(moment, zone) == typed else None


def ago(value: datetime | None) -> str:
    """How long ago, in round words."""
    if value is None:
        return "–"
    return str(format_timedelta(value.astimezone(UTC) - now(), add_direction=True, locale=_locale()))


def number(value: Decimal | int | None) -> str:
    return "–" if value is None else str(format_decimal(value, locale=_locale()))


def money(value: Money | Decimal | None, currency: str = "") -> str:
    """An amount with its currency, two places, in the reader's language.  Nothing gives a dash."""
    if value is None:
        return "–"
    amount = value.amount if isinstance(value, Money) else value
    code = value.currency if isinstance(value, Money) else currency
    return str(format_currency(amount, code, locale=_locale()))
