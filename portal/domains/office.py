"""The office's pages about the tenant's own domains."""

from __future__ import annotations

from flask import flash, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.db import get
from portal.core.errors import NotFound
from portal.core.exports import listed
from portal.core.forms import Form
from portal.core.listing import listing
from portal.core.web import answer, face, needs, render, see, url
from portal.domains import actions, queries
from portal.domains.columns import DOMAINS
from portal.domains.forms import DomainForm, PretenceForm
from portal.domains.models import Domain
from portal.domains.resolver import Stage, resolver
from portal.domains.steps import FEATURE
from portal.tenants import own_hosts
from portal.tenants.models import Door

domains = face("domains", __name__)


@domains.get("/domains")
@needs("storefront.view", feature=FEATURE)
def index() -> ResponseReturnValue:
    filters = {"state": queries.STATES, "door": queries.PLACES}
    asked = listing(sorts=queries.SORTS, default="name", filters=filters)
    titles = {"state": _("State"), "door": _("Leads to")}
    offered = [(name, titles[name], [(one, _(word)) for one, word in words.items()]) for name, words in filters.items()]
    homes = {door: own_hosts.home(door) for door in (Door.SHOP, Door.OFFICE)}
    page = queries.domains(asked)
    return listed("domains/list.html", _("Domains"), DOMAINS, listing=asked, page=page, offered=offered, homes=homes)


@domains.route("/domains/new", methods=["GET", "POST"])
@needs("domains.edit", feature=FEATURE)
def new() -> ResponseReturnValue:
    form = DomainForm()
    if form.accepted():
        with form.catching():
            domain = actions.add(name=form.name.data, door=form.wanted)
            flash(_("%(name)s is added. Copy the records to its name servers.", name=domain.shown))
            return see(url("domains.show", key=domain.key))
    return render("domains/new.html", form=form), form.status


@domains.get("/domains/<key>")
@needs("storefront.view", feature=FEATURE)
def show(key: str) -> ResponseReturnValue:
    return _page(get(Domain, key))


@domains.get("/domains/<key>/state")
@needs("storefront.view", feature=FEATURE)
def state(key: str) -> ResponseReturnValue:
    return render("domains/_domain.html", **_shown(get(Domain, key)))


@domains.post("/domains/<key>/look")
@needs("domains.edit", feature=FEATURE)
def look(key: str) -> ResponseReturnValue:
    domain = get(Domain, key)
    actions.look_now(domain)
    return answer("domains/_domain.html", otherwise=url("domains.show", key=key), **_shown(domain))


@domains.post("/domains/<key>/main-address")
@needs("domains.edit", feature=FEATURE)
def main_address(key: str) -> ResponseReturnValue:
    domain = get(Domain, key)
    actions.make_main(domain)
    flash(_("%(name)s is the main address. The others lead to it.", name=domain.shown))
    return see(url("domains.show", key=key))


@domains.post("/domains/<key>/stepping-back")
@needs("domains.edit", feature=FEATURE)
def stepping_back(key: str) -> ResponseReturnValue:
    domain = get(Domain, key)
    actions.step_back(domain)
    flash(_("%(name)s is not the main address any more. It leads to the one you had before.", name=domain.shown))
    return see(url("domains.show", key=key))


@domains.route("/domains/<key>/removal", methods=["GET", "POST"])
@needs("domains.edit", feature=FEATURE)
def removal(key: str) -> ResponseReturnValue:
    domain, form = get(Domain, key), Form()
    if form.accepted():
        with form.catching():
            actions.remove(domain)
            flash(_("%(name)s is removed.", name=domain.shown))
            return see(url("domains.index"))
    return render("domains/removal.html", domain=domain, form=form), form.status


@domains.post("/domains/<key>/pretence")
@needs("domains.edit", feature=FEATURE)
def pretence(key: str) -> ResponseReturnValue:
    """The demo's name servers: how they speak of it."""
    domain = get(Domain, key)
    if not isinstance(resolver(), Stage):
        raise NotFound
    form = PretenceForm(queries.told(domain))
    if form.accepted():
        with form.catching():
            actions.pretend(domain, form.wanted)
            return see(url("domains.show", key=key))
    return _page(domain, form)


def _page(domain: Domain, form: PretenceForm | None = None) -> ResponseReturnValue:
    if form is None and isinstance(resolver(), Stage) and domain.is_living:
        form = PretenceForm(queries.told(domain))
    return render("domains/show.html", pretence=form, **_shown(domain)), form.status if form else 200


def _shown(domain: Domain) -> dict[str, object]:
    may_edit = g.person.may("domains.edit") and domain.is_living
    return {"domain": domain, "records": queries.records(domain), "may_edit": may_edit}
