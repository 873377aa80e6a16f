"""Many people who watch a process, each on a connection of his own: light, so that it is the server that is measured.

A program of its own: takes an `Order` as JSON, answers what it saw as JSON.  A question is due at its time whether or
not the one before was slow, and its wait counts from then.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

EVERY = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Order:
    port: int
    host: str
    seconds: float
    questions: list[tuple[str, str, str]]  # of each watcher: path, cookie, what he has seen (etag)
    processor: int | None  # on which to run


@dataclass(frozen=True, slots=True)
class Seen:
    waits: list[float]  # milliseconds, in no order
    statuses: dict[str, int]

    def slowest(self, share: float) -> float:
        """The wait that all but this share had at most."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * (1 - share)))]


def begin(order: Order) -> Popen[str]:
    """The watchers, in a process of their own."""
    root = Path(__file__).parents[2]
    watching = Popen([sys.executable, "-m", "tests.bench.watchers"], cwd=root, stdin=PIPE, stdout=PIPE, text=True)
    assert watching.stdin is not None
    json.dump(asdict(order), watching.stdin)
    watching.stdin.close()
    return watching


def ended(watching: Popen[str]) -> Seen:
    assert watching.stdout is not None
    said = watching.stdout.read()
    assert watching.wait() == 0
    watching.stdout.close()
    return Seen(**json.loads(said))


async def watch(order: Order) -> Seen:
    waits: list[float] = []
    statuses: Counter[str] = Counter()
    count = len(order.questions)
    await asyncio.gather(
        *(
            _one(order, number * EVERY / count, question, waits, statuses)
            for number, question in enumerate(order.questions)
        )
    )
    return Seen(waits, dict(statuses))


async def _one(
    order: Order, late: float, question: tuple[str, str, str], waits: list[float], statuses: Counter[str]
) -> None:
    path, cookie, seen = question
    asked = f"GET {path} HTTP/1.1\r\nHost: {order.host}\r\nCookie: {cookie}\r\nHX-Request: true\r\nIf-None-Match: {{}}\r\n\r\n"
    clock = asyncio.get_running_loop().time
    reader, writer = await asyncio.open_connection("127.0.0.1", order.port)
    due, end = clock() + late, clock() + order.seconds
    while due < end:
        await asyncio.sleep(max(0.0, due - clock()))
        writer.write(asked.format(seen).encode())
        status, seen = await _answer(reader, seen)
        waits.append((clock() - due) * 1000)
        statuses[status] += 1
        due += EVERY
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader, seen: str) -> tuple[str, str]:
    """The status, and what one has seen after it."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status, headers = head[9:12], dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if length := int(headers.get("content-length", 0)):
        await reader.readexactly(length)
    return status, headers.get("etag", seen)


def main() -> None:
    told: dict[str, Any] = json.load(sys.stdin)
    order = Order(**told)
    if order.processor is not None:
        os.sched_setaffinity(0, {order.processor})
    json.dump(asdict(asyncio.run(watch(order))), sys.stdout)


if __name__ == "__main__":
    main()
