"""What the storefront puts where: the shelves of its home page, and what its list offers to choose.

A theme decides which of it a page shows, so what not every theme shows is a function, asked by the template that wants it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from portal.catalogue.facets import CATEGORY, NEWEST, Facet, Option, Wanted, chips_of, facets_of, wanted_in
from portal.catalogue.prices import Offer, Offers, Question, Terms
from portal.catalogue.tree import Tree, tree
from portal.core.clock import today
from portal.core.listing import SIZE

SHELF, PICKS = 8, 4
"""Products on the home page's shelf, and in its hero."""
CHAPTERS, ROWS = 4, 4
"""Categories a home page tells of, and products of each."""
NEW_FOR = 60
"""Days for which a product is new."""
SECTIONS = "sections"
"""What is worn under this name is the home page as its owner arranged it: `_home.html` gives way to that."""
ALL = wanted_in(MultiDict(), Tree([]))
"""The list as it is before anybody chooses."""


def question_of(asked: Wanted) -> Question:
    """What a page of the list asks: one price for each product."""
    listed = asked.asked
    return Question(
        on=today(),
        search=asked.search,
        exact=asked.exact,
        sort=listed.sort,
        descending=listed.descending,
        number=listed.number,
        size=SIZE,
        chosen=asked.narrows(tree()),
    )


def choices(asked: Wanted, offers: Offers) -> dict[str, Any]:
    """What the list offers to choose, and what is chosen."""
    facets = facets_of(asked, offers.counts, tree()) if offers.counts else []
    return {"facets": facets, "chips": chips_of(asked, tree())}


@dataclass(frozen=True, slots=True)
class Home:
    """The home page of a shop that sells this."""

    sold: Callable[[Question], Offers]

    @staticmethod
    def question(terms: Terms | None) -> Question:
        """What it asks: what the owner shows first, then the beginning of the rest."""
        first = frozenset[UUID]().union(*(one.featured for one in terms.chain)) if terms else frozenset[UUID]()
        return Question(on=today(), size=SHELF + PICKS + len(first), first=first)

    def shelves(self, offers: Offers) -> dict[str, Any]:
        """What the owner shows first, what is new, and the beginning of the rest."""
        featured = [offer for offer in offers if offer.is_featured]
        rest = [offer for offer in offers if not offer.is_featured]
        shown = {"featured": featured[:SHELF], "new": self._new(), "picks": rest[SHELF:][:PICKS], "rest": rest[:SHELF]}
        return {**shown, "facets": self.facets, "chapters": self.chapters, "shelf_of": self.shelf_of}

    def facets(self) -> list[Facet]:
        """What the whole list offers to choose."""
        facets: list[Facet] = choices(ALL, self.sold(replace(question_of(ALL), size=1)))["facets"]
        return facets

    def chapters(self) -> list[tuple[Option, list[Offer]]]:
        """The largest categories in their order, each with the beginning of what stands in it."""
        there = [one for facet in self.facets() if facet.name == CATEGORY for one in facet.options if not one.depth]
        largest = sorted(there, key=lambda one: -one.count)[:CHAPTERS]
        return [(one, list(self._beginning(one.word, ROWS))) for one in there if one in largest]

    def shelf_of(self, word: str) -> tuple[Option, list[Offer]] | None:
        """A category, with the beginning of what stands in it; None where nothing does."""
        place = tree().by_word.get(word)
        offers = self._beginning(word, SHELF) if place else None
        if place is None or offers is None or not offers.items:
            return None
        return Option(word, place.name, offers.total, is_chosen=False), list(offers)

    def _beginning(self, word: str, size: int) -> Offers:
        asked = replace(ALL, chosen={**ALL.chosen, CATEGORY: (word,)})
        return self.sold(replace(question_of(asked), size=size))

    def _new(self) -> list[Offer]:
        return list(self.sold(Question(on=today(), sort=NEWEST, size=PICKS, fresh=NEW_FOR)))
