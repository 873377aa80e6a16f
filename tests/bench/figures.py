"""One figure beside its limit, and the table of all of them at the end of a run.

A figure travels as a property of its test's report, so that it also arrives from another process.  This module is a
plugin of pytest's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import pytest

PROPERTY = "figure"
HEAD = ("What", "Measured", "Limit", "", "Load")


@dataclass(frozen=True, slots=True)
class Figure:
    """`load`: how many wanted a processor while it was taken, ourselves included."""

    what: str
    measured: str
    limit: str
    kept: bool
    load: float

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.what, self.measured, self.limit, "kept" if self.kept else "missed", f"{self.load:.1f}")


Tell = Callable[..., None]


def teller(record_property: Callable[[str, object], None]) -> Tell:
    """How a test tells its figures: `tell(what, measured, limit, kept=…)`."""

    def tell(what: str, measured: str, limit: str, *, kept: bool) -> None:
        record_property(PROPERTY, json.dumps(asdict(Figure(what, measured, limit, kept, os.getloadavg()[0]))))

    return tell


TOLD: list[Figure] = []
"""Every figure of this run, in order."""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown":
        TOLD.extend(Figure(**json.loads(str(told))) for name, told in report.user_properties if name == PROPERTY)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TOLD:
        terminalreporter.write_sep("=", "figures")
        for line in table(TOLD):
            terminalreporter.write_line(line)


def table(figures: list[Figure]) -> Iterator[str]:
    """In Markdown, in columns for a person at a terminal."""
    rows = [HEAD, *(figure.cells for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for number, row in enumerate(rows):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        if not number:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"
