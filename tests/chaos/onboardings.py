"""The undertaking that matters: accounts that become tenant resellers, in the storm."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.accounts import actions as accounts
from portal.accounts.models import Account, Kind
from portal.catalogue.actions import import_sheet
from portal.catalogue.models import PriceList
from portal.core.db import db
from portal.core.scope import acting
from portal.onboarding import actions
from portal.onboarding.actions import Administrator
from portal.tenants.models import Host, Organization, State, Tenant
from portal.users.models import User
from tests.accounts.conftest import TERMS
from tests.chaos.errands import Undertaking
from tests.onboarding.conftest import LINES, SHEET, list_in_force, terms_for

if TYPE_CHECKING:
    from tests.world import World


def begin(world: World, number: int) -> None:
    if not number:
        _price(world)
    with world.meridian.office():
        name = f"Storm {number} Cloud"
        account = accounts.open_account(**{**TERMS, "name": name, "kind": Kind.RESELLER})
        administrator = Administrator("Nora Whitfield", f"nora{number}@storm.example", f"nora.{number}")
        price_list = db.session.scalars(select(PriceList)).one().key
        actions.begin(account, terms_for(price_list, storefront=f"storm-{number}", administrator=administrator))


def _price(world: World) -> None:
    with SHEET.open("rb") as file:
        few = BytesIO(b"".join(islice(file, LINES)))
    with world.meridian.office():
        import_sheet("few.csv", few)
        list_in_force("US Retail")


def verify(world: World, count: int) -> None:
    """One tenant, one Client ID, one record, one address and one administrator each; no half tenant."""
    with world.meridian.office():
        firms = list(db.session.scalars(select(Account).where(Account.name.startswith("Storm "))))
        made = {tenant.id: tenant for tenant in db.session.scalars(select(Tenant)) if tenant.id not in _old(world)}
        records = Counter(db.session.scalars(select(Organization.tenant_id).where(Organization.tenant_id.in_(made))))
        hosts = Counter(
            db.session.scalars(select(Host.tenant_id).where(Host.name.startswith("storm-"), Host.door == "shop"))
        )
    assert len(made) == len(firms) == count
    assert {firm.reseller_tenant_id for firm in firms} == set(made)
    assert {tenant.state for tenant in made.values()} == {State.ACTIVE}
    assert len({tenant.client_id for tenant in made.values()} - {None}) == count
    assert records == hosts == Counter(made.keys())
    for tenant in made.values():
        with world.meridian.app.app_context(), acting(tenant.scope):
            assert db.session.scalar(select(func.count()).select_from(User)) == 1


def _old(world: World) -> set[int]:
    return {house.tenant_id for house in world.houses}


ONBOARDINGS = Undertaking(begin, verify)
