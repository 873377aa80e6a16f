"""A browser that is missing fails the test command, with the option that installs one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.commands import browser
from portal.config import Fault


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine on which no browser is found, neither the system's nor Playwright's own."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    return tmp_path


@pytest.mark.usefixtures("without")
def test_a_missing_browser_is_told_with_the_option_that_installs_one() -> None:
    with pytest.raises(Fault) as fault, ThreadPoolExecutor(1) as elsewhere:  # here a test's browser may be running
        elsewhere.submit(browser.need, install=False).result()
    assert "--install-browser" in fault.value.remedy


def test_the_systems_own_browser_is_taken_first(without: Path) -> None:
    own = without / browser.NAME
    own.write_text("#!/bin/sh\n", encoding="ascii")
    own.chmod(0o755)
    assert browser.need(install=False) == own
