"""What the acting tenant looks like, and what it could look like."""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal.audit.latest import Deed, deeds
from portal.branding import icons
from portal.branding.models import Brand, DraftStep, Picture, State
from portal.core.db import db
from portal.core.errors import NotFound

MOST_DIGITS = 6
_NAME = re.compile(r"[0-9a-f]{32}(\.[a-z]{3})?")


def published() -> Brand | None:
    """The brand that is worn."""
    return db.session.scalar(select(Brand).where(Brand.state == State.PUBLISHED))


def draft() -> Brand | None:
    """The brand somebody is working on."""
    return db.session.scalar(select(Brand).where(Brand.state == State.DRAFT))


def worn_and_begun() -> tuple[Brand | None, Brand | None]:
    """Both at once."""
    return worn_and_begun_of(db.session.scalars(select(Brand).where(Brand.state != State.PAST)))


def worn_and_begun_of(some: Iterable[Brand]) -> tuple[Brand | None, Brand | None]:
    """The same of versions that were read already."""
    found = {brand.state: brand for brand in some}
    return found.get(State.PUBLISHED), found.get(State.DRAFT)


def versions(limit: int = 20) -> list[Brand]:
    """The newest first; the draft and what is worn are always among them."""
    living_first = select(Brand).order_by((Brand.state == State.PAST), Brand.number.desc()).limit(limit)
    return sorted(db.session.scalars(living_first), key=lambda brand: -brand.number)


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


def by_hand(brand: Brand | None) -> dict[str, icons.Picture]:
    """Those of a version's pictures that somebody sent for their place, whole: use -> picture."""
    shas = {use: brand.files[use].partition(".")[0] for use in brand.by_hand} if brand else {}
    if not shas:
        return {}
    asked = select(Picture).where(Picture.sha.in_(shas.values())).options(undefer(Picture.content))
    found = {one.sha: one for one in db.session.scalars(asked)}
    kept = {use: found[sha] for use, sha in shas.items()}
    return {use: icons.Picture(one.extension, one.width, one.height, one.content) for use, one in kept.items()}


def logo(brand: Brand | None) -> bytes | None:
    """The logo of a version, where it has one."""
    return picture(brand.files["logo"]).content if brand and brand.has_logo else None


def numbered(number: str) -> Brand:
    """One version by its number.  Raises NotFound."""
    found = db.session.scalar(select(Brand).where(Brand.number == counted(number)))
    if found is None:
        raise NotFound
    return found


def counted(number: str) -> int:
    """A number as it stands in an address.  Raises NotFound for anything else."""
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        raise NotFound
    return int(number)


def deeds_of(some: Iterable[Brand | DraftStep]) -> Mapping[UUID, Deed]:
    """Who published versions or made steps, and when, by `record_id`."""
    return deeds([one.record_id for one in some if one.record_id])


def _read(name: str) -> str:
    """A name that can be one of ours.  Any other is NotFound, before the database is asked for letters it cannot hold."""
    if not _NAME.fullmatch(name):
        raise NotFound
    return name
