"""What the acting tenant looks like, and what it could look like."""

import re

from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal.branding.models import Brand, Picture, State
from portal.core.db import db
from portal.core.errors import NotFound

_NAME = re.compile(r"[0-9a-f]{32}(\.[a-z]{3})?")


def published() -> Brand | None:
    """The brand that is worn."""
    return db.session.scalar(select(Brand).where(Brand.state == State.PUBLISHED))


def draft() -> Brand | None:
    """The brand somebody is working on."""
    return db.session.scalar(select(Brand).where(Brand.state == State.DRAFT))


def versions(limit: int = 20) -> list[Brand]:
    """The newest first."""
    return list(db.session.scalars(select(Brand).order_by(Brand.number.desc()).limit(limit)))


def stylesheet(stylesheet_hash: str) -> str:
    """The text of a version's stylesheet.  Raises NotFound."""
    question = select(Brand.stylesheet).where(Brand.stylesheet_hash == _read(stylesheet_hash)).limit(1)
    found = db.session.scalar(question)
    if found is None:
        raise NotFound
    return found


def picture(file: str) -> Picture:
    """A picture with its content, by the name it has in addresses.  Raises NotFound."""
    sha, _, extension = _read(file).partition(".")
    question = select(Picture).where(Picture.sha == sha, Picture.extension == extension)
    found = db.session.scalar(question.options(undefer(Picture.content)))
    if found is None:
        raise NotFound
    return found


def version(stylesheet_hash: str) -> Brand:
    """A version that has this stylesheet.  Raises NotFound."""
    question = (
        select(Brand).where(Brand.stylesheet_hash == _read(stylesheet_hash)).order_by(Brand.number.desc()).limit(1)
    )
    found = db.session.scalar(question)
    if found is None:
        raise NotFound
    return found


def _read(name: str) -> str:
    """A name that can be one of ours.  Any other is NotFound, before the database is asked for letters it cannot hold."""
    if not _NAME.fullmatch(name):
        raise NotFound
    return name
