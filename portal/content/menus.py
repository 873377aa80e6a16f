"""The ways through the shop: as its owner orders them, and as a page shows them; and the line above all its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from portal.branding import wardrobe
from portal.content import leading
from portal.content.models import Announcement, MenuEntry, Place
from portal.content.spoken import spoken
from portal.core.clock import now
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.languages import chosen
from portal.core.visits import cookie_of

MENUS, ANNOUNCEMENT = "menus", "announcement"
CLOSED = "announcement"
"""The cookie that remembers which announcement a visitor has closed: its version."""


def entries(place: Place) -> Select[MenuEntry]:
    """Those that stand there, shown or hidden, in their order."""
    standing = (MenuEntry.place == place, MenuEntry.removed_at.is_(None))
    return select(MenuEntry).where(*standing).order_by(MenuEntry.position, MenuEntry.id)


def living(key: str) -> MenuEntry:
    """One of them.  NotFound where there is none, or none any more."""
    row = get(MenuEntry, key)
    if row.removed_at is not None:
        raise NotFound
    return row


def announcement() -> Announcement | None:
    """The acting tenant's, as it is written."""
    return db.session.scalar(select(Announcement))


def _menus() -> Any:
    """What visitors may see of the entries, in their order."""
    it = MenuEntry
    facts = func.jsonb_build_array(it.place, it.target, it.words)
    seen = (it.tenant_id == bindparam("tenant"), it.removed_at.is_(None), it.hidden.is_(False))
    listed = func.jsonb_agg(aggregate_order_by(facts, it.position, it.id), type_=JSONB)
    return select(listed).where(*seen).scalar_subquery()


def _announced() -> Any:
    it = Announcement
    facts = func.jsonb_build_array(it.version, it.words, it.target, it.begins, it.ends, type_=JSONB)
    return select(facts).where(it.tenant_id == bindparam("tenant")).scalar_subquery()


wardrobe.ALONG[MENUS] = _menus
wardrobe.ALONG[ANNOUNCEMENT] = _announced


@dataclass(frozen=True, slots=True)
class Entry:
    """A way, as one page shows it.  `lang` is set where it is called in another language than the page's."""

    href: str
    name: str
    lang: str
    is_current: bool


def shown(place: Place | str) -> list[Entry]:
    """What its owner put there; nothing where he left it to us."""
    found = []
    for where, target, words in here.dress.get(MENUS) or ():
        way = leading.way(target) if where == place else None
        if way:
            name, language = spoken(words, "")
            lang = language if name and language != chosen() else ""
            found.append(Entry(way.href, name or way.name, lang, _is_current(way.href)))
    return found


def _is_current(href: str) -> bool:
    """Whether this is where one is: a page, or the list a product stands in."""
    at, products = request.script_root + request.path, f"{request.script_root}/products"
    return href == at or (href == products and at.startswith(f"{products}/"))


@dataclass(frozen=True, slots=True)
class Announced:
    """The line above the page, as this visitor reads it."""

    number: int
    text: str
    lang: str
    way: leading.Way | None


def announced() -> Announced | None:
    """What is to be read today, unless the visitor has closed it."""
    number, words, target, begins, ends = here.dress.get(ANNOUNCEMENT) or (0, {}, "", None, None)
    text, language = spoken(words, "")
    if not text or not is_on(begins, ends) or cookie_of(CLOSED) == str(number):
        return None
    return Announced(number, text, language if language != chosen() else "", leading.way(target))


def is_on(begins: date | str | None, ends: date | str | None) -> bool:
    """Whether today, where the tenant is, lies between these days or on one of them."""
    day = today_here().isoformat()
    return (not begins or str(begins) <= day) and (not ends or day <= str(ends))


def today_here() -> date:
    """The day it is in the acting tenant's time zone."""
    return now().astimezone(ZoneInfo(here.organization.time_zone)).date()
