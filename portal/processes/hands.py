"""A process in a worker's hands: whose they are, in which scopes it is worked on, and how what was done is kept.

Whatever is written about a process is committed here, and only while the fence stands where it stood.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Event

from flask import current_app
from sqlalchemy import select

from portal.core import jobs
from portal.core.db import db
from portal.core.jobs import Hold, Tempo
from portal.core.scope import Scope
from portal.core.session import current
from portal.tenants.models import Tenant

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hands:
    """Whose hands carry it on, and the RQ job that called them (None: found without a ring)."""

    worker: str
    job_id: str | None = None
    tempo: Tempo = field(default_factory=Tempo)
    stopping: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Held:
    """One process in these hands, and the two scopes it is worked on in."""

    hold: Hold
    hands: Hands
    maker: Scope
    subject: Scope

    def kept(self, *, advanced: bool = False) -> bool:
        """Commit what was done, if the process is still ours."""
        current().conclude()
        return self._ended(jobs.keep(self.hold, lease=self.hands.tempo.lease, advanced=advanced))

    def released(self, *, wait: float | None) -> bool:
        """Commit what was done and let go; always False, because there is nothing to go on with."""
        current().conclude()
        self._ended(jobs.release(self.hold, wait=wait))
        return False

    def _ended(self, ours: bool) -> bool:  # noqa: FBT001 - the answer of the fence
        if ours:
            db.session.commit()
        else:
            db.session.rollback()
            log.warning("%s lost process %s: another took over", self.hands.worker, self.hold.process_id)
        return ours


def scopes_of(hold: Hold) -> tuple[Scope, Scope]:
    """(the maker's, the subject's).  The last tasks of a cancelled process may act for a tenant that is gone."""
    with current_app.app_context():
        found = {
            tenant.id: tenant
            for tenant in db.session.scalars(select(Tenant).where(Tenant.id.in_({hold.tenant_id, hold.subject_id})))
        }
    maker = tuple(found[hold.tenant_id].above)
    above = tuple(found[hold.subject_id].above) if hold.subject_id in found else (hold.tenant_id, *maker)
    return Scope(hold.tenant_id, maker, hold.process_id), Scope(hold.subject_id, above, hold.process_id)
