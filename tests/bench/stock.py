"""A house with as many rows in each of its lists as one wants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal.accounts import actions as accounts
from portal.accounts.models import Account, Kind
from portal.catalogue.models import PriceSheet, SheetState
from portal.core.db import db
from portal.core.scope import acting
from portal.core.words import say
from portal.onboarding.steps import ONBOARDING
from portal.processes.models import Process, Task
from portal.processes.models import State as ProcessState
from portal.tenants import actions as tenants
from portal.users.models import State, User
from portal.users.roles import Role
from tests.accounts.conftest import TERMS
from tests.catalogue.sheets import imported, price_list, sheet
from tests.queries import Asked, counted
from tests.world import Browser, House


@dataclass
class Stock:
    """Rows are made by the verbs that make them in life, where that takes no worker."""

    house: House

    def fill(self, count: int) -> None:
        """Until there are so many of each."""
        with self.house.office():
            there = db.session.scalar(select(func.count()).select_from(Account)) or 0
            if not there:
                imported(sheet(*({"ProductId": f"P{number:04}", "SkuTitle": f"Plan {number}"} for number in range(80))))
            for number in range(there, count):
                self._row_of_each(number)
        for number in range(there, count):
            self._tenant(f"stocked-{number}")

    def _row_of_each(self, number: int) -> None:
        accounts.open_account(**{**TERMS, "name": f"Firm {number}", "kind": Kind.RESELLER})
        price_list(f"List {number}", valid_from=date(2026, 1, 1))
        person = {"username": f"person{number}", "name": f"Person {number}", "email": f"person{number}@stock.example"}
        db.session.add(User(**person, role=Role.SUPPORT, state=State.ACTIVE))
        db.session.add(PriceSheet(name=f"{number}.csv", sha=f"{number:064}", size=1, state=SheetState.READY))
        db.session.add(self._process(number))

    def _process(self, number: int) -> Process:
        process = Process(
            plan_name=ONBOARDING.name,
            about=f"stock {number}",
            name=say("Create number %(number)s", number=number).stored(),
            subject_id=self.house.tenant_id,
            state=ProcessState.DONE,
        )
        process.tasks = [
            Task(process_id=process.id, name=step.name, position=at) for at, step in enumerate(ONBOARDING.steps)
        ]
        return process

    def _tenant(self, name: str) -> None:
        with self.house.app.app_context():
            tenant = tenants.reserve(self.house.scope, edition=tenants.BASIC, name=name)
            tenants.reserve_client_id(tenant)
            tenants.activate(tenant)
            below = tenant.scope
            db.session.commit()
        words = {"name": name, "country": "US", "currency": "USD", "language": "en"}
        with self.house.app.app_context(), acting(below):
            tenants.open_organization(**words, time_zone="UTC", date_format="d MMM y")
            db.session.commit()


def asked_by(browser: Browser, path: str) -> Asked:
    """What a page asks the second time it is shown."""
    browser.get(path)
    with counted(browser.application) as asked:
        answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return asked
