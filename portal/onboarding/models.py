"""What the pretend outside world was told to do: a setting of the demo, kept as a row."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Model, one_of, unique
from portal.core.kinds import Offering
from portal.core.words import N_, Line, say


class Mood(StrEnum):
    """How the pretend world behaves at one task."""

    SLOW = "slow"
    FLAKY = "flaky"
    REJECTING = "rejecting"
    SILENT = "silent"

    @property
    def label(self) -> Line:
        titles = {
            Mood.SLOW: N_("Slow: ready half an hour after the start, or when you let it work"),
            Mood.FLAKY: N_("Flaky: fails twice, then works"),
            Mood.REJECTING: N_("Rejecting: says no until you say otherwise"),
            Mood.SILENT: N_("Silent: never answers"),
        }
        return say(titles[self])


class Weather(Offering, Model):
    """Trouble at one task.  An Offering: the maker sets it, and the worker meets it acting for the tenant below."""

    __table_args__ = (unique("task"),)
    __label__ = "task"

    task: Mapped[str] = mapped_column(String(60))
    mood: Mapped[Mood] = mapped_column(one_of(Mood))
    # only for storefronts with this in their name; empty: for all
    storefront: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def strikes(self, host: str) -> bool:
        return self.storefront in host
