"""Asks any route of the map, as anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.routing import BuildError

from portal.core.routes import routes
from tests.house.authorization import named

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from portal.app import Vitrine
    from tests.house.furniture import Rows
    from tests.world import House

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
REQUEST_ID = re.compile(rb"\b[0-9a-f]{16}\b")
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    rule: str
    door: str
    endpoint: str
    permission: str | None
    feature: str | None
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.rule} ({self.door})"

    @property
    def is_unsafe(self) -> bool:
        return self.method in UNSAFE

    def own(self, rows: Rows) -> dict[str, str]:
        """What the parameters are called in these rows."""
        return {name: rows[self._named(name).own] for name in self.parameters}

    def foreign(self, rows: Rows, others: Rows) -> Iterator[dict[str, str]]:
        """The addresses of somebody else's rows: all foreign, and each parameter foreign beside own ones."""
        strange = {name: self._named(name).in_another(others) for name in self.parameters}
        whole = {name: value for name, value in strange.items() if value is not None}
        if len(whole) == len(self.parameters):
            yield whole
        if len(self.parameters) > 1:
            yield from ({**self.own(rows), name: value} for name, value in whole.items())

    def missing(self, rows: Rows) -> Iterator[dict[str, str]]:
        for name in self.parameters:
            yield {**self.own(rows), name: self._named(name).missing}

    def malformed(self, rows: Rows, nonsense: tuple[str, ...]) -> Iterator[dict[str, str]]:
        for name in self.parameters:
            yield from ({**self.own(rows), name: text} for text in nonsense)

    def _named(self, parameter: str) -> Any:
        found = named(self.endpoint, parameter)
        assert found is not None, f"{self}: say in tests/house/authorization.py how {parameter} names a row"
        return found


def map_of(app: Vitrine) -> list[Route]:
    return [Route(**{**one, "parameters": tuple(one["parameters"])}) for one in routes(app)]


@dataclass(slots=True)
class Visit:
    """One browser at one door, signed in or not, that can fill in the tokens of any form."""

    house: House
    client: FlaskClient
    token: str = field(default="")

    @classmethod
    def of(cls, house: House, door: str, role: str | None = None) -> Visit:
        if door == "shop":
            return cls(house, house.shop_client(role) if role else house.shop())
        return cls(house, house.client(role) if role else house.visitor())

    def ask(self, route: Route, given: Mapping[str, str], **options: Any) -> TestResponse:
        """The answer at this route; forms get their token unless `data` or `json` is given."""
        if route.is_unsafe and not {"data", "json"} & set(options):
            options["data"] = {"csrf_token": self.csrf()}
        return self.client.open(self.address(route, given), method=route.method, **options)

    def address(self, route: Route, given: Mapping[str, str]) -> str:
        urls = self.house.app.url_map.bind("", subdomain=route.door)
        try:
            return urls.build(route.endpoint, dict(given), force_external=False)
        except BuildError as error:  # pragma: no cover - the map and the table disagree
            raise AssertionError(f"{route}: {error}") from error

    def csrf(self) -> str:
        """The token of this browser's forms, read off a page that has one."""
        if not self.token:
            for page in ("/password", "/sign-in"):
                found = TOKEN.search(self.client.get(page).text)
                if found:
                    self.token = found[1]
                    break
            assert self.token, "no page gave a CSRF token"
        return self.token


def body(answer: TestResponse) -> bytes:
    """The page apart from the request's own number."""
    return REQUEST_ID.sub(b"", answer.data)
