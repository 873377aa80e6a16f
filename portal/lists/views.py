"""Saved views: a list's question under a name, for whoever saved it.

What is saved is what the list itself made of its address (`Listing.url()`), so that nothing stands in it but what the
list knows.  It travels to the form and back sealed, together with the list it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import g, request
from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.keys import spell
from portal.core.listing import Listing, alphabetical
from portal.core.seal import Unreadable, seal, unseal
from portal.core.web import ACTING
from portal.core.words import N_, say
from portal.lists.models import QUERY_LENGTH, SavedView

MOST = 20  # of one list
_PURPOSE = "a view of a list"


class View(NamedTuple):
    """One of the reader's own views of the list he looks at."""

    name: str
    query: str
    key: str
    saved_at: datetime


def column(reader: ColumnElement[UUID]) -> ScalarSelect[Any]:
    """The views he has of the list `place`: a figure to stand in the statement of the gate."""
    mine = (SavedView.tenant_id == ACTING, SavedView.user_id == reader)
    views = (
        select(SavedView.name, SavedView.query, SavedView.id, SavedView.created_at)
        .where(*mine, SavedView.place == bindparam("place"))
        .order_by(alphabetical(SavedView.name))
        .subquery()
    )
    facts = func.json_build_array(views.c.name, views.c.query, views.c.id, views.c.created_at)
    return select(func.json_agg(facts)).scalar_subquery()


def shown(found: list[list[str]] | None) -> list[View]:
    """What `column` gave."""
    return [
        View(name, query, spell(UUID(row_id)), datetime.fromisoformat(saved))
        for name, query, row_id, saved in found or ()
    ]


def sealed(asked: Listing) -> str:
    """The list that is looked at, as the form that names the view carries it."""
    return seal(json.dumps([request.endpoint, asked.url()[:QUERY_LENGTH]]), purpose=_PURPOSE)


def opened(text: str) -> tuple[str, str]:
    """The list's endpoint, and its question.  Raises NotFound for what no page of ours has sealed."""
    try:
        place, query = json.loads(unseal(text, purpose=_PURPOSE))
    except Unreadable as error:
        raise NotFound from error
    return place, query


def save(place: str, query: str, *, name: str) -> SavedView:
    """Keep the reader's view of a list; one of the same name gives way.  Raises Invalid when he has MOST of them."""
    mine = list(_of(place))
    same = next((view for view in mine if view.name == name), None)
    if same is not None:
        same.query, same.created_at = query, now()
        return same
    if len(mine) >= MOST:
        raise Invalid(say(N_("Remove a view first: a list has %(most)s at most."), most=MOST), field="name")
    view = SavedView(user_id=g.person.id, place=place, name=name, query=query)
    db.session.add(view)
    return view


def remove(view: SavedView) -> None:
    """Forget it.  Raises NotFound for somebody else's."""
    if view.user_id != g.person.id:
        raise NotFound
    db.session.delete(view)


def _of(place: str) -> Iterable[SavedView]:
    wanted = select(SavedView).where(SavedView.user_id == g.person.id, SavedView.place == place)
    return db.session.scalars(wanted.with_for_update())
