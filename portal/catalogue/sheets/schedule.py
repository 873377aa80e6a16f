"""When a sheet is applied: days as the house counts them, from midnight to midnight in its own time zone."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db
from portal.core.scope import acting_scope
from portal.tenants.models import Organization


def zone() -> ZoneInfo:
    """The acting house's time zone."""
    mine = select(Organization.time_zone).where(Organization.tenant_id == acting_scope().tenant_id)
    return ZoneInfo(db.session.scalar(mine) or "UTC")


def today_here() -> date:
    return now().astimezone(zone()).date()


def seconds_until(day: date) -> float:
    """How long it is until that day begins here; less than nothing when it has."""
    return (datetime.combine(day, time(), zone()) - now()).total_seconds()
