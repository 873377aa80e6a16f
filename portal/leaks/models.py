"""A look for leaks, and what it found."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, index
from portal.core.kinds import Belonging


class LeakLook(Belonging, Model):
    """One look.  `finds` are stored `report.Find`s; `looked` is how many things were looked at, `tainted` in how many something was."""

    __table_args__ = (index("begun_at"),)
    __unlogged__: ClassVar[set[str]] = {"finds"}

    process_id: Mapped[UUID]
    begun_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    looked: Mapped[int] = mapped_column(default=0)
    tainted: Mapped[int] = mapped_column(default=0)
    had_customer: Mapped[bool] = mapped_column(default=True)
    finds: Mapped[list[Any]] = mapped_column(JSONB, default=list)
