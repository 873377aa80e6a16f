"""A front server that asks for which names it may get certificates: two thousand times a second."""

from __future__ import annotations

from functools import partial
from itertools import count

from werkzeug.test import create_environ

from portal.app import Vitrine
from portal.domains.front import PATH
from portal.domains.models import Pretend, State
from tests.bench.figures import Tell
from tests.bench.stopwatch import milliseconds
from tests.domains.conftest import NAME, adding, domain  # noqa: F401 - fixtures
from tests.queries import counted

A_SECOND = 2_000


class Front:
    """A front server on this machine."""

    def __init__(self, app: Vitrine) -> None:
        self._app, self.status = app, ""
        where = {"path": PATH, "base_url": "http://127.0.0.1:8000"}
        self._environ = create_environ(**where, environ_overrides={"REMOTE_ADDR": "127.0.0.1"})

    def ask(self, name: str) -> None:
        list(self._app({**self._environ, "QUERY_STRING": f"domain={name}"}, self._begin))

    def _begin(self, status: str, _: object) -> None:
        self.status = status


def test_a_front_server_is_answered_two_thousand_times_a_second(domain, app, tell: Tell, is_long) -> None:  # noqa: F811 - a fixture
    assert domain.says(Pretend.READY) is State.LIVE
    front, numbers, statuses = Front(app), count(), []
    with counted(app) as asked:
        for name in (NAME, NAME, "nobody.example", "nobody.example"):
            front.ask(name)
            statuses.append(front.status[:3])
    assert statuses == ["200", "200", "404", "404"]
    assert len(asked) == 2, "one statement for each name, and then none for seconds"
    asking = {"known": partial(front.ask, NAME), "fresh": lambda: front.ask(f"n{next(numbers)}.example")}
    took = milliseconds(asking, rounds=11 if is_long else 5, times=200)
    budget = 1000 / A_SECOND
    tell(
        f"May a certificate be had: CPU, when {A_SECOND:,} a second ask on one processor",
        f"{took['known']:.3f} ms (a name nobody asked for before {took['fresh']:.2f} ms)",
        f"{budget:.1f} ms",
        kept=took["known"] <= budget,
    )
