"""The rows the ways are aimed at: one of each kind in every house of the world, named after its house."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account, Contact
from portal.catalogue.models import PriceList, PriceListEntry, PriceListVersion, Product
from portal.core.clock import now
from portal.core.db import db
from portal.core.kinds import Owned
from portal.processes.models import Attempt, Outcome, Process, Task
from portal.tenants.models import Organization
from tests.world import House


@dataclass(frozen=True, slots=True)
class Aim:
    """Whose row is meant, and which."""

    tenant_id: int
    account: UUID
    contact: UUID
    product: UUID
    price_list: UUID
    version: UUID
    entry: UUID
    process: UUID
    task: UUID
    organization: UUID


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a row of this kind."""

    kind: type[Owned]
    walk: Callable[[Session, Aim], Iterable[int] | None]

    @property
    def name(self) -> str:
        return self.walk.__name__


def plant(house: House) -> Aim:
    """One row of each kind in this house."""
    with house.office():
        account = Account(
            number="A-1", name=f"{house.word} account", currency="EUR", country="DE", language="en", time_zone="UTC"
        )
        contact = Contact(account=account, name=f"{house.word} contact")
        product = Product(code="SKU", slug="sku", name=f"{house.word} product")
        prices = PriceList(name=f"{house.word} prices", currency="EUR")
        version = PriceListVersion(price_list=prices)
        entry = PriceListEntry(version=version, product=product)
        process = Process(
            plan_name="letter", about=house.word, name={"text": house.word}, subject_id=house.tenant_id, state="done"
        )
        task = Task(process=process, process_id=process.id, name="deliver", position=1)
        attempt = Attempt(
            process=process,
            process_id=process.id,
            task=task,
            task_id=task.id,
            outcome=Outcome.DONE,
            worker="a worker",
            begun_at=now(),
        )
        db.session.add_all([account, contact, product, prices, version, entry, process, task, attempt])
        record = db.session.scalars(select(Organization).where(Organization.tenant_id == house.tenant_id)).one()
        return Aim(
            tenant_id=house.tenant_id,
            account=account.id,
            contact=contact.id,
            product=product.id,
            price_list=prices.id,
            version=version.id,
            entry=entry.id,
            process=process.id,
            task=task.id,
            organization=record.id,
        )
