"""The pages of tenant resellers: making one, finding one, looking at one, changing one."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.audit import queries as trail
from portal.audit.pages import log_of
from portal.core.db import get
from portal.core.errors import NotFound
from portal.core.exports import listed
from portal.core.languages import country_name, language_name
from portal.core.listing import Listing, listing
from portal.core.web import face, needs, render, see, url
from portal.onboarding import actions, queries
from portal.onboarding.columns import COLUMNS
from portal.onboarding.forms import ChangeForm, CreateForm, ReasonForm, WeatherForm
from portal.onboarding.outside import Pretend, outside
from portal.onboarding.prerequisites import Surprising
from portal.onboarding.steps import ONBOARDING
from portal.processes import pace
from portal.processes import queries as processes_of
from portal.processes.columns import COLUMNS as PROCESS_COLUMNS
from portal.processes.office import tagged
from portal.tenants import hosts
from portal.tenants import queries as places
from portal.tenants.models import SHOWN, Edition, Organization, Tenant

tenants = face("tenants", __name__)
FEATURE = "tenant_resellers"


@tenants.route("/accounts/<key>/tenant", methods=["GET", "POST"])
@needs("tenants.create", feature=FEATURE)
def create(key: str) -> ResponseReturnValue:
    account = get(Account, key)
    form = CreateForm(account)
    if form.accepted():
        try:
            with form.catching():
                actions.begin(account, form.terms(), knowing=form.confirmed.data)
                flash(gettext("%(name)s is being made.", name=account.name))
                return see(url("tenants.processes"))
        except Surprising as surprising:
            return render("onboarding/warning.html", account=account, form=form, found=surprising.judgement)
    return _create_page(account, form)


@tenants.get("/tenants")
@needs("tenants.view", feature=FEATURE)
def index() -> ResponseReturnValue:
    asked = listing(sorts=queries.SORTS, default="-created", filters={"state": queries.STATES, "edition": _editions()})
    counts = queries.counts()
    return listed(
        "onboarding/list.html",
        gettext("Tenant Resellers"),
        COLUMNS,
        listing=asked,
        page=queries.resellers(asked),
        shown=SHOWN,
        views=_views(asked, counts),
        head_count=counts["all"],
        offered=[("edition", gettext("Edition"), list(_editions().items()))],
        tab="resellers",
    )


@tenants.get("/tenants/processes")
@needs("tenants.view", feature=FEATURE)
def processes() -> ResponseReturnValue:
    pretend = isinstance(outside(), Pretend)
    words: dict[str, Any] = {"tab": "processes", "head_count": queries.counts()["all"], "pretend": pretend}
    return listed("onboarding/processes.html", gettext("Processes"), PROCESS_COLUMNS, **words, **_listed())


@tenants.route("/tenants/weather", methods=["GET", "POST"])
@needs("tenants.create", feature=FEATURE)
def weather() -> ResponseReturnValue:
    """The demo's pretend world: where it fails on purpose."""
    if not isinstance(outside(), Pretend):
        raise NotFound
    form = WeatherForm()
    if form.accepted():
        with form.catching():
            actions.provoke(**form.words())
            return see(url("tenants.weather"))
    return render("onboarding/weather.html", form=form, weather=queries.weather(), plan=ONBOARDING), form.status


@tenants.post("/tenants/weather/<task>/removal")
@needs("tenants.create", feature=FEATURE)
def clearing(task: str) -> ResponseReturnValue:
    if not isinstance(outside(), Pretend) or task not in {step.name for step in ONBOARDING.steps}:
        raise NotFound
    actions.clear(task)
    return see(url("tenants.weather"))


@tenants.get("/tenants/<client_id>")
@needs("tenants.view", feature=FEATURE)
def show(client_id: str) -> ResponseReturnValue:
    organization, tenant, edition = places.child(client_id)
    account, price_list = queries.in_our_books(organization)
    return render(
        "onboarding/tenant.html",
        **framed(organization, tenant, edition, "basic"),
        account=account,
        price_list=price_list,
        country=country_name(organization.country),
        language=language_name(organization.language),
        records=trail.records(row=organization, size=3),
    )


@tenants.get("/tenants/<client_id>/processes")
@needs("tenants.view", feature=FEATURE)
def processes_about(client_id: str) -> ResponseReturnValue:
    organization, tenant, edition = places.child(client_id)
    return listed(
        "onboarding/tenant_processes.html",
        gettext("Processes"),
        PROCESS_COLUMNS,
        **framed(organization, tenant, edition, "processes"),
        **_listed_about(tenant),
    )


@tenants.get("/tenants/<client_id>/processes/rows")
@needs("tenants.view", feature=FEATURE)
def rows_about(client_id: str) -> ResponseReturnValue:
    tenant, tag = places.child(client_id)[1], processes_of.moved_lately()
    return tagged(tag, "processes/_list.html", lambda: {**_listed_about(tenant), "tag": tag})


@tenants.get("/tenants/<client_id>/log")
@needs("tenants.view", feature=FEATURE)
def log(client_id: str) -> ResponseReturnValue:
    organization, tenant, edition = places.child(client_id)
    return log_of(organization, "onboarding/tenant_log.html", **framed(organization, tenant, edition, "log"))


@tenants.route("/tenants/<client_id>/edit", methods=["GET", "POST"])
@needs("tenants.edit", feature=FEATURE)
def edit(client_id: str) -> ResponseReturnValue:
    organization, tenant, edition = places.child(client_id)
    form = ChangeForm(organization, tenant)
    around = framed(organization, tenant, edition, "edit")
    if form.accepted():
        if form.read_version() != organization.version:
            return render("onboarding/conflict.html", form=form, differences=form.read_meanwhile(), **around), 409
        with form.catching():
            actions.change(organization, tenant, form.wanted(), version=form.read_version())
            flash(gettext("%(name)s is changed.", name=organization.name))
            return see(url("tenants.show", client_id=client_id))
    return render("onboarding/edit.html", form=form, suffix=hosts.shop_host(""), **around), form.status


@tenants.route("/tenants/<client_id>/suspension", methods=["GET", "POST"])
@needs("tenants.suspend", feature=FEATURE)
def suspension(client_id: str) -> ResponseReturnValue:
    organization, tenant, edition = places.child(client_id)
    form = ReasonForm()
    if form.accepted():
        with form.catching():
            actions.suspend(organization, tenant, reason=form.reason.data)
            flash(gettext("%(name)s is suspended.", name=organization.name))
            return see(url("tenants.show", client_id=client_id))
    return render(
        "onboarding/suspension.html", form=form, **framed(organization, tenant, edition, "suspension")
    ), form.status


@tenants.route("/tenants/<client_id>/reactivation", methods=["GET", "POST"])
@needs("tenants.suspend", feature=FEATURE)
def reactivation(client_id: str) -> ResponseReturnValue:
    organization, tenant, edition = places.child(client_id)
    form = ReasonForm()
    if form.accepted():
        with form.catching():
            actions.reactivate(organization, tenant, reason=form.reason.data)
            flash(gettext("%(name)s is open again.", name=organization.name))
            return see(url("tenants.show", client_id=client_id))
    return render(
        "onboarding/reactivation.html", form=form, **framed(organization, tenant, edition, "reactivation")
    ), form.status


def _create_page(account: Account, form: CreateForm) -> ResponseReturnValue:
    return render(
        "onboarding/create.html",
        account=account,
        form=form,
        plan=ONBOARDING,
        pace=pace,
        kept=form.kept_facts.facts,
        obstacles=accounts.obstacles(account),
        made=accounts.tenant_of(account),
        own_list=None if form.price_list.choices else queries.storefront_list(),
        suffix=hosts.shop_host(""),
    ), form.status


def _editions() -> dict[str, str]:
    return {edition.code: edition.name for edition in queries.all_editions()}


def _views(asked: Listing, counts: Any) -> list[tuple[str, dict[str, Any], bool, int]]:
    """Saved views: (label, what they change in the address, whether it is the current one, how many)."""
    chosen = asked.filters.get("state")
    views = [(gettext("All"), {"state": None}, chosen is None, counts["all"])]
    return views + [
        (gettext(word), {"state": name}, chosen == name, counts[name]) for name, word in queries.STATES.items()
    ]


def _listed() -> dict[str, Any]:
    """One page of the processes that make tenant resellers; its rows are asked for again at the address of all rows."""
    asked = processes_of.asked()
    page = processes_of.processes(asked, kind=ONBOARDING.kind)
    rows_url = url("processes.rows") + asked.url(page=asked.number, kind=ONBOARDING.kind)
    return {"listing": asked, "page": page, "pace": pace, "rows_url": rows_url}


def _listed_about(tenant: Tenant) -> dict[str, Any]:
    asked = processes_of.asked()
    page = processes_of.processes(asked, kind=ONBOARDING.kind, subject=tenant.id)
    rows_url = url("tenants.rows_about", client_id=tenant.spelled) + asked.url(page=asked.number)
    return {"listing": asked, "page": page, "pace": pace, "rows_url": rows_url}


def framed(organization: Organization, tenant: Tenant, edition: Edition, tab: str) -> dict[str, Any]:
    """What every page of one tenant shows around itself."""
    storefront, opened = places.storefront_of(tenant)
    return {
        "organization": organization,
        "tenant": tenant,
        "edition": edition,
        "tab": tab,
        "storefront": storefront,
        "shown": SHOWN[tenant.state],
        "shop_url": hosts.shop_url(storefront) if storefront else "",
        "opened": opened,
        "office_url": hosts.office_url(storefront) if storefront else "",
    }
