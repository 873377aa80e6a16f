"""What a lesson says, read from the file that its translator wrote: one file for each lesson and language.

    # The title
    <blank line>
    One sentence about it, for the list.
    <blank line>
    ![What the drawing shows](brand)
    <blank line>
    Paragraphs; and steps, one below the other, that begin with "1. ", "2. ", …

Whole texts, because whoever translates a lesson must be free to turn its sentences round; a catalogue would hand him
sixty pieces of it.  But a name on the screen is written [[New account]], in English in every language: it is said in the
words of the catalogue, so that a lesson calls a button what the button calls itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "languages"
ORIGINAL = "en"
_ON_SCREEN = re.compile(r"\[\[(.+?)\]\]")
_STEP = re.compile(r"\d+\. ")
_PICTURE = re.compile(r"!\[(.+)\]\([a-z-]+\)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence; `on_screen`, it is the message id of a name that stands there."""

    text: str
    on_screen: bool = False


Sentence = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the steps of what is to be done."""

    sentences: tuple[Sentence, ...]
    are_steps: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A lesson in words.  `language` is the one it is written in, which may not be the one that was asked for."""

    language: str
    title: str
    about: str
    picture: str
    blocks: tuple[Block, ...]

    @property
    def names(self) -> list[str]:
        """The names on the screen that it speaks of: message ids."""
        return [piece.text for block in self.blocks for line in block.sentences for piece in line if piece.on_screen]


@lru_cache(maxsize=256)
def read(code: str, language: str) -> Text:
    """The lesson in this language; in English, and saying so, where nobody has translated it yet."""
    if not path_of(code, language).is_file():
        language = ORIGINAL
    return understood(path_of(code, language).read_text(encoding="utf-8"), language)


def path_of(code: str, language: str) -> Path:
    """Where it stands, or would stand."""
    return FOLDER / language / f"{code}.md"


def understood(written: str, language: str) -> Text:
    """What a file says.  Raises ValueError when it is not written as a lesson is."""
    title, about, picture, *blocks = [*written.strip().split("\n\n"), "", ""]
    shown = _PICTURE.fullmatch(" ".join(picture.split()))
    if not title.startswith("# ") or shown is None or not any(blocks):
        raise ValueError(f"this is not written as a lesson is: {title[:60]}")
    return Text(language, title[2:], " ".join(about.split()), shown[1], tuple(_block(one) for one in blocks if one))


def _block(written: str) -> Block:
    if not _STEP.match(written):
        return Block((_sentence(written),))
    steps = re.split(r"^\d+\. ", written, flags=re.MULTILINE)[1:]
    return Block(tuple(map(_sentence, steps)), are_steps=True)


def _sentence(written: str) -> Sentence:
    return tuple(_pieces(" ".join(written.split())))


def _pieces(written: str) -> Iterator[Piece]:
    """Every second piece is what stood between the brackets."""
    for number, text in enumerate(_ON_SCREEN.split(written)):
        if text:
            yield Piece(text, on_screen=number % 2 == 1)
