"""The outbox: what was sent, what waits, what did not leave; to whom, and why."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.core.exports import Column, listed
from portal.core.listing import listing
from portal.core.web import needs, see, url
from portal.core.words import N_, told
from portal.notifications import actions, queries
from portal.notifications.letters import LETTERS
from portal.notifications.office import letters

COLUMNS: tuple[Column, ...] = (
    Column(N_("To"), lambda letter: letter.name),
    Column(N_("E-mail"), lambda letter: letter.address),
    Column(N_("Subject"), lambda letter: letter.subject),
    Column(N_("Kind"), lambda letter: gettext(letter.title)),
    Column(N_("State"), lambda letter: gettext(letter.shown[1])),
    Column(N_("Reason"), lambda letter: told(letter.why) if letter.why else ""),
    Column(N_("Written"), lambda letter: letter.written_at),
)


@letters.get("/letters")
@needs("log.view")
def index() -> ResponseReturnValue:
    kinds = {kind: letter.title for kind, letter in LETTERS.items()}
    asked = listing(
        request.args, sorts=queries.SORTS, default="-written", filters={"state": queries.STATES, "kind": kinds}
    )
    counts, chosen = queries.counts(), asked.filters["state"]
    views: list[tuple[str, dict[str, str | None], bool, int]]
    views = [(gettext("All"), {"state": None}, chosen is None, counts["all"])]
    views += [(gettext(word), {"state": name}, chosen == name, counts[name]) for name, word in queries.STATES.items()]
    offered = [("kind", gettext("Kind"), sorted(((kind, gettext(title)) for kind, title in kinds.items()), key=_words))]
    words = {"views": views, "offered": offered, "failed": counts["failed"]}
    return listed("mail/letters.html", gettext("Letters"), COLUMNS, listing=asked, page=queries.letters(asked), **words)


@letters.post("/letters/<key>/sending")
@needs("processes.steer")
def sending(key: str) -> ResponseReturnValue:
    actions.send_again(queries.envelope(key))
    flash(gettext("The letter is on its way again."))
    return see(url("letters.index"))


@letters.post("/letters/sending")
@needs("processes.steer")
def sending_all() -> ResponseReturnValue:
    count = actions.send_all_again()
    flash(ngettext("%(num)s letter is on its way again.", "%(num)s letters are on their way again.", count))
    return see(url("letters.index"))


def _words(choice: tuple[str, str]) -> str:
    return choice[1].lower()
