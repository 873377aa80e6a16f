"""A vendor's sheet of 200,000 rows by one real worker: read, compared, applied; then a second one that raises prices.

What is judged is processor time, the stores' included: the work is one chain, so on a quiet machine it takes about as long
by the clock, and company on the machine does not make it longer.  The short form has a tenth of the rows, and a tenth of
the limit.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic

import psutil
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import PriceSheet, SheetState, Verdict
from portal.catalogue.sheets.layout import COLUMNS
from portal.core.db import db
from tests.bench.figures import Tell
from tests.catalogue.sheets import GOOD
from tests.chaos.stage import Stage, stage
from tests.chaos.test_storm import SETTINGS

ROWS = 200_000
SECONDS, MEGABYTES = 90.0, 300
MARKETS = (
    "US USD", "DE EUR", "FR EUR", "IT EUR", "ES EUR", "NL EUR", "AT EUR", "GR EUR", "IE EUR", "FI EUR",
    "GB GBP", "CH CHF", "SE SEK", "DK DKK", "NO NOK", "PL PLN", "CZ CZK", "JP JPY", "AU AUD", "CA CAD",
)  # fmt: skip
PLANS = (("P1M", "Monthly"), ("P1Y", "Monthly"), ("P1Y", "Annual"), ("P3Y", "Annual"))
SEGMENTS = ("Commercial", "Education")


def rows(count: int, *, start: str, dearer: bool) -> Iterator[dict[str, str]]:
    """The same plans in twenty markets; in the second sheet two prices of three are 5 % higher."""
    per_market = count // len(MARKETS)
    for place in MARKETS:
        market, currency = place.split()
        for number in range(per_market):
            product, plan = divmod(number, len(PLANS) * len(SEGMENTS))
            term, billing = PLANS[plan % len(PLANS)]
            cents = 500 + number * 7 % 90_000
            cents = cents * 105 // 100 if dearer and number % 3 else cents
            name = f"Lumen Service {product:05}"
            yield GOOD | {
                "ProductId": f"CFQ7TTC{product:05}",
                "ProductTitle": name,
                "SkuTitle": name,
                "SkuDescription": f'{name}; includes "core" services, support and updates for the whole of the term.',
                "TermDuration": term,
                "BillingPlan": billing,
                "Segment": SEGMENTS[plan // len(PLANS)],
                "Market": market,
                "Currency": currency,
                "UnitPrice": f"{cents // 100}.{cents % 100:02}",
                "ERP Price": f"{cents * 5 // 4 // 100}.{cents * 5 // 4 % 100:02}",
                "EffectiveStartDate": f"{start} 12:00:00 AM",
            }


def content(count: int, *, start: str, dearer: bool = False) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows(count, start=start, dearer=dearer))
    return text.getvalue().encode()


@dataclass
class Watched:
    """The stage, and the most memory its worker had whenever somebody looked."""

    on: Stage
    most: int = 0
    took: dict[str, tuple[float, float]] = field(
        default_factory=dict
    )  # what -> processor seconds, seconds by the clock

    def look(self) -> None:
        worker = psutil.Process(self.on.children["worker-1"].pid)
        for one in (worker, *worker.children(recursive=True)):
            self.most = max(self.most, one.memory_full_info().uss)

    def sheet(self) -> PriceSheet:
        with self.on.world.meridian.office():
            found = db.session.scalar(select(PriceSheet).order_by(PriceSheet.created_at.desc()).limit(1))
            assert found is not None
            return found

    def until(self, what: str, state: SheetState) -> None:
        begun, before = monotonic(), spent()
        self.on.eventually(lambda: self.sheet().state is state, 2_400, meanwhile=self.look)
        self.took[what] = spent() - before, monotonic() - begun

    def bring_in(self, what: str, file: bytes) -> PriceSheet:
        """Upload, wait for the preview, apply, wait for the prices."""
        with self.on.world.meridian.office():
            sha, size = actions.keep_file(io.BytesIO(file))
            actions.take_in(name=f"{what}.csv", sha=sha, size=size)
        self.until(f"{what} read and compared", SheetState.READY)
        with self.on.world.meridian.office():
            actions.apply_sheet(self.on_disk(), ends_missing=True)
        self.until(f"{what} applied", SheetState.APPLIED)
        return self.sheet()

    def on_disk(self) -> PriceSheet:
        return db.session.scalars(select(PriceSheet).order_by(PriceSheet.created_at.desc()).limit(1)).one()

    def parts(self, what: str) -> dict[str, tuple[float, float]]:
        return {name.removeprefix(what).strip(): took for name, took in self.took.items() if name.startswith(what)}


def spent() -> float:
    """Processor seconds of all who work for us, so far."""
    times = [process.cpu_times() for process in psutil.Process().children(recursive=True)]
    return float(sum(one.user + one.system for one in times))


def test_a_sheet_of_many_rows(tell: Tell, is_long) -> None:
    count = ROWS if is_long else ROWS // 10
    with stage(SETTINGS, workers=1) as on:
        watched = Watched(on)
        first = watched.bring_in("first", content(count, start="11/1/2026"))
        assert first.count(Verdict.NEW) == count
        second = watched.bring_in("second", content(count, start="12/1/2026", dearer=True))
        assert second.changes > count // 2
    most = SECONDS * count / ROWS
    for what in ("first", "second"):
        parts = watched.parts(what)
        took, clock = (sum(part[place] for part in parts.values()) for place in (0, 1))
        each = ", ".join(f"{name} {part[0]:.1f}" for name, part in parts.items())
        tell(
            f"Price sheet of {count:,} rows, {what} of two: CPU, stores included",
            f"{took:.1f} s ({each}; {clock:.0f} s by the clock), {count / took:,.0f} rows a second",
            f"{most:.0f} s",
            kept=took <= most,
        )
    memory = watched.most >> 20
    tell(f"Worker's memory at {count:,} rows", f"{memory} MB", f"{MEGABYTES} MB", kept=memory <= MEGABYTES)
    assert memory <= MEGABYTES
