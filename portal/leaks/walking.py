"""A walk through a storefront: every page the map of the doors has, and every address they name, asked of the app itself.

Nothing goes over the network and nothing is sent: pages are asked for as a browser asks, in contexts of their own, with a
ticket that shows the shop as if it were open.  A page that is new is walked through because it is on the map.
"""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from portal.core.answering import REFUSED
from portal.core.assets import PREFIX
from portal.core.routes import routes
from portal.tenants import preview
from portal.tenants.models import Door

MOST_OF_ONE = 8
"""Addresses of one page with other parameters or questions: a shop has thousands of products, all made alike."""
_NOTHING = "nothing"
REDIRECTS = range(300, 400)
_LINKS = re.compile(
    r"""(?:\b(?:href|src|action|srcset)=["']([^"'<>\s]+))|(?:\bcontent=["']((?:https?:/)?/[^"'<>\s]+))|(?:url\(["']?([^"')\s]+))|(?:<loc>([^<]+))|(?:"src": ?"([^"]+))"""
)


@dataclass(slots=True)
class Walk:
    """Through the shop of one tenant, in front of a browser that may hold a cookie."""

    origin: str
    tenant_id: int
    cookie: str = ""  # static files are the same for everybody: with one they are not asked for again
    _waiting: deque[str] = field(default_factory=deque)
    _known: set[str] = field(default_factory=set)
    _of_one: Counter[str] = field(default_factory=Counter)

    def answers(self) -> Iterator[tuple[str, TestResponse]]:
        """(path, answer), each address once."""
        self._begin()
        while self._waiting:
            path = self._waiting.popleft()
            answer = self._ask(path)
            yield path, answer
            for address in _named_in(answer) if answer.status_code < REFUSED else ():
                self._take(urljoin(path, address))

    @property
    def share(self) -> float:
        """How much of what is known so far was walked through, of 1."""
        return 1 - len(self._waiting) / max(len(self._known), 1)

    def _begin(self) -> None:
        """The map first; where it wants a name, a page that is not there."""
        for route in routes(current_app):
            if route["door"] == Door.SHOP and route["method"] == "GET":
                self._take(re.sub(r"<[^>]+>", _NOTHING, route["rule"]))

    def _take(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.netloc and f"{parts.scheme}://{parts.netloc}" != self.origin:
            return
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        page = self._page_of(parts.path)
        is_known = path in self._known or (self.cookie and page == PREFIX)
        if is_known or page is None or self._of_one[page] >= MOST_OF_ONE:
            return
        self._known.add(path)
        self._of_one[page] += page != PREFIX
        self._waiting.append(path)

    def _page_of(self, path: str) -> str | None:
        """Which page of the map an address is of."""
        if path.startswith(PREFIX):
            return PREFIX
        doors = current_app.url_map.bind("", subdomain=Door.SHOP.value)
        try:
            endpoint, _ = doors.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            return None
        return str(endpoint)

    def _ask(self, path: str) -> TestResponse:
        ticket = preview.ticket(self.tenant_id)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        client = current_app.test_client(use_cookies=False)
        try:
            return Context().run(
                client.get,
                path,
                base_url=self.origin,
                headers=headers,
                environ_overrides={preview.ENVIRON: ticket},
                buffered=True,
            )
        finally:
            preview.discard(ticket)


def _named_in(answer: TestResponse) -> Iterator[str]:
    """The addresses that an answer names."""
    if answer.status_code in REDIRECTS:
        yield str(answer.location)
    if is_text(answer):
        for found in _LINKS.finditer(answer.get_data(as_text=True)):
            yield html.unescape(next(filter(None, found.groups())))


def is_text(answer: TestResponse) -> bool:
    kind = answer.mimetype or ""
    return kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))
