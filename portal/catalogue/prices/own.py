"""What a tier does with what it inherits: it rewords some of it, hides some from its shop, and adds goods of its own.

Both are rare, and both are known along with the clothes of whoever arrived: so a tier that does neither is asked nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import g, has_request_context
from sqlalchemy import BigInteger, Text, bindparam, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from portal.branding import wardrobe
from portal.catalogue.models import Category, ExchangeRate, Overlay, Product
from portal.catalogue.prices.goods import Good, categories_from
from portal.core.db import db, json_object
from portal.core.scope import Scope

GOODS, REWORDED = "own_goods", "reworded"
Rewording = Mapping[str, Any] | None
"""What `rewording_column` gave: rows of overlays, and the categories they may name."""


def _tenant() -> Any:
    return bindparam("tenant", type_=BigInteger)


def rewording_column(owner: Any) -> Any:
    """A column with what the tenant `owner` says differently; null where it says nothing."""
    it, place = Overlay, Category
    facts = func.jsonb_build_array(
        *(cast(it.product_id, Text), it.name, it.summary, cast(it.category_id, Text), it.picture, it.hidden),
        it.description.is_not(None),
    )
    rows = select(func.jsonb_agg(facts, type_=JSONB)).where(it.tenant_id == owner).scalar_subquery()
    places = func.jsonb_build_array(cast(place.id, Text), place.code, cast(place.parent_id, Text))
    known = select(func.jsonb_agg(places, type_=JSONB)).scalar_subquery()
    some = exists(select(it.id).where(it.tenant_id == owner))
    return case((some, json_object(rows=rows, categories=known)))


def has_goods_column(owner: Any) -> Any:
    """A column that says whether there is anything on the shelf of the tenant `owner`: products, or rates to convert by."""
    products, rates = (exists(select(kind.id).where(kind.tenant_id == owner)) for kind in (Product, ExchangeRate))
    return or_(products, rates)


wardrobe.ALONG[GOODS] = lambda: has_goods_column(_tenant())
wardrobe.ALONG[REWORDED] = lambda: rewording_column(_tenant())


def known_of(me: Scope) -> tuple[bool, Rewording]:
    """Whether the acting tenant has goods of its own, and what it rewords.  No statement for whoever has arrived."""
    here = g.get("here") if has_request_context() else None
    if here is not None and here.tenant_id == me.tenant_id and GOODS in here.dress:
        return here.dress[GOODS], here.dress[REWORDED]
    columns = (has_goods_column(_tenant()).label("goods"), rewording_column(_tenant()).label("reworded"))
    row = db.session.execute(select(*columns), {"tenant": me.tenant_id}).one()
    return row.goods, row.reworded


def reworded(goods: Mapping[UUID, Good], said: Rewording, by: int) -> Mapping[UUID, Good]:
    """The goods as the tier `by` calls and sorts them, in order of its names."""
    if not said:
        return goods
    places = categories_from(said["categories"] or ())
    changed = {}
    for row in said["rows"] or ():
        if (good := _reworded(goods, row, places)) is not None:
            changed[good.id] = replace(good, reworded_by=by, was=goods[good.id])
    return in_order({**goods, **changed}) if changed else goods


def in_order(goods: Mapping[UUID, Good]) -> Mapping[UUID, Good]:
    """By name, as people read it."""
    return {good.id: good for good in sorted(goods.values(), key=lambda good: (good.name.lower(), good.id))}


def _reworded(
    goods: Mapping[UUID, Good], row: Sequence[Any], places: Mapping[str, tuple[str, tuple[str, ...]]]
) -> Good | None:
    key, name, summary, category_id, picture, hidden, more = row
    good = goods.get(UUID(key))
    if good is None:
        return None
    said = {"name": name, "summary": summary, "picture": picture, "hidden": hidden}
    changes: dict[str, Any] = {what: word for what, word in said.items() if word is not None}
    if more:
        changes["more"] = True
    if category_id in places:
        changes["category"], changes["categories"] = places[category_id]
    return replace(good, **changes)
