"""Who wrote last, and when: what a page says of its record in one line, in one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from portal.audit import people
from portal.audit.models import LogRecord, PersonKey
from portal.audit.queries import named, of_row
from portal.audit.rows import Mention, reference
from portal.audit.words import NO_CHANGE
from portal.core.db import Model, db
from portal.core.keys import spell


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody did something.  `who` is a row that may be looked at, or only a name."""

    at: datetime
    who: Mention | str


def last_change(row: Model) -> Deed | None:
    """The newest change of this row, or of a part of it.  None: nothing was written about it yet."""
    question = _asking().where(*of_row(*reference(row)), LogRecord.verb.not_in(NO_CHANGE))
    found = db.session.execute(question.order_by(LogRecord.at.desc(), LogRecord.id.desc()).limit(1)).first()
    return _deed(*found) if found else None


def deeds(records: Collection[UUID]) -> dict[UUID, Deed]:
    """What these lines of the trail say of who and when."""
    found = db.session.execute(_asking().where(LogRecord.id.in_(records)))
    return {record.id: _deed(record, key) for record, key in found}


def _asking() -> Select[LogRecord, PersonKey]:
    mine = (PersonKey.tenant_id == LogRecord.tenant_id) & (PersonKey.id == LogRecord.actor_id)
    return select(LogRecord, PersonKey).outerjoin(PersonKey, mine)


def _deed(record: LogRecord, key: PersonKey | None) -> Deed:
    keys = people.opened([key] if key else [])
    name = named(record.actor, record.actor_kind, keys)
    if record.actor_kind == "user" and record.actor_id in keys:
        return Deed(record.at, Mention("user", spell(record.actor_id), name, at=spell(record.actor_id)))
    return Deed(record.at, name)
