"""Every task fails once: it is seen, retried at that task and not repeated; or cancelled, and nothing is left."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.audit.models import LogRecord, PersonKey
from portal.core.db import Model, db, get
from portal.core.errors import Conflict
from portal.core.kinds import Owned
from portal.core.scope import acting
from portal.onboarding.models import Mood
from portal.onboarding.steps import ONBOARDING
from portal.processes import actions as processes
from portal.processes.models import Process, State
from portal.tenants.models import Host, Tenant
from portal.tenants.models import State as TenantState
from tests.onboarding.conftest import process_of

TASKS = [step.name for step in ONBOARDING.steps]
CANCELLABLE = TASKS[: TASKS.index("activate") + 1]
LOG = {LogRecord, PersonKey}


@pytest.mark.parametrize("task", TASKS)
def test_a_failed_task_is_retried_and_the_rest_is_not_repeated(task, begun, trouble, fair, worker, meridian) -> None:
    trouble(task, Mood.REJECTING)
    key = begun()
    worker.run_all()
    stopped = process_of(meridian, key)
    assert stopped.state is State.ATTENTION
    assert stopped.current.name == task
    assert "says no to larkspur-cloud.shop.localhost" in stopped.reason["text"] % stopped.reason["values"]
    fair()
    with meridian.office():
        processes.retry(get(Process, key))
    worker.run_all()
    done = process_of(meridian, key)
    assert done.state is State.DONE, done.reason
    assert [one.attempts for one in done.tasks] == [2 if one.name == task else 1 for one in done.tasks]


@pytest.mark.parametrize("task", CANCELLABLE)
def test_a_failed_task_is_cancelled_and_nothing_is_left_but_the_log(
    task, begun, trouble, worker, meridian, halcyon
) -> None:
    trouble(task, Mood.REJECTING)
    key = begun()
    number = halcyon.tenant().id
    worker.run_all()
    with meridian.office():
        processes.cancel(get(Process, key))
    worker.run_all()
    assert process_of(meridian, key).state is State.CANCELLED
    assert what_is_left_of(number, meridian) == []


def test_cancelled_before_any_worker_came_nothing_is_left(begun, worker, meridian, halcyon) -> None:
    key = begun()
    number = halcyon.tenant().id
    with meridian.office():
        processes.cancel(get(Process, key))
    worker.run_all()
    assert process_of(meridian, key).state is State.CANCELLED
    assert what_is_left_of(number, meridian) == []


def test_after_cancelling_the_same_account_may_begin_again_under_the_same_name(
    begun, worker, meridian, halcyon
) -> None:
    with_first = begun()
    with meridian.office():
        processes.cancel(get(Process, with_first))
    worker.run_all()
    second = begun()
    worker.run_all()
    assert process_of(meridian, second).state is State.DONE


def test_flaky_is_tried_again_until_it_works(begun, trouble, worker, meridian) -> None:
    trouble("open_storefront", Mood.FLAKY)
    key = begun()
    worker.run_all()
    done = process_of(meridian, key)
    assert done.state is State.DONE
    assert [one.attempts for one in done.tasks if one.name == "open_storefront"] == [3]


def test_silence_needs_attention_after_five_tries(begun, trouble, worker, meridian) -> None:
    trouble("open_storefront", Mood.SILENT)
    key = begun()
    worker.run_all()
    stopped = process_of(meridian, key)
    assert stopped.state is State.ATTENTION
    assert stopped.current.attempts == 5


def test_from_activate_on_nothing_can_be_cancelled(begun, trouble, worker, meridian) -> None:
    trouble("tell", Mood.REJECTING)
    key = begun()
    worker.run_all()
    with pytest.raises(Conflict), meridian.office():
        processes.cancel(get(Process, key))


def test_the_maker_is_told_what_stopped_and_why(begun, trouble, worker, meridian, mail_folder) -> None:
    from portal import audit

    trouble("open_storefront", Mood.REJECTING)
    with audit.acting_as(
        audit.Actor("user", None, "Maria Keller", "maria@meridian.example", tenant_id=meridian.tenant_id)
    ):
        begun()
    worker.run_all()
    letters = [file.read_text() for file in mail_folder.iterdir()]
    assert len(letters) == 1
    assert "needs attention" in letters[0]
    assert "maria@meridian.example" in letters[0]


def what_is_left_of(number: int, house) -> list[str]:
    """Tables that still hold something of this tenant, the log apart, and names that are still taken."""
    left = []
    with house.app.app_context():
        tenant = db.session.get(Tenant, number)
        if tenant is not None and (tenant.client_id or tenant.state is not TenantState.CLOSED):
            left.append("tenant")
        left += db.session.scalars(select(Host.name).where(Host.tenant_id == number)).all()
        scope = tenant.scope if tenant else None
    if scope is None:
        return left
    with house.app.app_context(), acting(scope):
        for kind in (mapper.class_ for mapper in Model.registry.mappers):
            if issubclass(kind, Owned) and kind not in LOG:
                count = db.session.scalar(select(func.count()).select_from(kind).where(kind.tenant_id == number))
                left += [kind.__name__] if count else []
    return left
