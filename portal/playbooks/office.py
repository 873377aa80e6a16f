"""The playbook's pages in the office."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.here import here
from portal.core.web import entry_of, face, needs, render, see, url
from portal.playbooks import actions, queries
from portal.playbooks.lessons import Lesson, Place

playbooks = face("playbooks", __name__)


@playbooks.get("/playbook")
@needs("dashboard.view")
def index() -> str:
    return render("playbooks/index.html", playbook=queries.playbook_of(g.person.id))


@playbooks.get("/playbook/<code>")
@needs("dashboard.view")
def show(code: str) -> str:
    playbook = queries.playbook_of(g.person.id)
    page = playbook.page(code)
    before, after = playbook.beside(page)
    facts = {"page": page, "before": before, "after": after, "places": list(_open_places(page.lesson))}
    return render("playbooks/lesson.html", playbook=playbook, **facts)


@playbooks.post("/playbook/<code>/completion")
@needs("profile.edit")
def completion(code: str) -> ResponseReturnValue:
    """On to the next lesson that is not ticked; past the last one to the list, which says that all are."""
    playbook = queries.playbook_of(g.person.id)
    page = playbook.page(code)
    actions.tick(page.lesson, user_id=g.person.id)
    told = {"text": gettext("“%(title)s” is done.", title=page.text.title), "undo": url(".reopening", code=code)}
    flash(told)  # type: ignore[arg-type]  # a toast may carry its undo
    following = playbook.following(page)
    return see(url(".show", code=following.code) if following else url(".index"))


@playbooks.post("/playbook/<code>/reopening")
@needs("profile.edit")
def reopening(code: str) -> ResponseReturnValue:
    page = queries.playbook_of(g.person.id).page(code)
    actions.untick(page.lesson, user_id=g.person.id)
    return see(url(".show", code=code))


def _open_places(lesson: Lesson) -> Iterator[Place]:
    """Where the reader can do it at once: pages that this house has, and that open for him."""
    for place in lesson.places:
        entry = entry_of(place.endpoint)
        if entry and g.person.may(str(entry.permission)) and (not entry.feature or here.opens(entry.feature)):
            yield place
