"""The world outside, as far as a new reseller meets it: whoever makes a storefront's name answer.

`OwnHosts` is the real one: our own wildcard name answers at once, so there is nothing to ask for.  `Pretend` belongs to
the demo: it can be slow, flaky, rejecting or silent at any task, as its rows say, so that every failure can be seen,
retried and cancelled on purpose.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, cast

from flask import current_app
from sqlalchemy import bindparam, select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Permanent, Problem
from portal.core.words import N_, say
from portal.onboarding.models import Mood, Weather
from portal.processes.plans import Later

if TYPE_CHECKING:
    from portal.config import Settings
    from portal.processes.models import Process

SLOWNESS = timedelta(minutes=30)  # as long as a name may take to be known; then it ends well
ASK_AGAIN = 15.0  # seconds; also how soon one sees that it was let work
FLAKY_TRIES = 2


class Unanswered(Problem):
    """The other side did not answer in time: worth another try."""

    status = 503


class Outside(Protocol):
    """What a task may need of the world.  Every effect carries a key, so that asking twice is asking once."""

    def meet(self, task: str, process: Process) -> Later | None:
        """Before a task: whether the world is ready for it.  Raises Unanswered, or Permanent with its reason."""

    def open_address(self, host: str, *, key: str) -> None:
        """Make the name answer.  Content when it does already."""

    def close_address(self, host: str, *, key: str) -> None:
        """Take the name back.  Content when nobody knows it."""


class OwnHosts:
    """Names under our own wildcard: they answer as soon as we know whose they are."""

    def meet(self, task: str, process: Process) -> Later | None:
        """Nobody outside is asked."""

    def open_address(self, host: str, *, key: str) -> None:
        """The wildcard answers already."""

    def close_address(self, host: str, *, key: str) -> None:
        """A name nobody owns leads to 404."""


_OF_TASK = select(Weather).where(Weather.task == bindparam("task")).execution_options(kept=True)


class Pretend(OwnHosts):
    """The demo's world: does what its `Weather` says."""

    def meet(self, task: str, process: Process) -> Later | None:
        host = process.facts["host"]
        for weather in db.session.scalars(_OF_TASK, {"task": task}):
            if weather.strikes(host) and (later := self._strike(weather.mood, task, process)):
                return later
        return None

    def _strike(self, mood: Mood, task: str, process: Process) -> Later | None:
        host, tries = process.facts["host"], self._tries(task, process)
        if mood is Mood.REJECTING:
            raise Permanent(
                say(N_("The registry says no to %(host)s. Ask it to allow the name, then retry."), host=host)
            )
        if mood is Mood.SILENT:
            raise Unanswered(say(N_("The registry did not answer about %(host)s."), host=host))
        if mood is Mood.FLAKY and tries < FLAKY_TRIES:
            raise Unanswered(say(N_("The registry broke off while speaking of %(host)s."), host=host))
        if mood is Mood.SLOW and now() - process.created_at < SLOWNESS:
            return Later(ASK_AGAIN, say(N_("Waiting until %(host)s is known everywhere."), host=host))
        return None

    @staticmethod
    def _tries(task: str, process: Process) -> int:
        return next((one.tries for one in process.tasks if one.name == task), 0)


def choose(settings: Settings) -> Outside:
    """The pretend one belongs to development and the demo; production asks nobody it does not have to."""
    return OwnHosts() if settings.production else Pretend()


def outside() -> Outside:
    """The one of this application; tests may set another."""
    settings = current_app.config["VITRINE"]
    return cast("Outside", current_app.extensions.setdefault("vitrine.outside", choose(settings)))
