"""Rows that stand in an order of their owner's: moved, hidden, taken out, put back.

None of it is writing: it does not raise a row's version, so whoever writes at the same moment loses nothing by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Select, delete, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit import record
from portal.core.clock import now
from portal.core.db import Model, db
from portal.storefront.queries import storefront
from portal.tenants.actions import raise_stamp

PUT_BACK_FOR = timedelta(days=30)
"""How long a row that was taken out can be put back."""
_UNSEEN = {"synchronize_session": False}


class Ordered:
    """Columns of such a row.  One that was taken out stays for a while, to be put back where it stood.

    `__deeds__` is how the trail calls what is done with it.
    """

    __deeds__: ClassVar[Mapping[str, str]]

    position: Mapped[int]
    hidden: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]


R = TypeVar("R", bound=Any)


def one_at_a_time() -> None:
    """Who counts rows holds the storefront: two who add at once do not both find room."""
    db.session.refresh(storefront(), with_for_update=True)


def put(row: Model, **facts: Any) -> None:
    """The row has these from now on."""
    kind: Any = type(row)
    db.session.execute(update(kind).where(kind.id == row.id).values(**facts), execution_options=_UNSEEN)  # type: ignore[attr-defined]
    db.session.refresh(row)


def turn(row: Any, *, hidden: bool) -> None:
    """Hide it from visitors, or show it."""
    if row.hidden == hidden:
        return
    put(row, hidden=hidden)
    raise_stamp()
    record(row.__deeds__["hidden" if hidden else "shown"], row)


def move(row: R, among: Select[R], *, by: int) -> None:
    """Change places with its neighbour among these, which come in their order; the first stays first, the last stays last."""
    rows = list(db.session.scalars(among.with_for_update()))
    at = rows.index(row)
    if not 0 <= at + by < len(rows):
        return
    rows[at], rows[at + by] = rows[at + by], rows[at]
    for position, one in enumerate(rows, start=1):
        if one.position != position:
            put(one, position=position)
    raise_stamp()
    record(row.__deeds__["moved"], row)


def take_out(row: Any) -> None:
    """Visitors and its owner do not see it any more.  What was taken out long ago goes for good."""
    put(row, removed_at=now())
    kind = type(row)
    long_ago = kind.removed_at < now() - PUT_BACK_FOR
    db.session.execute(delete(kind).where(long_ago), execution_options=_UNSEEN)
    raise_stamp()
    record(row.__deeds__["removed"], row)


def put_back(row: Any) -> None:
    """Where it stood."""
    put(row, removed_at=None)
    raise_stamp()
    record(row.__deeds__["brought_back"], row)
