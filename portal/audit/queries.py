"""Reading the trail: sealed words are opened here, and only here, for whoever may see the log."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on

from portal.audit import cells, people, words
from portal.audit.models import LogRecord
from portal.core import dates
from portal.core import db as tables
from portal.core.db import Model, Page, db
from portal.core.keys import read_key, spell
from portal.core.money import Money
from portal.core.seal import Key
from portal.core.words import Line, told

Keys = Mapping[UUID, Key]


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it became.  None stands for "nothing"."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail as a person reads it."""

    key: str
    at: datetime
    who: str
    principal: str
    what: str
    detail: str
    changes: tuple[Change, ...]
    source: str
    kind: str | None
    row_id: str | None


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody the log can be narrowed to."""

    value: str
    name: str


def records(  # noqa: PLR0913 - one argument for each thing a reader may narrow the log by
    *,
    kind: str | None = None,
    row_id: str | None = None,
    row: Model | None = None,
    who: str = "",
    what: str = "",
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
    size: int = 30,
) -> Page[Entry]:
    """The newest first, in two statements.  `row` stands for its kind and id.

    who: "system", "visitor", "provider" or a user's key; what: a noun ("account") or a whole verb;
    since, until: days as the reader's calendar has them, both included.
    """
    if row is not None:
        kind, row_id = row.__tablename__, row.key if hasattr(row, "key") else None
    question = select(LogRecord).order_by(LogRecord.at.desc(), LogRecord.id.desc())
    for narrower in (_of_row(kind, row_id), _by(who), _about(what), _between(since, until)):
        question = question.where(*narrower)
    found: Page[LogRecord] = tables.page(question, number=page, size=size)
    keys = people.keys_of(set(_people_in(found.items)))
    return Page([_entry(record, keys) for record in found.items], found.total, found.number, found.size)


def actors(limit: int = 100) -> list[Who]:
    """Everybody who appears in this log, under the name last written, in two statements."""
    question = (
        select(LogRecord)
        .ext(distinct_on(LogRecord.actor_kind, LogRecord.actor_id))
        .order_by(LogRecord.actor_kind, LogRecord.actor_id, LogRecord.at.desc())
        .limit(limit)
    )
    found = list(db.session.scalars(question))
    keys = people.keys_of({record.actor_id for record in found if record.actor_id})
    named = [Who(spell(r.actor_id) if r.actor_id else r.actor_kind, _name(r.actor, r.actor_kind, keys)) for r in found]
    return sorted(named, key=lambda someone: someone.name.casefold())


def _of_row(kind: str | None, row_id: str | None) -> Iterator[ColumnElement[bool]]:
    if kind:
        yield LogRecord.kind == kind
    if row_id:
        yield LogRecord.row_id == row_id


def _by(who: str) -> Iterator[ColumnElement[bool]]:
    if who in words.ACTORS:
        yield LogRecord.actor_kind == who
    elif who:
        yield LogRecord.actor_id == read_key(who)


def _about(what: str) -> Iterator[ColumnElement[bool]]:
    if "." in what:
        yield LogRecord.verb == what
    elif what:
        yield LogRecord.verb.startswith(f"{what}.", autoescape=True)


def _between(since: date | None, until: date | None) -> Iterator[ColumnElement[bool]]:
    if since:
        yield LogRecord.at >= _midnight(since)
    if until and until < date.max:
        yield LogRecord.at < _midnight(until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    """The beginning of the day where the reader lives."""
    house = g.here.house if "here" in g else None
    return datetime.combine(day, time.min, ZoneInfo(house.time_zone) if house else UTC)


def _people_in(found: Iterable[LogRecord]) -> Iterator[UUID]:
    for record in found:
        for cell in (
            record.actor,
            record.principal,
            record.label,
            record.source,
            *record.before.values(),
            *record.after.values(),
        ):
            person = cells.person_in(cell)
            if person:
                yield person


def _entry(record: LogRecord, keys: Keys) -> Entry:
    return Entry(
        key=record.key,
        at=record.at,
        who=_name(record.actor, record.actor_kind, keys),
        principal=_principal(record.principal, keys),
        what=told(_phrase(record, keys)),
        detail="" if _is_phrase(record) else told(record.line),
        changes=tuple(_changes(record, keys)),
        source=_text(record.source, keys),
        kind=record.kind,
        row_id=record.row_id,
    )


def _is_phrase(record: LogRecord) -> bool:
    """Whether the record's own line stands for the verb's; otherwise it is said after it."""
    return "%(label)s" in (record.line or {}).get("text", "")


def _phrase(record: LogRecord, keys: Keys) -> Line:
    label = _text(record.label, keys)
    if not _is_phrase(record):
        return words.phrase(record.verb, label)
    line: Line = cells.read({"line": record.line}, keys)
    return replace(line, values={**line.values, "label": label})


def _changes(record: LogRecord, keys: Keys) -> Iterator[Change]:
    for field in {**record.before, **record.after}:
        before, after = (_shown(cells.read(side.get(field), keys)) for side in (record.before, record.after))
        yield Change(words.field_word(record.kind, field), before, after)


def _name(cell: cells.Cell, kind: str, keys: Keys) -> str:
    """The actor's own name; without one the word for his kind."""
    return _text(cell, keys) or str(_(words.ACTORS.get(kind, kind)))


def _principal(cell: cells.Cell, keys: Keys) -> str:
    """For whom it was done: a name, or one of the words for actors."""
    word = _text(cell, keys)
    return str(_(words.ACTORS[word])) if word in words.ACTORS else word


def _text(cell: cells.Cell, keys: Keys) -> str:
    value = cells.read(cell, keys)
    if isinstance(value, cells.Gone):
        return str(_(words.GONE[value.why]))
    return "" if value is None else str(value)


def _shown(value: Any) -> str | None:  # noqa: PLR0911 - one line for each kind of value
    """The value in the reader's language and formats; None stands for "nothing"."""
    match value:
        case None | "":
            return None
        case bool():
            return str(_("On") if value else _("Off"))
        case cells.Gone():
            return str(_(words.GONE[value.why]))
        case datetime():
            return dates.moment(value)
        case date():
            return dates.day(value)
        case Money():
            return dates.money(value)
        case Line():
            return told(value)
        case list():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(f"{words.spelled(str(key))}: {part}" for key, part in value.items() if part is not None)
        case _:
            return str(value)
