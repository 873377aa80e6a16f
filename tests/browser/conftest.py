"""A real Chromium: the system's where there is one, else Playwright's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import parts


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return parts.chromium()


@pytest.fixture(scope="session")
def base_url() -> None:
    """In the plugin's place, whose own fixture is written in a manner pytest has given up."""
