"""Where a button, a picture or an entry of a menu leads: a place of the shop by its word, or an address elsewhere.

A place is kept by its word ("products", "page:terms", "category:mail"), so that it goes on leading there wherever the shop
stands, and is left out while there is no such place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.catalogue.tree import tree
from portal.core.forms import Choice, Form, Text
from portal.core.here import here
from portal.core.words import N_, say
from portal.storefront.forms import leads_out
from portal.storefront.models import TOPICS, Topic
from portal.storefront.queries import PAGES

PLACES = {"home": ("/", N_("Home")), "products": ("/products", N_("Products")), "contact": ("/contact", N_("Contact"))}
PAGE, CATEGORY = "page", "category"
ELSEWHERE = "elsewhere"
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Way:
    """An address, and what is there, in the reader's language."""

    href: str
    name: str


def way(target: str) -> Way | None:
    """The way there from the page that is being shown; None where there is no such place (any more)."""
    if target in PLACES:
        path, name = PLACES[target]
        return Way(f"{request.script_root}{path}", gettext(name))
    kind, _, word = target.partition(":")
    if kind == PAGE and word in (here.dress.get(PAGES) or ()):
        return Way(f"{request.script_root}/{word}", gettext(TOPICS[Topic(word)]))
    if kind == CATEGORY and word in tree().by_word:
        asked = urlencode({CATEGORY: word})
        return Way(f"{request.script_root}/products?{asked}", gettext(tree().by_word[word].name))
    return Way(target, urlsplit(target).hostname or "") if kind == "https" else None


def choices() -> Iterator[tuple[str, str]]:
    """(word, name) of every place a shop may have, and of what is elsewhere."""
    yield from ((word, gettext(name)) for word, (_, name) in PLACES.items())
    yield from ((f"{PAGE}:{topic}", gettext(name)) for topic, name in TOPICS.items())
    yield from ((f"{CATEGORY}:{place.word}", gettext(place.name)) for place in tree().places)
    yield ELSEWHERE, gettext("Another address")


def called(target: str) -> str:
    """What the office calls a target, whether or not there is such a place at this moment."""
    return dict(choices()).get(target, target)


class Leading(Form):
    """A form that asks where something leads."""

    target = Choice(_l("Leads to"), required=False)
    address = Text(_l("Address"), leads_out, longest=LONGEST, required=False)

    def offer(self, none: str) -> None:
        """Fill in what may be chosen; `none` is how leading nowhere in particular is called."""
        self.target.choices = [("", none), *choices()]

    def accepted(self) -> bool:
        if not super().accepted():
            return False
        if self.target.data == ELSEWHERE and not self.address.data:
            self.object_to(say(N_("Write the address it leads to.")), field="address")
            return False
        return True

    @property
    def leads_to(self) -> str:
        """As it is kept."""
        chosen = self.target.data or ""
        return (self.address.data or "") if chosen == ELSEWHERE else chosen


def typed(target: str) -> dict[str, Any]:
    """What such a form's fields say of a target."""
    is_elsewhere = target.startswith("https:")
    return {"target": ELSEWHERE if is_elsewhere else target, "address": target if is_elsewhere else ""}
