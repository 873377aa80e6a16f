"""Taking an SVG drawing from somebody: looked through, drawn once into pixels, and never kept or served as it came.

Looking through it goes from tag to tag, so nothing can grow; drawing it is the work of a program apart, which is ended
when it takes too much (`drawn_apart`).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from portal.core import drawn_apart
from portal.core.errors import Invalid
from portal.core.words import N_, Line, say

MOST_BYTES: Final = 256 << 10
MOST_ELEMENTS: Final = 5_000
DEEPEST: Final = 64
SIZE: Final = (1200, 600)
"""Pixels it is drawn into; its own shape is kept."""
PATIENCE: Final = 10.0
"""Seconds until a program that does not even get to work is given up."""
_WITHIN = re.compile(r"#|data:image/(png|jpeg|webp);base64,", re.IGNORECASE)
_ENDS_LETTERS = ("text", "flowRoot")


def is_drawing(content: bytes) -> bool:
    """Whether these bytes mean to be an SVG."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and b"<svg" in head


def drawn(content: bytes) -> bytes:
    """The drawing as a PNG within SIZE.  Raises Invalid with what to do about it."""
    if len(content) > MOST_BYTES:
        raise _no(N_("Send a simpler drawing: this SVG has more than %(most)s kB."), most=MOST_BYTES >> 10)
    try:
        text = content.decode("utf-8-sig")
        _Look().through(text)
    except (UnicodeDecodeError, expat.ExpatError):
        raise _damaged() from None
    return _pixels(text)


class _Look:
    """One walk along the tags; it knows how deep it is, how many there were, and whether letters stand there."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count = 0
        self._lettering = 0

    def through(self, text: str) -> None:
        """Raises Invalid for what cannot be taken, and ExpatError for what is no XML."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._letters
        parser.Parse(text, True)

    def _doctype(self, *_: object) -> None:
        raise _no(N_("Save the drawing as plain SVG: this one begins with a DOCTYPE, which is not taken."))

    def _begin(self, element: str, attributes: dict[str, str]) -> None:
        name = _local(element)
        self._open.append(name)
        self._count += 1
        self._lettering += name in _ENDS_LETTERS
        if len(self._open) > DEEPEST or self._count > MOST_ELEMENTS:
            raise _no(N_("Send a simpler drawing: this one has too many parts, or too many within each other."))
        if name != "a" and any(_local(word) == "href" and _is_outside(value) for word, value in attributes.items()):
            raise _no(N_("Put everything into the drawing: this one points to something outside of it."))

    def _end(self, element: str) -> None:
        self._open.pop()
        self._lettering -= _local(element) in _ENDS_LETTERS

    def _letters(self, letters: str) -> None:
        if self._lettering and letters.strip():
            raise _no(N_("Turn the letters of the drawing into paths first: its fonts are not here."))


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def _is_outside(address: str) -> bool:
    return _WITHIN.match(address.strip()) is None


def _pixels(text: str) -> bytes:
    order = [sys.executable, "-I", str(Path(drawn_apart.__file__).resolve()), *map(str, SIZE)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing of theirs in its name
            order, input=text.encode(), capture_output=True, cwd="/", env={}, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise _too_much() from None
    if done.returncode == drawn_apart.NOT_A_DRAWING:
        raise _damaged()
    if done.returncode:
        raise _too_much()
    return done.stdout


def _too_much() -> Invalid:
    return _no(N_("Send a simpler drawing: this one takes too long to draw. Leave out effects and patterns."))


def _damaged() -> Invalid:
    return _no(N_("Save the drawing again as plain SVG and send it once more: this one cannot be read."))


def _no(text: str, **values: Any) -> Invalid:
    line: Line = say(text, **values)
    return Invalid(line)
