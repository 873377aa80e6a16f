"""What every page stands on: doors, permissions, addresses, and how a page is rendered and answered.

A face (one slice's pages at one door) is a blueprint made by `face`.  Each view says who may see it, by `needs` or
`open_to_all`; a view that says neither stops the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import BigInteger, BindParameter, ColumnElement, Row, Select, bindparam
from werkzeug.local import LocalProxy

from portal.core.themes import environment_of

View = TypeVar("View", bound=Callable[..., Any])

PERMISSIONS: set[str] = set()
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that change nothing


@dataclass(frozen=True, slots=True)
class Entry:
    """What a view asks of whoever enters.  No permission: open to all."""

    permission: str | None = None
    feature: str | None = None
    lasting: bool = False  # stays open while a first password must be changed, and while suspended
    shows: bool = False  # its page shows what is changed there: while suspended it may be looked at
    early: bool = False  # reads the sign-in itself, together with its own rows
    sealed: bool = False  # its address is the proof: machines send to it that have seen no form of ours


class Person(Protocol):
    """Who is signed in, as far as the core knows."""

    id: Any
    name: str

    def may(self, permission: str) -> bool: ...


ACTING: BindParameter[int] = bindparam("acting_tenant", type_=BigInteger)
"""Whose page it is, in what stands beside the statement of the gate: that is read without the fences of the session."""


class Gate(Protocol):
    """Reads who comes, in one statement; chosen in app.py, kept by the slice that knows people."""

    def is_known(self) -> bool:
        """Whether the request carries a sign-in at all (nothing is asked of the database)."""
        ...

    def admit(self, also: Select[Any] | None = None, *, watching: bool = False, **asked: Any) -> Row[Any] | None:
        """Enter the scope, fill `g.here` and `g.person`; give the row, with the columns of `also` beside.  None: nobody.

        `asked` are the parameters of `also`, which is written once; `watching` says that nobody asked but the page itself.
        """
        ...

    def reader(self) -> ColumnElement[UUID]:
        """Who reads, as `also` may name him; null where he is nobody's user here."""
        ...


def _gate() -> Gate:
    return cast("Gate", current_app.extensions["vitrine.gate"])


gate = cast("Gate", LocalProxy(_gate))


def face(name: str, import_name: str, *, door: str = "office") -> Blueprint:
    """The pages of one slice at one door.  The door is the URL map's subdomain slot."""
    return Blueprint(name, import_name, subdomain=door, template_folder="templates")


def needs(
    permission: str, *, feature: str | None = None, lasting: bool = False, early: bool = False, shows: bool = False
) -> Callable[[View], View]:
    """Only for people whose role has the permission, in tenants whose edition opens the feature."""
    PERMISSIONS.add(permission)
    return _marked(Entry(permission, feature, lasting=lasting, early=early, shows=shows))


def open_to_all(view: View) -> View:
    """For anybody, signed in or not."""
    return _marked(Entry(lasting=True))(view)


def open_by_address(view: View) -> View:
    """For whoever has the address, which is sealed: what is sent there needs no token of a form.

    Such a view believes no cookie, and does the one thing its address is for.
    """
    return _marked(Entry(lasting=True, sealed=True))(view)


def _marked(entry: Entry) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.entry = entry  # type: ignore[attr-defined]
        return view

    return mark


def entry_of(endpoint: str | None) -> Entry | None:
    """What the view behind an endpoint asks; None when there is no such view."""
    view = current_app.view_functions.get(endpoint or "")
    return cast("Entry | None", getattr(view, "entry", None))


def unmarked(app: Flask) -> Iterator[str]:
    """Endpoints that say nothing about who may enter; there must be none."""
    for endpoint, view in app.view_functions.items():
        if endpoint != "static" and not hasattr(view, "entry"):
            yield endpoint


def sealed(app: Flask) -> Iterator[str]:
    """Endpoints whose address alone is the proof."""
    for endpoint, view in app.view_functions.items():
        if getattr(view, "entry", Entry()).sealed:
            yield endpoint


def url(endpoint: str, **values: Any) -> str:
    """The address of a page of this door."""
    return url_for(endpoint, **values)


def render(template: str, **context: Any) -> str:
    """A page: in the shop by the tenant's theme, in the office always plain."""
    environment = (
        environment_of(g.here.dress.get("theme", "plain")) if g.get("here") and g.here.door == "shop" else None
    )
    if environment is None:
        return render_template(template, **context)
    current_app.update_template_context(context)
    return environment.get_template(template).render(context)


def asked_by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def asks_for_a_page() -> bool:
    """Whether a browser shows what comes back as a page: not a picture, a file of its own or a part of a page."""
    wanted = request.accept_mimetypes
    return request.method in SAFE and not asked_by_htmx() and (not wanted or wanted.best == "text/html")


def answer(fragment: str, *, otherwise: str, **context: Any) -> ResponseReturnValue:
    """After a verb: the changed fragment for htmx, a 303 to `otherwise` for a plain form."""
    if asked_by_htmx():
        return render(fragment, **context)
    return redirect(otherwise, 303)


def see(address: str) -> Response:
    """Go and look there, by GET."""
    return cast("Response", redirect(address, 303))


def source() -> str:
    """The network address the request comes from; forwarded headers count only from trusted proxies (see Approach)."""
    address = request.remote_addr or ""
    try:
        return str(ip_address(address))
    except ValueError:
        return ""


def is_safe_address(target: str | None) -> bool:
    """Whether a `next` leads to a page of this very host: one slash, no scheme, no host, no control character."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return False
    return target.isprintable() and "\\" not in target
