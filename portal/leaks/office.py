"""What the tenant sees of it: his own pages are looked at, so only he sees what was found there."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.here import here
from portal.core.web import face, needs, render, see, url
from portal.leaks import actions, queries
from portal.leaks.models import LeakLook
from portal.leaks.report import Find, Where, score
from portal.notifications import wording
from portal.notifications.letters import LETTERS
from portal.tenants import own_hosts
from portal.tenants.models import Door

leaks = face("leaks", __name__)


@leaks.get("/leaks")
@needs("branding.view")
def show() -> ResponseReturnValue:
    look = queries.latest()
    leading = _leading(own_hosts.home(Door.SHOP))
    words = {
        "leading": leading,
        "titled": _titled,
        "process": queries.under_way(),
        "look": look,
        "finds": _finds(look),
        "score": score(look.looked, look.tainted) if look else None,
    }
    return render("leaks/show.html", **words)


@leaks.post("/leaks")
@needs("branding.edit")
def look() -> ResponseReturnValue:
    actions.look()
    return see(url("leaks.show"))


@leaks.get("/leaks/progress")
@needs("branding.view")
def progress() -> ResponseReturnValue:
    process = queries.under_way()
    answer = Response(render("leaks/_progress.html", process=process))
    if process is None:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _finds(look: LeakLook | None) -> list[Find]:
    return [Find.of(one) for one in look.finds] if look else []


def _titled(find: Find, address: str) -> str:
    """What a place is called: a letter by its title, everything else by its address."""
    return gettext(LETTERS[address].title) if find.where is Where.LETTER and address in LETTERS else address


def _leading(origin: str) -> Callable[[Find, str], str]:
    """What leads to a place; "" where nothing does."""

    def to(find: Find, address: str) -> str:
        if find.where is Where.LETTER:
            worded = address in wording.kinds()
            return url("texts.text", kind=address, language=here.organization.language) if worded else ""
        return "" if find.where is Where.ERROR else f"{origin}{address}"

    return to
