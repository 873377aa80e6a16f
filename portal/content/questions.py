"""Questions and answers as one text: each heading is a question, what stands below it is the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from portal.core import markdown

_HEADING = re.compile(r"#{1,6}[ \t]+(.+?)[ \t]*#*")
_FENCE = re.compile(r"(```|~~~)")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question in plain letters, and its answer as a part of a page."""

    question: str
    answer: Markup


def read(text: str) -> list[Answered]:
    """The questions of a text; what stands before the first is left out."""
    found: list[tuple[str, list[str]]] = []
    fenced = False
    for line in text.splitlines():
        heading = None if fenced else _HEADING.fullmatch(line.strip())
        fenced ^= bool(_FENCE.match(line.strip()))
        if heading:
            found.append((heading[1], []))
        elif found:
            found[-1][1].append(line)
    return [Answered(question, markdown.shown("\n".join(lines))) for question, lines in found]
