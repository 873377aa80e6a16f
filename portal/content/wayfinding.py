"""What is done with menus and the announcement: begun, added to, written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from portal.audit import changes, facts, record
from portal.content import menus, ordering
from portal.content.models import Announcement, MenuEntry, Place
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

MOST = {Place.MENU: 7, Place.FOOTER: 20}
BEGINNING = {
    Place.MENU: ("home", "products", "contact"),
    Place.FOOTER: ("home", "products", "page:about", "contact", "page:returns"),
}
"""What stands there before anybody says otherwise."""


def arrange(place: Place) -> None:
    """Write down what stands there by itself, to be changed from there.  Arranged before: left as it is."""
    ordering.one_at_a_time()
    if db.session.scalars(menus.entries(place)).first() is None:
        for target in BEGINNING[place]:
            _place(MenuEntry(place=place, target=target))


def add(place: Place, *, target: str, words: Mapping[str, str]) -> MenuEntry:
    """One more, at the end.  Raises Invalid at the field, Conflict when there is no room."""
    ordering.one_at_a_time()
    _need_room_in(place)
    return _place(_led(MenuEntry(place=place, words=dict(words)), target))


def change(entry: MenuEntry, *, target: str, words: Mapping[str, str]) -> None:
    """Let it lead there, and be called so.  Raises Invalid at the field."""
    _led(entry, target).words = dict(words)
    before, after = changes(entry)
    if after or before:
        raise_stamp()
        record("menu_entry.changed", entry, before=before, after=after)


def bring_back(entry: MenuEntry) -> None:
    """Put it where it stood.  Standing already: left as it is.  Raises Conflict when there is no room any more."""
    if entry.removed_at is None:
        return
    ordering.one_at_a_time()
    _need_room_in(entry.place)
    ordering.put_back(entry)


def announce(
    row: Announcement | None, *, words: Mapping[str, str], target: str, begins: date | None, ends: date | None
) -> None:
    """Say this above every page, from the one day to the other; without words nothing is said.  Raises Invalid."""
    if begins and ends and ends < begins:
        raise Invalid(say(N_("Choose a day that is not before the first.")), field="ends")
    row = row or Announcement()
    db.session.add(row)
    row.words, row.target, row.begins, row.ends = dict(words), target, begins, ends
    before, after = changes(row)
    if after or before:
        raise_stamp()
        record("announcement.changed", row, before=before, after=after)


def _led(entry: MenuEntry, target: str) -> MenuEntry:
    if not target:
        raise Invalid(say(N_("Say where it leads.")), field="target")
    entry.target = target
    return entry


def _need_room_in(place: Place) -> None:
    if len(db.session.scalars(menus.entries(place)).all()) >= MOST[place]:
        raise Conflict(say(N_("Remove an entry first: here stand at most %(most)s."), most=MOST[place]))


def _place(entry: MenuEntry) -> MenuEntry:
    last = db.session.scalar(select(func.max(MenuEntry.position)).where(MenuEntry.place == entry.place)) or 0
    entry.position = last + 1
    db.session.add(entry)
    db.session.flush()
    raise_stamp()
    record("menu_entry.added", entry, after=facts(entry))
    return entry
