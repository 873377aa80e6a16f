"""A shop with one product, and somebody who takes his time in front of its forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from portal.catalogue import actions as catalogue
from portal.storefront import actions, queries
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.world import House

CONTACT = "hello@halcyon.example"


@pytest.fixture
def shelf(meridian: House, south: House) -> House:
    """South's shop with one product, and where it can be reached."""
    with meridian.office():
        imported(sheet({}))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        catalogue.first_sell_list()
        actions.describe(queries.storefront(), email=CONTACT, phone="", hours="", networks={})
    return south


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller
