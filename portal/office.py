"""The office door: who may enter, in whose scope, and which slices show a face here."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, select

from portal.branding import wardrobe
from portal.core.db import db
from portal.core.errors import Forbidden, NotFound
from portal.core.here import Here, here
from portal.core.scope import enter
from portal.core.web import SAFE, Entry, asked_by_htmx, asks_for_a_page, entry_of, gate, url
from portal.core.words import N_, say
from portal.lists import views
from portal.notifications import notices
from portal.overview import whats_next
from portal.playbooks import queries as playbooks
from portal.processes import queries as processes
from portal.support import entrance, forbidden
from portal.tenants import arrival
from portal.tenants.models import State
from portal.users import unsent

# title → (label, endpoint, icon, permission, feature)
MENU: tuple[tuple[str, tuple[tuple[str, str, str, str, str | None], ...]], ...] = (
    (
        "",
        (
            (N_("Dashboard"), "overview.dashboard", "layout-dashboard", "dashboard.view", None),
            (N_("What’s Next"), "whats_next.index", "circle-dashed", "storefront.view", None),
            (N_("Playbook"), "playbooks.index", "list-check", "dashboard.view", None),
        ),
    ),
    (
        N_("Partners"),
        (
            (N_("Accounts"), "accounts.index", "building", "accounts.view", None),
            (N_("Enquiries"), "enquiries.index", "mail", "enquiries.view", None),
            (N_("Tenant Resellers"), "tenants.index", "building-store", "tenants.view", "tenant_resellers"),
        ),
    ),
    (
        N_("Catalogue"),
        (
            (N_("Products"), "catalogue.products", "package", "catalogue.view", None),
            (N_("Categories"), "catalogue.categories", "sitemap", "catalogue.view", None),
            (N_("Product Types"), "catalogue.product_types", "apps", "catalogue.view", "own_products"),
            (N_("Price Lists"), "catalogue.price_lists", "tags", "prices.view", None),
            (N_("Price Sheets"), "catalogue.price_sheets", "file-spreadsheet", "catalogue.import", "price_sheets"),
        ),
    ),
    (
        N_("Your shop"),
        (
            (N_("Storefront"), "storefront.show", "building-store", "storefront.view", None),
            (N_("Content"), "content.index", "home", "storefront.view", None),
            (N_("Pages"), "pages.index", "file-text", "storefront.view", None),
            (N_("Brand"), "branding.show", "palette", "branding.view", None),
            (N_("Domains"), "domains.index", "world", "storefront.view", "own_domain"),
        ),
    ),
    (
        N_("Administration"),
        (
            (N_("Users"), "users.index", "users", "users.view", None),
            (N_("Processes"), "processes.index", "progress", "processes.view", None),
            (N_("Letters"), "letters.index", "mail", "log.view", None),
            (N_("Log Records"), "audit.index", "history", "log.view", None),
            (N_("Settings"), "settings.index", "settings", "settings.edit", None),
        ),
    ),
)


def receive(way: arrival.Way) -> ResponseReturnValue | None:
    """Let the request in, or answer in its stead."""
    entry = entry_of(request.endpoint)
    if entry is None or entry.early:
        return None
    row = gate.admit(_frame(), place=request.endpoint) if asks_for_a_page() else gate.admit()
    if row is not None:
        g.frame = row if asks_for_a_page() else None
        wardrobe.wear(g.here)
        if inside := g.get("support"):
            forbidden.hold(inside.reach, entry)
        refused = _admit(entry)
        if refused is None:
            unsent.lay_out()
        return refused
    if entry.permission is None:
        return _meet_stranger(way)
    return (_meet_stranger(way) if way.own else None) or _ask_to_sign_in()


def _admit(entry: Entry) -> ResponseReturnValue | None:
    if g.person.must_change and not entry.lasting:
        return redirect(url("users.password"), 303)
    if g.person.must_set_up and not entry.lasting:
        return redirect(url("users.new_factor"), 303)
    if entry.permission is None:
        return None
    if not g.person.role.may(entry.permission):
        raise Forbidden(say(N_("Your role does not open this page. Ask an administrator of your organization.")))
    if entry.feature and not here.opens(entry.feature):
        raise Forbidden(say(N_("Your edition does not have this. Ask your provider for another one.")))
    looks = request.method in SAFE
    if not (g.person.may(entry.permission) or (entry.shows and looks)) or (
        here.state == State.SUSPENDED and not looks and not entry.lasting
    ):
        raise Forbidden(say(N_("Your organization is suspended: you can look at everything and change nothing.")))
    return None


def _meet_stranger(way: arrival.Way) -> ResponseReturnValue | None:
    """Nobody is signed in.  At a tenant's own address the page may wear its name; else it belongs to nobody.

    An address the tenant had before leads to the one it has now.
    """
    if not way.own:
        g.here = Here(door=way.door, host=way.host)
        return None
    found = arrival.arrived_by_host(way)
    if found is None:
        raise NotFound
    g.here, leads_to = found
    if leads_to:
        return redirect(arrival.led_on(request.url, leads_to), 301)
    enter(g.here.scope)
    wardrobe.wear(g.here)
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    """To the sign-in page, and back afterwards.  What htmx asked for is not a page to come back to."""
    if asked_by_htmx():
        return "", 204, {"HX-Redirect": url("users.sign_in")}
    if entrance.shown_token():
        return redirect(url("support.over"), 303)
    if unsent.can_be_kept():
        return redirect(url("users.unsent", next=unsent.place()), 307)  # the browser sends it there once more
    target = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url("users.sign_in", next=target if target != "/" else None), 303)


def around(app: Flask) -> dict[str, Any]:
    """What the office layout shows around every page."""
    person = g.get("person")
    if person is None or g.get("here") is None or here.door != "office":
        return {"menu": [], "running": 0, "finding": ""}
    figures = g.get("frame") or _figures()
    steps = list(whats_next.lines_of(figures.states or {}))
    counts = {
        "whats_next.index": _how_far(sum(step.done for step in steps), len(steps)),
        "playbooks.index": _how_far(*playbooks.how_far(figures.ticked)),
    }
    return {
        "menu": list(_menu(app, counts)),
        "running": figures.running if person.may("processes.view") else 0,
        "unread": figures.unread,
        "saved": views.shown(figures.saved),
        "finding": url("search.find") if person.may("dashboard.view") else "",
    }


def _how_far(done: int, there: int) -> str | None:
    """As long as something is to be done."""
    return f"{done}/{there}" if done < there else None


@lru_cache(maxsize=1)
def _frame() -> Select[Any]:
    """What the frame of a page asks for, read together with who comes.  Written once."""
    return _around(gate.reader())


def _figures() -> Row[Any]:
    """The same by itself: for the page that answers what was sent."""
    return db.session.execute(
        _written(), {"acting_tenant": here.scope.tenant_id, "reader": g.person.id, "place": request.endpoint}
    ).one()


@lru_cache(maxsize=1)
def _written() -> Select[Any]:
    return _around(bindparam("reader", type_=Uuid)).execution_options(kept=True)


def _around(reader: ColumnElement[UUID]) -> Select[Any]:
    return select(
        processes.count_running().label("running"),
        playbooks.ticked_by(reader).label("ticked"),
        notices.count_unread(reader).label("unread"),
        views.column(reader).label("saved"),
        whats_next.kept_states().label("states"),
    )


def _menu(app: Flask, counts: dict[str, str | None]) -> Any:
    at = (request.endpoint or "").split(".")[0]
    for title, items in MENU:
        shown = [
            (_(label), url(endpoint), icon, _is_current(endpoint, at), counts.get(endpoint))
            for label, endpoint, icon, permission, feature in items
            if endpoint in app.view_functions and _opens(endpoint, permission) and (not feature or here.opens(feature))
        ]
        if shown:
            yield _(title) if title else "", shown


def _opens(endpoint: str, permission: str) -> bool:
    """Whether a menu line leads to a page that this person may look at."""
    entry = entry_of(endpoint)
    shows = entry is not None and entry.shows and g.person.role.may(permission)
    return shows or bool(g.person.may(permission))


def _is_current(endpoint: str, at: str) -> bool:
    """A slice may have several menu lines, and pages that belong to none: there the page's own name decides."""
    if at in {"catalogue", "users"}:
        return request.path.split("/")[1] == url(endpoint).split("/")[1]
    return endpoint.split(".", maxsplit=1)[0] == at
