"""Processor time of pieces of work, side by side.

They take turns, round by round, and what is told is the median of each: company on the machine disturbs all of them
alike, and a round it disturbs badly counts for nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import process_time

from flask import Flask

from portal.core import collecting

Work = Callable[[], object]


def milliseconds(
    works: Mapping[str, Work], *, rounds: int, times: int, before: Mapping[str, Work] | None = None
) -> dict[str, float]:
    """Processor milliseconds of one go of each work: the median of `rounds` of `times` goes each.

    `before` is done before each go of a work and is not part of it.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    usual = gc.get_threshold()
    collecting.settle()  # as the web server does: else the tests' own objects are counted in
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(_milliseconds(work, times, (before or {}).get(name, _nothing)))
    gc.unfreeze()
    gc.set_threshold(*usual)
    return {name: median(found) for name, found in taken.items()}


def _milliseconds(work: Work, times: int, before: Work) -> float:
    gc.collect()
    taken = 0.0
    for _ in range(times):
        before()
        begun = process_time()
        work()
        taken += process_time() - begun
    return taken * 1000 / times


def _nothing() -> None:
    """As most works need it."""


def hello() -> Work:
    """The yardstick: what this machine takes for Flask's smallest answer."""
    from tests.bench.asking import Asker

    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    return Asker(app, "http://hello.localhost/")
