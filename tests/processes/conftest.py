from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from portal.core.db import db
from tests.processes.rehearsal import SCRIPT, Script

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
def count_statements(app: Vitrine) -> Callable[[], AbstractContextManager[list[str]]]:
    """Count the statements within a block; BEGIN, COMMIT, ROLLBACK and set_config are not questions."""

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
