"""A shop with one product, and its owner in front of the pages on which he says what stands around it."""

from __future__ import annotations

import pytest

from tests.browsing import Browser
from tests.storefront.conftest import shelf
from tests.world import House

__all__ = ["shelf"]


@pytest.fixture
def office(shelf: House) -> Browser:
    return Browser(shelf.client())
