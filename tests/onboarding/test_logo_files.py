"""The file of a logo: an empty one is told at its field, and after a cancellation nothing of it is left."""

from __future__ import annotations

from io import BytesIO

from portal.core.db import get
from portal.core.files import Store
from portal.processes import actions as processes
from portal.processes.models import Process
from tests.onboarding.conftest import picture


def test_a_chosen_file_with_nothing_in_it_is_told_at_the_field(keller, halcyon) -> None:
    keller.open(f"/accounts/{halcyon.key}/tenant")
    answer = keller.send(button="Save", files={"logo": (BytesIO(b""), "logo.png")})
    assert answer.status_code == 422
    assert set(keller.errors) == {"logo"}


def test_no_file_chosen_is_no_logo(keller, halcyon) -> None:
    keller.open(f"/accounts/{halcyon.key}/tenant")
    keller.send(button="Save", files={"logo": (BytesIO(b""), "")})
    assert "There is no logo" in keller.text


def test_after_a_cancellation_the_logo_is_gone(begun, worker, meridian, settings) -> None:
    sha = _store(meridian, settings).save(picture(), most=1 << 20)
    key = begun(logo=sha)
    _cancel(meridian, key)
    worker.run_all()
    assert not _store(meridian, settings).path(sha).exists()


def test_a_logo_that_was_sent_again_meanwhile_stays(begun, worker, meridian, settings) -> None:
    """The same picture, for the next one: files are named by their content."""
    sha = _store(meridian, settings).save(picture(), most=1 << 20)
    key = begun(logo=sha)
    _store(meridian, settings).save(picture(), most=1 << 20)
    _cancel(meridian, key)
    worker.run_all()
    assert _store(meridian, settings).path(sha).exists()


def _store(house, settings) -> Store:
    return Store(settings.instance, house.tenant_id)


def _cancel(house, key: str) -> None:
    with house.office():
        processes.cancel(get(Process, key))
