"""A list page's question, read from its address: search, sort, filters, page.  All of it can be linked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy import ColumnElement, Select, case, func
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import MultiDict

from portal.core.db import Page, page
from portal.core.finding import folded

T = TypeVar("T")

SEARCH_LENGTH = 100
SIZE = 30
MOST_EXPORTED = 20_000
FORMS = ("csv", "xlsx")
LAST_PAGE = 100_000
_MARKED = "άέήίϊΐόύϋΰώςàáâãäåāăąçćčďđèéêëēėęěğģìíîïīįķĺļłñńņňòóôõöøőŕřśşșšťțùúûüūůűųýÿźżž"
_PLAIN = "".join(map(folded, _MARKED))


def alphabetical(name: Any) -> ColumnElement[str]:
    """A name's place in a list, whatever case and accents it has: Έλλη stands behind Δανάη, Österreich beside Oman.

    The stores compare letters by their numbers and know no language (not every PostgreSQL is built with ICU), and there
    every letter with an accent stands before or behind all others.  Names of ASCII alone, most of them, are not looked
    through.
    """
    small = func.lower(name)
    ascii_alone = func.octet_length(name) == func.char_length(name)
    return case((ascii_alone, small), else_=func.translate(small, _MARKED, _PLAIN))


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list was asked for.  Nonsense in the address is read as the default, never an error."""

    search: str = ""
    sort: str = ""
    descending: bool = False
    number: int = 1
    filters: Mapping[str, str | None] = field(default_factory=dict)  # name -> chosen value, or None
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
    form: str = ""  # the file that was asked for instead of a page

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter hides anything."""
        return bool(self.search or any(self.filters.values()))

    def cut(self, rows: Sequence[T]) -> Page[T]:
        """The wanted page of rows that are in memory, in their order; past the end, the last.  A file has them all."""
        number, size = (1, MOST_EXPORTED) if self.form else (self.number, SIZE)
        number = max(1, min(number, -(-len(rows) // size)))
        return Page(rows[(number - 1) * size : number * size], len(rows), number, size)

    def page(self, question: Select[Any], *then: Any, rows: bool = False) -> Page[Any]:
        """The wanted page of the question; a file has all of it, up to a bound that keeps a server standing."""
        number, size = (1, MOST_EXPORTED) if self.form else (self.number, SIZE)
        return page(self.ordered(question, *then), number=number, size=size, rows=rows)

    @property
    def pattern(self) -> str:
        """For ILIKE: the search with its own wildcards made plain."""
        plain = self.search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        return f"%{plain}%"

    def ordered(self, question: Select[Any], *then: Any) -> Select[Any]:
        """The question in the wanted order; `then` settles ties, so that pages never overlap."""
        column = self.columns[self.sort]
        return question.order_by(column.desc().nulls_last() if self.descending else column.asc().nulls_last(), *then)

    def url(self, **changes: Any) -> str:
        """The query string of this list with changes; None takes a part out.  Any change but `page` goes to page 1."""
        parts: dict[str, Any] = {"q": self.search or None, "sort": self._sort_word(), **self.filters}
        if "page" not in changes:
            changes = {"page": None, **changes}
        parts.update(changes)
        return "?" + _encoded({name: value for name, value in parts.items() if value not in (None, "")})

    def sorted_by(self, name: str) -> str:
        """The address that sorts by `name`, or turns the order round when it already does."""
        down = self.sort == name and not self.descending
        return self.url(sort=f"-{name}" if down else name)

    def _sort_word(self) -> str:
        return f"-{self.sort}" if self.descending else self.sort


def _encoded(parts: Mapping[str, Any]) -> str:
    return urlencode({name: str(value) for name, value in parts.items()})


def listing(
    args: MultiDict[str, str] | None = None,
    *,
    sorts: Mapping[str, InstrumentedAttribute[Any] | Any],
    default: str,
    filters: Mapping[str, Mapping[str, str]] | None = None,
) -> Listing:
    """Read a list's question from its address.

    `default` names the sort (`-created` falls); `filters` maps a name to its choices (value → label).  A value that is
    no choice is ignored.
    """
    args = request.args if args is None else args
    wanted = args.get("sort", default)
    name = wanted.removeprefix("-")
    if name not in sorts:
        wanted, name = default, default.removeprefix("-")
    choices = filters or {}
    chosen = {key: args[key] if args.get(key) in choices[key] else None for key in choices}
    return Listing(
        search=_searched(args.get("q", "")),
        sort=name,
        descending=wanted.startswith("-"),
        number=_number(args.get("page", "1")),
        filters=chosen,
        labels=choices,
        columns=sorts,
        form=args["format"] if args.get("format") in FORMS else "",
    )


def _searched(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()[:SEARCH_LENGTH]


def _number(text: str) -> int:
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 1  # noqa: PLR2004
