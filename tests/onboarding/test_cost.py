"""What pages cost: statements, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import event

from portal.core.db import db
from tests.browsing import Browser

MOST = 6


@pytest.fixture
def count_statements(app) -> Callable[[], AbstractContextManager[list[str]]]:
    @contextmanager
    def counting() -> Iterator[list[str]]:
        found: list[str] = []

        def note(_: object, __: object, statement: str, *___: object) -> None:
            if "set_config" not in statement:
                found.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield found
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.mark.parametrize("path", ["/tenants", "/tenants/processes", "/accounts"])
def test_a_list_asks_at_most_six_times(path, keller: Browser, begun, count_statements) -> None:
    begun()
    keller.open(path)
    with count_statements() as found:
        keller.open(path)
    assert keller.answer.status_code == 200
    assert len(found) <= MOST, "\n\n".join(found)
