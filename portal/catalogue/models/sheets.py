"""A vendor's price sheet on its way into the catalogue: the file, its rows as they were understood, its errors."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogue.models.products import Billing, Segment, Term
from portal.core.clock import now
from portal.core.db import Model, belongs_to, index, one_of
from portal.core.kinds import Belonging
from portal.core.lifecycle import Lifecycle
from portal.core.words import N_

GIVEN_UP = 1_000
"""Broken lines after which a file with hardly a good one is given up."""
HARDLY = 20
"""One good line in so many is hardly any."""
MOST_FAULTS = 10_000
"""Faults that are listed: more tell nobody more."""


class SheetState(StrEnum):
    READING = "reading"
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"


LIFECYCLE = Lifecycle(
    {
        SheetState.READING: {SheetState.READY, SheetState.DISCARDED},
        SheetState.READY: {SheetState.APPLYING, SheetState.DISCARDED},
        SheetState.APPLYING: {SheetState.APPLIED, SheetState.READY},
    }
)

# state -> (mood, word)
SHOWN = {
    SheetState.READING: ("busy", N_("Being read")),
    SheetState.READY: ("warn", N_("Not applied yet")),
    SheetState.APPLYING: ("busy", N_("Being applied")),
    SheetState.APPLIED: ("good", N_("Applied")),
    SheetState.DISCARDED: ("plain", N_("Discarded")),
}


class Verdict(StrEnum):
    """What a row of the sheet means for the catalogue."""

    UNJUDGED = "unjudged"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GONE = "gone"  # not a row of the sheet: a price we have that the sheet no longer names
    BROKEN = "broken"


VERDICTS = {
    Verdict.NEW: N_("New"),
    Verdict.CHANGED: N_("Changed"),
    Verdict.GONE: N_("Gone"),
    Verdict.UNCHANGED: N_("Unchanged"),
    Verdict.BROKEN: N_("Broken"),
}


class PriceSheet(Belonging, Model):
    """One uploaded file.  What it would do is counted before anything changes."""

    __page__ = "catalogue.price_sheet"
    __table_args__ = (index("created_at"),)

    name: Mapped[str] = mapped_column(String(200))  # as the file was called
    sha: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    state: Mapped[SheetState] = mapped_column(one_of(SheetState, longest=30), default=SheetState.READING)
    markets: Mapped[list[str]] = mapped_column(default=list)  # "US · USD"
    valid_from: Mapped[date | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # verdict -> number of rows; "lines": all
    read_to: Mapped[int] = mapped_column(default=0)  # the byte and line where reading goes on
    read_line: Mapped[int] = mapped_column(default=0)
    read_whole: Mapped[int] = mapped_column(default=0)  # lines that could be taken, and lines that could not
    read_broken: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)  # in the broken lines, also those that are not listed
    applied_line: Mapped[int] = mapped_column(default=0)
    ends_missing: Mapped[bool] = mapped_column(default=True)  # what the sheet no longer names is discontinued
    process_id: Mapped[UUID | None]  # reading it, or applying it
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(120), default="")
    applied_at: Mapped[datetime | None]

    def count(self, verdict: Verdict | str) -> int:
        return int(self.counts.get(verdict, 0))

    @property
    def changes(self) -> int:
        """How many rows change something when it is applied."""
        return sum(self.count(verdict) for verdict in (Verdict.NEW, Verdict.CHANGED, Verdict.GONE))

    @property
    def mood(self) -> tuple[str, str]:
        return SHOWN[self.state]

    @property
    def is_hopeless(self) -> bool:
        """Whether so much of it is broken that it cannot be a price sheet."""
        return self.read_broken >= GIVEN_UP and self.read_whole * HARDLY < self.read_broken

    @property
    def room_for_faults(self) -> int:
        return max(0, MOST_FAULTS - self.faults)

    @property
    def unlisted_faults(self) -> int:
        return max(0, self.faults - MOST_FAULTS)


class SheetRow(Belonging, Model):
    """One row as it was understood, judged against the catalogue.  Its id becomes the id of what it makes."""

    __table_args__ = (index("sheet_id", "verdict", "line"), index("sheet_id", "line"), index("sheet_id", "code"))

    sheet_id: Mapped[UUID]
    sheet: Mapped[PriceSheet] = belongs_to(ondelete="CASCADE")
    line: Mapped[int] = mapped_column(Integer)  # 0 for what is gone
    verdict: Mapped[Verdict] = mapped_column(one_of(Verdict, longest=30), default=Verdict.UNJUDGED)
    code: Mapped[str] = mapped_column(String(64))
    slug: Mapped[str] = mapped_column(String(170), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    family: Mapped[str] = mapped_column(String(200), default="")
    vendor: Mapped[str] = mapped_column(String(120), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    tags: Mapped[str] = mapped_column(String(200), default="")
    term: Mapped[Term] = mapped_column(one_of(Term, longest=30))
    billing: Mapped[Billing] = mapped_column(one_of(Billing, longest=30))
    segment: Mapped[Segment] = mapped_column(one_of(Segment, longest=30))
    market: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    purchase: Mapped[Decimal | None]
    recommended: Mapped[Decimal | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    purchase_before: Mapped[Decimal | None]
    recommended_before: Mapped[Decimal | None]
    moves_purchase: Mapped[bool] = mapped_column(default=False)
    moves_recommended: Mapped[bool] = mapped_column(default=False)


class SheetError(Belonging, Model):
    """One cell that could not be taken, and why."""

    __table_args__ = (index("sheet_id", "line"),)

    sheet_id: Mapped[UUID]
    sheet: Mapped[PriceSheet] = belongs_to(ondelete="CASCADE")
    line: Mapped[int]
    column: Mapped[str] = mapped_column(String(40), default="")
    value: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[dict[str, Any]] = mapped_column(JSONB)
