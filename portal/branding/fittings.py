"""CSS that is only looked at: kept for a while under the hash of it, so that a look can name it in its address."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select

from portal.branding.designing import HASH, hash_of
from portal.branding.looks import TYPING
from portal.branding.models import Brand, Fitting
from portal.core.clock import now
from portal.core.db import db

MOST: Final = 20
"""So many that are being typed are kept: each may have 64 kB, and every pause in typing makes one."""


def keep(css: str, lasts: timedelta) -> str:
    """Have it at hand for so long; its name, "" where there is none."""
    name, until = name_of(css), now() + lasts
    if not name:
        return ""
    _clear()
    kept = db.session.scalar(select(Fitting).where(Fitting.name == name))
    if kept is None:
        db.session.add(Fitting(name=name, css=css, until=until))
    else:
        kept.until = max(kept.until, until)
    return name


def name_of(css: str) -> str:
    return hash_of(css) if css else ""


def css(name: str) -> str:
    """What goes by this name: it is looked at, or a version has it.  "" where neither is so any more."""
    if not name:
        return ""
    kept = db.session.scalar(select(Fitting.css).where(Fitting.name == name))
    if kept is not None:
        return kept
    digest = func.encode(func.sha256(func.convert_to(Brand.css, "UTF8")), "hex")
    return db.session.scalar(select(Brand.css).where(func.left(digest, HASH) == name).limit(1)) or ""


def _clear() -> None:
    """What is over goes, and of what is being typed all but the newest."""
    gone = or_(Fitting.until < now(), Fitting.id.in_(_typed().offset(MOST)))
    db.session.execute(delete(Fitting).where(gone))


def _typed() -> Select[UUID]:
    return select(Fitting.id).where(Fitting.until <= now() + TYPING).order_by(Fitting.until.desc())
