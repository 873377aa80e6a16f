"""The pages about letters, in the office: who sends them, what became of them."""

from __future__ import annotations

from flask import flash, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.core.here import here
from portal.core.web import face, needs, render, see, url
from portal.notifications import actions, proving, queries, relief, senders
from portal.notifications.forms import SenderForm
from portal.tenants import own_hosts
from portal.tenants.models import Door

mail = face("mail", __name__)
letters = face("letters", __name__)
texts = face("texts", __name__)
notices = face("notices", __name__)


@mail.route("/settings/mail", methods=["GET", "POST"])
@needs("settings.edit", shows=True)
def sender() -> ResponseReturnValue:
    row = senders.settings()
    form = SenderForm(row)
    if form.accepted():
        if form.read_version() != row.version:
            form.password.raw_data = None  # not even back to whoever typed it
            return render("mail/conflict.html", form=form, row=row, differences=form.differences(form.standing)), 409
        with form.catching():
            proving.hire(row, version=form.read_version(), **form.words())
            flash(gettext("Your mail sender is saved. Send a test letter to see that it works."))
            return see(url("mail.sender"))
    usual = senders.usual()
    waiting = queries.counts()["waiting"] if row.failing_since and not row.relieved_at else 0
    words = {"row": row, "usual": usual, "test": queries.last_test(), "waiting": waiting}
    return render("mail/sender.html", form=form, **words), form.status


@mail.get("/settings/mail/test")
@needs("settings.edit", shows=True)
def progress() -> ResponseReturnValue:
    return render("mail/_test.html", test=queries.last_test())


@mail.post("/settings/mail/test")
@needs("settings.edit")
def test() -> ResponseReturnValue:
    link = f"{own_hosts.home(Door.OFFICE)}{url('mail.sender')}"
    actions.send_test(to=(g.person.name, g.person.email), language=here.organization.language, link=link)
    return see(url("mail.sender"))


@mail.get("/settings/mail/domain")
@needs("settings.edit", shows=True)
def domain() -> ResponseReturnValue:
    return render("mail/_domain.html", row=senders.settings())


@mail.post("/settings/mail/domain")
@needs("settings.edit")
def look() -> ResponseReturnValue:
    proving.look_now(senders.settings())
    flash(gettext("The name servers are asked again."))
    return see(url("mail.sender"))


@mail.post("/settings/mail/relief")
@needs("settings.edit")
def relieving() -> ResponseReturnValue:
    count = relief.relieve(senders.settings())
    flash(ngettext("%(num)s letter leaves by the safe sender.", "%(num)s letters leave by the safe sender.", count))
    return see(url("mail.sender"))


from portal.notifications import office_letters, office_notices, office_texts  # noqa: E402, F401 - their pages join these faces
