"""Rows are found by the words in them, however many rows there are: words that begin with what was typed, all of them.

    class Account(Belonging, Model):
        __found_by__ = ("name", "number", "email")            its own words lead to it
    class Contact(Belonging, Model):
        __found_by__ = ("name", "email")
        __found_as__ = ("account", "account_id")              a part's words lead to the whole

Row-level security lets no operator look at a row before the policy unless it is leakproof: ILIKE and full text search are
not, so no index serves them and every row of the tenant is read.  Comparing text is, so the words stand in a table of
their own, folded, in the order of their bytes, and `word >= 'abc' and word < 'abc…'` walks along one index.  They are
written in the transaction that writes their row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from unicodedata import combining, normalize
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    Subquery,
    and_,
    bindparam,
    delete,
    event,
    false,
    func,
    insert,
    inspect,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, aliased, mapped_column

from portal.core import keys
from portal.core.db import Model, index
from portal.core.kinds import Belonging
from portal.core.session import TenantSession
from portal.core.words import Line

LONGEST = 40  # letters of a word; what is longer is found by its beginning
MOST_WORDS = 40  # of one row
MOST_TERMS = 6  # that are looked for together
MOST = 1000  # entries that are looked at; beyond these nobody counts
_END = "\U0010ffff"  # stands behind every letter
_TERMS, _LASTS = bindparam("terms", type_=ARRAY(String)), bindparam("lasts", type_=ARRAY(String))
_SEVERAL = func.cardinality(_TERMS) > 1
_WORD = re.compile(r"[^\W_]+")
_WHOLE_CODE = 24
_ALONE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "\u0131": "i"})  # letters NFKD leaves whole
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


class Word(Belonging, Model):
    """A word of the row `part_id` that leads to the row `row_id` of a kind: itself, or the whole it is a part of."""

    __table_args__ = (index("kind", "word", "row_id", "part_id"), index("row_id", "part_id", "word"))

    kind: Mapped[str] = mapped_column(String(40))  # the table's name
    word: Mapped[str] = mapped_column(String(LONGEST, collation="C"))
    row_id: Mapped[UUID]
    part_id: Mapped[UUID]


# ------------------------------------------------------------------------------------------------------------- words


def folded(text: str) -> str:
    """Without case and accents: `Çelik & Müller` → `celik & muller`."""
    if text.isascii():
        return text.lower()
    plain = normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not combining(letter)).casefold().translate(_ALONE)


def words_of(*texts: str | None) -> set[str]:
    """By which words these texts are found: `Müller` by muller and mueller, `ACC-0012` by acc, 0012, 12 and acc0012."""
    return set(sorted(word[:LONGEST] for text in texts if text for word in each_word(text))[:MOST_WORDS])


def each_word(text: str) -> Iterator[str]:
    """As often as they stand in it; see `words_of`."""
    whole = normalize("NFC", text).casefold()
    for spelling in {folded(whole), folded(whole.translate(_SPELLED))}:
        found = _WORD.findall(spelling)
        yield from found
        yield from (word.lstrip("0") for word in found if word.isdigit() and word.strip("0"))
        if len(found) > 1 and any(word.isdigit() for word in found) and sum(map(len, found)) <= _WHOLE_CODE:
            yield "".join(found)


def terms_of(text: str) -> tuple[str, ...]:
    """What is looked for, the longest first; a term that another begins with asks for nothing more."""
    found = sorted({word[:LONGEST] for word in _WORD.findall(folded(text))}, key=lambda word: (-len(word), word))
    return tuple(word for at, word in enumerate(found) if not any(longer.startswith(word) for longer in found[:at]))[
        :MOST_TERMS
    ]


# ----------------------------------------------------------------------------------------------------------- finding


def said(kind: Any, text: str) -> ColumnElement[bool]:
    """Whether a row of this kind is found by all words of the text: the condition of a list."""
    found = [
        kind.id.in_(select(Word.row_id).where(Word.kind == _name(kind), Word.word >= term, Word.word < term + _END))
        for term in terms_of(text)
    ]
    return and_(*found) if found else false()


@lru_cache(maxsize=20)
def hits(kind: Any) -> tuple[Subquery, ColumnElement[bool]]:
    """The rows of this kind that are found, each with a part that says so; and whether there are more than were looked at.

    The rarest term is walked along the index, MOST + 1 entries at most, and each row looked at for the others: so the
    work has a bound, whatever is typed.  What is typed stands beside the statement: `parameters(text)`.
    """
    asked, walked, first, other = _asked(), aliased(Word), aliased(Word), aliased(Word)
    some = (
        select(walked.row_id)
        .where(_SEVERAL, walked.kind == _name(kind), *_begins(walked, asked))
        .limit(MOST + 1)
        .lateral()
    )
    rarest = (
        select(asked.c.term, asked.c.last)
        .join(some, true(), isouter=True)
        .group_by(asked.c.term, asked.c.last)
        .order_by(func.count(some.c.row_id), func.length(asked.c.term).desc())
        .limit(1)
        .subquery()
    )
    along = select(first.row_id, first.part_id).where(first.kind == _name(kind), *_begins(first, rarest))
    entry = along.order_by(first.word).limit(MOST + 1).lateral()
    looked_at = (
        select(entry.c.row_id, entry.c.part_id).select_from(rarest).join(entry, true()).cte(f"{_name(kind)}_hits")
    )
    again = _asked()
    said = (
        select(func.count(again.c.term.distinct()))
        .join(other, and_(*_begins(other, again)))
        .where(other.row_id == looked_at.c.row_id)
        .correlate(looked_at)
        .scalar_subquery()
    )
    distinct = select(looked_at.c.row_id, looked_at.c.part_id).ext(distinct_on(looked_at.c.row_id))
    found = distinct.where(or_(~_SEVERAL, said == func.cardinality(_TERMS))).order_by(looked_at.c.row_id).subquery()
    return found, select(func.count() > MOST).select_from(looked_at).scalar_subquery()


def parameters(text: str) -> dict[str, list[str]]:
    """What stands beside a statement with `hits` in it."""
    terms = terms_of(text)
    return {"terms": list(terms), "lasts": [term + _END for term in terms]}


def _asked() -> Any:
    """The terms as rows."""
    return func.unnest(_TERMS, _LASTS).table_valued("term", "last").render_derived()


def _begins(word: Any, asked: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return word.word >= asked.c.term, word.word < asked.c.last


def _name(kind: Any) -> str:
    return str(kind.__tablename__)


# ------------------------------------------------------------------------------------------------------------ upkeep


@event.listens_for(TenantSession, "after_flush")
def _keep_up(session: Session, _: object) -> None:
    """Write the words of what is new or says something else, and take those away that nobody says any more."""
    scope = session.scope if isinstance(session, TenantSession) else None
    if scope is None:
        return

    def own(rows: Iterable[Any]) -> list[Any]:
        return [row for row in rows if hasattr(row, "__found_by__") and row.tenant_id == scope.tenant_id]

    fresh, gone = own(session.new), own(session.deleted)
    other = [row for row in own(session.dirty) if row not in gone and _says_something_else(session, row)]
    if other or gone:
        spoken = (
            Word.row_id.in_([_leads_to(row, type(row))[1] for row in (*other, *gone)]),
            Word.part_id.in_([row.id for row in (*other, *gone)]),
        )
        session.execute(delete(Word).where(*spoken), execution_options={"synchronize_session": False})
    if whole := [row.id for row in gone if not hasattr(row, "__found_as__")]:
        session.execute(delete(Word).where(Word.row_id.in_(whole)), execution_options={"synchronize_session": False})
    if rows := [word for row in (*fresh, *other) for word in entries(row, type(row))]:
        session.connection().execute(insert(Word), rows, execution_options={"reviewed": True})


def _says_something_else(session: Session, row: Any) -> bool:
    return session.is_modified(row) and any(inspect(row).attrs[name].history.has_changes() for name in row.__found_by__)


@event.listens_for(TenantSession, "do_orm_execute")
def _keep_up_with_many(execute: ORMExecuteState) -> None:
    """Rows that are written in sets (`add_many`) are found like all others."""
    kind: Any = execute.bind_mapper.class_ if execute.is_insert and execute.bind_mapper is not None else None
    if hasattr(kind, "__found_by__") and isinstance(execute.parameters, list):
        many = [word for row in execute.parameters for word in entries(SimpleNamespace(**row), kind)]
        execute.session.connection().execute(insert(Word), many, execution_options={"reviewed": True})


def entries(row: Any, kind: type[Any]) -> list[dict[str, Any]]:
    """The words of a row of this kind, as rows of `Word`."""
    if getattr(row, getattr(kind, "__found_unless__", ""), False):
        return []
    name, row_id = _leads_to(row, kind)
    shared = {"tenant_id": row.tenant_id, "kind": name, "row_id": row_id, "part_id": row.id}
    texts = (_text(getattr(row, field, None)) for field in kind.__found_by__)
    return [{"id": keys.new_id(), "word": word, **shared} for word in sorted(words_of(*texts))]


def _leads_to(row: Any, kind: type[Any]) -> tuple[str, UUID]:
    if whole := getattr(kind, "__found_as__", None):
        table, column = whole
        return table, getattr(row, column)
    return _name(kind), row.id


def _text(value: Any) -> str:
    return Line.of(value).plain if isinstance(value, Mapping) else value or ""
