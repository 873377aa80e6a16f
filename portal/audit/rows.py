"""How the trail knows a row: its kind and key, what people call it, where it is looked at.

What a line says of a row is what the row was called when the line was written: that is the truth of that day, it is
still there when the row is gone, and reading a page of the log asks for no row at all.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from flask import current_app, g

from portal.core.db import Model
from portal.core.web import entry_of, url
from portal.core.words import Line

Finder = Callable[[Collection[str]], Mapping[str, str]]

_NAMES = ("name", "title", "number", "code", "username")
_FINDERS: dict[str, Finder] = {}


@dataclass(frozen=True, slots=True)
class Mention:
    """A row somebody is told of.  `at` is the last part of its page's address; None: it has no page any more."""

    kind: str
    key: str
    name: str = field(compare=False)
    at: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.name


def reference(row: Model) -> tuple[str, str]:
    """(kind, key): its table, and its key as it stands in addresses."""
    return row.__tablename__, str(getattr(row, "key", None) or getattr(row, "id", ""))


def label(row: Model) -> tuple[str, Any]:
    """(field, value) by which people call the row."""
    names = (getattr(type(row), "__label__", ""), *_NAMES)
    for name in names:
        value = getattr(row, name, None) if name else None
        if value and not isinstance(value, Enum):
            return name, value if isinstance(value, Line) else str(value)
    return "", None


def found_by(kind: str) -> Callable[[Finder], Finder]:
    """Rows of this kind are not found by their key: the function gives, for many keys at once, what their address ends in."""

    def note(finder: Finder) -> Finder:
        _FINDERS[kind] = finder
        return finder

    return note


def placed(mentions: Collection[Mention]) -> dict[Mention, str | None]:
    """What the page's address of each ends in: one question for each kind that is not found by its key."""
    found: dict[Mention, str | None] = {}
    for kind in {mention.kind for mention in mentions}:
        keys = {mention.key for mention in mentions if mention.kind == kind}
        at = _FINDERS[kind](keys) if kind in _FINDERS else {key: key for key in keys}
        found |= {mention: at.get(mention.key) for mention in mentions if mention.kind == kind}
    return found


def address(mention: Mention) -> str | None:
    """Where the reader may look at the row, if anywhere."""
    endpoint = _pages().get(mention.kind)
    entry = entry_of(endpoint)
    if endpoint is None or entry is None or entry.permission is None or mention.at is None:
        return None
    if not g.person.may(entry.permission) or (entry.feature and not g.here.opens(entry.feature)):
        return None
    (parameter,) = current_app.url_map.iter_rules(endpoint).__next__().arguments or {""}
    return url(endpoint, **({parameter: mention.at} if parameter else {}))


@cache
def _pages() -> dict[str, str]:
    """For each kind the page its class names by `__page__`."""
    kinds = [mapper.class_ for mapper in Model.registry.mappers]
    return {kind.__tablename__: kind.__page__ for kind in kinds if hasattr(kind, "__page__")}
