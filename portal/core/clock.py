"""The only clock.  Tests move it; nothing else in the program asks for the time."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in UTC: what price validity is measured by."""
    return now().date()
