"""How one value stands in a log record.

Bare text, numbers, yes/no and nothing are kept as they are.  Everything else is an object with one word that says what it
is, so that no value a person typed can pass for another kind:
`{"word": …}` one of a few states, `{"at": …}` a moment, `{"on": …}` a day, `{"money": [amount, currency]}`,
`{"number": …}`, `{"row": [kind, key], "called": …}` another row and what it was called, `{"plain": …}` lists and the like,
`{"secret": true}` masked for good, `{"sealed": …, "of": person}` readable while the person's key exists.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from portal.audit.rows import Mention
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
            return {"number": str(value)}
        case UUID():
            return spell(value)
        case Line():
            return {"line": value.stored()}
        case _:
            return {"plain": json.loads(json.dumps(value, default=str))}


def _word(state: Enum) -> str:
    """What people call the state: its own title where it has one (a message id), else its name in plain letters."""
    for title in (getattr(state, "title", None), getattr(state, "label", None)):
        if isinstance(title, str | Line):
            return title.text if isinstance(title, Line) else title
    return str(state.value).replace("_", " ").capitalize()


def sealed(value: Any, person: UUID, key: Key | None) -> Cell:
    """The value under the person's key; without a key (erased) only the fact that there was one."""
    inner = json.dumps(cell(value))
    return {"sealed": key.seal(inner, about=str(person)) if key else None, "of": str(person)}


def row(kind: str, key: str, called: Cell) -> Cell:
    """Another row, under the name it had."""
    return {"row": [kind, key], "called": called}


def people_in(stored: Cell) -> Iterator[UUID]:
    """Whose keys open this cell."""
    if isinstance(stored, Mapping):
        if "sealed" in stored:
            yield UUID(stored["of"])
        yield from people_in(stored.get("called"))


def read(stored: Cell, keys: Mapping[UUID, Key]) -> Any:
    """The value again, or what became of it."""
    if not isinstance(stored, Mapping):
        return stored
    if "sealed" in stored:
        return _unsealed(stored, keys)
    if "row" in stored:
        return _mentioned(stored, keys)
    word, inner = next(iter(stored.items()), ("plain", None))
    return _READERS[word](inner) if word in _READERS else inner


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "at": datetime.fromisoformat,
    "on": date.fromisoformat,
    "word": Line,
    "number": Decimal,
    "money": lambda parts: Money(Decimal(parts[0]), parts[1]),
    "line": Line.of,
    "secret": lambda _: Gone("masked"),
}


def _mentioned(stored: Mapping[str, Any], keys: Mapping[UUID, Key]) -> Mention | Gone:
    kind, key = stored["row"]
    called = read(stored["called"], keys)
    return called if isinstance(called, Gone) else Mention(kind, key, str(called))


def _unsealed(stored: Mapping[str, Any], keys: Mapping[UUID, Key]) -> Any:
    person = UUID(stored["of"])
    if not stored["sealed"] or person not in keys:
        return Gone("erased")
    try:
        return read(json.loads(keys[person].unseal(stored["sealed"], about=str(person))), {})
    except Unreadable:
        return Gone("unreadable")
