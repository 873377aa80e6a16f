"""Reading the trail: sealed words are opened here, and only here, for whoever may see the log."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import ColumnElement, case, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from portal.audit import cells, people, readings, words
from portal.audit.models import LogRecord, PersonKey
from portal.audit.readings import Shown
from portal.audit.rows import Mention, placed, reference
from portal.core import db as tables
from portal.core.db import Model, Page, db
from portal.core.keys import read_key, spell
from portal.core.seal import Key
from portal.core.words import Line, told

Keys = Mapping[UUID, Key]


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it became.  None stands for "nothing"."""

    field: str
    before: Shown
    after: Shown


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail as a person reads it.  `phrase` says what was done; the rows in it are Mentions."""

    at: datetime
    who: str
    actor: Mention | None
    principal: str
    phrase: Line
    detail: str
    changes: tuple[Change, ...]
    source: str
    request_id: str
    row: Mention | None
    whole: Mention | None

    @property
    def what(self) -> str:
        return told(self.phrase)

    def said_with(self, link: Callable[[Any], Any]) -> Markup:
        """The phrase as a page shows it: each row in it as `link` gives it."""
        text = Markup(gettext(self.phrase.text))  # noqa: S704 - our own words; what is filled in is escaped
        return text % {name: link(value) for name, value in self.phrase.values.items()}


@dataclass(frozen=True, slots=True)
class Trail(Page[Entry]):
    """One page of the log; `row` is the one row it was narrowed to, under the name last written."""

    row: Mention | None = None


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
) -> Trail:
    """The newest first, in two statements, and one more for each kind of row that is not found by its key.

    `row` stands for its kind and id; what happened to its parts is told too.
    who: "system", "system:<name>", "visitor", "provider" or a user's key; what: a noun ("account") or a whole verb;
    since, until: days as the reader's calendar has them, both included.
    """
    if row is not None:
        kind, row_id = reference(row)
    question = select(LogRecord).order_by(LogRecord.at.desc(), LogRecord.id.desc())
    for narrower in (of_row(kind, row_id), _by(who), _about(what), _between(since, until)):
        question = question.where(*narrower)
    found: Page[LogRecord] = tables.page(question, number=page, size=size)
    keys = people.keys_of(set(_people_in(found.items)))
    entries = _placed([_entry(record, keys) for record in found.items])
    return Trail(entries, found.total, found.number, found.size, _narrowed_to(row_id, entries))


def _narrowed_to(row_id: str | None, entries: Iterable[Entry]) -> Mention | None:
    mentioned = (mention for entry in entries for mention in (entry.row, entry.whole))
    return next((mention for mention in mentioned if mention and mention.key == row_id), None) if row_id else None


def actors(limit: int = 100) -> list[Who]:
    """Everybody who appears in this log, under the name last written, in one statement.

    Who is nobody's user goes by his name: the system itself, a command, the demo.
    """
    nameless = case((LogRecord.actor_id.is_(None), LogRecord.actor))
    question = (
        select(LogRecord, PersonKey)
        .outerjoin(PersonKey, (PersonKey.tenant_id == LogRecord.tenant_id) & (PersonKey.id == LogRecord.actor_id))
        .ext(distinct_on(LogRecord.actor_kind, LogRecord.actor_id, nameless))
        .order_by(LogRecord.actor_kind, LogRecord.actor_id, nameless, LogRecord.at.desc())
        .limit(limit)
    )
    found: Sequence[Any] = db.session.execute(question).all()
    keys = people.opened(row for _record, row in found if row)
    everybody = [Who(_value(record), named(record.actor, record.actor_kind, keys)) for record, _row in found]
    return sorted(everybody, key=lambda someone: someone.name.casefold())


def _value(record: LogRecord) -> str:
    """How the address names who did this."""
    if record.actor_id:
        return spell(record.actor_id)
    return f"{record.actor_kind}:{record.actor}" if record.actor else record.actor_kind


def of_row(kind: str | None, row_id: str | None) -> Iterator[ColumnElement[bool]]:
    if row_id:
        own = LogRecord.row_id == row_id
        yield or_(own & (LogRecord.kind == kind) if kind else own, LogRecord.whole_id == row_id)
    elif kind:
        yield LogRecord.kind == kind


def _by(who: str) -> Iterator[ColumnElement[bool]]:
    kind, _colon, name = who.partition(":")
    if kind in words.ACTORS:
        yield LogRecord.actor_kind == kind
        yield LogRecord.actor == literal(name, JSONB) if name else LogRecord.actor.is_(None)
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
        about = (record.actor, record.principal, record.label, record.whole, record.source)
        for cell in (*about, *record.before.values(), *record.after.values()):
            yield from cells.people_in(cell)


def _entry(record: LogRecord, keys: Keys) -> Entry:
    row, whole = _row(record, keys), cells.read(record.whole, keys)
    return Entry(
        at=record.at,
        who=named(record.actor, record.actor_kind, keys),
        actor=_actor(record, keys),
        principal=_principal(record.principal, keys),
        phrase=_phrase(record, row, whole),
        detail="" if _is_phrase(record) else told(record.line),
        changes=tuple(_changes(record, keys)),
        source=_text(record.source, keys),
        request_id=record.request_id or "",
        row=row,
        whole=whole if isinstance(whole, Mention) else None,
    )


def _row(record: LogRecord, keys: Keys) -> Mention | None:
    if not record.kind or not record.row_id:
        return None
    return Mention(record.kind, record.row_id, _text(record.label, keys))


def _actor(record: LogRecord, keys: Keys) -> Mention | None:
    """The user who acted, as long as anything is known of him.  Who came in for support has no page here."""
    name = cells.read(record.actor, keys)
    known = record.actor_kind == "user" and isinstance(name, str)
    return Mention("user", spell(record.actor_id), name) if known and record.actor_id else None


def _placed(entries: list[Entry]) -> list[Entry]:
    """The entries with what the address of each row in them ends in."""
    at = placed({mention for entry in entries for mention in _mentions(entry)})

    def put(value: Any) -> Any:
        return replace(value, at=at[value]) if isinstance(value, Mention) else value

    return [
        replace(
            entry,
            actor=put(entry.actor),
            row=put(entry.row),
            whole=put(entry.whole),
            phrase=replace(entry.phrase, values={name: put(value) for name, value in entry.phrase.values.items()}),
            changes=tuple(replace(one, before=put(one.before), after=put(one.after)) for one in entry.changes),
        )
        for entry in entries
    ]


def _mentions(entry: Entry) -> Iterator[Mention]:
    told_of = (side for change in entry.changes for side in (change.before, change.after))
    for value in (entry.actor, entry.row, entry.whole, *told_of):
        if isinstance(value, Mention):
            yield value


def _is_phrase(record: LogRecord) -> bool:
    """Whether the record's own line stands for the verb's; otherwise it is said after it."""
    return "%(label)s" in (record.line or {}).get("text", "")


def _phrase(record: LogRecord, row: Mention | None, whole: Any) -> Line:
    if not _is_phrase(record):
        return words.phrase(record.verb, row, whole)
    line = Line.of(record.line or {})
    return replace(line, values={**line.values, "label": row})


def _changes(record: LogRecord, keys: Keys) -> Iterator[Change]:
    for field in {**record.before, **record.after}:
        sides = (cells.read(side.get(field), keys) for side in (record.before, record.after))
        before, after = (readings.shown(record.kind, field, value) for value in sides)
        yield Change(words.field_word(record.kind, field), before, after)


def named(cell: cells.Cell, kind: str, keys: Keys) -> str:
    """The actor's own name; without one the word for his kind."""
    return _text(cell, keys) or str(gettext(words.ACTORS.get(kind, kind)))


def _principal(cell: cells.Cell, keys: Keys) -> str:
    """For whom it was done: a name, or one of the words for actors."""
    word = _text(cell, keys)
    return str(gettext(words.ACTORS[word])) if word in words.ACTORS else word


def _text(cell: cells.Cell, keys: Keys) -> str:
    value = cells.read(cell, keys)
    if isinstance(value, cells.Gone):
        return str(gettext(words.GONE[value.why]))
    return "" if value is None else str(value)
