"""The dashboard: where a working day begins."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import g

from portal.core.clock import now
from portal.core.here import here
from portal.core.web import face, needs, render
from portal.core.words import N_
from portal.overview import queries
from portal.processes.models import State
from portal.tenants import hosts

overview = face("overview", __name__)

NOON, EVENING, NIGHT = 12, 18, 5


@overview.get("/")
@needs("dashboard.view")
def dashboard() -> str:
    noted = queries.processes_of_note() if g.person.may("processes.view") else []
    return render(
        "overview/dashboard.html",
        greeting=_greeting(),
        first_name=g.person.name.split(" ")[0],
        storefront=hosts.shop_url(hosts.name_of(here.scope.tenant_id)),
        figures=queries.figures(here.scope.tenant_id),
        stuck=[process for process in noted if process.state == State.ATTENTION],
        under_way=[process for process in noted if process.state != State.ATTENTION],
        accounts=queries.newest_accounts(),
    )


def _greeting() -> str:
    """A message id, by the hour where the tenant is."""
    hour = now().astimezone(ZoneInfo(here.organization.time_zone)).hour
    if NIGHT <= hour < NOON:
        return N_("Good morning, %(name)s")
    return N_("Good afternoon, %(name)s") if NOON <= hour < EVENING else N_("Good evening, %(name)s")
