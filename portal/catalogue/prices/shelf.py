"""Reads a shelf: products, plans and prices of the acting tenant, in one column of one row.

Three lists and no join: right after an import PostgreSQL has no statistics of the new rows, takes them for one, and
would walk them in nested loops; put together in Python it takes the time it takes, whatever the planner believes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Numeric,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, distinct_on

from portal.catalogue.models import (
    Category,
    ExchangeRate,
    Plan,
    Product,
    ProductState,
    ProductType,
    PurchasePrice,
    RecommendedPrice,
)
from portal.core.db import json_object


def shelf_column(*, narrowed: bool = False, also_in: Select[Any] | None = None) -> Any:
    """A column with the shelf of the tenant `owner` on the day `on`, with its prices in `markets` and those of `also_in`.

    `narrowed`: only the products `only`.
    """
    return json_object(
        products=_products(narrowed),
        plans=_plans(narrowed),
        prices=_prices(narrowed, also_in),
        categories=_categories(),
        rates=rates_column(),
        pictures=_pictures(),
    )


def _owner() -> Any:
    return bindparam("owner", type_=BigInteger)


def _on() -> Any:
    """A parameter of its own at each place, because one that stands in many slows the reckoning."""
    return bindparam("on", type_=Date)


def _only(column: Any, narrowed: bool) -> list[ColumnElement[bool]]:  # noqa: FBT001 - one internal caller
    return [column == func.any(bindparam("only", type_=ARRAY(Uuid)))] if narrowed else []


def _products(narrowed: bool) -> Any:  # noqa: FBT001 - one internal caller
    it = Product
    words = (
        it.code,
        it.slug,
        it.name,
        it.family,
        it.vendor,
        it.summary,
        it.unit,
        it.kind,
        it.type_id,
        it.category_id,
        it.picture,
    )
    more = or_(it.description != "", it.characteristics != {}, it.least != 1, it.most.is_not(None))
    facts = func.jsonb_build_array(cast(it.id, Text), *words, it.created_at, more)
    listed = func.jsonb_agg(aggregate_order_by(facts, func.lower(it.name), it.id), type_=JSONB)
    named = or_(it.discontinued_on.is_(None), it.discontinued_on > _on())
    alive = (it.state == ProductState.ACTIVE, it.archived_at.is_(None), named)
    return select(listed).where(it.tenant_id == _owner(), *alive, *_only(it.id, narrowed)).scalar_subquery()


def _categories() -> Any:
    """All that the owner may put a product into: its own and those from above."""
    it = Category
    facts = func.jsonb_build_array(cast(it.id, Text), it.code, cast(it.parent_id, Text))
    return select(func.jsonb_agg(facts, type_=JSONB)).scalar_subquery()


def _pictures() -> Any:
    """Of the types that have one: it stands for their products that have none."""
    it = ProductType
    facts = func.jsonb_build_array(cast(it.id, Text), it.picture)
    return select(func.jsonb_agg(facts, type_=JSONB)).where(it.picture != "").scalar_subquery()


def rates_column() -> Any:
    """The newest rate of each pair of currencies that the owner has for that day."""
    it = ExchangeRate
    newest = (
        select(it.base, it.quote, cast(it.rate, Text).label("rate"), it.source, it.on)
        .where(it.tenant_id == _owner(), it.on <= _on())
        .ext(distinct_on(it.base, it.quote))
        .order_by(it.base, it.quote, it.on.desc())
        .subquery()
    )
    return select(func.jsonb_agg(func.jsonb_build_array(*newest.c), type_=JSONB)).scalar_subquery()


def _plans(narrowed: bool) -> Any:  # noqa: FBT001 - one internal caller
    it = Plan
    facts = func.jsonb_build_array(cast(it.id, Text), cast(it.product_id, Text), it.term, it.billing, it.segment)
    wanted = select(func.jsonb_agg(facts, type_=JSONB)).where(it.tenant_id == _owner())
    sold = or_(it.discontinued_on.is_(None), it.discontinued_on > _on())
    return wanted.where(sold, *_only(it.product_id, narrowed)).scalar_subquery()


def _prices(narrowed: bool, also_in: Select[Any] | None) -> Any:  # noqa: FBT001 - one internal caller
    """What is paid and what is recommended, put together by plan, market and currency; and the highest of all."""
    paid, recommended = (_in_force(kind, narrowed, also_in) for kind in (PurchasePrice, RecommendedPrice))
    both = paid.union_all(recommended).subquery()
    place = (both.c.plan_id, both.c.market, both.c.currency)
    together = select(*place, *(func.max(both.c[name]).label(name) for name in AMOUNTS)).group_by(*place).subquery()
    amounts = [together.c[name] for name in AMOUNTS]
    named = (cast(together.c.plan_id, Text), together.c.market, together.c.currency)
    facts = func.jsonb_build_array(*named, *(cast(amount, Text) for amount in amounts))
    most = cast(func.greatest(*map(func.max, amounts)), Text)
    return select(json_object(rows=func.jsonb_agg(facts, type_=JSONB), most=most)).scalar_subquery()


AMOUNTS = ("purchase", "recommended")


def _in_force(kind: type[PurchasePrice | RecommendedPrice], narrowed: bool, also_in: Select[Any] | None) -> Any:  # noqa: FBT001
    """The prices of that day, each in the column of its kind."""
    amount, none = kind.amount, cast(null(), Numeric)
    pair: tuple[Any, Any] = (amount, none) if kind is PurchasePrice else (none, amount)
    named = (column.label(name) for column, name in zip(pair, AMOUNTS, strict=True))
    there: ColumnElement[bool] = kind.market == func.any(bindparam("markets", type_=ARRAY(Text)))
    wanted = select(kind.plan_id, kind.market, kind.currency, *named).where(
        kind.tenant_id == _owner(),
        there if also_in is None else or_(there, kind.market.in_(also_in)),
        kind.valid_from <= _on(),
        or_(kind.valid_until.is_(None), kind.valid_until >= _on()),
    )
    if narrowed:
        these = select(Plan.id).where(Plan.tenant_id == _owner(), *_only(Plan.product_id, narrowed))
        wanted = wanted.where(kind.plan_id.in_(these))
    return wanted
