"""What a front server asks before it gets a certificate for a name: `GET /internal/tls/allowed?domain=shop.example.com`.

Anybody on the internet can make a front server ask, by opening any name at it.  So the answer comes before the app and
says one word: 200 for a proved domain of a tenant who works, 404 for everything else, the same whoever's it is or is not.
Only a front server may ask: one on this machine, past no proxy, or one that shows `FRONT_SECRET`.  To all others this
address is one of the pages that are not there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from hmac import compare_digest
from ipaddress import ip_address
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from sqlalchemy.exc import DBAPIError

from portal.domains.names import LONGEST
from portal.tenants import hosts, own_hosts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

    from portal.config import Settings

PATH: Final = "/internal/tls/allowed"
KEPT: Final = 5.0  # seconds an answer counts: so long a suspended tenant's name may still get a certificate
MOST_KEPT: Final = 10_000
FORWARDED: Final = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)
OF_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
YES, NO, NOT_NOW = "200 OK", "404 Not Found", "503 Service Unavailable"
HEADERS: Final = [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Cache-Control", "no-store")]


class FrontServer:
    """WSGI: answers front servers, and lets everybody else through to the app."""

    def __init__(self, app: Flask, inner: WSGIApplication, settings: Settings) -> None:
        self.inner, self._app = inner, app
        self._secret = settings.front_secret.encode()
        self._keeping = Lock()
        self.kept: OrderedDict[str, tuple[float, bool]] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or not self._may_ask(environ):
            return self.inner(environ, start_response)
        start_response(self._answer(environ), HEADERS)
        return ()

    def _may_ask(self, environ: WSGIEnvironment) -> bool:
        if self._secret:
            shown = _asked(environ, "secret") or environ.get("HTTP_X_FRONT_SECRET", "")
            return compare_digest(shown.encode("utf-8", "replace"), self._secret)
        past_a_proxy = any(name in environ for name in FORWARDED)
        to_this_machine = hosts.plain(environ.get("HTTP_HOST", "")) in OF_THIS_MACHINE
        return _is_loopback(environ.get("REMOTE_ADDR", "")) and to_this_machine and not past_a_proxy

    def _answer(self, environ: WSGIEnvironment) -> str:
        name = _asked(environ, "domain").lower().removesuffix(".")
        if environ.get("REQUEST_METHOD") not in {"GET", "HEAD"} or not _may_be_a_name(name):
            return NO
        try:
            return YES if self._may_be_certified(name) else NO
        except DBAPIError:
            return NOT_NOW

    def _may_be_certified(self, name: str) -> bool:
        moment = monotonic()
        until, known = self.kept.get(name, (0.0, False))
        if until > moment:
            return known
        with self._app.app_context():
            found = own_hosts.may_be_certified(name)
        with self._keeping:
            self.kept[name] = (moment + KEPT, found)
            self.kept.move_to_end(name)
            while len(self.kept) > MOST_KEPT:
                self.kept.popitem(last=False)
        return found


def _asked(environ: WSGIEnvironment, word: str) -> str:
    """One parameter of the address; said twice it is not said."""
    try:
        found = parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=10).get(word, [])
    except ValueError:
        return ""
    return found[0] if len(found) == 1 else ""


def _may_be_a_name(name: str) -> bool:
    """Whether it is worth asking the database at all."""
    letters = name.replace("-", "").replace(".", "")
    return 0 < len(name) <= LONGEST and "." in name and letters.isascii() and letters.isalnum()


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
