"""The sections of the acting tenant's home page: as he arranges them, and as its visitors read them.

For visitors they are read along with the clothes, no statement more, and kept as the text they came in: a home page is laid
out once and kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup
from sqlalchemy import Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from portal.branding import wardrobe
from portal.catalogue.shelves import SECTIONS
from portal.content import leading, questions
from portal.content.models import Kind, Section
from portal.content.spoken import spoken
from portal.core import markdown
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.languages import chosen

_FIRST = Section.kind != Kind.HERO
"""The opening stands on top, wherever it was added."""
BELOW = (_FIRST, Section.removed_at.is_(None))
"""Those that may be moved."""


def arranged() -> list[Section]:
    """Those that stand on the home page, shown or hidden, in their order."""
    living = select(Section).where(Section.removed_at.is_(None))
    return list(db.session.scalars(living.order_by(_FIRST, Section.position, Section.id)))


def living(key: str) -> Section:
    """One of them.  NotFound where there is none, or none any more."""
    row = get(Section, key)
    if row.removed_at is not None:
        raise NotFound
    return row


def _column() -> Any:
    """What visitors may see of them, in its order, as text."""
    it = Section
    facts = func.jsonb_build_array(it.kind, it.which, it.target, it.words, it.pictures)
    listed = func.jsonb_agg(aggregate_order_by(facts, _FIRST, it.position, it.id), type_=JSONB)
    seen = (it.tenant_id == bindparam("tenant"), it.removed_at.is_(None), it.hidden.is_(False))
    return select(cast(listed, Text)).where(*seen).scalar_subquery()


wardrobe.ALONG[SECTIONS] = _column


@dataclass(frozen=True, slots=True)
class Logo:
    file: str
    width: int
    height: int
    name: str
    way: leading.Way | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A section as one visitor reads it.  `lang` is set where it speaks another language than his page."""

    kind: Kind
    which: str
    title: str
    text: str
    button: str
    lang: str
    way: leading.Way | None
    logos: tuple[Logo, ...]

    @property
    def markdown(self) -> Markup:
        return markdown.shown(self.text)

    @property
    def questions(self) -> list[questions.Answered]:
        return questions.read(self.text)

    @property
    def says_something(self) -> bool:
        """Whether there is anything to show: some kinds have words of the house when their owner has none."""
        if self.kind is Kind.LOGOS:
            return bool(self.logos)
        return bool(self.title or self.text) or self.kind not in {Kind.BANNER, Kind.TEXT}


def rows() -> list[tuple[Kind, list[Shown]]]:
    """The home page from top to bottom: banners that follow each other share a row, all else stands alone."""
    found: list[tuple[Kind, list[Shown]]] = []
    for kind, group in groupby(_shown(), key=lambda one: one.kind):
        some = list(group)
        found += [(kind, some)] if kind is Kind.BANNER else [(kind, [one]) for one in some]
    return found


def _shown() -> Iterator[Shown]:
    for kind, which, target, words, pictures in json.loads(here.dress.get(SECTIONS) or "[]"):
        said, language = spoken(words, {})
        to = leading.way(target)
        logos = tuple(
            Logo(one["file"], one["width"], one["height"], one["name"], leading.way(one["target"])) for one in pictures
        )
        own = {"title": said.get("title", ""), "text": said.get("text", "")}
        button = said.get("label", "") or (to.name if to else "")
        lang = language if language != chosen() else ""
        section = Shown(Kind(kind), which, **own, button=button, lang=lang, way=to, logos=logos)
        if section.says_something:
            yield section
