"""How one value stands in a log record.

Bare text, numbers, yes/no and nothing are kept as they are.  Everything else is an object with one word that says what it
is, so that no value a person typed can pass for another kind:
`{"word": …}` one of a few states, `{"at": …}` a moment, `{"on": …}` a day, `{"money": [amount, currency]}`, `{"plain": …}` lists and the like,
`{"secret": true}` masked for good, `{"sealed": …, "of": person}` readable while the person's key exists.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from portal.core.keys import spell
from portal.core.money import Money
from portal.core.seal import Key, Unreadable
from portal.core.words import Line

Cell = Any

MASKED: Cell = {"secret": True}
_TELLTALE = ("password", "secret", "token", "_hash", "credential")


@dataclass(frozen=True, slots=True)
class Gone:
    """A value that was there and cannot be read any more, or never could: `why` is erased, masked or unreadable."""

    why: str


def is_secret(field: str) -> bool:
    """Whether the field's own name gives it away, in case nobody marked it `__secret__`."""
    return any(word in field.lower() for word in _TELLTALE)


def cell(value: Any) -> Cell:  # noqa: PLR0911 - one line for each kind of value
    """The value as JSON that remembers its kind."""
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return {"word": _word(value)}
        case str():
            return value
        case datetime():
            return {"at": value.isoformat()}
        case date():
            return {"on": value.isoformat()}
        case Money():
            return {"money": [str(value.amount), value.currency]}
        case Decimal() | float():
            return str(value)
        case UUID():
            return spell(value)
        case Line():
            return {"line": value.stored()}
        case _:
            return {"plain": json.loads(json.dumps(value, default=str))}


def _word(state: Enum) -> str:
    """What people call the state: its own title where it has one (a message id), else its name in plain letters."""
    title = getattr(state, "title", None)
    return title if isinstance(title, str) else str(state.value).replace("_", " ").capitalize()


def sealed(value: Any, person: UUID, key: Key | None) -> Cell:
    """The value under the person's key; without a key (erased) only the fact that there was one."""
    inner = json.dumps(cell(value))
    return {"sealed": key.seal(inner, about=str(person)) if key else None, "of": str(person)}


def person_in(stored: Cell) -> UUID | None:
    """Whose key opens this cell, if it needs one."""
    return UUID(stored["of"]) if isinstance(stored, Mapping) and "sealed" in stored else None


def read(stored: Cell, keys: Mapping[UUID, Key]) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """The value again, or what became of it."""
    if not isinstance(stored, Mapping):
        return stored
    if "sealed" in stored:
        return _unsealed(stored, keys)
    match next(iter(stored.items()), ("plain", None)):
        case "at", text:
            return datetime.fromisoformat(text)
        case "on", text:
            return date.fromisoformat(text)
        case "word", text:
            return Line(text)
        case "money", (amount, currency):
            return Money(Decimal(amount), currency)
        case "line", line:
            return Line.of(line)
        case "secret", _:
            return Gone("masked")
        case _, value:
            return value


def _unsealed(stored: Mapping[str, Any], keys: Mapping[UUID, Key]) -> Any:
    person = UUID(stored["of"])
    if not stored["sealed"] or person not in keys:
        return Gone("erased")
    try:
        return read(json.loads(keys[person].unseal(stored["sealed"], about=str(person))), {})
    except Unreadable:
        return Gone("unreadable")
