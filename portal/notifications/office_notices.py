"""What one was told: the page behind the bell, and how one wants to hear of things."""

from __future__ import annotations

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.exports import Column, listed
from portal.core.forms import Form
from portal.core.listing import listing
from portal.core.web import needs, render, see, url
from portal.core.words import N_
from portal.core.words import told as said
from portal.notifications import notices as told
from portal.notifications.kinds import KINDS
from portal.notifications.models import Notice
from portal.notifications.office import notices

COLUMNS = (
    Column(N_("When"), lambda notice: notice.created_at),
    Column(N_("Notice"), lambda notice: said(notice.line)),
    Column(N_("Kind"), lambda notice: gettext(KINDS[notice.kind].title) if notice.kind in KINDS else ""),
    Column(N_("Read"), lambda notice: notice.read_at),
)


@notices.get("/notices")
@needs("dashboard.view")
def index() -> ResponseReturnValue:
    asked = listing(request.args, sorts={"new": Notice.created_at}, default="-new")
    found = told.notices(g.person.id, asked)
    return listed("notices/list.html", gettext("Notices"), COLUMNS, listing=asked, page=found, kinds=KINDS)


@notices.post("/notices/<key>/reading")
@needs("dashboard.view")
def reading(key: str) -> ResponseReturnValue:
    told.read(told.notice(g.person.id, key))
    return see(url("notices.index"))


@notices.post("/notices/reading")
@needs("dashboard.view")
def reading_all() -> ResponseReturnValue:
    told.read_all(g.person.id)
    return see(url("notices.index"))


@notices.route("/notices/switches", methods=["GET", "POST"])
@needs("profile.edit")
def switches() -> ResponseReturnValue:
    form = Form()
    mine = {kind: what for kind, what in KINDS.items() if g.person.may(what.permission)}
    if form.accepted():
        wanted = {kind: (f"bell-{kind}" in request.form, f"mail-{kind}" in request.form) for kind in mine}
        told.choose(g.person.id, wanted)
        flash(gettext("From now on you hear of things that way."))
        return see(url("notices.switches"))
    return render("notices/switches.html", form=form, kinds=mine, chosen=told.choices(g.person.id)), form.status
