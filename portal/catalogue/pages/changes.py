"""The inbox of what has become dearer or cheaper for the acting tenant, and what that did to his own prices.

It is reckoned when it is read, out of what the tiers above said on two days: nothing is written for anybody below when
a list is published above.  What he decides about a price is a row of his own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from portal.catalogue import inbox
from portal.catalogue.buying import source_by
from portal.catalogue.columns import CHANGES
from portal.catalogue.explaining import figure
from portal.catalogue.impact import SHOWN, Kind
from portal.catalogue.inbox.lines import MAKINGS, STANDINGS, Line
from portal.catalogue.inbox.reading import Seen
from portal.catalogue.office import catalogue
from portal.catalogue.pages.impact import PLAN_WORDS, SORTS, offered, ordered
from portal.core.exports import download
from portal.core.keys import spell
from portal.core.listing import Listing, listing
from portal.core.web import needs, render
from portal.core.words import N_

ALL = "-all"
"""The end of a verb that is about everything that was found."""
VERBS = {"follow": N_("Follow now"), "schedule": N_("Follow from a day on"), "keep": N_("Keep the price")}
MOVED = {kind: word for kind, word in SHOWN.items() if kind != Kind.REQUEST}
"""What a cost can do."""
STANDS = {standing.value: word for standing, (_, word) in STANDINGS.items()}


@catalogue.get("/price-changes")
@needs("prices.view")
def price_changes() -> ResponseReturnValue:
    seen = looked_at(request.args.get("since", ""))
    asked = asked_of(seen, request.args)
    if asked.form:
        return download(asked, gettext("Price changes"), CHANGES, chosen(seen, asked))
    found = chosen(seen, asked)
    page = asked.cut(found)
    words = {"figure": figure, "spell": spell, "shown": SHOWN, "standings": STANDINGS, "makings": MAKINGS, **PLAN_WORDS}
    facts: dict[str, Any] = {"page": page, "listing": asked, "offered": _offered(), "files": True, "seen": seen}
    facts["groups"] = [(cause, list(lines)) for cause, lines in groupby(page.items, key=lambda one: one.cause)]
    facts["verbs"] = verbs() if g.person.may("prices.edit") else []
    facts["word"] = word_for(found)
    return render("catalogue/price_changes.html", **facts, **words)


def looked_at(since: str) -> Seen:
    return inbox.look(source_by, inbox.day_to_compare(since))


def verbs() -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be decided about several."""
    words = [(word, gettext(label)) for word, label in VERBS.items()]
    return [("", words), (gettext("Everything found"), [(f"{word}{ALL}", label) for word, label in words])]


def word_for(lines: Sequence[Line]) -> str:
    """What was found, in a word: whoever decides about all of it decides about what he saw."""
    return hashlib.sha256(" ".join(line.address for line in lines).encode()).hexdigest()


def asked_of(seen: Seen, args: Mapping[str, str]) -> Listing:
    """What is looked at; the day is kept in the address."""
    day = seen.since.isoformat()
    filters = {"standing": STANDS, "show": MOVED, "since": {day: ""}}
    return listing(MultiDict({**args, "since": day}), sorts=SORTS, default="-percent", filters=filters)


def _offered() -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [("standing", gettext("State"), [(value, gettext(word)) for value, word in STANDS.items()]), *offered(MOVED)]


def chosen(seen: Seen, asked: Listing) -> list[Line]:
    """The lines that are looked at: those of one cause together, in each the wanted order."""
    kind, standing = asked.filters.get("show") or "", asked.filters.get("standing") or ""
    found = seen.inbox.shown(kind=kind, standing=standing, search=asked.search)
    return [
        line
        for _, lines in groupby(found, key=lambda one: one.cause)
        for line in ordered(list(lines), asked, lambda one: one.move)
    ]
