"""How far somebody has come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, belongs_to, unique
from portal.core.kinds import Belonging
from portal.users.models import User


class LessonProgress(Belonging, Model):
    """Somebody has ticked a lesson.  It is his own note: the trail of the house says nothing about who reads what."""

    __table_args__ = (unique("user_id", "code"),)

    user_id: Mapped[UUID]
    user: Mapped[User] = belongs_to(ondelete="CASCADE")
    code: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(default=now)
