from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.processes.rehearsal import SCRIPT, Script
from tests.queries import Asked, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portal.app import Vitrine
    from tests.world import House, World


@pytest.fixture
def script() -> Iterator[Script]:
    """What the tasks of the rehearsal do in this test."""
    SCRIPT.clear()
    yield SCRIPT
    SCRIPT.clear()


@pytest.fixture
def strand(world: World) -> House:
    return world.strand


@pytest.fixture
def count_statements(app: Vitrine) -> Callable[[], AbstractContextManager[Asked]]:
    """Count the statements within a block."""
    return partial(counted, app)
