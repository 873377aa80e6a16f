"""The shop door: whose storefront this is, whether it is open, and what it wears."""

from __future__ import annotations

from flask import g, redirect, request
from flask.typing import ResponseReturnValue

from portal.branding import looks, wardrobe
from portal.core.errors import Forbidden, NotFound
from portal.core.here import Here
from portal.core.scope import enter
from portal.core.web import SAFE, entry_of, gate, render, url
from portal.core.words import N_, say
from portal.storefront import preview, speaking
from portal.storefront import queries as storefronts
from portal.storefront.models import Visibility
from portal.tenants import arrival
from portal.tenants import preview as tickets
from portal.tenants.models import State
from portal.users import unsent

ALWAYS = ("shop_storefront.look", "shop_storefront.leave", "shop_storefront.robots", "shop_users.")
"""What answers whoever may enter: the preview's own door, what keeps robots out, and the entrance."""


def receive(way: arrival.Way) -> ResponseReturnValue | None:
    """Let the visitor in, or answer in the shop's stead."""
    found = _whose(way)
    if found is None:
        raise NotFound
    g.here, leads_to = found
    if leads_to:
        return redirect(arrival.led_on(request.url, leads_to), 301)
    g.here.preview = tickets.redeem(request.environ.get(tickets.ENVIRON), g.here.tenant_id)
    enter(g.here.scope)
    wardrobe.wear(g.here, root=request.script_root)
    if way.look:
        _try_on(g.here, way.look)
    known = entry_of(request.endpoint) is not None
    if known and gate.is_known():
        gate.admit()
    speaking.speak(g.here)
    return (_closed(g.here) or _admit()) if known else None


def _try_on(here: Here, word: str) -> None:
    """Show the shop in a look that is not published.  Nothing can be sent from there."""
    look = looks.read(word, here.tenant_id)
    if look is None or request.method not in SAFE:
        raise NotFound
    looks.put_on(here, look, root=request.script_root)
    g.framed_by = look.frame


def _admit() -> ResponseReturnValue | None:
    """What is somebody's own opens to him alone."""
    entry = entry_of(request.endpoint)
    if g.get("person") is not None:
        if entry and entry.permission and not g.person.may(entry.permission):
            raise Forbidden(say(N_("Your role does not open this page. Ask an administrator of your organization.")))
        unsent.lay_out()
        return None
    if entry is None or entry.permission is None:
        return None
    if unsent.can_be_kept():
        return redirect(url("shop_users.unsent", next=unsent.place()), 307)
    return redirect(url("shop_users.sign_in", next=unsent.place() if request.method in SAFE else None), 303)


def _whose(way: arrival.Way) -> tuple[Here, str | None] | None:
    if way.client_id:
        here = arrival.arrived_by_client_id(way, way.client_id)
        return (here, None) if here else None
    return arrival.arrived_by_host(way) if way.own else None


def _closed(here: Here) -> ResponseReturnValue | None:
    """The page a shop shows while it is not open; None when it is.  Its clothes stay to be had."""
    if here.preview or (request.endpoint or "").startswith("shop_branding."):
        return None
    if here.state == State.CLOSED:
        raise NotFound
    if here.state != State.ACTIVE:
        page = "shop_closed" if here.state == State.SUSPENDED else "shop_soon"
        return render(f"errors/{page}.html"), 503, {"Retry-After": "3600"}
    return _private(here)


def _private(here: Here) -> ResponseReturnValue | None:
    """A shop that its owner has not opened shows that it opens soon; one for members asks who comes."""
    allowed = storefronts.visibility(here)
    if allowed == Visibility.OPEN or (request.endpoint or "").startswith(ALWAYS):
        return None
    if "look" in here.dress:
        return None
    here.previewing = preview.shown(here)
    if here.previewing:
        return None
    if allowed == Visibility.PRIVATE:
        return render("errors/shop_soon.html"), 503, {"Retry-After": "3600"}
    return None if g.get("person") else redirect(url("shop_users.sign_in"), 303)
