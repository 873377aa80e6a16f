"""The go-live checklist: its lines as slices write them, and their states where the one above may read them.

A slice says what is still missing of its own with a `Line`; `overview/whats_next.py` puts the lines in order, asks all of
them in one statement, and keeps their states here.  States are all a parent ever learns: done or not, never what stands
behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, unique
from portal.core.kinds import Belonging, Declaration
from portal.core.web import url
from portal.core.words import Line as Said


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that must be done before a shop goes live.

    `done` writes the condition, to be asked in the tenant's own scope; `watches` are the tables it looks at, so that it
    is asked again when one of their rows has changed.  `title`, `why` and `verb` are message ids; `place` is the endpoint
    where it is done, for people with `permission`, and `asked` what stands in its address besides.
    """

    code: str
    title: str
    why: str
    verb: str
    place: str
    permission: str
    done: Callable[[], Any]
    watches: tuple[type[Model], ...]
    feature: str | None = None  # only where the edition opens it
    settleable: bool = False  # somebody may say that it is right as it is
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it is done."""
        return url(self.place, **self.asked)


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that went wrong by itself and costs money until somebody mends it: said above the checklist's lines.

    `find` gives how many there are and where they are shown, and is asked whenever somebody looks; the one above is never
    told.
    """

    code: str
    title: Callable[[int], Said]
    why: str
    verb: str
    permission: str
    find: Callable[[], tuple[int, str] | None]


class Checklist(Declaration, Model):
    """How far a tenant has come: the state of each line, written by the tenant's own scope, read by the one above too."""

    __unlogged__ = frozenset({"states", "changed_at"})

    states: Mapped[dict[str, Any]] = mapped_column(default=dict)  # code -> whether it is done
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Settled(Belonging, Model):
    """Somebody looked at a line and said that it is right as it is."""

    __table_args__ = (unique("code"),)
    __label__ = "code"

    code: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(default=now)
