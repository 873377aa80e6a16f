"""What the pages of a shop said before: every saved text is kept, can be compared, and can be brought back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import defer

from portal.audit.latest import Deed, deeds
from portal.audit.models import LogRecord
from portal.core.db import Page as Rows
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.listing import Listing
from portal.storefront.models import PageVersion, Topic

SORTS = {"number": PageVersion.number}
MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Written:
    """One version, and who wrote it; nobody is known of what is older than the history."""

    version: PageVersion
    deed: Deed | None


def keep(topic: Topic, language: str, *, title: str, text: str, record: LogRecord) -> None:
    """One more version of this page."""
    last = select(func.max(PageVersion.number)).where(*_of(topic, language))
    number = (db.session.scalar(last) or 0) + 1
    words = {"title": title, "text": text, "record_id": record.id, "written_at": record.at}
    db.session.add(PageVersion(slug=topic, language=language, number=number, **words))


def count(topic: Topic, language: str) -> int:
    """How many texts of this page were saved."""
    return db.session.scalar(select(func.count()).select_from(PageVersion).where(*_of(topic, language))) or 0


def versions(topic: Topic, language: str, wanted: Listing) -> Rows[Written]:
    """One page of them, without their texts but for whether there is one."""
    question = select(PageVersion).where(*_of(topic, language)).options(defer(PageVersion.text))
    found: Rows[PageVersion] = wanted.page(question)
    by = deeds([row.record_id for row in found.items if row.record_id])
    items = [Written(row, by.get(row.record_id) if row.record_id else None) for row in found.items]
    return Rows(items, found.total, found.number, found.size)


def version(topic: Topic, language: str, number: str) -> Written:
    """One of them.  Raises NotFound."""
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        raise NotFound
    row = _numbered(topic, language, int(number))
    if row is None:
        raise NotFound
    by = deeds([row.record_id] if row.record_id else [])
    return Written(row, by.get(row.record_id) if row.record_id else None)


def before(row: PageVersion) -> PageVersion | None:
    """The version it took the place of."""
    return _numbered(row.slug, row.language, row.number - 1)


def _numbered(topic: Topic, language: str, number: int) -> PageVersion | None:
    found: PageVersion | None = db.session.scalar(
        select(PageVersion).where(*_of(topic, language), PageVersion.number == number)
    )
    return found


def _of(topic: Topic, language: str) -> tuple[ColumnElement[bool], ...]:
    return PageVersion.slug == topic, PageVersion.language == language
