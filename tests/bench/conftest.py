"""What every measurement begins with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.figures import Tell, teller


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "bench" in item.path.parts:
            item.add_marker(pytest.mark.bench)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    return teller(record_property)
