"""Writing the trail.

`record("account.changed", account, before=…, after=…)` in the transaction of the change itself: either both are there
or neither.  What a class says about its fields decides how they are kept:

`__secret__ = {"password_hash"}`     never written, only that it changed
`__personal__ = {"name": "id"}`      sealed under the key of the person whose id the row's attribute `id` holds
`__unlogged__ = {"seen_at"}`         left out of `changes()` and `facts()`
`__label__ = "username"`             what the row is called in a line (otherwise its name, number, title or code)
`__words__ = {"bill_to": N_("…")}`   how its fields are called when shown
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import inspect

from portal.audit import people
from portal.audit.actor import Actor, current_actor
from portal.audit.cells import MASKED, Cell, cell, is_secret, sealed
from portal.audit.models import LogRecord
from portal.core.db import Model, db
from portal.core.scope import acting_scope
from portal.core.words import Line

_NAMES = ("name", "title", "number", "code", "username")
_SILENT = frozenset({"tenant_id", "id", "version", "stamp", "created_at", "updated_at"})


def record(
    verb: str,
    row: Model | None = None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    line: Line | None = None,
) -> LogRecord:
    """Write one line of the trail: `verb` is "noun.done", e.g. "account.archived".

    Of `before` and `after` only what differs is kept.  The values of `line` lie readable: never a person's name or a
    secret in them.  A line with `%(label)s` takes the place of the verb's own phrase, and is filled with the row's label
    (sealed where that is a person's); any other line is said after it.
    """
    actor = current_actor().seen_by(acting_scope().tenant_id)
    old, new = _difference(before or {}, after or {})
    kind, row_id = reference(row) if row is not None else (None, None)
    written = LogRecord(
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor=_of_person(actor, actor.name or actor.email),
        principal_id=actor.on_behalf_of.id if actor.on_behalf_of else None,
        principal=_principal(actor.on_behalf_of),
        verb=verb,
        kind=kind,
        row_id=row_id,
        label=_field(row, *_label(row)) if row is not None else None,
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


def reference(row: Model) -> tuple[str, str]:
    """(kind, id) by which the trail knows a row: its table, and its key as it stands in addresses."""
    return row.__tablename__, str(getattr(row, "key", None) or getattr(row, "id", ""))


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
    holder = getattr(type(row), "__personal__", {}).get(name)
    if holder is None:
        return cell(value)
    person = _person(row, getattr(row, holder))
    return sealed(value, person, people.key_for(person))


def _person(row: Model | None, holder: Any) -> UUID:
    """The id of the person behind a row's attribute.  One known by something else (an e-mail) gets an id made of it."""
    return holder if isinstance(holder, UUID) else uuid5(UUID(int=0), f"{type(row).__name__}:{holder}")


def _label(row: Model) -> tuple[str, Any]:
    """(field, value) by which people call the row."""
    names = (getattr(type(row), "__label__", ""), *_NAMES)
    for name in names:
        value = getattr(row, name, None) if name else None
        if value and not isinstance(value, Enum):
            return name, value if isinstance(value, Line) else str(value)
    return "", None


def _of_person(actor: Actor, text: str) -> Cell:
    """A word about the actor: sealed when we know whose it is."""
    if not text:
        return None
    return sealed(text, actor.id, people.key_for(actor.id)) if actor.id else cell(text)


def _principal(actor: Actor | None) -> Cell:
    return None if actor is None else _of_person(actor, actor.name or actor.email) or {"plain": actor.kind}
