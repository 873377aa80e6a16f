"""What was found, gathered: the same thing in many places is one find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from portal.core.words import N_
from portal.leaks.searching import Hit, What

MOST_PLACES = 8
HIDDEN = "\N{BLACK SQUARE}" * 3
_SEEN_BY_ITSELF = 1  # a tenant knows its provider, and nobody further up


class Where(StrEnum):
    """In what kind of thing."""

    PAGE = "page"
    FILE = "file"
    ADDRESS = "address"
    HEADER = "header"
    COOKIE = "cookie"
    ERROR = "error"
    LETTER = "letter"

    @property
    def label(self) -> str:
        """A message id."""
        return _LABELS[self]


_LABELS = {
    Where.PAGE: N_("Page"),
    Where.FILE: N_("File"),
    Where.ADDRESS: N_("Name in an address"),
    Where.HEADER: N_("Header of an answer"),
    Where.COOKIE: N_("Cookie"),
    Where.ERROR: N_("Page that tells of an error"),
    Where.LETTER: N_("Letter"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was looked at: `address` is its path in the shop; of a letter its kind, of an error its template."""

    where: Where
    address: str


@dataclass(frozen=True, slots=True)
class Find:
    """One thing that gives somebody away, in one kind of place."""

    what: What
    level: int
    term: str
    where: Where
    around: str
    places: list[str] = field(default_factory=list)  # the first of them
    count: int = 1

    def stored(self) -> dict[str, Any]:
        """As the tenant may read it: of whoever stands above his provider he learns that there is something, not what."""
        hides = self.level > _SEEN_BY_ITSELF
        shown = replace(self, term=HIDDEN, around="") if hides else self
        return {**asdict(shown), "what": str(self.what), "where": str(self.where)}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Find:
        return cls(**{**stored, "what": What(stored["what"]), "where": Where(stored["where"])})


@dataclass(slots=True)
class Report:
    """What a look found.  `looked` are all places, `tainted` those with a find."""

    looked: set[Place] = field(default_factory=set)
    tainted: set[Place] = field(default_factory=set)
    hits: list[tuple[Place, Hit]] = field(default_factory=list)

    def add(self, place: Place, hits: Iterable[Hit]) -> None:
        self.looked.add(place)
        for hit in hits:
            self.tainted.add(place)
            self.hits.append((place, hit))

    @property
    def finds(self) -> list[Find]:
        return list(
            gathered(
                Find(hit.what, hit.level, hit.term, place.where, hit.around, [place.address])
                for place, hit in self.hits
            )
        )

    @property
    def score(self) -> int:
        return score(len(self.looked), len(self.tainted))


def score(looked: int, tainted: int) -> int:
    """How much of what was looked at is clean, of 100; never 100 while something is left."""
    return min(99, 100 * (looked - tainted) // looked) if tainted else 100


def gathered(finds: Iterable[Find]) -> Iterator[Find]:
    """The same thing in the same kind of place once, with all its places."""
    by_key: dict[tuple[Any, ...], list[Find]] = {}
    for one in finds:
        by_key.setdefault((one.level, one.what, one.term, one.where), []).append(one)
    for _, same in sorted(by_key.items(), key=lambda pair: pair[0]):
        places = list(dict.fromkeys(place for one in same for place in one.places))
        yield replace(same[0], places=places[:MOST_PLACES], count=sum(one.count for one in same))
