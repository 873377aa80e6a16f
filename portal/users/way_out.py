"""The page behind the last link of a letter: it stops letters of this kind to this person, and needs no sign-in.

Mail programs send to it by themselves when their reader presses "Unsubscribe" (RFC 8058): without a cookie, without a
token, and they follow no redirect.  Opening it changes nothing: machines that look through mail open every link.
"""

from __future__ import annotations

from flask import Blueprint, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from portal import audit
from portal.core.errors import NotFound
from portal.core.here import Here, here
from portal.core.web import open_by_address, render, source
from portal.notifications import stopping
from portal.notifications.kinds import KINDS
from portal.notifications.notices import Reader, choices, people, stop_letters
from portal.notifications.stopping import WayOut
from portal.tenants import arrival
from portal.tenants import queries as places
from portal.users import entrance


def join(face: Blueprint) -> None:
    """Make this page of the face."""
    face.add_url_rule(f"{stopping.PATH}/<word>", view_func=no_more_letters, methods=["GET", "POST"])


@open_by_address
def no_more_letters(word: str) -> ResponseReturnValue:
    way = stopping.read(word)
    reader = _arrive_with(way)
    if request.method == "POST":
        stop_letters(reader, way.kind)
    bell, mail = choices(reader.id)[way.kind]
    page = render("users/no_more_letters.html", kind=KINDS[way.kind].title, bell=bell, mail=mail)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _arrive_with(way: WayOut) -> Reader:
    """Act for whoever got the letter, in his language, whoever is signed in here.  Raises NotFound; it names nobody."""
    if here.own_address and here.tenant_id != way.tenant_id:
        raise NotFound
    found = places.scope_of(way.tenant_id)
    entrance.act_for(found)
    reader = people().one(way.user_id)
    if reader is None or way.kind not in KINDS:
        raise NotFound
    if not here.own_address:
        g.here = Here(
            door=here.door, host=here.host, tenant_id=found.tenant_id, above=found.above, house=arrival.own_house()
        )
    g.speaking = reader.language
    refresh()  # the door may have asked already which language the browser wants
    audit.set_actor(audit.Actor("user", reader.id, reader.name, reader.email, source(), tenant_id=found.tenant_id))
    return reader
