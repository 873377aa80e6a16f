"""Writing the trail.

`record("account.changed", account, before=…, after=…)` in the transaction of the change itself: either both are there
or neither.  What a class says about its fields decides how they are kept:

`__secret__ = {"password_hash"}`     never written, only that it changed
`__personal__ = {"name": "id"}`      sealed under the key of the person whose id the row's attribute `id` holds
`__unlogged__ = {"seen_at"}`         left out of `changes()` and `facts()`
`__label__ = "username"`             what the row is called in a line (otherwise its name, number, title or code)
`__words__ = {"bill_to": N_("…")}`   how its fields are called when shown
`__readings__ = {"terms": title}`    how a field's codes read (otherwise as `audit.readings` has it)
`__page__ = "accounts.show"`         where the row is looked at: lines lead there

A value may be a row itself: it is kept under the name it has now, and leads to its page.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import inspect

from portal.audit import cells, people
from portal.audit.actor import Actor, current_actor
from portal.audit.cells import MASKED, Cell, cell, is_secret, sealed
from portal.audit.models import LogRecord
from portal.audit.rows import label, reference
from portal.core.db import Model, db
from portal.core.scope import acting_scope
from portal.core.words import Line

_SILENT = frozenset({"tenant_id", "id", "version", "stamp", "created_at", "updated_at"})


def record(
    verb: str,
    row: Model | None = None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    line: Line | None = None,
    whole: Model | None = None,
) -> LogRecord:
    """Write one line of the trail: `verb` is "noun.done", e.g. "account.archived".

    `whole` is the row this one is a part of (the account of a contact): the line stands in the log of both.  Of `before` and `after` only what differs is kept.  The values of `line` lie readable: never a person's name or a
    secret in them.  A line with `%(label)s` takes the place of the verb's own phrase, and is filled with the row's label
    (sealed where that is a person's); any other line is said after it.
    """
    actor = current_actor().seen_by(acting_scope().tenant_id)
    old, new = _difference(before or {}, after or {})
    kind, row_id = reference(row) if row is not None else (None, None)
    people.keys_for({*_people_of(actor), *_people_in(row, old, new), *_people_in(whole), *_named_by(old, new)})
    written = LogRecord(
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor=_of_person(actor, actor.name or actor.email),
        principal_id=actor.on_behalf_of.id if actor.on_behalf_of else None,
        principal=_principal(actor.on_behalf_of),
        verb=verb,
        kind=kind,
        row_id=row_id,
        label=_called(row) if row is not None else None,
        whole=_mention(whole) if whole is not None else None,
        whole_id=reference(whole)[1] if whole is not None else None,
        line=line.stored() if line else None,
        before={name: _field(row, name, value) for name, value in old.items()},
        after={name: _field(row, name, value) for name, value in new.items()},
        source=_of_person(actor, actor.source),
        request_id=actor.request_id or None,
    )
    db.session.add(written)
    return written


def erase_person(person: UUID) -> None:
    """Make everything the trail says of this person unreadable, for good.  The lines stay."""
    people.forget(person)
    record("person.erased")


def changes(row: Model) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of what was set on the row and not flushed yet.  Ask before the next query: that would flush."""
    before, after = {}, {}
    for name in _logged(row):
        history = inspect(row).attrs[name].history
        if history.has_changes():
            before[name] = history.deleted[0] if history.deleted else None
            after[name] = history.added[0] if history.added else None
    return before, after


def facts(row: Model) -> dict[str, Any]:
    """Every field of a row that has a value: the `after` of something new."""
    found = {name: getattr(row, name) for name in _logged(row)}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _logged(row: Model) -> list[str]:
    silent = _SILENT | set(getattr(type(row), "__unlogged__", ()))
    return [attribute.key for attribute in inspect(type(row)).column_attrs if attribute.key not in silent]


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    moved = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in moved if before}, {name: after.get(name) for name in moved if after}


def _field(row: Model | None, name: str, value: Any) -> Cell:
    if value is None:
        return None
    if is_secret(name) or name in getattr(type(row), "__secret__", ()):
        return MASKED
    if isinstance(value, Model):
        return _mention(value)
    holder = getattr(type(row), "__personal__", {}).get(name)
    if holder is None:
        return cell(value)
    person = _person(row, getattr(row, holder))
    return sealed(value, person, people.keys_for({person})[person])


def _called(row: Model) -> Cell:
    """What people call the row."""
    return _field(row, *label(row))


def _mention(row: Model) -> Cell:
    return cells.row(*reference(row), _called(row))


def _people_of(actor: Actor | None) -> Iterator[UUID]:
    while actor is not None:
        if actor.id:
            yield actor.id
        actor = actor.on_behalf_of


def _people_in(row: Model | None, *fields: Mapping[str, Any]) -> Iterator[UUID]:
    """Those of whom the row's label and these fields of it speak: their keys are asked for together."""
    personal = getattr(type(row), "__personal__", {})
    said = {label(row)[0], *chain(*fields)} if row is not None else set()
    for name in said & personal.keys():
        yield _person(row, getattr(row, personal[name]))


def _named_by(*fields: Mapping[str, Any]) -> Iterator[UUID]:
    for value in chain.from_iterable(side.values() for side in fields):
        if isinstance(value, Model):
            yield from _people_in(value)


def _person(row: Model | None, holder: Any) -> UUID:
    """The id of the person behind a row's attribute.  One known by something else (an e-mail) gets an id made of it."""
    return holder if isinstance(holder, UUID) else uuid5(UUID(int=0), f"{type(row).__name__}:{holder}")


def _of_person(actor: Actor, text: str) -> Cell:
    """A word about the actor: sealed when we know whose it is."""
    if not text:
        return None
    return sealed(text, actor.id, people.keys_for({actor.id})[actor.id]) if actor.id else cell(text)


def _principal(actor: Actor | None) -> Cell:
    return None if actor is None else _of_person(actor, actor.name or actor.email) or {"plain": actor.kind}
