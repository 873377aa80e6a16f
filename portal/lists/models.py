"""A view of a list that somebody saved."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, unique
from portal.core.kinds import Belonging

PLACE_LENGTH = 80
NAME_LENGTH = 60
QUERY_LENGTH = 500


class SavedView(Belonging, Model):
    """What one person looks at again and again in one list.  `query` is the list's own spelling of search, sort, filters."""

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "user_id"], ["user.tenant_id", "user.id"], ondelete="CASCADE"),
        unique("user_id", "place", "name"),
    )

    user_id: Mapped[UUID]
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH))  # the list's endpoint
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    query: Mapped[str] = mapped_column(String(QUERY_LENGTH))
    created_at: Mapped[datetime] = mapped_column(default=now)
