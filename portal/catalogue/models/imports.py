"""A file of products on its way into the catalogue: what it holds, what it would change, what could not be taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogue.models.sheets import SheetState
from portal.core.clock import now
from portal.core.db import Model, index, one_of
from portal.core.kinds import Belonging


class ProductImport(Belonging, Model):
    """One uploaded file.  What it would do is shown before anything changes; it goes through the states of a sheet."""

    __page__ = "catalogue.product_import"
    __table_args__ = (index("created_at"),)
    __unlogged__: ClassVar[frozenset[str]] = frozenset({"rows", "faults", "changes", "sha", "applied"})

    name: Mapped[str] = mapped_column(String(200))  # as the file was called
    sha: Mapped[str] = mapped_column(String(64))
    state: Mapped[SheetState] = mapped_column(one_of(SheetState, longest=30), default=SheetState.READING)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)  # {"line", "values"} of the good lines
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)  # {"line", "column", "value", "reason"}
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)  # the first of what it would do
    unread: Mapped[list[str]] = mapped_column(default=list)  # columns that nobody knows
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # "new", "changed", "unchanged", "broken"
    applied: Mapped[int] = mapped_column(default=0)  # rows that are written
    process_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(120), default="")
    applied_at: Mapped[datetime | None]

    def count(self, what: str) -> int:
        return int(self.counts.get(what, 0))

    @property
    def writes(self) -> int:
        """How many products it would make or change."""
        return self.count("new") + self.count("changed")
