"""Who acts.  Set once (by the sign-in, by the process runner); every record made meanwhile says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from flask import g, has_app_context, has_request_context, request

Kind = Literal["user", "system", "visitor", "provider", "support"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who changes something.

    `tenant_id` is the tenant this person belongs to.  In the log of any other tenant the person appears as "provider",
    without name, id or source: a tenant's log says that its maker acted, and never who works there.
    """

    kind: Kind = "system"
    id: UUID | None = None
    name: str = ""
    email: str = ""
    source: str = ""
    request_id: str = ""
    tenant_id: int | None = None
    on_behalf_of: "Actor | None" = None

    def seen_by(self, tenant_id: int) -> "Actor":
        """The same actor as the log of this tenant may know him."""
        principal = self.on_behalf_of.seen_by(tenant_id) if self.on_behalf_of else None
        if self.tenant_id is None or self.tenant_id == tenant_id:
            return replace(self, on_behalf_of=principal)
        return Actor("provider", request_id=self.request_id, on_behalf_of=principal)


SYSTEM = Actor()

_around: ContextVar[Actor | None] = ContextVar("actor", default=None)


def set_actor(actor: Actor) -> None:
    """From here to the end of this request (application context) this one acts."""
    g.actor = actor


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Inside the block this one acts, also in application contexts opened within it."""
    mark = _around.set(actor)
    before = g.pop("actor", None) if has_app_context() else None
    try:
        yield
    finally:
        _around.reset(mark)
        if before is not None:
            g.actor = before


def current_actor() -> Actor:
    """Who acts now: the signed-in user or the process; in a request without a user a visitor; else the system."""
    actor: Actor | None = (g.get("actor") if has_app_context() else None) or _around.get()
    if not has_request_context():
        return actor or SYSTEM
    actor = actor or Actor("visitor")
    return replace(
        actor,
        source=actor.source or request.remote_addr or "",
        request_id=actor.request_id or str(g.get("request_id", "")),
    )
