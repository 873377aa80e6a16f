"""Support entries: who of the tenant above comes in, why, how far and until when; and what the tenant makes of it.

The entry stands between both ends, so both see it and both may end it.  What must never come from above stands apart: the
consent is the tenant's own row, and without it no change is made.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, belongs_to, index, one_of, unique
from portal.core.kinds import Belonging, Dealing, Declaration, held_to_the_tree
from portal.core.lifecycle import Lifecycle
from portal.core.words import N_

WAITS: Final = timedelta(hours=24)  # for an answer, and then for whoever asked
REASON_LENGTH: Final = 500
MINUTES: Final = (15, 30, 60)


class Reach(StrEnum):
    """How far an entry goes."""

    LOOK = "look"
    CHANGE = "change"

    @property
    def title(self) -> str:  # type: ignore[override] # what people call it; nobody title-cases a reach
        """A message id."""
        return N_("Look only") if self is Reach.LOOK else N_("Look and change")


class Policy(StrEnum):
    """Which entries a tenant allows without being asked.  Changes are always asked for."""

    NEVER = "never"
    ASK = "ask"
    LOOK = "look"

    @property
    def label(self) -> str:
        """A message id."""
        return POLICIES[self]

    def answers(self, reach: Reach) -> bool:
        """Whether the tenant need not be asked."""
        return self is Policy.LOOK and reach is Reach.LOOK


class State(StrEnum):
    WAITING = "waiting"  # for the tenant's consent
    READY = "ready"  # for whoever asked to come in
    OPEN = "open"
    ENDED = "ended"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """A message id."""
        return SHOWN[self][1]


POLICIES = {
    Policy.LOOK: N_("Look without asking"),
    Policy.ASK: N_("Ask each time"),
    Policy.NEVER: N_("Never"),
}
LIFECYCLE = Lifecycle(
    {
        State.WAITING: {State.READY, State.REFUSED, State.ENDED},
        State.READY: {State.OPEN, State.REFUSED, State.ENDED},
        State.OPEN: {State.ENDED},
    }
)
LIVING: Final = (State.WAITING, State.READY, State.OPEN)

# state -> (mood, word, glyph): the same tone, word and shape everywhere
SHOWN = {
    State.WAITING: ("warn", N_("Waits for consent"), "clock"),
    State.READY: ("busy", N_("May enter"), "circle-check"),
    State.OPEN: ("warn", N_("Inside now"), "eye"),
    State.ENDED: ("plain", N_("Over"), "circle-dashed"),
    State.REFUSED: ("plain", N_("Refused"), "circle-x"),
}


class SupportEntry(Dealing, Model):
    """One entry of one person of the tenant above; while it is open, it is the sign-in as well.

    `until` is when the present state lapses by itself.  What is written after that only says what was true already.
    """

    __table_args__ = (
        held_to_the_tree(),
        unique("token_hash"),
        index("asked_at"),
        Index(
            "support_entry_one_living",
            "tenant_id",
            "person_id",
            unique=True,
            postgresql_where=text("state in ('waiting', 'ready', 'open')"),
        ),
    )
    __label__ = "person_name"
    __personal__ = {"person_name": "person_id"}  # noqa: RUF012 - declared ClassVar in Owned
    __words__ = {"reach": N_("How far"), "minutes": N_("For how long"), "reason": N_("Reason")}  # noqa: RUF012 - read by the audit trail

    person_id: Mapped[UUID]  # of the tenant above, as the two that follow: plain ids, nobody below can follow them
    sign_in_id: Mapped[UUID | None]  # by which he came in: when that is over, so is this
    person_name: Mapped[str] = mapped_column(String(120))
    provider: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    reach: Mapped[Reach] = mapped_column(one_of(Reach), default=Reach.LOOK)
    minutes: Mapped[int]
    state: Mapped[State] = mapped_column(one_of(State))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    entered_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    host: Mapped[str] = mapped_column(String(253), default="")
    page: Mapped[str] = mapped_column(String(500), default="")  # the last one that was opened

    @property
    def standing(self) -> State:
        """The state as it is at this moment: what has lapsed is over, whether or not anybody wrote it down."""
        return State.ENDED if self.state in LIVING and self.until <= now() else self.state

    @property
    def shown(self) -> tuple[str, str, str]:
        return SHOWN[self.standing]

    @property
    def over_at(self) -> datetime | None:
        """When it was over, of one that has been entered."""
        if self.entered_at is None or self.standing is State.OPEN:
            return None
        return min(self.ended_at or self.until, self.until)


class SupportConsent(Belonging, Model):
    """The tenant said yes to one entry.  Nobody above can write this row: both walls hold it."""

    __table_args__ = (unique("entry_id"),)

    entry_id: Mapped[UUID]
    entry: Mapped[SupportEntry] = belongs_to(ondelete="CASCADE")
    reach: Mapped[Reach] = mapped_column(one_of(Reach))  # what was said yes to: the entry may be written above
    user_id: Mapped[UUID]  # who said so
    at: Mapped[datetime] = mapped_column(default=now)


class SupportRules(Declaration, Model):
    """What the tenant allows, for the one above to read: he is told at once whether he must ask."""

    __words__ = {"policy": N_("Support entries")}  # noqa: RUF012 - read by the audit trail

    policy: Mapped[Policy] = mapped_column(one_of(Policy), default=Policy.LOOK)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape
