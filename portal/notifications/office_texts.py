"""The words of letters, kind by kind and language by language: to read, to look at, to write in one's own."""

from __future__ import annotations

from typing import Any

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from portal.branding.wardrobe import clothes
from portal.core.here import here
from portal.core.languages import LANGUAGES
from portal.core.web import needs, render, see, url
from portal.notifications import actions, wording
from portal.notifications.composing import around, rendered
from portal.notifications.forms import WordsForm
from portal.notifications.letters import LETTERS
from portal.notifications.models import MessageText
from portal.notifications.office import texts
from portal.notifications.wording import Wording
from portal.tenants import own_hosts
from portal.tenants.models import Door


@texts.get("/settings/texts")
@needs("settings.edit", shows=True)
def index() -> ResponseReturnValue:
    shown = [(kind, LETTERS[kind].title, wording.standard(kind).subject) for kind in wording.kinds()]
    return render("texts/list.html", kinds=shown, written=wording.written(), languages=LANGUAGES)


@texts.route("/settings/texts/<kind>/<language>", methods=["GET", "POST"])
@needs("settings.edit", shows=True)
def text(kind: str, language: str) -> ResponseReturnValue:
    row = wording.text_of(kind, language)
    form = WordsForm(row)
    if form.accepted() and "look" not in request.form:
        if form.read_version() != row.version:
            return render("texts/conflict.html", form=form, row=row, differences=form.differences(form.standing)), 409
        with form.catching():
            wording.reword(row, version=form.read_version(), **form.words())
            flash(gettext("The text is saved. The next letter of this kind says it."))
            return see(url("texts.text", kind=kind, language=language))
    return render("texts/text.html", form=form, row=row, **_looked_at(row, form)), form.status


@texts.post("/settings/texts/<kind>/<language>/standard")
@needs("settings.edit")
def standard(kind: str, language: str) -> ResponseReturnValue:
    row = wording.text_of(kind, language)
    if wording.own(kind, language) is not None:
        wording.go_back(row)
    flash(gettext("The letter says the standard text again."))
    return see(url("texts.text", kind=kind, language=language))


@texts.post("/settings/texts/<kind>/<language>/sample")
@needs("settings.edit")
def sample(kind: str, language: str) -> ResponseReturnValue:
    wording.text_of(kind, language)
    actions.send_sample(kind, to=(g.person.name, g.person.email), language=language)
    flash(gettext("One is on its way to %(address)s, with made-up values.", address=g.person.email))
    return see(url("texts.text", kind=kind, language=language))


def _looked_at(row: MessageText, form: WordsForm) -> dict[str, Any]:
    """What the page shows beside the form: the names that stand for values, and the letter as it would leave."""
    worn = clothes()
    values = {**wording.samples(row.kind), "sender": worn.name, "name": g.person.name}
    said = Wording.of(form.subject.data or "", form.message.data or "").filled(values)
    with force_locale(row.language):
        g.speaking = row.language
        letter = {
            "subject": said.subject,
            "message": said.message,
            "link": f"{own_hosts.home(Door.OFFICE)}/…",
        }
        letter |= around(LETTERS[row.kind], values, worn)
        plain, _ = rendered(letter)
        g.pop("speaking")
    known = [(name, wording.VALUES[name][0], name in wording.NEEDED[row.kind]) for name in wording.names(row.kind)]
    stylesheet = here.dress.get("stylesheet", "").replace(".css", "/preview.css")
    return {
        "known": known,
        "letter": letter,
        "plain": plain,
        "title": LETTERS[row.kind].title,
        "language": LANGUAGES[row.language],
        "own": wording.own(row.kind, row.language) is not None,
        "stylesheet": stylesheet,
    }
