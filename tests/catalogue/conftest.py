"""The same day for every test: the sheets are of November 2026."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from portal.catalogue import prices, shop
from tests.world import House, World


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel("2026-11-22 09:00+00:00", tick=True):
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Every test begins with a process that remembers nothing."""
    shop.KEPT.clear()
    prices.forget()


@pytest.fixture
def fjord(world: World) -> House:
    """The tenant below North."""
    return world.fjord


@pytest.fixture
def strand(world: World) -> House:
    """The stranger."""
    return world.strand
