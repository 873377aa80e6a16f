"""`up` as a whole: how much memory it takes at rest, how long a second start takes, and how soon it is gone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from portal.local.children import wait
from tests.bench.figures import Tell
from tests.local.installation import Installation

MEGABYTES, START, END = 500, 6, 10


def test_up_at_rest_and_again(tmp_path: Path, tell: Tell, is_long) -> None:
    installation = Installation.at(tmp_path / "checkout")
    try:
        installation.start()
        installation.stop()
        starts, ends = [], []
        for _ in range(4 if is_long else 1):
            starts.append(_timed(installation.start))
            used = _used(installation)
            tree = installation.tree()
            ends.append(_timed(installation.stop))
            assert wait(lambda tree=tree: not any(process.is_running() for process in tree), 10)
    finally:
        installation.forget()
    load = os.getloadavg()[0]
    tell(
        "`up` at rest, everything included: proportional memory",
        f"{used:.0f} MB",
        f"{MEGABYTES} MB",
        kept=used <= MEGABYTES,
    )
    tell(f"`up`, second start (load {load:.1f})", f"{min(starts):.1f} s", f"{START} s", kept=min(starts) < START)
    tell("TERM to gone", f"{max(ends):.1f} s", f"{END} s", kept=max(ends) < END)


def _used(installation: Installation) -> float:
    """Megabytes, shared pages divided among those who share them."""
    return sum(process.memory_full_info().pss for process in installation.tree()) / 1e6


def _timed(work: Callable[[], object]) -> float:
    begun = monotonic()
    work()
    return monotonic() - begun
