"""The small signed cookie of a visit: the CSRF token, words to show once.  Who is signed in stands in the database.

Its name and its salt carry the door and the host, so a cookie of one tenant's host says nothing on another's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

if TYPE_CHECKING:
    from flask import Request, Response

LASTS = 12 * 3600


def cookie_name(word: str) -> str:
    """The cookie's full name here: with the `__Host-` prefix over TLS; on the neutral shop host with the Client ID."""
    client_id = request.environ.get("vitrine.client_id", "")
    return f"{name_of(word, is_secure=request.is_secure)}{'-' + client_id.lower() if client_id else ''}"


def name_of(word: str, *, is_secure: bool) -> str:
    """The same at a host that is one tenant's."""
    return f"__Host-{word}" if is_secure else word


def cookie_options() -> dict[str, Any]:
    """How every cookie of ours is set.  Path `/` even under /@<client-id>: the name already tells them apart."""
    return {"httponly": True, "secure": request.is_secure, "samesite": "Lax", "path": "/"}


def cookie_of(word: str) -> str:
    """What the browser shows of the cookie that was given under this word; empty where it shows none."""
    return request.cookies.get(cookie_name(word), "")


def give_cookie(response: Response, word: str, value: str, *, lasts: int | timedelta | None = None) -> None:
    """Give the browser a cookie under this word; without a time to last it goes with the browser."""
    response.set_cookie(cookie_name(word), value, max_age=lasts, **cookie_options())


def take_cookie(response: Response, word: str) -> None:
    """Take back what was given under this word."""
    response.delete_cookie(cookie_name(word), **cookie_options())


class VisitInterface(SecureCookieSessionInterface):
    """Flask's signed cookie, bound to door and host."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        value = cookie_of("visit")
        if not value:
            return self.session_class()
        try:
            return self.session_class(_serializer(app, request).loads(value, max_age=LASTS))
        except BadSignature:
            return self.session_class()

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified:
            return
        if not session:
            take_cookie(response, "visit")
            return
        give_cookie(response, "visit", str(_serializer(app, request).dumps(dict(session))))


def _serializer(app: Flask, request: Request) -> URLSafeTimedSerializer:
    salt = f"visit:{request.environ.get('vitrine.door', '')}:{request.host}:{request.script_root}"
    return URLSafeTimedSerializer(str(app.secret_key), salt=salt)
