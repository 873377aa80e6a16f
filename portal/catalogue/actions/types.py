"""What is done with product types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal.audit import facts, record
from portal.catalogue import queries
from portal.catalogue.models import Characteristic, ProductType
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.keys import slug, spell
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

CODE_LENGTH = 50


def add_type(*, asks: Sequence[Characteristic], **terms: Any) -> ProductType:
    """A type of one's own."""
    kind = ProductType(code="", characteristics=[one.stored() for one in asks], **terms)
    kind.code = _free_code(kind)
    db.session.add(kind)
    record("product_type.created", kind, after=_said(kind))
    return kind


def change_type(kind: ProductType, *, version: int, asks: Sequence[Characteristic], **terms: Any) -> None:
    """Write new terms over those of `version`.  Raises Conflict when somebody wrote in between."""
    db.session.refresh(kind, with_for_update=True)
    if kind.version != version:
        raise Conflict(say(N_("Somebody changed this product type while you were writing.")))
    before = _said(kind)
    kind.characteristics = [one.stored() for one in asks]
    for name, value in terms.items():
        setattr(kind, name, value)
    after = _said(kind)
    if before != after:
        kind.version += 1
        raise_stamp()
        record("product_type.changed", kind, before=before, after=after)


def remove_type(kind: ProductType) -> None:
    """Gone.  Raises Conflict while a product of one's own is of this type; what others have of it has none then."""
    if queries.is_used(kind):
        raise Conflict(say(N_("Give its products another type first: then it can be removed.")))
    record("product_type.removed", kind, before=_said(kind))
    db.session.delete(kind)
    raise_stamp()


def _said(kind: ProductType) -> dict[str, Any]:
    """The type as the trail tells it: its questions as people read them."""
    return facts(kind) | {"asks": [_told(one) for one in kind.asks]}


def _told(asked: Characteristic) -> str:
    rest = [str(asked.answer), asked.unit, *asked.choices, "*" if asked.required else ""]
    return f"{asked.name} ({', '.join(one for one in rest if one)})"


def _free_code(kind: ProductType) -> str:
    wanted = slug(kind.name, longest=CODE_LENGTH).replace("-", "_") or "type"
    taken = db.session.scalar(select(ProductType.id).where(ProductType.code == wanted).limit(1))
    return wanted if taken is None else f"{wanted}_{spell(kind.id)[-6:]}"
