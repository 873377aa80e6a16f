"""A Premium tenant makes a tenant below it, by the same pages and tasks, and the distributor learns nothing of it."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts import actions as accounts
from portal.accounts.models import Kind
from portal.catalogue.actions import first_sell_list
from portal.core.db import db
from portal.core.scope import acting
from portal.processes.models import Process, State
from portal.tenants.models import Organization, Tenant
from portal.users.models import User
from tests.accounts.conftest import TERMS
from tests.browsing import Browser
from tests.onboarding.conftest import list_in_force, picture


def test_who_has_only_his_storefronts_prices_is_told_what_is_missing_and_led_there(north) -> None:
    with north.office():
        first_sell_list()
        key = accounts.open_account(**{**TERMS, "name": "Skagen Data", "kind": Kind.RESELLER, "currency": "EUR"}).key
    browser = Browser(north.client())
    browser.open(f"/accounts/{key}/tenant")
    assert "“Storefront prices” is not one to give" in browser.text
    assert browser.page.select_one("main .notice a")["href"] == "/price-lists/new"


def test_a_tenant_makes_a_tenant(north, meridian, priced, worker) -> None:
    with meridian.office():
        row = list_in_force("DE Handel", currency="EUR", market="DE")
        below = db.session.scalars(select(Organization).where(Organization.tenant_id == north.tenant_id)).one()
        below.price_list_id, below.price_list_name = row.id, row.name
    with north.office():
        list_in_force("Nord Partner", currency="EUR", market=None)
        account = accounts.open_account(
            **{**TERMS, "name": "Skagen Data", "kind": Kind.RESELLER, "currency": "EUR", "email": "hei@skagen.example"}
        )
        accounts.add_contact(account, name="Ingrid Solheim", role=None, email="ingrid@skagen.example", phone=None)
        key = account.key
    browser = Browser(north.client())
    browser.open(f"/accounts/{key}")
    assert "Create a Tenant Reseller" in browser.text
    browser.open(f"/accounts/{key}/tenant")
    browser.send(button="Save", files={"logo": (picture("#8a3b6b"), "logo.png")})
    assert "no price in EUR" not in browser.text, "what the distributor has besides is nobody's business below"
    browser.send(button="OK")
    assert browser.answer.status_code == 303, browser.text
    worker.run_all()
    with north.office():
        process = db.session.scalars(select(Process).where(Process.plan_name == "tenant.onboarding")).one()
        assert process.state is State.DONE, process.reason
        tenant = db.session.get_one(Tenant, process.subject_id)
        assert tenant.above == [north.tenant_id, meridian.tenant_id]
    with north.app.app_context(), acting(tenant.scope):
        assert db.session.scalars(select(User.username)).all() == ["ingrid.solheim"]
    distributor = Browser(meridian.client())
    assert distributor.open(f"/tenants/{tenant.spelled}").status_code == 404
    distributor.open("/tenants/processes")
    assert "Skagen Data" not in distributor.text
    with meridian.office():
        assert "Skagen Data" not in db.session.scalars(select(Organization.name)).all()
