"""Two texts beside each other, as a person reads what became of the first: line by line, word by word within a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 2
"""Lines left standing around a change, so that one sees where it is."""
_WORDS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_MOST_WORDS = 400
"""A longer line is shown as taken out and put in: to compare its words would take too long."""

Piece = tuple[str, str]
"""How it stands ("same", "gone", "new"), and the words."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One line, in pieces; or how many lines in a row are the same and left out."""

    pieces: tuple[Piece, ...] = ()
    left_out: int = 0


def differences(old: str, new: str) -> list[Stretch]:
    """What became of the old text.  Nothing when both say the same."""
    one, two = old.splitlines(), new.splitlines()
    steps = SequenceMatcher(
        None, one, two
    ).get_opcodes()  # with its heuristics: thousands of empty lines are a text, too
    if all(step[0] == "equal" for step in steps):
        return []
    found: list[Stretch] = []
    for number, (step, first, last, start, end) in enumerate(steps):
        if step == "equal":
            found += _same(one[first:last], is_first=number == 0, is_last=number == len(steps) - 1)
        else:
            found += _changed(one[first:last], two[start:end])
    return found


def _same(lines: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[Stretch]:
    """The ends that touch a change; the middle only as a number."""
    head = 0 if is_first else AROUND
    tail = 0 if is_last else AROUND
    left_out = len(lines) - head - tail
    if left_out <= 1:
        yield from (Stretch((("same", line),)) for line in lines)
        return
    yield from (Stretch((("same", line),)) for line in lines[:head])
    yield Stretch(left_out=left_out)
    yield from (Stretch((("same", line),)) for line in lines[len(lines) - tail :])


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Stretch]:
    paired = min(len(old), len(new))
    for one, two in zip(old[:paired], new[:paired], strict=True):
        yield Stretch(tuple(_words(one, two)))
    yield from (Stretch((("gone", line),)) for line in old[paired:])
    yield from (Stretch((("new", line),)) for line in new[paired:])


def _words(old: str, new: str) -> Iterator[Piece]:
    one, two = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(one), len(two)) > _MOST_WORDS:
        one, two = [old], [new]
    for step, first, last, start, end in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if step == "equal":
            yield "same", "".join(one[first:last])
            continue
        yield from (
            (how, "".join(words)) for how, words in (("gone", one[first:last]), ("new", two[start:end])) if words
        )
