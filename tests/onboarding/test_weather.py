"""The demo's pretend world, switched by a person."""

from __future__ import annotations

import pytest

from portal.onboarding.outside import OwnHosts
from portal.processes.models import State
from tests.browsing import Browser
from tests.onboarding.conftest import process_of


def test_a_person_lets_a_task_fail_and_work_again(keller, begun, worker, meridian) -> None:
    keller.open("/tenants/weather")
    keller.send(button="Save", task="dress_storefront", mood="rejecting", storefront="larkspur")
    key = begun()
    worker.run_all()
    keller.open(f"/processes/{key}")
    assert "Stopped at “Dress the storefront”" in keller.text
    keller.open("/tenants/weather")
    keller.send(button="Let it work")
    keller.open(f"/processes/{key}")
    keller.send(button="Retry")
    worker.run_all()
    assert process_of(meridian, key).state is State.DONE


def test_trouble_for_one_name_leaves_others_alone(keller, begun, worker, meridian) -> None:
    keller.open("/tenants/weather")
    keller.send(button="Save", task="check", mood="silent", storefront="lumen")
    key = begun()
    worker.run_all()
    assert process_of(meridian, key).state is State.DONE


@pytest.fixture
def real_world(app):
    before = app.extensions.get("vitrine.outside")
    app.extensions["vitrine.outside"] = OwnHosts()
    yield
    app.extensions["vitrine.outside"] = before
    if before is None:
        del app.extensions["vitrine.outside"]


def test_a_real_installation_has_no_such_page(keller, real_world) -> None:
    assert keller.open("/tenants/weather").status_code == 404


def test_who_may_not_create_does_not_change_the_weather(meridian) -> None:
    assert Browser(meridian.client("finance")).open("/tenants/weather").status_code == 403
