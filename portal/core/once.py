"""A form that is sent twice counts once.

Each form carries a key made with it.  The answer to the first sending is kept, in the same transaction as what it
changed; a repeat is led to the same place.  The key is looked up before the verb and written after it, so no lock is
held while a password is hashed or a file is read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, g, request
from sqlalchemy import String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import keys
from portal.core.clock import now
from portal.core.db import Model, db
from portal.core.kinds import Belonging
from portal.core.scope import scope
from portal.core.web import see

LONGEST = 500
"""Characters of an address that are kept; whoever is led farther is not led there again."""
KEPT = timedelta(days=30)
_SWEPT_AT_ONCE = 500


class Receipt(Belonging, Model):
    """Where the first sending of a form led.  The id is the form's own key."""

    location: Mapped[str] = mapped_column(String(LONGEST))
    at: Mapped[datetime] = mapped_column(default=now, index=True)


def one_time_key() -> str:
    """A fresh key for one form."""
    return keys.spell(keys.new_id())


def sent_before() -> Response | None:
    """The first answer, when this very form was already taken."""
    key = _key()
    return _first_answer(key) if key and scope() is not None else None


def keep_receipt(response: Response) -> Response:
    """Write the receipt beside what the request changed; when another sending was first, give its answer instead."""
    key = _key()
    if key is None or scope() is None or not 0 < len(response.location or "") <= LONGEST or g.get("answered_before"):
        return response
    db.session.add(Receipt(id=key, location=response.location))
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return _first_answer(key) or response
    return response


def put_off() -> None:
    """What was sent was not taken, only laid aside: when it comes again, it is the first."""
    g.answered_before = True


def after_refusal(response: Response) -> Response:
    """A refused sending may be the second of two at once, that met what the first had just made."""
    key = _key()
    return (key and scope() is not None and _first_answer(key)) or response


def unreceipted() -> UUID | None:
    """The form's key, where the request acts for nobody, so that no receipt is kept of it."""
    return _key() if scope() is None else None


def is_first(key: UUID | None, place: str) -> bool:
    """Whether this form was not taken before, in the scope that is acted for now; from here on it was."""
    if key is None:
        return True
    db.session.add(Receipt(id=key, location=place))
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return False
    return True


def sweep() -> None:
    """Take some receipts of forms away that nobody has open any more; called now and then, in the acting tenant's scope."""
    old = select(Receipt.id).where(Receipt.at < now() - KEPT).limit(_SWEPT_AT_ONCE).with_for_update(skip_locked=True)
    db.session.execute(delete(Receipt).where(Receipt.id.in_(old)), execution_options={"synchronize_session": False})


def _key() -> UUID | None:
    return keys.read_key(request.form.get("once")) if request.method == "POST" else None


def _first_answer(key: UUID) -> Response | None:
    location = db.session.scalar(select(Receipt.location).where(Receipt.id == key))
    if location is None:
        return None
    g.answered_before = True
    return see(location)
