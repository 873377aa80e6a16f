"""Two at once, in an order that a test chooses: the second is seen to wait at a lock before the first goes on."""

from __future__ import annotations

import psycopg

from portal.local.children import wait
from tests.copies import Copy

PATIENCE = 20  # seconds
_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


def until_somebody_waits(copy: Copy) -> None:
    """Go on when somebody stands at a lock that another holds."""
    with psycopg.connect(copy.url, autocommit=True) as eyes:
        assert wait(lambda: bool(eyes.execute(_WAITING).fetchone()[0]), PATIENCE), "nobody waits at a lock"  # type: ignore[index]
