"""One key per person: what the trail says of somebody can be read while the key is there.

Erasing a person empties the key; every line about them stays, and shows "erased" where their words stood.
"""

from collections.abc import Collection
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import SessionTransaction

from portal.audit.models import PersonKey
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.scope import acting_scope
from portal.core.seal import Key, Unreadable, seal, unseal

_PURPOSE = "audit.person"
_at_hand: WeakKeyDictionary[SessionTransaction, dict[UUID, Key | None]] = WeakKeyDictionary()
"""Keys already asked for in this transaction, so that its next record costs no query.  A rollback forgets them."""


def key_for(person: UUID) -> Key | None:
    """The person's key, made at the first mention; None once the person has been erased."""
    known = _known_here()
    if person not in known:
        row = _find(person) or _make(person)
        known[person] = _opened(row)
    return known[person]


def keys_of(people: Collection[UUID]) -> dict[UUID, Key]:
    """The keys that still open, in one query."""
    if not people:
        return {}
    rows = db.session.scalars(select(PersonKey).where(PersonKey.id.in_(people)))
    opened = {row.id: _opened(row) for row in rows}
    return {person: key for person, key in opened.items() if key}


def forget(person: UUID) -> None:
    """Empty the person's key.  Raises NotFound when nothing was ever written about them."""
    row = _find(person)
    if row is None:
        raise NotFound
    row.wrapped = None
    row.erased_at = row.erased_at or now()
    _known_here()[person] = None


def _known_here() -> dict[UUID, Key | None]:
    session = db.session()
    transaction = session.get_nested_transaction() or session.get_transaction() or session.begin()
    return _at_hand.setdefault(transaction, {})


def _find(person: UUID) -> PersonKey | None:
    return db.session.scalar(select(PersonKey).where(PersonKey.id == person))


def _make(person: UUID) -> PersonKey:
    """Two transactions may meet the same person at once: the second waits for the first and takes its key."""
    wrapped = seal(Key.fresh().secret.hex(), purpose=_PURPOSE)
    new = insert(PersonKey).values(tenant_id=acting_scope().tenant_id, id=person, wrapped=wrapped, created_at=now())
    db.session.execute(new.on_conflict_do_nothing(), execution_options={"reviewed": True})
    return db.session.scalars(select(PersonKey).where(PersonKey.id == person)).one()


def _opened(row: PersonKey) -> Key | None:
    if row.wrapped is None:
        return None
    try:
        return Key(bytes.fromhex(unseal(row.wrapped, purpose=_PURPOSE)))
    except Unreadable:
        return None
