"""Both walls hold on every way we know; and when either is taken away, this file goes red."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import pytest

from portal.local import stores
from tests.house.access_patterns.matrix import (
    MAY_READ,
    MAY_WRITE,
    Ground,
    Table,
    book,
    differences,
    leaks,
    without_wall_one,
    written,
)
from tests.house.access_patterns.pooler import pooling
from tests.house.access_patterns.reads import READS
from tests.house.access_patterns.writes import WRITES
from tests.house.conftest import MakeGround


@pytest.fixture(scope="module")
def ground(make_ground: MakeGround) -> Ground:
    return make_ground("ground")


@pytest.fixture(scope="module")
def read(ground: Ground) -> Table:
    return ground.read(READS)


@pytest.fixture(scope="module")
def wrote(ground: Ground) -> Table:
    return ground.write(WRITES)


def test_we_know_enough_ways():
    assert len({way.name for way in READS}) == len(READS) >= 49
    assert len({way.name for way in WRITES}) == len(WRITES) >= 28


def test_nothing_is_read_that_is_not_ones_own(read):
    assert leaks(read, READS, MAY_READ) == []


def test_nothing_is_written_that_is_not_ones_own(wrote):
    assert leaks(wrote, WRITES, MAY_WRITE) == []


def test_every_read_ends_as_the_book_says(read):
    assert differences(read, book("reads")) == [], written(read)


def test_every_write_ends_as_the_book_says(wrote):
    assert differences(wrote, book("writes")) == [], written(wrote)


# ------------------------------------------------------------------------------------- what is seen when a wall is gone


def test_without_wall_one_the_book_no_longer_holds_though_nothing_leaks(make_ground):
    ground = make_ground("without_wall_one")
    with without_wall_one(ground.app):
        read, wrote = ground.read(READS), ground.write(WRITES)
    assert leaks(read, READS, MAY_READ) == leaks(wrote, WRITES, MAY_WRITE) == []
    assert len(differences(read, book("reads"))) > 100
    assert len(differences(wrote, book("writes"))) > 50


def test_without_wall_two_strangers_rows_are_reached(make_ground, server):
    server.execute(f"create role all_seeing login bypassrls in role {stores.APP}")
    ground = make_ground("without_wall_two", through=lambda url: url.replace(stores.APP, "all_seeing"))
    assert len(leaks(ground.read(READS), READS, MAY_READ)) > 20
    assert len(leaks(ground.write(WRITES), WRITES, MAY_WRITE)) > 10


@pytest.mark.long
def test_both_walls_hold_through_a_pooler(make_ground, addresses):
    with pooling(addresses.database_url) as pooled:
        pool = urlsplit(pooled).query
        ground = make_ground("pooled", through=lambda url: urlunsplit(urlsplit(url)._replace(query=pool)))
        for _ in range(3):
            assert differences(ground.read(READS), book("reads")) == []
        assert differences(ground.write(WRITES), book("writes")) == []
