from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts import actions
from portal.accounts.models import Account, Kind
from tests.world import World

TERMS: dict[str, Any] = {
    "name": "Blue Harbour",
    "kind": Kind.CUSTOMER,
    "enabled_for_ordering": True,
    "email": None,
    "vat_number": None,
    "bill_to": None,
    "price_list": None,
    "currency": "USD",
    "credit_limit": None,
    "payment_terms": 30,
    "country": "US",
    "language": "en",
    "time_zone": "America/Chicago",
}
TYPED = {
    "name": "Blue Harbour",
    "kind": "customer",
    "enabled_for_ordering": "y",
    "email": "",
    "vat_number": "",
    "bill_to": "",
    "price_list": "",
    "currency": "USD",
    "credit_limit": "",
    "payment_terms": "30",
    "country": "US",
    "language": "en",
    "time_zone": "America/Chicago",
    "version": "0",
}


@pytest.fixture
def opened() -> Callable[..., Account]:
    """Open an account with usual terms, in whatever scope is acted for."""
    return lambda **terms: actions.open_account(**{**TERMS, **terms})


@pytest.fixture
def strand(world: World):
    return world.strand
