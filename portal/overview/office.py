"""The dashboard: where a working day begins."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.clock import now
from portal.core.exports import listed
from portal.core.here import here
from portal.core.listing import listing
from portal.core.web import face, needs, render, see, url
from portal.core.words import N_
from portal.onboarding import queries as tenants_below
from portal.onboarding.office import FEATURE, framed
from portal.overview import queries, search, whats_next
from portal.overview.columns import go_live as go_live_columns
from portal.processes.models import State
from portal.storefront import queries as storefronts
from portal.storefront.checklist import OPENING
from portal.storefront.forms import AdmissionForm
from portal.storefront.models import Visibility
from portal.tenants import own_hosts
from portal.tenants import queries as places
from portal.tenants.models import Door

overview = face("overview", __name__)
next_steps = face("whats_next", __name__)
go_live = face("go_live", __name__)
searching = face("search", __name__)

next_steps.add_app_template_global(whats_next.step_taken)

NOON, EVENING, NIGHT = 12, 18, 5


@overview.get("/")
@needs("dashboard.view")
def dashboard() -> str:
    noted = queries.processes_of_note() if g.person.may("processes.view") else []
    return render(
        "overview/dashboard.html",
        greeting=_greeting(),
        first_name=g.person.name.split(" ")[0],
        private=storefronts.visibility(here) == Visibility.PRIVATE,
        storefront=own_hosts.home(Door.SHOP),
        figures=queries.figures(here.scope.tenant_id),
        stuck=[process for process in noted if process.state == State.ATTENTION],
        under_way=[process for process in noted if process.state != State.ATTENTION],
        accounts=queries.newest_accounts(),
        lines=whats_next.judged() if g.person.may("storefront.view") else [],
        alerts=whats_next.alerts(),
    )


@searching.get("/search")
@needs("dashboard.view")
def find() -> str:
    sought = listing(sorts={}, default="").search
    return render("overview/search.html", sought=sought, groups=search.found(sought))


@next_steps.get("/whats-next")
@needs("storefront.view")
def index() -> str:
    return render("overview/whats_next.html", lines=whats_next.judged(), alerts=whats_next.alerts())


@next_steps.post("/whats-next/<code>/settlement")
@needs("storefront.edit")
def settlement(code: str) -> ResponseReturnValue:
    whats_next.settle(code)
    return see(url("whats_next.index"))


@next_steps.post("/whats-next/<code>/reopening")
@needs("storefront.edit")
def reopening(code: str) -> ResponseReturnValue:
    whats_next.unsettle(code)
    return see(url("whats_next.index"))


@next_steps.get("/whats-next/opening")
@needs("storefront.edit")
def opening() -> str:
    """Open the shop, with everything named that is still missing: it is his to decide."""
    mine = storefronts.storefront()
    missing = [one for one in whats_next.judged() if not one.done and one.line.code != OPENING.code]
    return render("overview/opening.html", form=AdmissionForm(mine), storefront=mine, missing=missing)


@go_live.get("/tenants/go-live")
@needs("tenants.view", feature=FEATURE)
def funnel() -> ResponseReturnValue:
    """How far the tenants below have come: states, never what stands behind them."""
    asked = listing(sorts=queries.GO_LIVE_SORTS, default="name")
    return listed(
        "overview/funnel.html",
        gettext("Go live"),
        go_live_columns(whats_next.LINES),
        listing=asked,
        page=queries.checklists(asked),
        stages=queries.stages(whats_next.LINES),
        lines_of=whats_next.lines_of,
        head_count=tenants_below.counts()["all"],
        tab="go_live",
    )


@go_live.get("/tenants/<client_id>/checklist")
@needs("tenants.view", feature=FEATURE)
def checklist(client_id: str) -> str:
    organization, tenant, edition = places.child(client_id)
    written = queries.checklist_of(tenant)
    return render(
        "overview/checklist.html",
        lines=list(whats_next.lines_of(written.states)) if written else [],
        changed_at=written.changed_at if written else None,
        **framed(organization, tenant, edition, "checklist"),
    )


def _greeting() -> str:
    """A message id, by the hour where the tenant is."""
    hour = now().astimezone(ZoneInfo(here.organization.time_zone)).hour
    if NIGHT <= hour < NOON:
        return N_("Good morning, %(name)s")
    return N_("Good afternoon, %(name)s") if NOON <= hour < EVENING else N_("Good evening, %(name)s")
