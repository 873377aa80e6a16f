"""A worker for tests: the real engine, in the test's own process and at the test's own word."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text

from portal.core.db import apart
from portal.core.jobs import Tempo
from portal.processes.runner import Hands, carry_on

if TYPE_CHECKING:
    from portal.app import Vitrine

STANDING = 60
"""Passes after which what is still waiting waits for the calendar: no process asks again as often otherwise."""
_WAITING = text("select process_id from work where due_at is not null")
_TIME_PASSES = text("update work set due_at = now() where due_at is not null")
_LEASE_ENDS = text("update work set lease_until = now() - interval '1 second' where lease_until is not null")


@dataclass
class InProcessWorker:
    app: Vitrine
    hands: Hands = field(default_factory=lambda: Hands("tester"))

    def run_one(self) -> bool:
        """Carry one due process as far as it goes now; False when nothing is due."""
        with self.app.app_context():
            return carry_on(self.hands)

    def run_due(self) -> int:
        """Carry on all that is due; how many holds it took.  What waits for its next try goes on waiting."""
        count = 0
        while self.run_one():
            count += 1
        return count

    def run_all(self) -> None:
        """Carry on until nothing is left to do, as if every wait were over; what waits for another day goes on waiting."""
        self.run_due()
        passes, waiting = 0, self._waiting()
        while waiting and passes < STANDING:
            self.let_time_pass()
            self.run_due()
            before, waiting = waiting, self._waiting()
            passes = passes + 1 if waiting == before else 0

    def _waiting(self) -> set[UUID]:
        with self.app.app_context(), apart() as connection:
            return set(connection.execute(_WAITING, execution_options={"reviewed": True}).scalars())

    def let_time_pass(self) -> int:
        """Whatever waits for its next try is due now; how many that are."""
        with self.app.app_context(), apart() as connection:
            return connection.execute(_TIME_PASSES, execution_options={"reviewed": True}).rowcount

    def let_leases_end(self) -> None:
        """Whoever has something in hand has been silent for too long."""
        with self.app.app_context(), apart() as connection:
            connection.execute(_LEASE_ENDS, execution_options={"reviewed": True})

    def called(self, name: str, **tempo: float) -> InProcessWorker:
        """A colleague of that name."""
        return replace(self, hands=Hands(name, tempo=replace(Tempo(), **tempo)))
