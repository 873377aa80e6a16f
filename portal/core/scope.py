"""For whom this piece of work acts.

One application context has one session, and one session acts for one tenant.  Another tenant is another application
context: `with acting(scope): …`.  There is no way to act for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from flask import current_app

from portal.core.errors import NoScope


@dataclass(frozen=True, slots=True)
class Scope:
    """A tenant, the tenants above it (nearest first), and the one process it may carry out for its maker."""

    tenant_id: int
    above: tuple[int, ...] = ()
    process_id: UUID | None = None

    @property
    def line(self) -> tuple[int, ...]:
        """The tenant and everybody above it: whose Offerings it sees."""
        return (self.tenant_id, *self.above)


def enter(scope: Scope) -> None:
    """Act for this tenant until the application context ends.  Raises Trespass when already acting for somebody."""
    from portal.core.session import current

    current().enter(scope)


def scope() -> Scope | None:
    """For whom this application context acts, or None before anybody entered."""
    from portal.core.session import current

    return current().scope


def acting_scope() -> Scope:
    """For whom this application context acts.  Raises NoScope before anybody entered."""
    found = scope()
    if found is None:
        raise NoScope("somebody's rows were asked for while acting for nobody")
    return found


@contextmanager
def acting(scope: Scope) -> Iterator[None]:
    """Act for a tenant in an application context, session and transaction of its own."""
    with current_app.app_context():
        enter(scope)
        yield
