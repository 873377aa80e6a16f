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
from portal.core.db import Model, belongs_to, index, one_of, unique
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
    MAPPING = "mapping"
    READING = "reading"
    READY = "ready"
    SCHEDULED = "scheduled"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


BEGUN = {SheetState.SCHEDULED, SheetState.APPLYING}
LIFECYCLE = Lifecycle(
    {
        SheetState.MAPPING: {SheetState.READING, SheetState.DISCARDED},
        SheetState.READING: {SheetState.READY, SheetState.READING, SheetState.DISCARDED},
        SheetState.READY: {*BEGUN, SheetState.READING, SheetState.DISCARDED},
        SheetState.SCHEDULED: {*BEGUN, SheetState.READY},
        SheetState.APPLYING: {SheetState.APPLIED, SheetState.READY},
        SheetState.APPLIED: {SheetState.UNDOING},
        SheetState.UNDOING: {SheetState.UNDONE},
        SheetState.UNDONE: {*BEGUN, SheetState.READING, SheetState.READY, SheetState.DISCARDED},
    }
)

# state -> (mood, word)
SHOWN = {
    SheetState.MAPPING: ("warn", N_("Waits for its columns")),
    SheetState.READING: ("busy", N_("Being read")),
    SheetState.READY: ("warn", N_("Not applied yet")),
    SheetState.SCHEDULED: ("busy", N_("Scheduled")),
    SheetState.APPLYING: ("busy", N_("Being applied")),
    SheetState.APPLIED: ("good", N_("Applied")),
    SheetState.UNDOING: ("busy", N_("Being undone")),
    SheetState.UNDONE: ("plain", N_("Undone")),
    SheetState.DISCARDED: ("plain", N_("Discarded")),
}


class Verdict(StrEnum):
    """What a row of the sheet means for the catalogue."""

    UNJUDGED = "unjudged"
    NEW = "new"
    UP = "up"
    DOWN = "down"
    CHANGED = "changed"  # in words or days, not in price
    UNCHANGED = "unchanged"
    GONE = "gone"  # not a row of the sheet: a price we have that the sheet no longer names
    BROKEN = "broken"


VERDICTS = {
    Verdict.NEW: N_("New"),
    Verdict.UP: N_("Price up"),
    Verdict.DOWN: N_("Price down"),
    Verdict.CHANGED: N_("Otherwise changed"),
    Verdict.GONE: N_("Not in the sheet"),
    Verdict.UNCHANGED: N_("Unchanged"),
    Verdict.BROKEN: N_("Broken"),
}
MOVING = (Verdict.NEW, Verdict.UP, Verdict.DOWN, Verdict.CHANGED)
"""Rows that change something when they are written."""
BIG_RISE = 20
"""Per cent of more that a person should look at twice."""


class PriceSheet(Belonging, Model):
    """One uploaded file.  What it would do is counted before anything changes."""

    __page__ = "catalogue.price_sheet"
    __table_args__ = (index("created_at"),)

    name: Mapped[str] = mapped_column(String(200))  # as the file was called
    sha: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    header: Mapped[list[str]] = mapped_column(default=list)  # the file's own names of its columns
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict)  # as `sheets.layout.Layout` stores itself
    sample: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # the first rows, as they stand in the file
    plain: Mapped[str] = mapped_column(String(64), default="")  # the unpacked file; the file itself when it came so
    plain_size: Mapped[int] = mapped_column(default=0)
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
    starts_on: Mapped[date | None]  # when it is applied, and no price of it is valid before; None: at once
    judged_line: Mapped[int | None]  # how far it is compared with the catalogue, while it is
    judged: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the comparison stood on
    vendors: Mapped[list[str]] = mapped_column(default=list)
    process_id: Mapped[UUID | None]  # reading it, applying it or undoing it
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(120), default="")
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    def count(self, verdict: Verdict | str) -> int:
        return int(self.counts.get(verdict, 0))

    def called(self, verdict: Verdict) -> str:
        """What its rows of a kind are called, a message id: of a price that it ended, it says that, once it has."""
        if verdict is Verdict.GONE and self.state is SheetState.APPLIED and self.ends_missing:
            return N_("Ended")
        return VERDICTS[verdict]

    @property
    def changes(self) -> int:
        """How many rows change something when it is applied."""
        return sum(self.count(verdict) for verdict in (*MOVING, Verdict.GONE))

    @property
    def applied_before(self) -> datetime | None:
        """When the same file was applied, as far as the comparison knew."""
        moment = self.judged.get("twin")
        return datetime.fromisoformat(moment) if moment else None

    @property
    def is_open(self) -> bool:
        """Whether it can be applied, or read another way."""
        return self.state in (SheetState.READY, SheetState.UNDONE)

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


class SheetMapping(Belonging, Model):
    """What somebody said of a header, remembered for every file with the same one."""

    __table_args__ = (unique("header"),)

    header: Mapped[str] = mapped_column(String(64))  # its fingerprint
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(120), default="")


class SheetRow(Belonging, Model):
    """One row as it was understood, judged against the catalogue.  Its id becomes the id of what it makes."""

    __table_args__ = (index("sheet_id", "verdict", "line"), index("sheet_id", "line"), index("sheet_id", "code"))

    sheet_id: Mapped[UUID]
    sheet: Mapped[PriceSheet] = belongs_to(ondelete="CASCADE", indexed=False)
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
    begins: Mapped[date | None]  # the first day of its prices: what it says, or the day the sheet is applied if later
    percent: Mapped[Decimal | None]  # by how much the unit price moves, else the recommended one
    purchase_before: Mapped[Decimal | None]
    recommended_before: Mapped[Decimal | None]
    moves_purchase: Mapped[bool] = mapped_column(default=False)
    moves_recommended: Mapped[bool] = mapped_column(default=False)


class SheetTrace(Belonging, Model):
    """What applying a sheet did to one row of the catalogue, so that it can be undone."""

    __table_args__ = (unique("sheet_id", "kind", "row_id"),)

    sheet_id: Mapped[UUID]
    sheet: Mapped[PriceSheet] = belongs_to(ondelete="CASCADE", indexed=False)
    kind: Mapped[str] = mapped_column(String(40))  # the table
    row_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # None: there was no such row
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)


class SheetError(Belonging, Model):
    """One cell that could not be taken, and why."""

    __table_args__ = (index("sheet_id", "line"),)

    sheet_id: Mapped[UUID]
    sheet: Mapped[PriceSheet] = belongs_to(ondelete="CASCADE", indexed=False)
    line: Mapped[int]
    column: Mapped[str] = mapped_column(String(40), default="")
    value: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[dict[str, Any]] = mapped_column(JSONB)
