"""The storefront's pages in the office: who may enter, how to look at it before, how the tenant is reached.

What he writes for visitors, and what they ask of him, stand in rooms of their own and join here.
"""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.web import face, needs, render, see, url
from portal.storefront import actions, preview, queries
from portal.storefront.forms import AdmissionForm, ContactForm
from portal.storefront.models import NETWORKS, SHOWN, Storefront
from portal.tenants import own_hosts
from portal.tenants.models import Door

storefront = face("storefront", __name__)
pages = face("pages", __name__)
enquiries = face("enquiries", __name__)


@storefront.get("/storefront")
@needs("storefront.view")
def show() -> ResponseReturnValue:
    mine = queries.storefront()
    return _page(mine, AdmissionForm(mine))


@storefront.post("/storefront/admission")
@needs("storefront.edit")
def admission() -> ResponseReturnValue:
    mine = queries.storefront()
    form = AdmissionForm(mine)
    if form.accepted():
        with form.catching():
            actions.admit(mine, form.wanted)
            flash(gettext("Your storefront: %(word)s.", word=gettext(SHOWN[mine.visibility][1])))
            return see(url("storefront.show"))
    return _page(mine, form)


@storefront.route("/storefront/contact", methods=["GET", "POST"])
@needs("storefront.edit")
def contact() -> ResponseReturnValue:
    mine = queries.storefront()
    form = ContactForm(mine)
    if form.accepted():
        if form.is_overtaken:
            return render("storefront/conflict.html", **form.conflict(gettext("Contact"))), 409
        with form.catching():
            actions.describe(mine, **form.words())
            flash(gettext("Your contact is saved."))
            return see(url("storefront.show"))
    return render("storefront/contact.html", form=form, networks=list(NETWORKS), storefront=mine), form.status


@storefront.get("/storefront/visit")
@needs("storefront.view")
def visit() -> ResponseReturnValue:
    """On the way to the shop: no form may lead to another host, so this page does."""
    return render("storefront/visit.html", link=_link(queries.storefront()))


@storefront.post("/storefront/visit")
@needs("storefront.view")
def visiting() -> ResponseReturnValue:
    actions.look_at(queries.storefront())
    return see(url("storefront.visit"))


@storefront.post("/storefront/link")
@needs("storefront.edit")
def renewal() -> ResponseReturnValue:
    actions.renew_link(queries.storefront())
    flash(gettext("There is a new preview link. The one before opens nothing any more."))
    return see(url("storefront.show"))


def _page(mine: Storefront, form: AdmissionForm) -> ResponseReturnValue:
    words = {"storefront": mine, "shown": SHOWN[mine.visibility], "networks": NETWORKS}
    address = own_hosts.home(Door.SHOP)
    return render("storefront/show.html", form=form, link=_link(mine), address=address, **words), form.status


def _link(mine: Storefront) -> str:
    """The preview link: the shop's own address, and a word that opens it."""
    word = preview.word(mine.tenant_id, mine.link_number)
    return f"{own_hosts.home(Door.SHOP, mine.tenant_id)}/preview/{word}"


from portal.storefront import office_enquiries, office_history, office_pages  # noqa: E402, F401 - their pages join these faces
