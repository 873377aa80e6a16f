"""North's domain, name servers that say what they are told, and a worker that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from portal.core.db import db
from portal.domains import actions
from portal.domains.models import Domain, Pretend, State
from portal.tenants.actions import PREMIUM
from portal.tenants.models import Door, Host, Tenant
from tests.workers import InProcessWorker
from tests.world import House

NAME = "shop.nordlicht.example"


@dataclass(slots=True)
class Watched:
    """A domain of a house, and what becomes of it."""

    house: House
    worker: InProcessWorker
    key: str
    name: str

    def says(self, what: Pretend) -> State:
        """Its name servers say this from now on, and are asked once."""
        with self.house.office():
            actions.pretend(self.row(), what)
        self.worker.run_due()
        return self.state

    def looked_at(self) -> State:
        """Once more, as somebody who presses the button."""
        with self.house.office():
            row = self.row()
            row.asked_at = None
            actions.look_now(row)
        self.worker.run_due()
        return self.state

    def row(self) -> Domain:
        """Within the house's office."""
        return db.session.scalars(select(Domain).where(Domain.name == self.name).order_by(Domain.id.desc())).first()

    def told(self, what: str) -> Any:
        """One of its facts."""
        with self.house.office():
            return getattr(self.row(), what)

    @property
    def state(self) -> State:
        return self.told("state")

    def visit(self, path: str = "/") -> Any:
        """What a stranger gets who comes by this name."""
        return self.house.visitor(f"http://{self.name}:8000").get(path)


@pytest.fixture
def clock() -> Iterator[Any]:
    """Stands still unless it is moved."""
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller


Adding = Callable[..., Watched]


@pytest.fixture
def adding(worker: InProcessWorker) -> Adding:
    def add(house: House, name: str = NAME, door: Door = Door.SHOP) -> Watched:
        with house.office():
            db.session.get_one(Tenant, house.tenant_id).edition_code = PREMIUM  # others may have none
            row = actions.add(name=name, door=door)
            db.session.flush()
            return Watched(house, worker, row.key, row.name)

    return add


@pytest.fixture
def domain(adding: Adding, north: House) -> Watched:
    """North's name, added and nothing more."""
    return adding(north)


@pytest.fixture
def live(domain: Watched) -> Watched:
    domain.says(Pretend.READY)
    return domain


def hosts_of(house: House) -> dict[str, tuple[bool, bool]]:
    """The names outside of ours that it holds: whether each serves, and whether it is the main one."""
    with house.app.app_context():
        held = db.session.scalars(select(Host).where(Host.tenant_id == house.tenant_id, Host.outside))
        return {host.name: (host.serves, host.main) for host in held}
