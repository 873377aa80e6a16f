"""Looking changes nothing, and asks what was asked before in the same words.

That a page asks no more however long its list is, `tests/bench/test_lists.py` says.
"""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
import time_machine

from tests.house.asking import Visit, map_of
from tests.house.furniture import furnish
from tests.queries import counted


@pytest.fixture(scope="module")
def world(make_furnished):
    return make_furnished("looked_at")


@pytest.fixture(scope="module")
def routes(world):
    return map_of(world.meridian.app)


@pytest.fixture(scope="module")
def tour(world, routes, addresses, server):
    """Every page of both doors, looked at by two administrators: what was written meanwhile, and what was asked."""
    rows = {house.word: furnish(house) for house in (world.meridian, world.north)}
    url = addresses.superuser_url.replace("+psycopg", "").replace("/vitrine?", "/looked_at?")
    with (
        psycopg.connect(url, autocommit=True) as eyes,
        time_machine.travel(datetime.now(UTC), tick=False),
        counted(world.meridian.app) as asked,
    ):
        visits = [
            (house, door, Visit.of(house, door, "administrator"))
            for house in (world.meridian, world.north)
            for door in ("office", "shop")
        ]
        before, complaints = _prints(eyes), []
        for house, door, visit in visits:
            for route in (one for one in routes if one.method == "GET" and one.door == door):
                for method in ("GET", "HEAD"):
                    visit.client.open(visit.address(route, route.own(rows[house.word])), method=method)
                after = _prints(eyes)
                if after != before:
                    touched = sorted(table for table in after if after[table] != before[table])
                    complaints.append(f"{route} in {house.word}: wrote {touched}")
                    before = after
    return complaints, asked


def test_get_and_head_change_nothing(tour):
    complaints, _ = tour
    assert not complaints, "\n".join(complaints)


def test_no_question_of_a_page_is_written_anew_each_time(tour, routes):
    """To write a statement takes longer than to ask it: each must be of a kind that SQLAlchemy can keep."""
    _, asked = tour
    assert len(asked) > len(routes)
    assert not asked.anew, "\n".join(sorted(asked.anew))


def _prints(eyes):
    """What stands in every table, and who wrote it."""
    names = [name for (name,) in eyes.execute("select tablename from pg_tables where schemaname = 'public'")]
    of_one = "select '{0}', count(*) || ' ' || coalesce(max(xmin::text::bigint), 0) from \"{0}\""
    return dict(eyes.execute(" union all ".join(of_one.format(name) for name in names)).fetchall())
