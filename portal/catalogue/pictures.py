"""Pictures of products: drawn anew, kept by the hash of their content, offered to everybody below."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal.catalogue.models import ProductPicture
from portal.core import pictures
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.scope import acting_scope

BOX = (960, 720)
LEAST_SIDE = 64
FILE = re.compile(r"([0-9a-f]{32})\.webp")
HASHED = 32


def keep(content: bytes) -> ProductPicture:
    """The picture in these bytes, kept for the acting tenant; the same picture is kept once.  Raises Invalid at `picture`."""
    image = pictures.opened(content, field="picture", least=LEAST_SIDE)
    image.thumbnail(BOX, Image.Resampling.LANCZOS)
    drawn = BytesIO()
    image.save(drawn, "WEBP", quality=86, method=4, exact=True)
    sha = hashlib.sha256(drawn.getvalue()).hexdigest()[:HASHED]
    mine = (ProductPicture.tenant_id == acting_scope().tenant_id, ProductPicture.sha == sha)
    standing = db.session.scalar(select(ProductPicture).where(*mine))
    if standing is None:
        words = {"sha": sha, "extension": "webp", "width": image.width, "height": image.height}
        standing = ProductPicture(content=drawn.getvalue(), **words)
        db.session.add(standing)
    return standing


def found(file: str) -> ProductPicture:
    """The picture of this name, one's own or from above.  NotFound otherwise."""
    named = FILE.fullmatch(file)
    wanted = select(ProductPicture).options(undefer(ProductPicture.content))
    row = db.session.scalars(wanted.where(ProductPicture.sha == named[1]).limit(1)).first() if named else None
    if row is None:
        raise NotFound
    return row
