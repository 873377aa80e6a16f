"""What a tenant says differently of a product it inherits.  A row stands only where something differs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.audit import record
from portal.catalogue.models import Category, Overlay, Product
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.scope import acting_scope
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

FIELDS = ("name", "summary", "description", "category", "picture")
"""What may be said differently; `hidden` besides."""


def overlay_of(product: Product, *, lock: bool = False) -> Overlay | None:
    """What one says differently of this product."""
    wanted = select(Overlay).where(Overlay.product_id == product.id)
    return db.session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()


def reword(product: Product, *, version: int, **said: Any) -> None:
    """Say these fields in one's own way; None, and what the product itself says, follow the product.

    `version` is that of the words it was written over, 0 when there were none.  Raises Conflict when somebody wrote in
    between.
    """
    row = overlay_of(product, lock=True)
    if (row.version if row else 0) != version:
        raise Conflict(say(N_("Somebody changed these words while you were writing.")))
    _say(product, row, said)


def hide(product: Product) -> None:
    """Out of the own shop, and out of what is sold to those below."""
    _say(product, overlay_of(product, lock=True), {"hidden": True})


def show(product: Product) -> None:
    _say(product, overlay_of(product, lock=True), {"hidden": False})


def sort_into(product: Product, category: Category | None) -> None:
    """In one's own shop it stands in this category; None: where it is inherited from."""
    _say(product, overlay_of(product, lock=True), {"category": category})


def _say(product: Product, standing: Overlay | None, said: dict[str, Any]) -> None:
    _refuse_own(product)
    row = standing or Overlay(product_tenant_id=product.tenant_id, product_id=product.id, version=0)
    before = _said(row)
    for name, value in said.items():
        follows = name in FIELDS and (value in (None, "") or value == getattr(product, name))
        setattr(row, name, None if follows else value)
    after = _said(row)
    if before == after:
        return
    row.version += 1
    if any(after.values()):
        db.session.add(row)
    elif standing is not None:
        db.session.delete(row)
    raise_stamp()
    record("product.reworded", product, before=before, after=after)


def _refuse_own(product: Product) -> None:
    if product.tenant_id == acting_scope().tenant_id:
        raise Conflict(say(N_("It is your own: change the product itself.")))


def _said(row: Overlay) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*FIELDS, "hidden")}
