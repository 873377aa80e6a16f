"""Ten wrong ones in fifteen minutes, then a wait that grows; counted in the database, given back to who was right."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from portal.core.db import apart
from portal.core.errors import TooMany
from portal.users import throttle
from portal.users.models import SignInCounter
from tests.users.conftest import Visitor

MORNING = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def fail(visitor: Visitor, house: Any, times: int = 1) -> list[int]:
    return [visitor.sign_in(house, password="wrong").status_code for _ in range(times)]


def test_after_ten_wrong_ones_even_the_right_one_waits(visitor: Visitor, north: Any, clock: Any) -> None:
    assert fail(visitor, north, 10) == [422] * 10
    refused = visitor.sign_in(north)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "one minute" in refused.text
    clock.shift(timedelta(seconds=61))
    assert visitor.sign_in(north).status_code == 303


def test_the_wait_doubles_up_to_fifteen_minutes(visitor: Visitor, north: Any, clock: Any) -> None:
    fail(visitor, north, 10)
    waits = []
    for _ in range(6):
        wait = int(visitor.sign_in(north).headers["Retry-After"])
        waits.append(wait // 60)
        clock.shift(timedelta(seconds=wait))
        assert fail(visitor, north) == [422]
    assert waits == [1, 2, 4, 8, 15, 15]


def test_somebody_who_does_not_exist_is_refused_alike(visitor: Visitor, north: Any, clock: Any) -> None:
    answers = [visitor.sign_in(north, username="nobody") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    strangers = [visitor.sign_in(client_id="ZZZZZZZZ", username="nobody") for _ in range(11)]
    assert [answer.status_code for answer in strangers] == [422] * 10 + [429]


def test_spread_over_more_than_a_quarter_of_an_hour_they_do_not_add_up(
    visitor: Visitor, north: Any, clock: Any
) -> None:
    for _ in range(14):
        assert fail(visitor, north) == [422]
        clock.shift(timedelta(minutes=2))


def test_the_right_password_empties_the_counter(visitor: Visitor, north: Any, clock: Any) -> None:
    fail(visitor, north, 9)
    assert visitor.sign_in(north).status_code == 303
    visitor.send("/sign-out", "/password")
    assert fail(visitor, north, 10) == [422] * 10


def test_a_known_device_still_gets_in(visitor: Visitor, world: Any, north: Any, clock: Any) -> None:
    visitor.sign_in(north)
    visitor.send("/sign-out", "/password")
    stranger = Visitor(world.meridian.visitor())
    fail(stranger, north, 10)
    assert stranger.sign_in(north).status_code == 429
    assert visitor.sign_in(north).status_code == 303


def test_a_known_device_has_ten_of_its_own(visitor: Visitor, north: Any, clock: Any) -> None:
    visitor.sign_in(north)
    visitor.send("/sign-out", "/password")
    assert fail(visitor, north, 10) == [422] * 10
    assert visitor.sign_in(north).status_code == 429


def test_a_made_up_device_is_not_known(visitor: Visitor, north: Any, clock: Any) -> None:
    fail(visitor, north, 10)
    visitor.client.set_cookie("device", "made-up.abc.def", domain="office.localhost")
    assert visitor.sign_in(north).status_code == 429


def test_one_users_device_is_strange_to_another(visitor: Visitor, world: Any, north: Any, clock: Any) -> None:
    visitor.sign_in(north, username=north.people["sales"])
    visitor.send("/sign-out", "/password")
    fail(Visitor(world.meridian.visitor()), north, 10)
    assert visitor.sign_in(north).status_code == 429


def test_one_source_and_one_client_id_have_limits_of_their_own(app: Any, clock: Any) -> None:
    with app.app_context():
        for limit in (throttle.of_source("203.0.113.7"), throttle.of_client_id("ABCD2345")):
            for _ in range(limit.most):
                throttle.take([limit])
            with pytest.raises(TooMany):
                throttle.take([limit, throttle.of_user("ABCD2345", "somebody.else")])


def test_a_refused_try_is_not_counted(app: Any, clock: Any) -> None:
    with app.app_context():
        limit = throttle.of_user("ABCD2345", "maria")
        for _ in range(10):
            throttle.take([limit])
        for _ in range(5):
            with pytest.raises(TooMany):
                throttle.take([limit])
        clock.shift(timedelta(minutes=1))
        throttle.take([limit])


def test_many_at_once_get_no_more_than_one_after_the_other(app: Any) -> None:
    def attempt(_: int) -> bool:
        with app.app_context():
            try:
                throttle.take([throttle.of_user("ABCD2345", "maria"), throttle.of_source("203.0.113.7")])
            except TooMany:
                return False
            return True

    with ThreadPoolExecutor(12) as crowd:
        judged = list(crowd.map(attempt, range(40)))
    assert sum(judged) == 10


def test_what_was_right_is_given_back_to_source_and_client_id(app: Any, clock: Any) -> None:
    with app.app_context():
        limits = [throttle.of_source("203.0.113.7"), throttle.of_client_id("ABCD2345")]
        for _ in range(limits[1].most + 5):
            throttle.give_back(limits, throttle.take(limits))
            clock.shift(timedelta(milliseconds=1))


def test_counters_hold_no_word_and_go_after_a_day(app: Any, clock: Any) -> None:
    with app.app_context():
        throttle.take([throttle.of_user("ABCD2345", "maria")])
        with apart() as connection:
            (mark,) = connection.execute(select(SignInCounter.mark)).one()
        assert len(mark) == 32
        assert b"maria" not in mark
        clock.shift(timedelta(days=1, minutes=1))
        throttle.take([throttle.of_user("ABCD2345", "peter")])
        with apart() as connection:
            assert connection.scalar(select(func.count()).select_from(SignInCounter)) == 1


def test_a_line_with_many_addresses_is_one_source(app: Any, clock: Any) -> None:
    with app.app_context():
        for number in range(100):
            throttle.take([throttle.of_source(f"2001:db8:7:7::{number:x}")])
        with pytest.raises(TooMany):
            throttle.take([throttle.of_source("2001:db8:7:7:ffff::1")])
        throttle.take([throttle.of_source("2001:db8:7:8::1")])
        throttle.take([throttle.of_source("::ffff:203.0.113.7")])
