"""What is done with the home page: arranged in sections, added to, written.  What is done with any order stands there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from portal.audit import record
from portal.content import ordering, pictures
from portal.content.models import Kind, Section
from portal.content.queries import BELOW, arranged
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.words import N_, Name, say
from portal.tenants.actions import raise_stamp

MOST, MOST_LOGOS, MOST_LETTERS = 30, 12, 60_000
"""Sections of a home page, pictures of one, letters of all in all languages: they are read with every shop's clothes."""
BEGINNING = (
    (Kind.HERO, ""),
    (Kind.SHELF, "featured"),
    (Kind.SHELF, "new"),
    (Kind.SHELF, "products"),
    (Kind.QUESTIONS, ""),
    (Kind.CONTACT, ""),
)
"""What a home page is made of before anybody says otherwise: about what the themes show by themselves."""


def arrange() -> None:
    """Lay the home page out in sections, to be changed from there.  Arranged before: left as it is."""
    ordering.one_at_a_time()
    if arranged():
        return
    for kind, which in BEGINNING:
        _place(kind, which)


def add(kind: Kind) -> Section:
    """One more, at the end; an opening on top.  Raises Conflict when there is no room for it."""
    ordering.one_at_a_time()
    _need_room_for(kind)
    return _place(kind, "products" if kind is Kind.SHELF else "")


def write(section: Section, *, language: str, words: Mapping[str, str], which: str = "", target: str = "") -> None:
    """Let it say this in this language, stand for that, lead there.  Raises Invalid when the page says too much."""
    before, former = _told(section, language), section.words.get(language, {})
    own = {name: text for name, text in words.items() if text}
    others = {other: said for other, said in section.words.items() if other != language}
    section.words = others | ({language: own} if own else {})
    section.which, section.target = which, target
    _need_few_letters(section, field="text" if "text" in words else "title")
    after = _told(section, language)
    if own != former or before != after:
        raise_stamp()
        spoken = say(N_("In %(language)s."), language=Name("language", language))
        record("section.changed", section, before=before, after=after, line=spoken)


def move(section: Section, *, by: int) -> None:
    """Up or down; the opening stays on top."""
    if section.kind is not Kind.HERO:
        ordering.move(section, select(Section).where(*BELOW).order_by(Section.position, Section.id), by=by)


def bring_back(section: Section) -> None:
    """Put it where it stood.  Standing already: left as it is.  Raises Conflict when there is no room for it any more."""
    if section.removed_at is None:
        return
    ordering.one_at_a_time()
    _need_room_for(section.kind)
    ordering.put_back(section)


def add_picture(section: Section, *, content: bytes, name: str, target: str) -> None:
    """One more in the row.  `name` says what it is to those who do not see it.  Raises Invalid at the field."""
    if section.kind is not Kind.LOGOS:
        raise NotFound
    if len(section.pictures) >= MOST_LOGOS:
        raise Invalid(say(N_("Take a picture out first: a row has %(most)s."), most=MOST_LOGOS), field="picture")
    kept = pictures.keep(content)
    others = [one for one in section.pictures if one["file"] != kept.file]
    shown = {"file": kept.file, "width": kept.width, "height": kept.height, "name": name, "target": target}
    ordering.put(section, pictures=[*others, shown])
    raise_stamp()
    record("section.changed", section, after={"picture": name})


def remove_picture(section: Section, file: str) -> None:
    """Out of the row.  Raises NotFound."""
    gone = next((one for one in section.pictures if one["file"] == file), None)
    if gone is None:
        raise NotFound
    ordering.put(section, pictures=[one for one in section.pictures if one["file"] != file])
    pictures.sweep()
    raise_stamp()
    record("section.changed", section, before={"picture": gone["name"]})


def _place(kind: Kind, which: str) -> Section:
    last = db.session.scalar(select(func.max(Section.position))) or 0
    section = Section(kind=kind, which=which, position=last + 1)
    db.session.add(section)
    db.session.flush()
    raise_stamp()
    record("section.added", section, after={"kind": say(kind.label), "which": which})
    return section


def _need_room_for(kind: Kind) -> None:
    standing = [one.kind for one in arranged()]
    if kind is Kind.HERO and kind in standing:
        raise Conflict(say(N_("The page has an opening already: there is one only, on top.")))
    if len(standing) >= MOST:
        raise Conflict(say(N_("Remove a section first: a home page has at most %(most)s."), most=MOST))


def _need_few_letters(section: Section, *, field: str) -> None:
    others = (one.words for one in arranged() if one.id != section.id)
    if sum(_letters(words) for words in (section.words, *others)) > MOST_LETTERS:
        raise Invalid(
            say(N_("Say less: all sections together have at most %(most)s characters."), most=MOST_LETTERS), field=field
        )


def _letters(words: Mapping[str, Mapping[str, str]]) -> int:
    return sum(len(text) for said in words.values() for text in said.values())


def _told(section: Section, language: str) -> dict[str, Any]:
    """What the trail keeps of it: of a long text only that it changed."""
    said: Mapping[str, str] = section.words.get(language, {})
    words = {"heading": said.get("title", ""), "label": said.get("label", "")}
    return {**words, "which": section.which, "target": section.target}
