"""Pictures of sections: drawn anew, kept by the hash of their content, taken away when no section shows them."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO

from PIL import Image
from sqlalchemy import delete, select
from sqlalchemy.orm import undefer

from portal.content.models import Section, SectionPicture
from portal.core import pictures
from portal.core.db import db
from portal.core.errors import NotFound

BOX = (640, 320)
LEAST_SIDE = 48
FILE = re.compile(r"([0-9a-f]{32})\.webp")
HASHED = 32


def keep(content: bytes) -> SectionPicture:
    """The picture in these bytes; the same one is kept once.  Raises Invalid at `picture`."""
    image = pictures.opened(content, field="picture", least=LEAST_SIDE)
    image.thumbnail(BOX, Image.Resampling.LANCZOS)
    drawn = BytesIO()
    image.save(drawn, "WEBP", quality=88, method=4, exact=True)
    sha = hashlib.sha256(drawn.getvalue()).hexdigest()[:HASHED]
    standing = db.session.scalar(select(SectionPicture).where(SectionPicture.sha == sha))
    if standing is None:
        standing = SectionPicture(sha=sha, width=image.width, height=image.height, content=drawn.getvalue())
        db.session.add(standing)
    return standing


def found(file: str) -> SectionPicture:
    """The picture of this name, with its content.  NotFound otherwise."""
    named = FILE.fullmatch(file)
    wanted = select(SectionPicture).options(undefer(SectionPicture.content))
    row = db.session.scalar(wanted.where(SectionPicture.sha == named[1])) if named else None
    if row is None:
        raise NotFound
    return row


def sweep() -> None:
    """Take away what no section shows, nor one that may still be put back."""
    shown = {one["file"].partition(".")[0] for row in db.session.scalars(select(Section.pictures)) for one in row}
    db.session.execute(
        delete(SectionPicture).where(SectionPicture.sha.not_in(shown)), execution_options={"synchronize_session": False}
    )
