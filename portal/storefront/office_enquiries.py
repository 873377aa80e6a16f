"""The office's pages about what visitors ask: which wait, what was asked, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from portal.core.db import get
from portal.core.exports import listed
from portal.core.languages import LANGUAGES
from portal.core.listing import listing
from portal.core.web import needs, render, see, url
from portal.core.words import told
from portal.storefront import actions, queries
from portal.storefront.columns import ENQUIRIES
from portal.storefront.models import KINDS, STATES, Enquiry
from portal.storefront.office import enquiries


@enquiries.get("/enquiries")
@needs("enquiries.view")
def index() -> ResponseReturnValue:
    choices = {"state": queries.ENQUIRY_STATES, "kind": queries.ENQUIRY_KINDS}
    asked = listing(request.args, sorts=queries.ENQUIRY_SORTS, default="-received", filters=choices)
    titles = {"state": gettext("State"), "kind": gettext("Kind")}
    offered = [
        (name, titles[name], [(value, gettext(word)) for value, word in choices[name].items()]) for name in titles
    ]
    page: dict[str, Any] = {"page": queries.enquiries(asked), "listing": asked, "offered": offered}
    return listed("enquiries/list.html", gettext("Enquiries"), ENQUIRIES, **page, **_WORDS)


@enquiries.get("/enquiries/<key>")
@needs("enquiries.view")
def show(key: str) -> ResponseReturnValue:
    enquiry = get(Enquiry, key)
    return render("enquiries/show.html", enquiry=enquiry, reply=_reply(enquiry), languages=LANGUAGES, **_WORDS)


@enquiries.post("/enquiries/<key>/answer")
@needs("enquiries.edit")
def answer(key: str) -> ResponseReturnValue:
    return _moved(key, actions.answer, gettext("Marked as answered."))


@enquiries.post("/enquiries/<key>/closing")
@needs("enquiries.edit")
def closing(key: str) -> ResponseReturnValue:
    return _moved(key, actions.close, gettext("Closed."))


@enquiries.post("/enquiries/<key>/reopening")
@needs("enquiries.edit")
def reopening(key: str) -> ResponseReturnValue:
    return _moved(key, actions.reopen, gettext("Back among those to answer."))


_WORDS: dict[str, Any] = {"kinds": KINDS, "states": STATES}


def _moved(key: str, move: Callable[[Enquiry], None], said: str) -> ResponseReturnValue:
    enquiry = get(Enquiry, key, lock=True)
    move(enquiry)
    flash(said)
    return see(url("enquiries.show", key=enquiry.key))


def _reply(enquiry: Enquiry) -> str:
    """A letter to the visitor, begun in his language, for the mail program of whoever answers."""
    with force_locale(enquiry.language):
        subject, greeting = told(enquiry.title), gettext("Hello %(name)s,", name=enquiry.name)
    return f"mailto:{quote(enquiry.email, safe='@')}?subject={quote(subject)}&body={quote(greeting)}"
