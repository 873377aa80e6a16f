"""A draft that is published by itself when its time has come."""

from __future__ import annotations

from sqlalchemy import select

from portal.branding import actions
from portal.branding.models import Brand, State
from portal.core.clock import now
from portal.core.db import db
from portal.core.keys import read_key
from portal.core.words import N_, Line, say
from portal.processes.models import Process
from portal.processes.plans import Later, Plan, Step


def publish_in_time(process: Process) -> Line | Later:
    """Wait for the moment the draft says now; it may have been moved, or called off, since the last look."""
    mine = select(Brand).where(Brand.id == read_key(process.facts["brand"])).with_for_update()
    brand = db.session.scalar(mine)
    if brand is None or brand.state is not State.DRAFT or brand.publishes_at is None:
        return say(N_("Nothing is to be published any more"))
    seconds = (brand.publishes_at - now()).total_seconds()
    if seconds > 0:
        return Later(seconds, say(N_("Waits for its time")))
    actions.publish(brand, brand.publishes_because)
    return say(N_("Version %(number)s is worn now"), number=brand.number)


# The names of plans and steps are for ever: rows carry them.
PUBLICATION = Plan(
    "brand.publication",
    (Step("publish", N_("Publish the brand in time"), publish_in_time, usual=0.2),),
    quiet=True,
    steered_by="branding.edit",
)
