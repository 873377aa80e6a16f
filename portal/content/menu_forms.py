"""What is typed about menus and the announcement: words in every language at once, for they are few."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.content import spoken
from portal.content.leading import Leading
from portal.content.leading import typed as led
from portal.content.models import Announcement, MenuEntry
from portal.core.forms import Compared, Day, Text, Versioned


@spoken.in_every_language("label", lambda tongue: Text(tongue, longest=40, required=False))
class EntryForm(Leading, Versioned):
    """An entry of a menu."""

    def __init__(self, entry: MenuEntry | None) -> None:
        standing = {**led(entry.target), **spoken.standing(entry.words, "label")} if entry else {}
        self._standing, self._version = standing, entry.version if entry else 0
        super().__init__(data={**standing, "version": str(self._version)})
        self.offer(gettext("Choose …"))

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody saved the entry since this form was shown."""
        return self.read_version() != self._version

    def read_meanwhile(self) -> list[tuple[str, str, str]]:
        return self.differences(self._standing)

    def terms(self) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        return {"target": self.leads_to, "words": spoken.typed(self, "label")}


@spoken.in_every_language("text", lambda tongue: Text(tongue, longest=200, required=False))
class AnnouncementForm(Leading, Compared):
    """The line above every page."""

    begins = Day(_l("From"), required=False)
    ends = Day(_l("Until"), required=False)

    def __init__(self, row: Announcement | None) -> None:
        row = row or Announcement()
        days = {"begins": row.begins, "ends": row.ends}
        super().__init__({**spoken.standing(row.words, "text"), **led(row.target), **days})
        self.offer(gettext("Nowhere"))

    def terms(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        days = {"begins": self.begins.data, "ends": self.ends.data}
        return {"words": spoken.typed(self, "text"), "target": self.leads_to, **days}
