"""The demo holds what it promises to whoever looks at it, at once and ten minutes later; loading it again adds nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Account, Contact
from portal.branding.queries import published
from portal.catalogue.models import PriceList, PriceSheet, SheetState
from portal.core.clock import now
from portal.core.db import db
from portal.core.scope import acting
from portal.onboarding.outside import ASK_AGAIN, SLOWNESS
from portal.onboarding.steps import ONBOARDING
from portal.overview import demo
from portal.processes.models import Process, State
from portal.tenants.models import Organization, Tenant
from portal.tenants.models import State as TenantState
from portal.users.models import User
from portal.users.roles import Role


def load(house) -> None:
    with house.app.app_context():
        demo.load()


def what_is_there(house) -> Counter[str]:
    with house.office():
        kinds = (Account, Contact, PriceList, PriceSheet, Organization, User, Process)
        return Counter({kind.__name__: db.session.scalar(select(func.count()).select_from(kind)) for kind in kinds})


def making(house) -> dict[str, Process]:
    """The processes that make tenant resellers, by whom they are about."""
    with house.office():
        question = select(Process).where(Process.plan_name == "tenant.onboarding").options(selectinload(Process.tasks))
        return {process.subject_name: process for process in db.session.scalars(question)}


def test_the_demo_is_a_distributor_at_work(meridian):
    load(meridian)
    with meridian.office():
        assert db.session.scalar(select(func.count()).select_from(Account)) == 40
        assert db.session.scalar(select(func.count(Contact.account_id.distinct()))) == 40
        sheets = db.session.scalars(select(PriceSheet)).all()
        assert {sheet.name for sheet in sheets} == set(demo.SHEETS)
        assert {sheet.state for sheet in sheets} == {SheetState.APPLIED}
        assert len(db.session.scalars(select(PriceList)).all()) == 3
        assert set(db.session.scalars(select(User.role))) == set(Role)
        born = dict(
            db.session.execute(
                select(Organization.name, Tenant)
                .join(Tenant, Tenant.id == Organization.tenant_id)
                .where(Tenant.state == TenantState.ACTIVE, Organization.account_id.is_not(None))
            ).all()
        )
        editions = {name: tenant.edition_code for name, tenant in born.items()}
    assert editions == {"Halcyon Works": "basic", "Nordlicht IT": "premium"}
    looks = {name: look_of(meridian, tenant) for name, tenant in born.items()}
    assert {name: theme for name, (theme, _) in looks.items()} == {"Halcyon Works": "plain", "Nordlicht IT": "market"}
    assert len({sheet for _, sheet in looks.values()}) == 2
    before = what_is_there(meridian)
    load(meridian)
    assert what_is_there(meridian) == before


def look_of(house, tenant) -> tuple[str, str]:
    """Its theme, and what it makes of its colours."""
    with house.app.app_context(), acting(tenant.scope):
        brand = published()
        assert brand is not None
        return brand.theme, brand.stylesheet_hash


def test_one_process_waits_for_somebody_and_one_still_runs_when_somebody_looks(meridian, worker):
    load(meridian)
    worker.run_due()
    began = now()
    with time_machine.travel(began + timedelta(minutes=10)):
        assert worker.let_time_pass() == 3, "one asks again, two domains are looked at, nothing else is due"
        assert worker.run_due() == 3
        found = making(meridian)
        stopped, running = found["Lumen Ostsee"], found["Fjordline Digital"]
        assert (stopped.state, stopped.current.name) == (State.ATTENTION, "open_storefront")
        assert (running.state, running.current.name) == (State.RUNNING, "check")
        assert 0 < (running.next_try_at - now()).total_seconds() <= ASK_AGAIN
        assert (running.current.attempts, running.percent) == (0, percent_before("check"))
        page = BeautifulSoup(meridian.client().get(f"/processes/{running.key}").text, "lxml")
        assert "Running" in page.h1.find_next(class_="state").text
        assert "Waiting until fjordline" in page.select_one(".stages .running p").text
        assert page.select_one(".notice") is None
        assert "Asks again at" in page.select_one(".overall .under").text
    with time_machine.travel(began + SLOWNESS + timedelta(minutes=1)):
        worker.run_all()
        done = making(meridian)["Fjordline Digital"]
    assert done.state is State.DONE
    assert [task.attempts for task in done.tasks] == [1] * len(done.tasks)


def percent_before(name: str) -> int:
    names = [step.name for step in ONBOARDING.steps]
    covered = sum(step.weight for step in ONBOARDING.steps[: names.index(name)])
    return int(100 * covered / ONBOARDING.weight)
