"""One key per person: what the trail says of somebody can be read while the key is there.

Erasing a person empties the key; every line about them stays, and shows "erased" where their words stood.
"""

from collections.abc import Collection, Iterable, Iterator
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


def keys_for(people: Collection[UUID]) -> dict[UUID, Key | None]:
    """The keys of these people, made at the first mention; None for whoever has been erased."""
    wanted = set(people)
    found = _remembered(wanted)
    if unknown := wanted - found.keys():
        found |= _make(unknown)
        _known_here().update(found)
    return found


def keys_of(people: Collection[UUID]) -> dict[UUID, Key]:
    """The keys that still open, in one query at most."""
    return {person: key for person, key in _remembered(set(people)).items() if key}


def opened(rows: Iterable[PersonKey]) -> dict[UUID, Key]:
    """The keys in rows that were read with something else."""
    return {person: key for person, key in _read(rows).items() if key}


def forget(person: UUID) -> None:
    """Empty the person's key.  Raises NotFound when nothing was ever written about them."""
    row = db.session.scalar(select(PersonKey).where(PersonKey.id == person))
    if row is None:
        raise NotFound
    row.wrapped = None
    row.erased_at = row.erased_at or now()
    _known_here()[person] = None


def _remembered(people: set[UUID]) -> dict[UUID, Key | None]:
    """What is known of them: from this transaction or one around it, else from the table, in one query."""
    found = {person: known[person] for known in _known_around() for person in people & known.keys()}
    if unknown := people - found.keys():
        found |= _read(db.session.scalars(select(PersonKey).where(PersonKey.id.in_(unknown))))
    return found


def _read(rows: Iterable[PersonKey]) -> dict[UUID, Key | None]:
    read = {row.id: _opened(row) for row in rows}
    _known_here().update(read)
    return read


def _known_here() -> dict[UUID, Key | None]:
    return _at_hand.setdefault(_transaction(), {})


def _known_around() -> Iterator[dict[UUID, Key | None]]:
    transaction: SessionTransaction | None = _transaction()
    while transaction is not None:
        yield _at_hand.get(transaction, {})
        transaction = transaction.parent


def _transaction() -> SessionTransaction:
    session = db.session()
    return session.get_nested_transaction() or session.get_transaction() or session.begin()


def _make(people: set[UUID]) -> dict[UUID, Key | None]:
    """Two transactions may meet the same person at once: the second waits for the first and takes its key."""
    fresh = {person: Key.fresh() for person in sorted(people)}
    tenant_id, moment = acting_scope().tenant_id, now()
    rows = [
        {
            "tenant_id": tenant_id,
            "id": person,
            "wrapped": seal(key.secret.hex(), purpose=_PURPOSE),
            "created_at": moment,
        }
        for person, key in fresh.items()
    ]
    new = insert(PersonKey).values(rows).on_conflict_do_nothing().returning(PersonKey.id)
    made = {person: fresh[person] for person in db.session.scalars(new, execution_options={"reviewed": True})}
    others = people - made.keys()
    return {**made, **(_remembered(others) if others else {})}


def _opened(row: PersonKey) -> Key | None:
    if row.wrapped is None:
        return None
    try:
        return Key(bytes.fromhex(unseal(row.wrapped, purpose=_PURPOSE)))
    except Unreadable:
        return None
