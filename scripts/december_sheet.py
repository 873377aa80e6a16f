"""Makes December's price sheet out of November's: `python -m scripts.december_sheet`.

A small one, of 21 columns as the vendor sends them from then on, for trying what a changed sheet does: some prices 5 %
up, a few far up, a few down, some products new, some no longer named, one line broken.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path

DATA = Path(__file__).parent.parent / "tests" / "data"
NOVEMBER, DECEMBER = DATA / "price-sheet-2026-11-us-usd.csv", DATA / "price-sheet-2026-12-us-usd.csv"
ROWS = 120
CENT = Decimal("0.01")
START = "12/1/2026 12:00:00 AM"
PRICES = ("UnitPrice", "ERP Price")


def factor_of(number: int) -> Decimal:
    """By how much the prices of a line move: every third 5 % up, every fortieth by half, every eleventh 10 % down."""
    if number % 40 == 0:
        return Decimal("1.50")
    if number % 11 == 0:
        return Decimal("0.90")
    return Decimal("1.05") if number % 3 == 0 else Decimal(1)


def december(november: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    """December's lines: those of November with other prices, but for every twentieth; then a new product."""
    row: dict[str, str] = {}
    for number, row in enumerate(november, start=1):
        if number % 20 == 0 and number % 40:
            continue
        yield changed(row, factor_of(number))
    for plan, billing in (("P1M", "Monthly"), ("P1Y", "Annual")):
        new = {
            "ProductId": "CFQ7TTC0LUME",
            "SkuId": "0001",
            "ProductTitle": "Lumen Copilot",
            "SkuTitle": "Lumen Copilot",
        }
        yield (
            row | new | {"TermDuration": plan, "BillingPlan": billing, "ChangeIndicator": "Added", "PreviousValues": ""}
        )
    yield row | {"SkuId": "9999", "UnitPrice": "n/a", "ChangeIndicator": "Added", "PreviousValues": ""}


def changed(row: dict[str, str], factor: Decimal) -> dict[str, str]:
    if factor == 1:
        return row | {"ChangeIndicator": "Unchanged", "PreviousValues": ""}
    prices = {name: str((Decimal(row[name]) * factor).quantize(CENT, ROUND_HALF_UP)) for name in PRICES}
    before = ";".join(f"{name}={row[name]}" for name in PRICES)
    moved = {"EffectiveStartDate": START, "ChangeIndicator": "Updated", "PreviousValues": before}
    return row | prices | moved


def main() -> None:
    with NOVEMBER.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        columns = ["ChangeIndicator", *(lines.fieldnames or ()), "PreviousValues"]
        rows = list(december(islice(lines, ROWS)))
    with DECEMBER.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
