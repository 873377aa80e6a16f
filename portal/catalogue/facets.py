"""What the address of the shop's list asks for, and what the list offers to choose: all of it can be linked to."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from portal.catalogue.models import Segment, Term
from portal.catalogue.models.products import SEGMENTS, TERMS
from portal.catalogue.prices import Chosen, Counts
from portal.catalogue.tree import NOWHERE, Tree
from portal.core.listing import Listing, listing
from portal.core.words import N_, alphabetical

CATEGORY, VENDOR, TERM, SEGMENT = FACETS = ("category", "vendor", "term", "segment")
TITLES = {CATEGORY: N_("Category"), VENDOR: N_("Maker"), TERM: N_("Term"), SEGMENT: N_("For")}
BEST, NAME, PRICE, NEWEST = "best", "name", "price", "newest"
ORDERS = {
    BEST: N_("Best match first"),
    NAME: N_("By name"),
    PRICE: N_("Lowest price first"),
    f"-{PRICE}": N_("Highest price first"),
    NEWEST: N_("Newest first"),
}
MOST_CHOSEN, MOST_VENDORS, LONGEST = 12, 12, 120
FILTERING, EXACT = "filters", "exact"
"""Words in the address: to show the facets as a page of their own, where there is no room beside the list; to take nothing
for misspelt."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of the list.  Nonsense in its address is left out."""

    asked: Listing
    chosen: Mapping[str, tuple[str, ...]]  # facet -> words, in the order of the address
    filtering: bool = False
    exact: bool = False  # what is looked for is no misspelt word

    @property
    def search(self) -> str:
        return self.asked.search

    @property
    def order(self) -> str:
        return f"-{self.asked.sort}" if self.asked.descending else self.asked.sort

    @property
    def orders(self) -> Mapping[str, str]:
        """Those one may choose: only what was looked for matches better or worse."""
        return ORDERS if self.search else {word: name for word, name in ORDERS.items() if word != BEST}

    @property
    def number(self) -> int:
        """How many choices are made."""
        return sum(map(len, self.chosen.values()))

    @property
    def narrowed(self) -> bool:
        return bool(self.search or self.number)

    def has(self, facet: str, word: str) -> bool:
        return word in self.chosen[facet]

    def url(self, *, page: int = 1, filtering: bool = False) -> str:
        """The query string of this list, at a page."""
        pairs: list[tuple[str, Any]] = [("q", self.search)] if self.search else []
        pairs += [(facet, word) for facet in FACETS for word in self.chosen[facet]]
        pairs += [("sort", self.order)] if self.order != _first_order(self.search) else []
        pairs += [(EXACT, "yes")] if self.search and self.exact else []
        pairs += [("page", page)] if page > 1 else []
        pairs += [(FILTERING, "open")] if filtering else []
        return f"?{urlencode(pairs)}"

    def without(self, facet: str, word: str) -> str:
        """The query string without one of its choices."""
        kept = {**self.chosen, facet: tuple(one for one in self.chosen[facet] if one != word)}
        return replace(self, chosen=kept).url()

    def cleared(self) -> str:
        return replace(self, chosen=dict.fromkeys(FACETS, ())).url()

    def parents(self, tree: Tree) -> set[str]:
        """The categories below which something is chosen."""
        return {above for word in self.chosen[CATEGORY] for above in tree.by_word[word].above}

    def as_typed(self) -> str:
        """The query string that takes nothing for misspelt."""
        return replace(self, exact=True).url()

    def narrows(self, tree: Tree) -> Chosen:
        """The choices as a range understands them.  A category gives way to what is chosen below it."""
        parents = self.parents(tree)
        keys = (tree.keys_of(word) for word in self.chosen[CATEGORY] if word not in parents)
        return Chosen(
            frozenset().union(*keys),
            frozenset(self.chosen[VENDOR]),
            frozenset(map(Term, self.chosen[TERM])),
            frozenset(map(Segment, self.chosen[SEGMENT])),
        )


def wanted_in(args: MultiDict[str, str], tree: Tree) -> Wanted:
    """Read from an address."""
    known: dict[str, Container[str]] = {CATEGORY: tree.by_word, TERM: TERMS, SEGMENT: SEGMENTS}
    chosen = {}
    for facet in FACETS:
        words = dict.fromkeys(args.getlist(facet)[:MOST_CHOSEN])
        chosen[facet] = tuple(word for word in words if word in known.get(facet, words) and _is_plain(word))
    asked = listing(args, sorts=dict.fromkeys((BEST, NAME, PRICE, NEWEST)), default=NAME)
    order = args.get("sort")
    if order not in ORDERS or (order == BEST and not asked.search):
        asked = replace(asked, sort=_first_order(asked.search), descending=False)
    return Wanted(asked, chosen, filtering=FILTERING in args, exact=EXACT in args)


def _first_order(search: str) -> str:
    return BEST if search else NAME


def _is_plain(word: str) -> bool:
    return bool(word) and len(word) <= LONGEST and word.isprintable()


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose, and how many products it leaves."""

    word: str
    name: str  # a message id, or somebody's own word
    count: int
    is_chosen: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    title: str
    options: Sequence[Option]


def facets_of(wanted: Wanted, counts: Counts, tree: Tree) -> list[Facet]:
    """What there is to choose.  Of one thing alone there is nothing to choose."""
    found = {
        CATEGORY: list(_categories(wanted, counts, tree)),
        VENDOR: list(_vendors(wanted, counts)),
        TERM: list(_words(wanted, TERM, TERMS, counts.terms)),
        SEGMENT: list(_words(wanted, SEGMENT, SEGMENTS, counts.segments)),
    }
    return [
        Facet(name, TITLES[name], options)
        for name, options in found.items()
        if len(options) > 1 or any(one.is_chosen for one in options)
    ]


def chips_of(wanted: Wanted, tree: Tree) -> list[tuple[str, str]]:
    """(name, query string without it) of each choice."""
    names: dict[str, Mapping[str, str]] = {TERM: TERMS, SEGMENT: SEGMENTS}  # type: ignore[dict-item]
    names[CATEGORY] = {place.word: place.name for place in tree.places}
    given_way = wanted.parents(tree)
    return [
        (names.get(facet, {}).get(word, word), wanted.without(facet, word))
        for facet in FACETS
        for word in wanted.chosen[facet]
        if facet != CATEGORY or word not in given_way
    ]


def _categories(wanted: Wanted, counts: Counts, tree: Tree) -> Iterator[Option]:
    """The top of the tree, and what is below a chosen one and beside it."""
    chosen = wanted.chosen[CATEGORY]
    opened = {above for word in chosen for above in (*tree.by_word[word].above, word)}
    for place in tree.places:
        count = sum(counts.categories[key] for key in tree.keys_of(place.word))
        is_shown = not place.above or place.above[-1] in opened
        if is_shown and (count or place.word in opened):
            yield Option(place.word, place.name, count, place.word in chosen, len(place.above))


def _vendors(wanted: Wanted, counts: Counts) -> Iterator[Option]:
    """Those with most products, by name."""
    most = {name for name, _ in counts.vendors.most_common(MOST_VENDORS) if name != NOWHERE}
    for name in alphabetical(most | set(wanted.chosen[VENDOR])):
        yield Option(name, name, counts.vendors[name], wanted.has(VENDOR, name))


def _words(wanted: Wanted, facet: str, names: Mapping[Any, str], counts: Mapping[Any, int]) -> Iterator[Option]:
    for word, name in names.items():
        if counts.get(word) or wanted.has(facet, word):
            yield Option(str(word), name, counts.get(word, 0), wanted.has(facet, word))
