"""Counts what a piece of work asks of the database: every statement but BEGIN, COMMIT, ROLLBACK and set_config.

with counted(app) as asked:
    client.get("/accounts")
assert len(asked) <= MOST, asked
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats

from portal.core.db import db

if TYPE_CHECKING:
    from flask import Flask

MOST = 6
"""What a page of the office may ask, whatever the number of rows."""
NO_QUESTION = ("savepoint", "release savepoint", "rollback to savepoint")
KEPT = {CacheStats.CACHE_HIT, CacheStats.CACHE_MISS, CacheStats.CACHING_DISABLED}
UNCOUNTED = ("begin", "commit", "rollback", "select set_config(")


class Asked(list[str]):
    """The statements, in order; shown one below the other."""

    anew: set[str]  # those that SQLAlchemy had to write anew, because it cannot keep what it wrote

    def __init__(self) -> None:
        super().__init__()
        self.anew = set()

    def __repr__(self) -> str:
        return "\n".join(f"{number}. {statement[:300]}" for number, statement in enumerate(self, start=1))


@contextmanager
def counted(app: Flask) -> Iterator[Asked]:
    """The statements that are sent while the block lasts, on every connection of the app."""
    asked = Asked()

    def note(_: Any, __: Any, statement: str, ___: Any, context: Any, ____: bool) -> None:  # noqa: FBT001 - SQLAlchemy's
        if not statement.lower().startswith(UNCOUNTED):
            asked.append(" ".join(statement.split()))
            kept = asked[-1].lower().startswith(NO_QUESTION) or context is None or context.cache_hit in KEPT
            if not kept:
                asked.anew.add(asked[-1])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
