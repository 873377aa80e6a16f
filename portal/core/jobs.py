"""Due work: queue, lease, fence and outbox in one platform table without a human word in it.

A process that has something to do has a row here with `due_at`.  A worker *claims* the fairest due row: that raises the
row's fence and lends it for the length of a lease.  It *keeps* the row by the last statement of each transaction it
makes; when somebody else has claimed meanwhile the fence has moved, no row is hit, and everything is rolled back.  It
*releases* the row when the process waits or rests.  Ringing only wakes workers; a ring that is lost or doubled is
harmless, because they take what is due here and not what the ring names.

All times are the database's own, so the clocks of the machines need not agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, TextClause, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, apart, db

CHANNEL = "work"


class Work(Model):
    """`due_at` is null when there is nothing to do; `lease_until` when nobody has it in hand."""

    __platform__ = True
    __table_args__ = (
        Index("work_due", "due_at", postgresql_where=text("due_at is not null")),
        Index("work_fairness", "tenant_id", "claimed_at"),
    )

    process_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tenant.id"))  # the maker
    subject_id: Mapped[int] = mapped_column(BigInteger)  # whom it is about; may be gone when it is over
    due_at: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    crashes: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class Tempo:
    """How long things may take, in seconds."""

    lease: float = 10  # a worker silent for longer has lost its process
    beat: float = 3  # how often a busy worker says that it lives
    longest_task: float = 60  # a task that runs longer is stuck: the worker stops speaking for it
    turn: float = 10  # after this long a process goes back into the row, so that long ones do not starve short ones
    sweep: float = 2  # how often the dispatcher looks by itself
    ring_again: float = 10  # a ring unanswered for so long is taken for lost
    patience: float = 3  # how long a worker leaves due work to the bell while the bell is known to work


def tempo_for(lease: float) -> Tempo:
    """The usual tempo with a lease of this length."""
    return Tempo(lease=lease, beat=lease * 0.3, turn=max(lease, Tempo().turn))


@dataclass(frozen=True, slots=True)
class Hold:
    """One process in one worker's hands, as long as the fence stands where it stood when it was claimed."""

    process_id: UUID
    tenant_id: int
    subject_id: int
    fence: int
    crashes: int  # how often in a row a worker was lost over it
    lost: str  # the worker that was lost over it just now, or ""


def _reviewed(statement: str) -> TextClause:
    return text(statement).execution_options(reviewed=True)


# The tenant that was served longest ago comes first; rows another worker is claiming are walked round.
_CLAIM = _reviewed("""
    with due as materialized (
        select process_id, worker as last, lease_until is not null as lost from work w
        where due_at <= now() - make_interval(secs => :patience) and (lease_until is null or lease_until < now())
        order by (select max(claimed_at) from work served where served.tenant_id = w.tenant_id) nulls first, due_at
        limit 1 for update skip locked)
    update work set worker = :worker, fence = fence + 1, rung_at = null, crashes = crashes + due.lost::int,
        claimed_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => :lease)
    from due where work.process_id = due.process_id
    returning work.process_id, tenant_id, subject_id, fence, crashes, case when due.lost then due.last else '' end as lost
""")
_KEEP = _reviewed("""
    update work set lease_until = clock_timestamp() + make_interval(secs => :lease),
        crashes = case when :advanced then 0 else crashes end
    where process_id = :process_id and fence = :fence returning process_id
""")
_RELEASE = _reviewed("""
    with released as (
        update work set due_at = clock_timestamp() + make_interval(secs => :wait), lease_until = null, rung_at = null
        where process_id = :process_id and fence = :fence returning due_at)
    select pg_notify(:channel, '') from released
""")
_CALL = _reviewed("""
    with called as (
        insert into work (process_id, tenant_id, subject_id, due_at, fence, crashes)
        values (:process_id, :tenant_id, :subject_id, clock_timestamp(), 0, 0)
        on conflict (process_id) do update set due_at = clock_timestamp(), rung_at = null, crashes = 0
        returning process_id)
    select pg_notify(:channel, '') from called
""")
_RING = _reviewed("""
    update work set rung_at = clock_timestamp()
    where due_at <= now() and (lease_until is null or lease_until < now())
        and (rung_at is null or rung_at < now() - make_interval(secs => :again))
    returning process_id
""")
_SILENCE = _reviewed("update work set rung_at = null where process_id = any(:process_ids) and lease_until is null")
_NEXT = _reviewed("""
    select extract(epoch from min(greatest(due_at, lease_until)) - clock_timestamp())
    from work where due_at is not null and rung_at is null
""")


def call(process_id: UUID, *, tenant_id: int, subject_id: int) -> None:
    """There is something to do, now.  Part of the caller's transaction: the bell rings when that commits."""
    db.session.execute(
        _CALL, {"process_id": process_id, "tenant_id": tenant_id, "subject_id": subject_id, "channel": CHANNEL}
    )


def claim(worker: str, *, lease: float, patience: float = 0) -> Hold | None:
    """Take the fairest process that has been due for `patience` seconds, or None.  Commits."""
    with apart() as connection:
        row = connection.execute(_CLAIM, {"worker": worker, "lease": lease, "patience": patience}).one_or_none()
    return Hold(*row) if row else None


def keep(hold: Hold, *, lease: float, advanced: bool) -> bool:
    """Renew the lease within the caller's transaction, as its LAST statement; False when the process was lost.

    Last, because the row stays locked until the commit: first, the heartbeat would wait behind it, and a worker frozen
    in the middle would hold it for ever.  `advanced`: a task is done, so earlier crashes are forgiven.
    """
    return bool(db.session.execute(_KEEP, _of(hold, lease=lease, advanced=advanced)).first())


def renew(hold: Hold, *, lease: float) -> bool:
    """The heartbeat: the lease again, in a transaction of its own; False when the process was lost."""
    with apart() as connection:
        return bool(connection.execute(_KEEP, _of(hold, lease=lease, advanced=False)).first())


def release(hold: Hold, *, wait: float | None) -> bool:
    """Let go within the caller's transaction, as its LAST statement: due again in `wait` seconds, or (None) at rest.

    False when the process was lost to another worker.
    """
    return bool(db.session.execute(_RELEASE, _of(hold, wait=wait, channel=CHANNEL)).first())


def ring(*, again: float) -> list[UUID]:
    """Processes for which the bell should ring now; each is named once, and again only `again` seconds later.  Commits."""
    with apart() as connection:
        return list(connection.execute(_RING, {"again": again}).scalars())


def silence(process_ids: list[UUID]) -> None:
    """The bell did not work for these: they count as not rung.  Commits."""
    with apart() as connection:
        connection.execute(_SILENCE, {"process_ids": process_ids})


def next_due() -> float | None:
    """Seconds until something is due that has not been rung for (0 or less: now), or None."""
    with apart() as connection:
        seconds = connection.execute(_NEXT).scalar()
    return None if seconds is None else float(seconds)


def _of(hold: Hold, **values: Any) -> dict[str, Any]:
    return {"process_id": hold.process_id, "fence": hold.fence, **values}
