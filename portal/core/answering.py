"""How a request ends: committed when it answered below 400, rolled back otherwise, and always with the safe headers."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFError
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal.core import once
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotFound, Problem, TooMany
from portal.core.listing import FORMS
from portal.core.scope import Scope, acting
from portal.core.web import SAFE, render
from portal.core.words import N_, Line, say

log = logging.getLogger(__name__)

OK, REFUSED = 200, 400
RETRY_AFTER = "5"
NO_FRAME = "frame-ancestors 'none'"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    f"connect-src 'self'; manifest-src 'self'; form-action 'self'; {NO_FRAME}; base-uri 'none'"
)
"""A page that is shown within another names that one in `g.framed_by`, the other names it in `g.frames`; one that loads the
counter of its shop's visits, which the visitor has allowed, names the place in `g.counted_by`."""
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Portal(Flask):
    """Flask, with one place where a request's work is kept or dropped."""

    def dispatch_request(self) -> Response:
        repeated = once.sent_before() if request.method == "POST" else None
        if repeated is not None:
            return repeated
        return settle(_of_the_form(self.make_response(super().dispatch_request())))


def _of_the_form(response: Response) -> Response:
    """The answer, unless a file of the office was asked for and this is none: a program would take the page for it."""
    asked = request.args.get("format") in FORMS and request.environ.get("vitrine.door") == "office"
    if asked and response.mimetype == "text/html" and response.status_code == OK:
        raise NotFound
    return response


def settle(response: Response) -> Response:
    """Commit what the view did, or drop it.  The only commit of a web request."""
    if response.status_code >= REFUSED:
        db.session.rollback()
        return once.after_refusal(response)
    if request.method not in SAFE:
        response = _receipted(response)
    _keep()
    if late := g.pop("afterwards", ()):
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - the app itself, for when no request is on
        response.call_on_close(partial(_when_answered, app, tuple(late)))
    return response


def _receipted(response: Response) -> Response:
    """The answer; or, when another sending of the form was first, that one's: nothing follows from this one then."""
    given = once.keep_receipt(response)
    if given is not response:
        g.pop("elsewhere", None)
        g.pop("afterwards", None)
    return given


def _keep() -> None:
    db.session.commit()
    for elsewhere, work in g.pop("elsewhere", ()):
        with acting(elsewhere):
            work()
            db.session.commit()


def also_for(elsewhere: Scope, work: Callable[[], object]) -> None:
    """What this request also does for another tenant: in a session of its own, when its own work has been kept."""
    g.setdefault("elsewhere", []).append((elsewhere, work))


def afterwards(work: Callable[[], object]) -> None:
    """What this request causes, and whoever sent it must not be able to time: done when the answer is out.

    It begins acting for nobody, and may `enter` a scope.  Should this process end in between, it is not done.
    """
    g.setdefault("afterwards", []).append(work)


def _when_answered(app: Flask, late: Iterable[Callable[[], object]]) -> None:
    for work in late:
        with app.app_context():
            try:
                work()
                _keep()
            except Exception:
                log.exception("what was to follow an answer broke")  # nobody is there to be told
                db.session.rollback()


def install(app: Flask) -> None:
    """Names each request, answers every fault with a page, and puts the safe headers on all answers."""
    app.before_request(_name_the_request)
    app.before_request(_rest_while_closed)
    app.after_request(_be_safe)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(IntegrityError, _overtaken)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(InterfaceError, _away)
    app.register_error_handler(DBAPIError, _unfit)
    app.register_error_handler(Exception, _broken)


def _name_the_request() -> None:
    g.request_id = secrets.token_hex(8)


def _rest_while_closed() -> Response | None:
    """During maintenance both doors say so, without asking the database."""
    return _closed_for_a_moment() if current_app.config["VITRINE"].maintenance_mark.exists() else None


def _be_safe(response: Response) -> Response:
    if policy := _own_policy():
        response.headers["Content-Security-Policy"] = policy
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    response.headers.setdefault("Cache-Control", "no-store" if g.get("person") else "no-cache")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _own_policy() -> str:
    """What a page says that the others do not; empty where it says nothing."""
    if within := g.get("framed_by"):
        return CONTENT_POLICY.replace(NO_FRAME, f"frame-ancestors {within}")
    if shown := g.get("frames"):
        return f"{CONTENT_POLICY}; frame-src {shown}"
    if counter := g.get("counted_by"):
        return re.sub(r"\b((?:script|img|connect)-src 'self')", rf"\1 {counter}", CONTENT_POLICY)
    return ""


def _problem(problem: Problem) -> Any:
    db.session.rollback()
    repeated = once.after_refusal(Response(status=problem.status))
    if repeated.location:
        return repeated
    response = _page(problem.status, problem.line)
    if isinstance(problem, TooMany):
        response.headers["Retry-After"] = str(problem.wait)
    return response


def _refused(error: HTTPException) -> Any:
    """Werkzeug's own refusals.  A route that does not exist and an id that does not look the same."""
    db.session.rollback()
    code = error.code or 500
    if code < REFUSED:
        return error
    if code == NotFound.status:
        return _page(code, Line(""))
    response = _page(code, Line(""))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _stale_form(_: CSRFError) -> Any:
    db.session.rollback()
    return _page(
        REFUSED,
        say(N_("This page was open too long, or comes from somewhere else. Load it again and repeat what you did.")),
    )


def _overtaken(error: Exception) -> Any:
    log.info("overtaken: %s", type(error).__name__)
    return _problem(
        Conflict(say(N_("Somebody else changed this at the same moment. Look at it again, then repeat what you did.")))
    )


def _unfit(error: DBAPIError) -> Any:
    """The database could not take a value (too large, a letter it has no place for): an input fault, not ours."""
    if error.connection_invalidated:
        return _away(error)
    if type(error).__name__ == "DataError":
        return _problem(Invalid(say(N_("A value is too large or has a letter that cannot be stored."))))
    return _broken(error)


def _away(error: Exception) -> Any:
    """The database does not answer: nothing was lost, and nothing of it is needed to say so.

    Unless it did answer: of two who wait for each other's rows it sends one away.
    """
    if isinstance(getattr(error, "orig", None), DeadlockDetected):
        return _overtaken(error)
    log.warning("the database does not answer: %s", type(error).__name__)
    db.session.rollback()
    return _closed_for_a_moment()


def _closed_for_a_moment() -> Response:
    response = current_app.make_response((_standing("503"), 503))
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def _broken(error: Exception) -> Any:
    log.error("request %s broke", g.get("request_id", "?"), exc_info=error)
    db.session.rollback()
    return current_app.make_response((_standing("500", request_id=g.get("request_id", "")), 500))


def _standing(code: str, **context: Any) -> str:
    """A page that stands when nothing else does: rendered past the context processors, which may ask the database."""
    return current_app.jinja_env.get_template(f"errors/{code}.html").render(**context)


def _page(status: int, line: Line) -> Response:
    """The error page of this door: the shop's in the tenant's clothes, the office's plain."""
    here = g.get("here")
    dressed = here is not None and here.house is not None and here.door == "shop"
    known = status if status in {403, 404, 409, 422, 429} else 422 if status < 500 else 500  # noqa: PLR2004
    name = f"errors/{'shop_' if dressed else ''}{known}.html"
    if known == 500:  # noqa: PLR2004
        name = "errors/500.html"
    return current_app.make_response(
        (render(name, line=line, status=status, request_id=g.get("request_id", "")), status)
    )
