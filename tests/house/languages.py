"""What every catalogue says, and what would be left in English on a page of a house that speaks another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Comment, Doctype

from portal.commands import catalogues
from portal.core.languages import LANGUAGES

PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
WORD = re.compile(r"[^\W\d_]{2,}")
SEEN = ("alt", "aria-description", "aria-label", "aria-roledescription", "data-th", "label", "placeholder", "title")
TRANSLATED = [code for code in LANGUAGES if code != "en"]
each_language = pytest.mark.parametrize("language", TRANSLATED)


@lru_cache
def messages(language: str) -> list[Any]:
    path = catalogues.TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


@lru_cache
def said_in(language: str) -> dict[str, str]:
    """What is said for each text, in its singular."""
    return {ids[0]: said[0] for message in messages(language) for ids, said in pairs(message)}


def pairs(message: Any) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(what may be said, what is said) of each form."""
    if isinstance(message.id, str):
        return [((message.id,), (message.string,))]
    return [(tuple(message.id), tuple(message.string))]


def names(*texts: str) -> set[tuple[str, str]]:
    return {found for text in texts for found in PLACEHOLDER.findall(text)}


@dataclass(frozen=True)
class English:
    """What would be English on a page: whole texts, long texts within others, and texts with something filled in."""

    whole: set[str]
    long: list[str]
    patterns: list[re.Pattern[str]]

    @classmethod
    def beside(cls, language: str) -> English:
        plain = {one for m in messages(language) for ids, said in pairs(m) for one in ids if one not in said}
        filled = [text for text in plain if "%(" in text and len(WORD.findall(PLACEHOLDER.sub("", text))) > 1]
        whole = {text for text in plain if "%(" not in text}
        patterns = [re.compile(".+".join(map(re.escape, PLACEHOLDER.sub("\0", text).split("\0")))) for text in filled]
        return cls(whole, [text for text in whole if len(text.split()) > 3], patterns)

    def has(self, text: str) -> bool:
        within = any(one in text for one in self.long) or any(one.fullmatch(text) for one in self.patterns)
        return text in self.whole or within


@dataclass(frozen=True)
class Foreign:
    """A world in which every house speaks one other language, and what would be English there."""

    language: str
    world: Any
    english: English

    def text(self, english: str, **values: str) -> str:
        said = said_in(self.language)[english]
        return said % values if values else said


def left_in_english(page: str, foreign: Foreign) -> Iterator[str]:
    soup = BeautifulSoup(page, "html.parser")
    if soup.html and soup.html.get("lang") != foreign.language:
        yield f"lang={soup.html.get('lang')}"
    yield from (text for text in seen_in(soup) if foreign.english.has(text))


def seen_in(soup: BeautifulSoup) -> Iterator[str]:
    """What people read there, without what is said to be the same in every language (the columns of somebody's file)."""
    for same in soup.select('[translate="no"]'):
        same.decompose()
    for text in soup.find_all(string=True):
        if text.strip() and not isinstance(text, (Comment, Doctype)) and not text.find_parent(["style", "script"]):
            yield " ".join(text.split())
    for tag in soup.find_all(True):
        yield from (str(tag[name]) for name in SEEN if tag.get(name))
