"""What a reader of the log asks for.  It stands in the address, so there is nothing to protect and nothing to send twice."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField

from portal.audit.queries import Who
from portal.audit.words import NOUNS
from portal.core.forms import Choice, Day
from portal.core.keys import read_key
from portal.core.listing import Listing, listing


class LogFilter(Form):  # type: ignore[misc] # WTForms has no types
    """Who, what, from when, until when; `row` comes from links on other pages.  What makes no sense narrows nothing."""

    who = Choice(_l("Who"), required=False)
    what = Choice(_l("What"), required=False)
    since = Day(_l("From"), required=False)
    until = Day(_l("Until"), required=False)
    row = HiddenField()

    @classmethod
    def asked(cls, actors: Iterable[Who]) -> "LogFilter":
        """The filter as the address has it."""
        form = cls(MultiDict(request.args))
        form.who.choices = [("", gettext("Everybody")), *((one.value, one.name) for one in actors)]
        form.what.choices = [("", gettext("Everything")), *sorted(_nouns(), key=lambda noun: noun[1].casefold())]
        form.validate()
        return form

    def narrowed(self) -> dict[str, Any]:
        """As `queries.records` takes it."""
        return {
            "who": self._chosen("who"),
            "what": self._chosen("what"),
            "since": self._day("since"),
            "until": self._day("until"),
            "row_id": self.row.data if read_key(self.row.data) else None,
        }

    def listing(self) -> Listing:
        """The same as a list's question, for its pages and its empty state."""
        asked = {name: str(value) for name, value in self.narrowed().items() if value and name != "row_id"}
        row = self.narrowed()["row_id"]
        page = listing(sorts={}, default="")
        return Listing(number=page.number, filters={**asked, **({"row": row} if row else {})}, form=page.form)

    def _chosen(self, name: str) -> str:
        return "" if self[name].errors else self[name].data or ""

    def _day(self, name: str) -> date | None:
        return None if self[name].errors else self[name].data


def _nouns() -> list[tuple[str, str]]:
    return [(noun, gettext(word)) for noun, word in NOUNS.items()]
