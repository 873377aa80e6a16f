"""The demo holds what it promises to whoever looks at it first, and loading it again adds nothing."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from portal.accounts.models import Account, Contact
from portal.catalogue.models import PriceList, PriceSheet, SheetState
from portal.core.db import db
from portal.overview import demo
from portal.processes.models import OVER, Process, State
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


def test_the_demo_is_a_distributor_at_work(meridian):
    load(meridian)
    with meridian.office():
        assert db.session.scalar(select(func.count()).select_from(Account)) == 40
        assert db.session.scalar(select(func.count(Contact.account_id.distinct()))) == 40
        assert set(db.session.scalars(select(PriceSheet.state))) == {SheetState.APPLIED}
        assert len(db.session.scalars(select(PriceList)).all()) == 3
        assert set(db.session.scalars(select(User.role))) == set(Role)
        born = (
            select(Organization.name, Tenant.edition_code)
            .join(Tenant, Tenant.id == Organization.tenant_id)
            .where(Tenant.state == TenantState.ACTIVE, Organization.name.in_(("Halcyon Works", "Nordlicht IT")))
            .where(Organization.account_id.is_not(None))
        )
        assert set(map(tuple, db.session.execute(born))) == {("Halcyon Works", "basic"), ("Nordlicht IT", "premium")}
        making = select(Process).where(Process.plan_name == "tenant.onboarding", Process.state.not_in(OVER))
        assert Counter(process.state for process in db.session.scalars(making)) == {State.ATTENTION: 1, State.QUEUED: 1}
    before = what_is_there(meridian)
    load(meridian)
    assert what_is_there(meridian) == before
