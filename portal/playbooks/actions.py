"""What a reader does: ticks a lesson, or takes the tick back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from portal.core.db import db
from portal.playbooks.lessons import Lesson
from portal.playbooks.models import LessonProgress


def tick(lesson: Lesson, *, user_id: UUID) -> None:
    """The reader is through with it.  Ticked before: it stays ticked since then."""
    if db.session.scalar(select(LessonProgress.id).where(*_his(lesson, user_id))) is None:
        db.session.add(LessonProgress(user_id=user_id, code=lesson.code))


def untick(lesson: Lesson, *, user_id: UUID) -> None:
    """The reader wants to do it again."""
    db.session.execute(delete(LessonProgress).where(*_his(lesson, user_id)))


def _his(lesson: Lesson, user_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return LessonProgress.user_id == user_id, LessonProgress.code == lesson.code
