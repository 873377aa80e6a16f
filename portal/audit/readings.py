"""How a value reads to a person, in the reader's language and formats.

Most values say themselves what they are (a day, an amount, yes or no).  A code does not: how a field of codes reads is
said here for what every slice uses, and for a field of its own by the slice, beside its words:

`__readings__ = {"payment_terms": terms_title}`
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import get_currency_name
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.audit import cells, words
from portal.audit.rows import Mention
from portal.core import dates
from portal.core.clock import today
from portal.core.db import Model
from portal.core.languages import country_name, language_name
from portal.core.money import Money
from portal.core.words import Line, told

Reading = Callable[[Any], str | Line]
Shown = str | Mention | None


def shown(kind: str | None, field: str, value: Any) -> Shown:
    """The value as it is read; None stands for "nothing", a row stays one that can be linked to."""
    reading = _own(kind).get(field) or READINGS.get(field)
    if reading and isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        return told(reading(value))
    return plain(value)


def plain(value: Any) -> Shown:  # noqa: PLR0911 - one line for each kind of value
    """A value that says itself what it is."""
    match value:
        case None | "" | Mention():
            return value or None
        case bool():
            return str(_("Yes") if value else _("No"))
        case cells.Gone():
            return str(_(words.GONE[value.why]))
        case datetime():
            return dates.moment(value)
        case date():
            return dates.day(value)
        case Money():
            return dates.money(value)
        case int() | Decimal():
            return dates.number(value)
        case Line():
            return told(value)
        case list() | dict():
            return ", ".join(_parts(value))
        case _:
            return str(value)


def _parts(value: list[Any] | dict[str, Any]) -> Iterator[str]:
    """What is in a list or under names, one after the other."""
    if isinstance(value, list):
        yield from (str(plain(part) or "–") for part in value)
    else:
        yield from (f"{words.spelled(str(key))}: {plain(part)}" for key, part in value.items() if part is not None)


def _currency(code: str) -> str:
    name = get_currency_name(code, locale=_locale())
    return code if name == code else f"{name} ({code})"


def _time_zone(name: str) -> str:
    return name.replace("_", " ")


def _date_format(pattern: str) -> str:
    """Today, written so: nobody reads patterns."""
    return dates.day(today(), pattern)


def _locale() -> Locale:
    return get_locale() or Locale("en")


READINGS: Mapping[str, Reading] = {
    "country": country_name,
    "currency": _currency,
    "date_format": _date_format,
    "language": language_name,
    "time_zone": _time_zone,
}


def _own(kind: str | None) -> Mapping[str, Reading]:
    return _all_own().get(kind or "", {})


@cache
def _all_own() -> dict[str, Mapping[str, Reading]]:
    kinds = [mapper.class_ for mapper in Model.registry.mappers]
    return {kind.__tablename__: getattr(kind, "__readings__", {}) for kind in kinds}
