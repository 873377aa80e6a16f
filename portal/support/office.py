"""The pages of support access: asking on the parent's side, the way in, and what the tenant has to say to it."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.db import get
from portal.core.errors import Conflict, NotFound
from portal.core.exports import Column, download, listed
from portal.core.forms import Form
from portal.core.here import here
from portal.core.listing import listing
from portal.core.scope import acting_scope
from portal.core.visits import give_cookie, take_cookie
from portal.core.web import face, needs, open_to_all, render, see, url
from portal.core.words import N_, say
from portal.onboarding.office import FEATURE, framed
from portal.settings import office as settings
from portal.support import actions, entrance, forbidden, queries
from portal.support import words as _words  # noqa: F401 - the log learns what to say
from portal.support.forms import EntryForm, RulesForm, consequences
from portal.support.models import LIVING, State, SupportEntry
from portal.support.people import PERMISSION
from portal.tenants import client_ids, own_hosts
from portal.tenants import queries as places
from portal.tenants.models import Door
from portal.users.gate import COOKIE

support = face("support", __name__)

settings.CARDS.append(
    settings.Card("support.rules", "eye", N_("Support access"), N_("Who of your provider may come in, and who did"))
)


COLUMNS = (
    Column(N_("Who"), lambda entry: entry.person_name),
    Column(N_("Status"), lambda entry: gettext(entry.shown[1])),
    Column(N_("Reason"), lambda entry: entry.reason),
    Column(N_("How far"), lambda entry: gettext(entry.reach.title)),
    Column(N_("Minutes"), lambda entry: entry.minutes),
    Column(N_("Asked"), lambda entry: entry.asked_at),
    Column(N_("Inside"), lambda entry: entry.entered_at),
    Column(N_("Over"), lambda entry: entry.over_at),
)


def _called() -> str:
    return str(gettext("Support access"))


# ---------------------------------------------------------------------------------------------- on the provider's side


@support.get("/tenants/<client_id>/support")
@needs(PERMISSION, feature=FEATURE)
def index(client_id: str) -> ResponseReturnValue:
    organization, tenant, edition = places.child(client_id)
    asked, frame = listing(sorts=queries.SORTS, default="-asked"), framed(organization, tenant, edition, "support")
    mine = _mine(tenant.id, frame["office_url"])
    found = queries.entries(tenant.id, asked)
    return listed("support/index.html", _called(), COLUMNS, listing=asked, page=found, **mine, **frame)


@support.get("/tenants/<client_id>/support/mine")
@needs(PERMISSION, feature=FEATURE)
def mine(client_id: str) -> ResponseReturnValue:
    """Asked again and again while an answer is waited for."""
    _, tenant, _ = places.child(client_id)
    return render("support/_mine.html", tenant=tenant, **_mine(tenant.id))


@support.route("/tenants/<client_id>/support/new", methods=["GET", "POST"])
@needs(PERMISSION, feature=FEATURE)
def new(client_id: str) -> ResponseReturnValue:
    organization, tenant, _ = places.child(client_id)
    form = EntryForm()
    if form.accepted():
        with form.catching():
            actions.ask(organization, tenant, form.wish, by=g.person)
            return see(url("support.index", client_id=client_id))
    policy = queries.policy_of(tenant.id)
    return render("support/new.html", form=form, organization=organization, tenant=tenant, policy=policy), form.status


@support.post("/tenants/<client_id>/support/<key>/withdrawal")
@needs(PERMISSION, feature=FEATURE)
def withdrawal(client_id: str, key: str) -> ResponseReturnValue:
    organization, tenant, _ = places.child(client_id)
    actions.withdraw(queries.of_child(tenant.id, key), organization)
    flash(gettext("The entry is over."))
    return see(url("support.index", client_id=client_id))


def _mine(tenant_id: int, office_url: str = "") -> dict[str, Any]:
    """Where the reader's own entry stands, and the way in when it may be used: made anew for each page."""
    entry = queries.living_of(tenant_id, g.person.id)
    way = ""
    if entry is not None and entry.state is State.READY:
        address = office_url or own_hosts.home(Door.OFFICE, tenant_id)
        way = f"{address}/support/{entrance.word(entry, g.person.sign_in_id)}"
    return {"entry": entry, "way": way}


# ------------------------------------------------------------------------------------------------------------ the way in


@support.route("/support/<word>", methods=["GET", "POST"])
@open_to_all
def arrival(word: str) -> ResponseReturnValue:
    """At the tenant's own address.  Opening the link changes nothing; whoever is signed in there stays who he is."""
    said = entrance.read(word)
    if not here.own_address:
        return see(f"{own_hosts.home(Door.OFFICE, said.tenant_id)}/support/{word}")
    if here.tenant_id != said.tenant_id:
        raise NotFound
    entry, form = get(SupportEntry, said.entry_id, lock=True), Form()
    if g.get("person") and not g.get("support"):
        raise Conflict(say(N_("Somebody is signed in here. Sign out first, then use the link again.")))
    if entry.standing is not State.READY:
        return see(url("support.over"))
    if form.accepted():
        with form.catching():
            token = actions.enter(entry, sign_in_id=said.sign_in_id, host=here.host)
            response = see("/")
            give_cookie(response, COOKIE, f"{client_ids.read(here.client_id)}.{token}")
            return response
    house = places.organization()
    return render("support/arrival.html", form=form, entry=entry, organization=house), form.status


@support.post("/support/departure")
@open_to_all
def departure() -> ResponseReturnValue:
    if g.get("support"):
        actions.leave(get(SupportEntry, g.support.id, lock=True))
    return see(url("support.over"))


@support.get("/support/over")
@open_to_all
def over() -> ResponseReturnValue:
    """Where everybody lands whose entry has ended, however it did.  An entry that is still open is not touched."""
    entry = entrance.shown_entry() if here.tenant_id else None
    if g.get("support") is None and entry is not None and entry.state in LIVING:
        actions.lapse(entry)
    settings_of_house = current_app.config["VITRINE"]
    back = f"{settings_of_house.office_url}/tenants/{here.client_id}/support" if here.tenant_id else ""
    response = current_app.make_response(render("support/over.html", entry=entry, back=back))
    if g.get("support") is None and entrance.shown_token():
        take_cookie(response, COOKIE)
    return response


# ------------------------------------------------------------------------------------------------ on the tenant's side


@support.route("/settings/support", methods=["GET", "POST"])
@needs("settings.edit", shows=True)
def rules() -> ResponseReturnValue:
    standing = queries.rules()
    form = RulesForm(standing)
    if not here.is_root and form.accepted():
        with form.catching():
            actions.settle(standing, form.wanted, version=form.read_version())
            flash(gettext("Your settings are saved."))
            return see(url("support.rules"))
    asked = listing(sorts=queries.SORTS, default="-asked")
    own_id = acting_scope().tenant_id
    found = queries.entries(own_id, asked)
    if asked.form:
        return download(asked, _called(), COLUMNS, found)
    return render(
        "support/rules.html",
        form=form,
        row=standing,
        consequences=consequences(),
        of_note=queries.of_note(own_id),
        page=found,
        listing=asked,
        files=True,
        never=forbidden.TWELVE,
    ), form.status


@support.post("/settings/support/<key>/consent")
@needs("settings.edit")
def consent(key: str) -> ResponseReturnValue:
    entry = queries.own(key)
    actions.allow(entry, by=g.person.id)
    flash(gettext("%(name)s may enter. You are told when that happens.", name=entry.person_name))
    return see(url("support.rules"))


@support.post("/settings/support/<key>/refusal")
@needs("settings.edit")
def refusal(key: str) -> ResponseReturnValue:
    entry = queries.own(key)
    actions.refuse(entry)
    flash(gettext("%(name)s may not enter.", name=entry.person_name))
    return see(url("support.rules"))


@support.post("/settings/support/<key>/ending")
@needs("settings.edit")
def ending(key: str) -> ResponseReturnValue:
    entry = queries.own(key)
    actions.show_out(entry)
    flash(gettext("%(name)s is out.", name=entry.person_name))
    return see(url("support.rules"))
