"""How requests end: kept below 400, dropped above, and always with the safe headers."""

import pytest

from portal.core.answering import CONTENT_POLICY


@pytest.fixture
def closed(settings):
    settings.maintenance_mark.touch()
    yield
    settings.maintenance_mark.unlink()


@pytest.mark.usefixtures("closed")
def test_during_maintenance_both_doors_say_so_and_when_to_come_back(world):
    for browser in (world.meridian.client(), world.south.shop()):
        answer = browser.get("/")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Nothing is lost" in answer.text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/accounts"])
def test_every_answer_carries_the_safe_headers(world, path):
    for browser in (world.meridian.client(), world.meridian.visitor(), world.south.shop()):
        headers = browser.get(path).headers
        assert headers["Content-Security-Policy"] == CONTENT_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_a_page_for_somebody_signed_in_is_kept_by_no_cache(world):
    assert world.meridian.client().get("/").headers["Cache-Control"] == "no-store"
