"""Publishing a draft later: planned, moved, called off.  A quiet process does it in time."""

from __future__ import annotations

from datetime import datetime

from portal.audit import record
from portal.branding import actions, readability
from portal.branding.models import Brand, State
from portal.branding.steps import PUBLICATION
from portal.core import jobs
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.processes import actions as processes
from portal.processes.models import State as ProcessState


def publish_at(brand: Brand, moment: datetime, reason: str = "") -> None:
    """Have a draft published at that moment, or at another than was planned.

    Raises Conflict when it is no draft, and Invalid (field `reason`) when some colours cannot be read and nobody says why
    they are worn all the same.
    """
    if brand.state is not State.DRAFT:
        raise Conflict(say(N_("Look at it again: its state no longer allows this.")))
    is_unread = bool(readability.unread_of(brand))
    if is_unread and not reason:
        raise Invalid(say(N_("Some colours cannot be read: say why they are worn all the same.")), field="reason")
    before, brand.publishes_at = brand.publishes_at, moment
    brand.publishes_because = reason if is_unread else ""
    after = {"publishes_at": moment, **({"reason": reason} if is_unread else {})}
    record("brand.planned", brand, before={"publishes_at": before} if before else None, after=after)
    _wake(brand)


def call_off(brand: Brand) -> None:
    """It stays a draft.  Raises Conflict when nothing was planned."""
    actions.call_off(brand)
    _wake(brand)


def _wake(brand: Brand) -> None:
    """Have the process look at once when it is to be."""
    name = say(N_("Publish the brand %(name)s"), name=brand.name)
    process = processes.start(
        PUBLICATION, name=name, about=f"brand.publication:{brand.key}", facts={"brand": brand.key}
    )
    if process.state is ProcessState.ATTENTION:
        processes.retry(process)
    else:
        jobs.call(process.id, tenant_id=process.tenant_id, subject_id=process.subject_id)
