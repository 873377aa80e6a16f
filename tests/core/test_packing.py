"""Pages over the wire: packed where every stranger gets the same, never where something secret stands in them."""

from __future__ import annotations

import gzip

import pytest

from tests.world import World

PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def visitor(world: World):
    return world.north.shop()


def test_a_page_all_strangers_get_comes_packed(visitor) -> None:
    plain, packed = visitor.get("/"), visitor.get("/", headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data) == plain.data
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("address", ["/sign-in", "/contact"])
def test_a_page_with_the_token_of_a_form_is_never_packed(visitor, address: str) -> None:
    answer = visitor.get(address, headers=PACKED)
    assert b"csrf_token" in answer.data
    assert "Content-Encoding" not in answer.headers


def test_a_page_made_for_somebody_is_never_packed(world: World) -> None:
    for member in (world.north.shop_client(), world.north.client()):
        answer = member.get("/", headers=PACKED)
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
