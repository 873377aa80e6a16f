"""The looks of the acting tenant."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from portal.core.db import db
from portal.leaks.models import LeakLook
from portal.processes.models import OVER, Process


def latest() -> LeakLook | None:
    """The newest that came to its end."""
    ended = select(LeakLook).where(LeakLook.finished_at.is_not(None))
    return db.session.scalar(ended.order_by(LeakLook.begun_at.desc()).limit(1))


def look_of(process_id: UUID) -> LeakLook | None:
    return db.session.scalar(select(LeakLook).where(LeakLook.process_id == process_id))


def under_way() -> Process | None:
    """What looks right now, or is stuck."""
    of_a_look = select(Process).join(LeakLook, LeakLook.process_id == Process.id)
    return db.session.scalar(of_a_look.where(Process.state.not_in(OVER)).limit(1))
