"""Having one's storefront looked at."""

from __future__ import annotations

from sqlalchemy import delete, select

from portal.core.db import db
from portal.core.words import N_, say
from portal.leaks import queries
from portal.leaks.models import LeakLook
from portal.leaks.steps import LOOK
from portal.processes import actions as processes
from portal.processes.models import Process

ABOUT = "leaks"
MOST = 10
"""So many looks are kept."""


def look() -> Process:
    """Begin a look, or give the one that is under way."""
    process = processes.start(LOOK, name=say(N_("Look for leaks")), about=ABOUT, facts={})
    if queries.look_of(process.id) is None:
        former = select(LeakLook.id).order_by(LeakLook.begun_at.desc()).offset(MOST - 1)
        db.session.execute(delete(LeakLook).where(LeakLook.id.in_(former)))
        db.session.add(LeakLook(process_id=process.id))
    return process
