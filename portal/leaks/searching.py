"""Searching one thing for what must not be seen in it."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from portal.branding.designing import HASH
from portal.core.words import N_
from portal.leaks.above import COLOUR, PRODUCT, Above, long, plain_words

_SHORT = 5  # letters; a shorter name of one word is told from a common word by its capitals alone
_AROUND, _NEAR = 48, 2  # letters shown, and words compared, at each side
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SHA = re.compile(rf"(?<![0-9a-f])[0-9a-f]{{{HASH}}}(?![0-9a-f])")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_TAG = re.compile(r"<[^<>]*>")


class What(StrEnum):
    """What gives somebody away."""

    NAME = "name"
    PRODUCT = "product"
    HOST = "host"
    ADDRESS = "address"
    COLOUR = "colour"
    LOGO = "logo"

    @property
    def label(self) -> str:
        """A message id."""
        return _LABELS[self]


_LABELS: Mapping[What, str] = {
    What.NAME: N_("A name"),
    What.PRODUCT: N_("The name of the platform’s software"),
    What.HOST: N_("A host"),
    What.ADDRESS: N_("An e-mail address"),
    What.COLOUR: N_("A colour"),
    What.LOGO: N_("A logo"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that must not be seen, and the words around it."""

    what: What
    level: int
    term: str
    around: str


class Search:
    """For one tenant."""

    def __init__(self, above: Above) -> None:
        self._above = above

    def text(self, text: str) -> Iterator[Hit]:
        """In words, in markup, in a stylesheet, in an address."""
        plain = self._masked(html.unescape(text))
        read = (plain, _TAG.sub(" ", plain), _TAG.sub("", plain))  # a tag parts two words, or stands within one
        for term, pattern in self._names.items():
            what = What.PRODUCT if term == PRODUCT else What.NAME
            yield from self._first(pattern, read, what, self._above.names[term], term)
        for host, pattern in self._hosts.items():
            yield from self._first(pattern, (plain,), What.HOST, self._above.hosts[host], host)
        yield from self._each(_ADDRESS.finditer(plain), self._above.addresses, What.ADDRESS)
        yield from self._each(_SHA.finditer(plain), self._above.pictures, What.LOGO)
        yield from self._colours(plain)

    def content(self, content: bytes) -> Iterator[Hit]:
        """In a file that is no text: what it is, and what is written in it."""
        sha = hashlib.sha256(content).hexdigest()[:HASH]
        if sha in self._above.pictures:
            yield Hit(What.LOGO, self._above.pictures[sha], sha, "")
        yield from (hit for hit in self.text(content.decode("latin-1")) if hit.what is not What.COLOUR)

    @cached_property
    def _names(self) -> dict[str, re.Pattern[str]]:
        return {name: _pattern(name) for name in self._above.names}

    @cached_property
    def _hosts(self) -> dict[str, re.Pattern[str]]:
        return {host: re.compile(rf"(?<![\w-]){re.escape(host)}(?![\w-])", re.IGNORECASE) for host in self._above.hosts}

    @cached_property
    def _mine(self) -> list[re.Pattern[str]]:
        own = self._above.own
        host = re.compile(rf"(?<![\w.-]){re.escape(own.host)}(?![\w-])", re.IGNORECASE)
        return [host, *(_pattern(name) for name in sorted(own.names, key=len, reverse=True))]

    def _masked(self, text: str) -> str:
        """Without the tenant's own name and host, in which a part of another's may be."""
        for pattern in self._mine:
            text = pattern.sub("\N{WHITE SQUARE}", text)
        return text

    def _first(
        self, pattern: re.Pattern[str], texts: tuple[str, ...], what: What, level: int, term: str
    ) -> Iterator[Hit]:
        """The first place that the tenant did not write himself: one tells of the thing, the others are like it."""
        for text in texts:
            for found in pattern.finditer(text):
                if not self._is_own(text, found):
                    yield Hit(what, level, term, _around(text, found))
                    return

    def _each(self, found: Iterator[re.Match[str]], known: Mapping[str, int], what: What) -> Iterator[Hit]:
        told: set[str] = set()
        for one in found:
            term = one[0].casefold()
            if term in known and term not in told and not self._is_own(one.string, one):
                told.add(term)
                yield Hit(what, known[term], term, _around(one.string, one))

    def _colours(self, text: str) -> Iterator[Hit]:
        known, told = self._above.colours, set[str]()
        written = [(long(one[0]), one) for one in COLOUR.finditer(text)]
        reckoned = [
            ("#" + "".join(f"{min(int(part), 255):02x}" for part in one.groups()), one) for one in _RGB.finditer(text)
        ]
        for colour, one in (*written, *reckoned):
            if colour in known and colour not in told:
                told.add(colour)
                yield Hit(What.COLOUR, known[colour], colour, _around(text, one))

    def _is_own(self, text: str, found: re.Match[str]) -> bool:
        """Whether the tenant wrote these very words himself, with those that stand before or behind them."""
        before = plain_words(_TAG.sub(" ", text[max(0, found.start() - 200) : found.start()])).split()[-_NEAR:]
        after = plain_words(_TAG.sub(" ", text[found.end() : found.end() + 200])).split()[:_NEAR]
        sides = ([*before, found[0]] if len(before) == _NEAR else [], [found[0], *after] if len(after) == _NEAR else [])
        return any(plain_words(" ".join(side)) in self._above.own.words for side in sides if side)


def _pattern(name: str) -> re.Pattern[str]:
    """The name however its words are joined: with blanks, hyphens, `%20`, or not at all."""
    words = re.findall(r"[^\W_]+", name)
    joined = r"(?:[\W_]|%20){0,3}".join(re.escape(word) for word in words)
    alone = len(words) == 1 and len(name) < _SHORT
    return re.compile(rf"(?<![^\W_]){joined}(?![^\W_])", 0 if alone else re.IGNORECASE)


def _around(text: str, found: re.Match[str]) -> str:
    cut = text[max(0, found.start() - _AROUND) : found.end() + _AROUND]
    return " ".join("".join(letter if letter.isprintable() else " " for letter in cut).split())
