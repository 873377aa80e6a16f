"""CSV records out of a stream of bytes, one at a time, so that a file of any size needs the memory of one record.

The csv module alone would let one forgotten quotation mark swallow all that follows.  Here a record is complete when
its quotation marks are even; when it does not become complete, or has the wrong number of columns, only its first
line is given up and reading goes on at the next.  Every record knows the byte behind it: an import that was
interrupted goes on there.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from portal.core.words import N_, Line, say

LONGEST_LINE = 64_000
"""Bytes in one line of the file.  The vendor's longest description has about 4,000 characters."""
LONGEST_RECORD = 40
"""Lines in one record: descriptions may hold line breaks."""
LONGEST_GAP = 1_000
"""Empty lines in a row: more are a broken line, so that a file of nothing else comes to an end."""
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first line's number, its fields or the reason why there are none, and where the next begins."""

    line: int
    next_line: int
    end: int
    fields: tuple[str, ...] = ()
    fault: Line | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Physical:
    """One line of the file as it stands there; `raw` is cut when it is longer than any line may be."""

    raw: bytes
    end: int
    too_long: bool = False


class Records:
    """The records of a CSV file, from a byte on.  `width` is the number of columns, None for the header."""

    def __init__(
        self, stream: BinaryIO, *, separator: str = ",", width: int | None = None, start: int = 0, line: int = 1
    ) -> None:
        self._stream = stream
        self._separator = separator
        self._width = width
        self._ahead: deque[_Physical] = deque()
        self._end = start
        self._line = line
        stream.seek(start)
        if start == 0 and stream.read(len(BOM)) == BOM:
            self._end = len(BOM)
        stream.seek(self._end)

    def __iter__(self) -> Iterator[Record]:
        while (record := self.next()) is not None:
            yield record

    def next(self) -> Record | None:
        """The next record that is not an empty line, or None at the end."""
        for _ in range(LONGEST_GAP):
            if not self._fill(1):
                return None
            if self._ahead[0].too_long:
                return self._give_up(say(N_("This line is longer than %(count)s bytes."), count=LONGEST_LINE))
            if self._ahead[0].raw.strip():
                return self._assemble()
            self._drop(1)
        if not self._fill(1):
            return None
        return self._give_up(say(N_("More than %(count)s empty lines in a row."), count=LONGEST_GAP))

    def _assemble(self) -> Record:
        """A record of as many lines as its quotation marks need."""
        marks = 0
        for taken in range(1, LONGEST_RECORD + 1):
            if not self._fill(taken) or self._ahead[taken - 1].too_long:
                break
            marks += self._ahead[taken - 1].raw.count(b'"')
            if marks % 2 == 0:
                return self._parse(taken)
        return self._give_up(self._unless_cut(say(N_("A quotation mark is opened and never closed."))))

    def _parse(self, taken: int) -> Record:
        raw = b"".join(self._ahead[number].raw for number in range(taken))
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._give_up(self._unless_cut(say(N_("This line is not UTF-8 text. Save the sheet as CSV UTF-8."))))
        try:
            fields = tuple(next(csv.reader([text], strict=True, delimiter=self._separator), []))
        except csv.Error:
            return self._give_up(self._unless_cut(say(N_("The quotation marks do not fit together."))))
        if self._width is not None and len(fields) != self._width:
            fault = say(N_("%(found)s columns instead of %(wanted)s."), found=len(fields), wanted=self._width)
            return self._give_up(fault if len(fields) > self._width else self._unless_cut(fault))
        line, end = self._line, self._ahead[taken - 1].end
        self._drop(taken)
        return Record(line, self._line, end, fields)

    def _unless_cut(self, fault: Line) -> Line:
        """The fault; but a last line without its end was more likely cut off than written so."""
        if self._ahead[0].raw.endswith(b"\n"):
            return fault
        return say(N_("The file ends in the middle of this line: it was cut off. Download it again."))

    def _give_up(self, fault: Line) -> Record:
        """Give up one line only: what follows it may be whole."""
        first, line = self._ahead[0], self._line
        self._drop(1)
        text = first.raw[:200].decode("utf-8", "replace").strip()
        return Record(line, self._line, first.end, fault=fault, text=text)

    def _fill(self, count: int) -> bool:
        """Have so many lines at hand, if the file has them."""
        while len(self._ahead) < count:
            raw = self._stream.readline(LONGEST_LINE + 1)
            if not raw:
                return False
            self._end += len(raw)
            too_long = len(raw) > LONGEST_LINE
            if too_long and not raw.endswith(b"\n"):
                self._skip_line()
            self._ahead.append(_Physical(raw, self._end, too_long))
        return True

    def _skip_line(self) -> None:
        while rest := self._stream.readline(LONGEST_LINE):
            self._end += len(rest)
            if rest.endswith(b"\n"):
                return

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._ahead.popleft()
            self._line += 1
