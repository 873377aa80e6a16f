"""Products that a list prices in their own way: by a rule of their own, or at amounts fixed for each plan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.audit import record
from portal.catalogue.actions.lists import NO_PRICE, check_percent
from portal.catalogue.actions.ticking import changeable, drop_silent, entries_of
from portal.catalogue.models import PriceListEntry, PriceListVersion, Product, Rule
from portal.catalogue.prices import Tier, Way, coin
from portal.catalogue.prices.rounding import nearest
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.words import N_


def price_alone(version: PriceListVersion, ways: Mapping[tuple[int, UUID], Way | None]) -> None:
    """Price these products (owner, id) in their own ways from this version on; None follows the list again."""
    changeable(version)
    by_product = {product: way for (_, product), way in ways.items()}
    step = coin(version.price_list.currency)
    for way in by_product.values():
        check_way(way)
    wanted = select(Product.id, Product.name).where(Product.id.in_(by_product))
    names: dict[UUID | None, str] = {product: name for product, name in db.session.execute(wanted)}  # noqa: C416 - rows are no pairs to mypy
    for entry in entries_of(version, ways):
        way, before = by_product.get(entry.product_id) if entry.product_id else None, _said(entry)
        say_price(entry, way, step)
        record(
            "price_list.priced",
            version.price_list,
            before=before,
            after={"product": names[entry.product_id], **_said(entry)},
        )
    drop_silent(version)


def say_price(entry: PriceListEntry, way: Way | None, step: Decimal) -> None:
    """Let the entry say how its part of the range is priced; fixed amounts are rounded to the step."""
    way = way or Way()
    entry.rule = way.rule
    entry.percent = way.percent if way.rule else None
    entry.amount = way.amount if way.rule else None
    entry.amounts = _kept(way.amounts, step) or None
    entry.requests = sorted(way.requests) or None
    entry.tiers = [_tier(tier, step) for tier in way.tiers] or None
    entry.graduated, entry.rounding, entry.floor = way.graduated, way.rounding, way.floor


def _tier(tier: Tier, step: Decimal) -> dict[str, Any]:
    facts: dict[str, Any] = {"from": tier.first}
    if tier.percent is not None:
        facts["percent"] = str(tier.percent)
    return facts | ({"amounts": _kept(tier.amounts, step)} if tier.amounts else {})


def _kept(amounts: Mapping[str, Decimal], step: Decimal) -> dict[str, str]:
    return {word: str(nearest(one, step)) for word, one in amounts.items()}


def check_way(way: Way | None) -> None:
    """Raises Invalid when no price would come of it, or of a part of it."""
    if way is None:
        return
    if way.rule is None and (way.percent or way.amount or any(tier.percent is not None for tier in way.tiers)):
        raise Invalid(N_("Choose from what the price is made: a percentage or an amount needs it."), field="rule")
    for percent in (way.percent, *(tier.percent for tier in way.tiers if tier.percent is not None)):
        if way.rule is not None:
            check_percent(way.rule, percent)
    _check_requests(way)
    fixed = (way.amounts, *(tier.amounts for tier in way.tiers))
    if any(amount < Decimal(0) for amounts in fixed for amount in amounts.values()):
        raise Invalid(N_("Use an amount of 0 or more."), field="percent")
    firsts = [tier.first for tier in way.tiers]
    if any(first < 2 for first in firsts) or len(set(firsts)) < len(firsts):  # noqa: PLR2004 - the first unit has the price itself
        raise Invalid(N_("Begin each tier at a number of its own, from 2 on."), field="tiers")


def _check_requests(way: Way) -> None:
    """Raises Invalid where something has a price, or what would make one, and is on request as well."""
    fixed = {word for amounts in (way.amounts, *(tier.amounts for tier in way.tiers)) for word in amounts}
    if both := way.requests & fixed:
        raise Invalid(N_("A plan has a fixed price or is on request, not both."), field=f"request_{min(both)}")
    if way.rule is not Rule.ON_REQUEST:
        return
    if way.amount or any(tier.percent is not None for tier in way.tiers):
        raise Invalid(NO_PRICE, field="rule")
    if not fixed and (way.rounding is not None or way.floor is not None):
        raise Invalid(N_("What is on request has no price: leave rounding and floor to the list."), field="rule")


def _said(entry: PriceListEntry) -> dict[str, Any]:
    names = ("rule", "percent", "amounts")
    more = {
        name: value for name in ("amount", "requests", "tiers", "rounding", "floor") if (value := getattr(entry, name))
    }
    return {name: getattr(entry, name) for name in names} | more
