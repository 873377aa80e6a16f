"""The trail: one line for each change, written once; and the keys under which it speaks of people."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, index
from portal.core.kinds import Belonging


class LogRecord(Belonging, Model):
    """Who did what to which row, when, for whom, from where; before and after.

    The app's role may insert and read these, and nothing else.  Cells (actor, principal, label, whole, source, before, after)
    are written and read by `audit.cells`.  Ids are made in order of time, so the newest has the highest.
    """

    __append_only__ = True
    __table_args__ = (
        index("at"),
        index("kind", "row_id", "at"),
        index("whole_id", "at"),
        index("actor_kind", "actor_id", "at"),
    )

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    principal_id: Mapped[UUID | None]
    principal: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    verb: Mapped[str]
    kind: Mapped[str | None]
    row_id: Mapped[str | None]
    label: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    whole: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))  # the row this one is a part of
    whole_id: Mapped[str | None]
    line: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    source: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    request_id: Mapped[str | None]


class PersonKey(Belonging, Model):
    """The key of one person (its id is the person's), wrapped by the house's.  Erasing the person empties it for good."""

    wrapped: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
