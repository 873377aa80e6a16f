"""Finds goods by their words, in memory: the words of a range as one reader sees it, kept as long as the range is.

Row-level security keeps every index of PostgreSQL's text search out of use (README, Decisions), and a range is in memory
anyway.  A word is found by its beginning, without accents, and by its stem in the reader's language; what nothing is
called is taken for a misspelt word of the range itself, so that nothing outside of it, or hidden, is ever let known.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from portal.catalogue.prices.goods import Good
from portal.core.finding import LONGEST, MOST_TERMS, each_word, folded

NAME, MAKER, TEXT = range(3)
"""Where a word stands: in the name, in what tells who made it, or only in the description.  The first come first."""
WHOLE, BEGINNING, STEM = range(3)
"""How it was found."""
WAYS = 3
STEMMERS = {"en": "english", "de": "german", "el": "greek"}
ALIKE, LEAST_LETTERS, CANDIDATES = 0.65, 4, 5
"""From which likeness on, and from how many letters on, a word is taken for another misspelt; how many are compared."""
_END = "\U0010ffff"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: in order of names how far each good is from it; and what was looked for instead, if anything."""

    scores: Mapping[Good, int] = field(default_factory=dict)
    instead: str = ""


class Words:
    """Of the goods in the order of their names.

    The words stand in their order, and the places of each behind one another, apart for each where: so all places of the
    words with one beginning are one slice.
    """

    def __init__(self, goods: Sequence[Good]) -> None:
        self._goods = goods
        known: tuple[dict[str, array[int]], ...] = ({}, {}, {})
        for place, good in enumerate(goods):
            for word, where in _words_of(good).items():
                known[where].setdefault(word, array("L")).append(place)
        self._words = sorted(set(chain.from_iterable(known)))
        self._shelves = tuple(_Shelf.of(self._words, places) for places in known)

    def look(self, text: str, language: str, *, exact: bool = False) -> Hits:
        """The goods that have all words of the text.  `exact`: nothing is taken for misspelt."""
        terms = list(dict.fromkeys(word[:LONGEST] for word in _WORD.findall(folded(text))))[:MOST_TERMS]
        found = [self._found(term, language) for term in terms]
        instead = (
            terms if exact else [self._meant(term) if not one else term for term, one in zip(terms, found, strict=True)]
        )
        if instead != terms:
            found = [self._found(term, language) for term in instead]
        scores = _all_of(found)
        hits = {self._goods[place]: scores[place] for place in sorted(scores)}
        if not scores or instead == terms:
            return Hits(hits)
        written = [term if term == typed else self._written(term) for term, typed in zip(instead, terms, strict=True)]
        return Hits(hits, " ".join(written))

    def _found(self, term: str, language: str) -> dict[int, int]:
        """Place of each good with such a word -> how far it is from it.  What is nearer is said later, and counts."""
        first, end = self._beginning_with(term)
        is_there = first < end and self._words[first] == term
        stems = list(self._alike(term, language, range(first, end)))
        best: dict[int, int] = {}
        for where in (TEXT, MAKER, NAME):
            shelf = self._shelves[where]
            for at in stems:
                best.update(dict.fromkeys(shelf.between(at, at + 1), where * WAYS + STEM))
            best.update(dict.fromkeys(shelf.between(first, end), where * WAYS + BEGINNING))
            if is_there:
                best.update(dict.fromkeys(shelf.between(first, first + 1), where * WAYS + WHOLE))
        return best

    def _beginning_with(self, begin: str) -> tuple[int, int]:
        """From which of the words to which."""
        return bisect_left(self._words, begin), bisect_left(self._words, begin + _END)

    def _alike(self, term: str, language: str, found: range) -> Iterator[int]:
        """Where other words with the same stem are, in the reader's language or in English, which makers write in."""
        for tongue in dict.fromkeys((language, "en")):
            stem = _stem(term, tongue)
            if len(stem) >= LEAST_LETTERS:
                others = (at for at in range(*self._beginning_with(stem[:-1])) if at not in found)
                yield from (at for at in others if _stem(self._words[at], tongue) == stem)

    def _meant(self, term: str) -> str:
        """The word of the range that is most like it, of equals the most frequent; the term itself if none is."""
        if len(term) < LEAST_LETTERS:
            return term
        likeness = OSA.normalized_similarity
        near = process.extract(term, self._spelled, scorer=likeness, limit=CANDIDATES, score_cutoff=ALIKE)
        return max(near, key=lambda one: (one[1], len(self._of(one[0]))))[0] if near else term

    @cached_property
    def _spelled(self) -> Sequence[str]:
        """The words that somebody may misspell."""
        return [word for word in self._words if len(word) >= LEAST_LETTERS and word.isalpha()]

    def _of(self, word: str) -> list[int]:
        """The places of one word, those where it stands best first."""
        at = bisect_left(self._words, word)
        return [place for shelf in self._shelves for place in shelf.between(at, at + 1)]

    def _written(self, word: str) -> str:
        """As a good has it, with its capitals and accents."""
        good = self._goods[self._of(word)[0]]
        text = f"{good.name} {good.family} {good.vendor} {good.summary}"
        return next((one for one in _WORD.findall(text) if folded(one) == word), word)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The places of all words, in the order of the words; and where those of each begin."""

    places: array[int]
    begins: array[int]

    @classmethod
    def of(cls, words: Sequence[str], known: Mapping[str, array[int]]) -> _Shelf:
        places, begins = array("L"), array("L", [0])
        for word in words:
            if word in known:
                places.extend(known[word])
            begins.append(len(places))
        return cls(places, begins)

    def between(self, first: int, end: int) -> array[int]:
        """The places of these words."""
        return self.places[self.begins[first] : self.begins[end]]


def _words_of(good: Good) -> dict[str, int]:
    """Each word with the best place it stands at."""
    code = _WORD.findall(folded(good.code))
    found = dict.fromkeys((word[:LONGEST] for word in each_word(good.summary)), TEXT)
    found |= dict.fromkeys((word[:LONGEST] for word in (*code, "".join(code))), MAKER)
    for text in (good.family, good.vendor):
        found |= dict.fromkeys((word[:LONGEST] for word in each_word(text)), MAKER)
    found |= dict.fromkeys((word[:LONGEST] for word in each_word(good.name)), NAME)
    found.pop("", None)
    return found


def _all_of(found: Sequence[dict[int, int]]) -> dict[int, int]:
    """What is in all of them, with the sum of its distances."""
    first, *others = sorted(found, key=len) or [{}]
    for other in others:
        first = {place: score + other[place] for place, score in first.items() if place in other}
    return first


@lru_cache(maxsize=50_000)
def _stem(word: str, language: str) -> str:
    """A stemmer keeps what it works at: each word has one of its own."""
    name = STEMMERS.get(language)
    return str(snowballstemmer.stemmer(name).stemWord(word)) if name else word
