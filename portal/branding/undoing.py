"""Undo and Redo within a draft: how it stood after each kept change, from what it began with to the newest.

A step holds the whole of it, small as that is, so that going to one needs no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, delete, select

from portal.audit.models import LogRecord
from portal.branding.by_hand import PLACES
from portal.branding.models import Brand, DraftStep
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from portal.core.words import N_, say

MOST: Final = 50
"""Steps that are kept of a draft; the oldest go."""
NAMED: Final = ("name", "brand_colour", "accent", "theme", "tokens", "exact", "css", "note")


@dataclass(frozen=True, slots=True)
class Change:
    """A step, and what it changed: the names of fields as message ids."""

    step: DraftStep
    parts: Sequence[str]


def begin(brand: Brand, worn: Brand) -> None:
    """The first step of a draft: as it is worn, so that even the first change can be undone."""
    _add(brand, {**worn.kept, "note": ""}, None)


def keep(brand: Brand, record: LogRecord) -> None:
    """How the draft stands now; what was undone before is gone for good.  Nothing changed is no step."""
    now_at = _stands_at(brand)
    before = db.session.scalar(_steps(brand).where(DraftStep.number == now_at))
    if before is not None and before.kept == brand.kept:
        return
    db.session.execute(delete(DraftStep).where(DraftStep.brand_id == brand.id, DraftStep.number > now_at))
    _add(brand, brand.kept, record)
    db.session.execute(delete(DraftStep).where(DraftStep.brand_id == brand.id, DraftStep.number <= brand.step - MOST))


def go_to(brand: Brand, number: int, *, seen: int | None) -> None:
    """Make the draft what it was at that step.

    `seen` is where it stood for whoever asks.  Raises Conflict when it stands elsewhere by now, and NotFound when there is
    no such step.
    """
    now_at, step = _stands_at(brand), db.session.scalar(_steps(brand).where(DraftStep.number == number))
    if step is None:
        raise NotFound
    if now_at != seen:
        raise Conflict(say(N_("Somebody changed the draft meanwhile. Look at it again before you undo anything.")))
    for name, value in step.kept.items():
        setattr(brand, name, value)
    brand.step = number


def forget(brand: Brand) -> None:
    """It is no draft any more: there is nothing to undo."""
    db.session.execute(delete(DraftStep).where(DraftStep.brand_id == brand.id))
    brand.step = 0


def changes_of(brand: Brand) -> list[Change]:
    """Every step of a draft, the newest first, with what it changed."""
    steps = list(db.session.scalars(_steps(brand).order_by(DraftStep.number)))
    befores: list[dict[str, Any]] = [{}, *(step.kept for step in steps)]
    pairs = zip(befores, steps, strict=False)
    return [Change(step, _parts(before, step.kept) if before else []) for before, step in pairs][::-1]


def _parts(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = [name for name in NAMED if before.get(name) != after.get(name)]
    sent = {"logo": Brand.__words__["logo"], **{use: place.title for use, place in PLACES.items()}}
    files = [{use: _sent(kept["pictures"].get(use, {}), use) for use in sent} for kept in (before, after)]
    return [Brand.__words__[name] for name in names] + [sent[use] for use in sent if files[0][use] != files[1][use]]


def _sent(picture: dict[str, Any], use: str) -> str:
    """The file of a picture that somebody sent; what is made of others changes with them."""
    return str(picture["file"]) if picture and (use == "logo" or picture.get("by_hand")) else ""


def _steps(brand: Brand) -> Select[DraftStep]:
    return select(DraftStep).where(DraftStep.brand_id == brand.id)


def _stands_at(brand: Brand) -> int:
    """Where the draft stands; from here to the commit nobody else moves it."""
    db.session.flush()
    db.session.refresh(brand, attribute_names=["step"], with_for_update=True)
    return brand.step


def _add(brand: Brand, kept: dict[str, Any], record: LogRecord | None) -> None:
    brand.step += 1
    db.session.add(DraftStep(brand=brand, number=brand.step, kept=kept, record_id=record.id if record else None))
