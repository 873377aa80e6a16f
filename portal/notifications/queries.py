"""Questions about letters."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.notifications.models import Envelope
from portal.notifications.steps import TEST


def last_test() -> Envelope | None:
    """The latest letter by which somebody tried the mail sender, with its process."""
    question = select(Envelope).options(joinedload(Envelope.process)).where(Envelope.kind == TEST)
    return db.session.scalar(question.order_by(Envelope.written_at.desc(), Envelope.id.desc()).limit(1))
