"""Words that are stored and shown later: kept as message id and values, translated for whoever reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext, ngettext

from portal.core.languages import country_name, language_name


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text for the catalogues without translating it now."""
    return text


def alphabetical(words: Iterable[str]) -> list[str]:
    """In the order people look words up in; those that differ only in capitals always in the same one."""
    return sorted(words, key=lambda word: (word.casefold(), word))


@dataclass(frozen=True, slots=True)
class Name:
    """A country's or a language's name: kept as its code, said in the language of whoever reads."""

    kind: str  # "country" or "language"
    code: str

    def stored(self) -> dict[str, str]:
        return {"named": self.kind, "code": self.code}

    def __str__(self) -> str:
        return NAMES[self.kind](self.code)


NAMES = {"country": country_name, "language": language_name}


@dataclass(frozen=True, slots=True)
class Line:
    """One human line.  `text` is a message id, `values` fills its %(name)s; `many` is the plural form, by values["count"]."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    many: str = ""

    def __bool__(self) -> bool:
        """Without a text it says nothing: to gettext the empty text means the whole head of a catalogue."""
        return bool(self.text)

    @property
    def plain(self) -> str:
        """English, for logs."""
        text = self.many if self.many and self.values.get("count") != 1 else self.text
        return text % self.values if self.values else text

    def stored(self) -> dict[str, Any]:
        """As JSON for a column."""
        values = {
            name: value.stored() if isinstance(value, (Line, Name)) else value for name, value in self.values.items()
        }
        line: dict[str, Any] = {"text": self.text, "values": values}
        return line | ({"many": self.many} if self.many else {})

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Line:
        """The line again that `stored` kept."""
        return cls(stored["text"], stored.get("values") or {}, stored.get("many") or "")

    def __str__(self) -> str:
        return told(self)


def say(text: str, many: str = "", **values: Any) -> Line:
    """A line to store or show: `say(N_("%(count)s product"), N_("%(count)s products"), count=214)`."""
    return Line(text, values, many)


def by_count(text: str, many: str, **values: Any) -> Callable[[int], Line]:
    """The same before it is known how many: `by_count(N_("Hide %(count)s product?"), N_("Hide %(count)s products?"))`."""
    return lambda count: say(text, many, count=count, **values)


def told(line: Line | Mapping[str, Any] | str | None) -> str:
    """The line in the language of whoever reads it.  Values that are lines themselves are translated too."""
    if not line:
        return ""
    if isinstance(line, str):
        return line
    if not isinstance(line, Line):
        line = Line.of(line)
    values = {name: _said(value) for name, value in line.values.items()}
    if line.many:
        return str(ngettext(line.text, line.many, int(values["count"]), **values))
    # gettext formats only when there are values: a bare per cent sign in a text stays itself
    return str(gettext(line.text, **values)) if values else str(gettext(line.text))


def _said(value: Any) -> Any:
    """A line's value, in the language of whoever reads."""
    if isinstance(value, dict) and "named" in value:
        return str(Name(value["named"], value["code"]))
    return told(value) if isinstance(value, (Line, dict)) else value
