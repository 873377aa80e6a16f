"""The categories of a shop as a tree: the rows on its tenant's line, read along with the clothes, no statement more.

They are kept as the text they came in, because shops by the thousand wear the same ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from portal.branding import wardrobe
from portal.catalogue.models import Category
from portal.catalogue.models.categories import OTHERS
from portal.core import keys
from portal.core.here import here
from portal.core.words import N_

PLACES = "places"
NOWHERE = ""
"""The key of the category of what stands in none."""


def places_column() -> Any:
    """A column with all categories on the line, in their order, as text."""
    it = Category
    facts = func.jsonb_build_array(cast(it.id, Text), it.code, it.name, it.glyph, cast(it.parent_id, Text))
    listed = func.jsonb_agg(aggregate_order_by(facts, it.position, it.id), type_=JSONB)
    return select(cast(listed, Text)).scalar_subquery()


wardrobe.ALONG[PLACES] = places_column


@dataclass(frozen=True, slots=True)
class Place:
    """A category where it stands in the tree.  A shipped name is a message id."""

    key: str
    word: str  # in addresses
    name: str
    glyph: str
    above: tuple[str, ...] = ()  # the words of those above it, from the top


REST = Place(NOWHERE, OTHERS, N_("Other services"), "cloud")


class Tree:
    """All of them, each followed by those below it."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places
        self.by_word = {place.word: place for place in places}
        self._by_key = {place.key: place for place in places}
        self._rest = self.by_word.get(OTHERS, REST)

    def of(self, path: Sequence[str]) -> Place:
        """Where something stands, by the keys of its category and of those above that one."""
        return next((self._by_key[key] for key in path if key in self._by_key), self._rest)

    def keys_of(self, word: str) -> frozenset[str]:
        """Whatever has one of these keys on its path stands in the category, or below it."""
        place = self.by_word[word]
        return frozenset({place.key, NOWHERE} if place is self._rest else {place.key})

    def way_to(self, place: Place) -> list[Place]:
        """From the top down to it."""
        return [*(self.by_word[word] for word in place.above), place]


def tree() -> Tree:
    """The tree of the shop one is in."""
    return tree_from(here.dress.get(PLACES) or "[]")


@lru_cache(maxsize=500)
def tree_from(text: str) -> Tree:
    below: dict[str | None, list[Sequence[Any]]] = {}
    rows = json.loads(text)
    known = {row[0] for row in rows}
    for row in rows:
        below.setdefault(row[4] if row[4] in known else None, []).append(row)
    return Tree(list(_walked(below, None, (), set())) or [REST])


def _walked(
    below: Mapping[str | None, Sequence[Sequence[Any]]], parent: str | None, above: tuple[str, ...], taken: set[str]
) -> Iterator[Place]:
    for key, code, name, glyph, _ in below.get(parent, ()):
        spelled = keys.spell(UUID(key))
        word = code if code not in taken else f"{code}-{spelled}"  # two tiers may have come to the same word
        taken.add(word)
        yield Place(spelled, word, name, glyph, above)
        yield from _walked(below, key, (*above, word), taken)
