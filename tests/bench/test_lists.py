"""How many statements the pages of both tiers ask, with few rows and with many: every page of the map, found by walking it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import pytest

from tests.bench.figures import Tell
from tests.bench.stock import fill
from tests.house.asking import Visit, map_of
from tests.house.conftest import furnished_world, make_furnished
from tests.queries import MOST, Asked, counted
from tests.world import House

__all__ = ["furnished_world", "make_furnished"]

FEW, MANY = 3, 35  # a page holds 30
AT_LEAST = 25  # lists, or the walk has lost its way
DASHBOARD = "overview.dashboard"
MOST_OF_A_DASHBOARD = 8
SIGNS = ('class="list"', 'class="trail-list"')  # a table of rows, and the log


@pytest.mark.parametrize("word", ["meridian", "north"])
def test_no_page_asks_more_however_many_rows_there_are(make_furnished, tell: Tell, word: str) -> None:
    house: House = getattr(make_furnished(f"counted_{word}"), word)
    few, many = ({seen.endpoint: seen for seen in walk(house, count)} for count in (FEW, MANY))
    lists = {name for name, seen in many.items() if seen.is_list} - {DASHBOARD}
    for what, names, most in ((f"{len(lists)} lists", lists, MOST), ("dashboard", {DASHBOARD}, MOST_OF_A_DASHBOARD)):
        counts = [max(len(walked[name].asked) for name in names) for walked in (few, many)]
        tell(
            f"{house.name}, {what}: statements at most, with {FEW} and {MANY} rows",
            " and ".join(map(str, counts)),
            str(most),
            kept=max(counts) <= most,
        )
        over = {name: max(few[name].asked, many[name].asked, key=len) for name in names}
        over = {name: asked for name, asked in over.items() if len(asked) > most}
        assert not over, (sorted(over), over)
    grown = {name: seen.asked for name, seen in many.items() if name in few and len(seen.asked) > len(few[name].asked)}
    assert not grown, grown
    assert len(lists) > AT_LEAST


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that is looked at a second time: what it says, and what it asks."""

    endpoint: str
    page: str
    asked: Asked

    @property
    def is_list(self) -> bool:
        return any(sign in self.page for sign in SIGNS)


def walk(house: House, count: int) -> Iterator[Seen]:
    """Every page of both doors that opens to the administrator, with so many rows in the house."""
    rows = fill(house, count)
    for door in ("office", "shop"):
        visit = Visit.of(house, door, "administrator")
        for route in (one for one in map_of(house.app) if one.method == "GET" and one.door == door):
            address = visit.address(route, route.own(rows))
            visit.client.get(address)
            with counted(house.app) as asked:
                answer = visit.client.get(address)
            if answer.status_code == HTTPStatus.OK:
                yield Seen(route.endpoint, answer.text if answer.mimetype == "text/html" else "", asked)
