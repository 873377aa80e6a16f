"""Products that a list prices in their own way: by a rule of their own, or at amounts fixed for each plan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.audit import record
from portal.catalogue.actions.lists import check_percent
from portal.catalogue.actions.ticking import changeable, drop_silent, entries_of
from portal.catalogue.models import PriceListEntry, PriceListVersion, Product
from portal.catalogue.prices import Way, coin
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.money import quantize
from portal.core.words import N_


def price_alone(version: PriceListVersion, ways: Mapping[tuple[int, UUID], Way | None]) -> None:
    """Price these products (owner, id) in their own ways from this version on; None follows the list again."""
    changeable(version)
    by_product = {product: way for (_, product), way in ways.items()}
    step = coin(version.price_list.currency)
    for way in by_product.values():
        check_way(way)
    wanted = select(Product.id, Product.name).where(Product.id.in_(by_product))
    names = {product: name for product, name in db.session.execute(wanted)}  # noqa: C416 - rows are no pairs to mypy
    for entry in entries_of(version, ways):
        way, before = by_product[entry.product_id], _said(entry)
        entry.rule = way.rule if way else None
        entry.percent = way.percent if way and way.rule else None
        entry.amounts = {word: str(quantize(one, step)) for word, one in way.amounts.items()} if way else None
        entry.amounts = entry.amounts or None
        record(
            "price_list.priced",
            version.price_list,
            before=before,
            after={"product": names[entry.product_id], **_said(entry)},
        )
    drop_silent(version)


def check_way(way: Way | None) -> None:
    """Raises Invalid when no price would come of it."""
    if way is not None and way.rule is not None:
        check_percent(way.rule, way.percent)
    if way is not None and any(amount < Decimal(0) for amount in way.amounts.values()):
        raise Invalid(N_("Use an amount of 0 or more."), field="percent")


def _said(entry: PriceListEntry) -> dict[str, Any]:
    return {"rule": entry.rule, "percent": entry.percent, "amounts": entry.amounts}
