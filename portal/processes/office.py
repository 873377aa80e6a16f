"""The pages of processes: all of them, one of them, and what one does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, g, request
from flask_babel import gettext as _

from portal.core import keys
from portal.core.clock import now
from portal.core.db import get
from portal.core.errors import Forbidden, NotFound
from portal.core.exports import listed
from portal.core.web import answer, asked_by_htmx, face, gate, needs, render, see, url
from portal.core.words import N_, say
from portal.processes import actions, pace, queries
from portal.processes.columns import COLUMNS
from portal.processes.models import Process

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Select

    from portal.core.listing import Listing

processes = face("processes", __name__)

MOVED = "moved"
"""What the page hears when a fragment of it has moved: the counts around it are fetched again (`layouts/office.html`)."""


@processes.get("/processes")
@needs("processes.view")
def index() -> ResponseReturnValue:
    listing = queries.asked()
    words: dict[str, Any] = {"views": _views(listing), "offered": _offered(), "promise": _promise()}
    return listed("processes/list.html", _("Processes"), COLUMNS, **_listed(listing), **words)


@processes.get("/processes/rows")
@needs("processes.view", early=True)
def rows() -> ResponseReturnValue:
    moved = _watch(queries.movements(), lately=now() - queries.LATELY)
    if isinstance(moved, Response):
        return moved
    tag = queries.tag_of(moved)
    return tagged(tag, "processes/_list.html", lambda: {**_listed(queries.asked()), "tag": tag})


@processes.get("/processes/<key>")
@needs("processes.view")
def show(key: str) -> ResponseReturnValue:
    return render("processes/process.html", **_shown(queries.whole(key)))


@processes.get("/processes/<key>/progress")
@needs("processes.view", early=True)
def progress(key: str) -> ResponseReturnValue:
    moved = _watch(queries.movement(), process_id=keys.read_key(key) or queries.NOBODY)
    if isinstance(moved, Response):
        return moved
    if moved.stamp is None:
        raise NotFound
    tag = queries.etag(moved.stamp, moved.moved_at, moved.process_state)
    return tagged(tag, "processes/_process.html", lambda: _shown(queries.whole(key)))


@processes.post("/processes/<key>/resumption")
@needs("processes.steer")
def resumption(key: str) -> ResponseReturnValue:
    actions.retry(_steered(key))
    return answer("processes/_process.html", otherwise=url("processes.show", key=key), **_shown(queries.whole(key)))


@processes.get("/processes/<key>/cancellation")
@needs("processes.steer")
def cancelling(key: str) -> ResponseReturnValue:
    process = _steered(key)
    if not process.cancellable:
        return see(url("processes.show", key=key))
    return render("processes/cancellation.html", process=process)


@processes.post("/processes/<key>/cancellation")
@needs("processes.steer")
def cancellation(key: str) -> ResponseReturnValue:
    actions.cancel(_steered(key))
    return answer("processes/_process.html", otherwise=url("processes.show", key=key), **_shown(queries.whole(key)))


def _steered(key: str) -> Process:
    """The process, for somebody who may retry and cancel its kind."""
    process = get(Process, key)
    if not g.person.may(process.plan.steered_by):
        raise Forbidden(say(N_("Your role cannot start this kind of process, nor retry or cancel it.")))
    return process


def _watch(question: Select[Any], **asked: Any) -> Any:
    """Read sign-in and movement in one statement.  The row, or the answer for somebody who may not see it."""
    row = gate.admit(question, watching=True, **asked)
    if row is None:
        sign_in = url("users.sign_in")
        return Response(status=204, headers={"HX-Redirect": sign_in}) if asked_by_htmx() else see(sign_in)
    if g.person.must_change or g.person.must_set_up or not g.person.may("processes.view"):
        raise Forbidden
    return row


def tagged(tag: str, fragment: str, context: Any) -> Response:
    """304 when the browser shows exactly this already; nothing is loaded then."""
    response = Response()
    if not request.if_none_match.contains_weak(tag):
        response = Response(render(fragment, **context()), headers={"HX-Trigger": MOVED})
    else:
        response.status_code = 304
    response.set_etag(tag, weak=True)
    return response


def _shown(process: Process) -> dict[str, Any]:
    return {
        "process": process,
        "pace": pace,
        "steers": g.person.may("processes.steer") and g.person.may(process.plan.steered_by),
        "tag": queries.etag(process.stamp, process.moved_at, process.state),
    }


def _listed(listing: Listing) -> dict[str, Any]:
    return {"listing": listing, "page": queries.processes(listing), "pace": pace, "rows_url": _rows_url(listing)}


def _rows_url(listing: Listing) -> str:
    return url("processes.rows") + listing.url(page=listing.number)


def _views(listing: Listing) -> list[tuple[str, dict[str, Any], bool, int]]:
    counts, chosen = queries.counts(), listing.filters.get("state")
    views = [(_("All"), {"state": None}, chosen is None, counts["all"])]
    return views + [(_(word), {"state": name}, chosen == name, counts[name]) for name, word in queries.STATES.items()]


def _promise() -> str:
    """What will stand in this tenant's list, as long as nothing does."""
    kinds = ", ".join(sorted(_(topic) for topic in queries.kinds(quiet=False).values()))
    if not kinds:
        return str(_("Letters are sent behind the scenes. One that cannot be delivered is listed here."))
    return str(_("What takes longer than a click is listed here: %(kinds)s.", kinds=kinds))


def _offered() -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [("kind", _("Kind"), [(kind, _(topic)) for kind, topic in queries.kinds().items()])]
