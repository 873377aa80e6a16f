"""From an account to a tenant that lives: the eleven tasks, and what is there at the end."""

from __future__ import annotations

from sqlalchemy import select

from portal.core.db import db
from portal.core.scope import acting
from portal.onboarding.steps import ONBOARDING
from portal.processes.models import State as ProcessState
from portal.tenants.models import State
from portal.users.models import User
from tests.onboarding.conftest import organization_below, process_of

NAMES = [
    "reserve_client_id", "open_organization", "apply_edition", "write_settings", "create_administrator",
    "link_price_list", "open_storefront", "dress_storefront", "check", "activate", "tell",
]  # fmt: skip


def test_the_tasks_are_called_like_this_for_ever() -> None:
    assert [step.name for step in ONBOARDING.steps] == NAMES
    assert ONBOARDING.final == "activate"


def test_an_account_becomes_a_tenant_that_lives(begun, halcyon, worker, meridian) -> None:
    key = begun()
    worker.run_all()
    process = process_of(meridian, key)
    assert process.state is ProcessState.DONE, process.reason
    assert process.percent == 100
    assert [task.attempts for task in process.tasks] == [1] * 11
    tenant = halcyon.tenant()
    assert tenant.state is State.ACTIVE
    organization = organization_below(meridian, tenant)
    assert organization.name == "Larkspur Cloud"
    assert organization.administrator_username == "nora.whitfield"
    with halcyon.house.app.app_context(), acting(tenant.scope):
        assert db.session.scalars(select(User.username)).all() == ["nora.whitfield"]
