"""The playbook as somebody sees it: the lessons of his house's edition, and which of them he has ticked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.languages import chosen
from portal.core.web import ACTING
from portal.playbooks.lessons import Lesson, lessons_of
from portal.playbooks.models import LessonProgress
from portal.playbooks.reading import Text, read


@dataclass(frozen=True, slots=True)
class Page:
    """One lesson, and when its reader ticked it."""

    lesson: Lesson
    number: int
    ticked_at: datetime | None

    @property
    def code(self) -> str:
        return self.lesson.code

    @property
    def text(self) -> Text:
        """In the reader's language, if somebody has translated it."""
        return read(self.code, chosen())


@dataclass(frozen=True, slots=True)
class Playbook:
    """All pages, in their order."""

    pages: Sequence[Page]

    @property
    def done(self) -> int:
        return sum(1 for page in self.pages if page.ticked_at)

    @property
    def next(self) -> Page | None:
        """The first that is not ticked; None when all are."""
        return next((page for page in self.pages if not page.ticked_at), None)

    def following(self, page: Page) -> Page | None:
        """Where to go from a page that is just being ticked: the next that is not, or one that was left out before."""
        in_turn = (*self.pages[page.number :], *self.pages[: page.number - 1])
        return next((one for one in in_turn if not one.ticked_at), None)

    def page(self, code: str) -> Page:
        """Raises NotFound: there is no such lesson, or none in this edition."""
        for page in self.pages:
            if page.code == code:
                return page
        raise NotFound

    def beside(self, page: Page) -> tuple[Page | None, Page | None]:
        """What stands before it, and what after."""
        around = [None, *self.pages, None]
        return around[page.number - 1], around[page.number + 1]


def playbook_of(user_id: UUID) -> Playbook:
    """One statement."""
    asked = select(LessonProgress.code, LessonProgress.at).where(LessonProgress.user_id == user_id)
    ticked = dict(db.session.execute(asked).all())
    lessons = lessons_of(here.opens)
    return Playbook([Page(one, number, ticked.get(one.code)) for number, one in enumerate(lessons, start=1)])


def ticked_by(reader: ColumnElement[UUID]) -> ScalarSelect[Any]:
    """The codes of all that he has ticked: a figure to stand in the statement of the gate."""
    mine = (LessonProgress.tenant_id == ACTING, LessonProgress.user_id == reader)
    return select(func.array_agg(LessonProgress.code)).where(*mine).scalar_subquery()


def how_far(ticked: Collection[str] | None) -> tuple[int, int]:
    """How many lessons of this house's edition are ticked, and how many there are."""
    codes = {lesson.code for lesson in lessons_of(here.opens)}
    return len(codes & set(ticked or ())), len(codes)
