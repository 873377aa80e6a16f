"""A view of a list that somebody saved, and a deed on several rows that can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, index, unique
from portal.core.kinds import Belonging

PLACE_LENGTH = 80
NAME_LENGTH = 60
QUERY_LENGTH = 500


def _of_one_user() -> ForeignKeyConstraint:
    """What is a person's own goes with him."""
    return ForeignKeyConstraint(["tenant_id", "user_id"], ["user.tenant_id", "user.id"], ondelete="CASCADE")


class SavedView(Belonging, Model):
    """What one person looks at again and again in one list.  `query` is the list's own spelling of search, sort, filters."""

    __table_args__ = (_of_one_user(), unique("user_id", "place", "name"))

    user_id: Mapped[UUID]
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH))  # the list's endpoint
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    query: Mapped[str] = mapped_column(String(QUERY_LENGTH))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Deed(Belonging, Model):
    """What one person just did with several rows at once: exactly those that changed, and how they were before."""

    __table_args__ = (_of_one_user(), index("user_id", "at"))

    user_id: Mapped[UUID]
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH))  # the list's endpoint
    verb: Mapped[str] = mapped_column(String(60))
    changed: Mapped[dict[str, Any]]  # a row's key -> what taking it back has to know
    at: Mapped[datetime] = mapped_column(default=now)
