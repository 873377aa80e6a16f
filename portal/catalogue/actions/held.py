"""Which cost each fixed price of the own storefront was made for: noted when it is published.

Without that nobody could tell later whether a price is held although its cost has moved: a vendor may correct what he
said of a day that is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from portal.catalogue import prices, queries
from portal.catalogue.impact import plans_of
from portal.catalogue.models import CostDecision, Course, PriceList, PriceListVersion
from portal.catalogue.prices import Selling, Wish
from portal.core.clock import now, today
from portal.core.db import add_many, db


def decisions_of(price_list: PriceList) -> dict[tuple[UUID, str], CostDecision]:
    """What was said by this list so far."""
    rows = db.session.scalars(select(CostDecision).where(CostDecision.price_list_id == price_list.id))
    return {(row.product_id, row.plan): row for row in rows}


def note_costs(version: PriceListVersion) -> None:
    """For what is fixed anew in a version of the own storefront's list: the cost it was fixed for."""
    price_list = version.price_list
    if not price_list.for_storefront:
        return
    terms = prices.terms_of_version(version)
    if not any(way.amounts for way in terms.ways.values()):
        return
    wish = Wish.of(max(version.valid_from, today()), terms.market)
    sells = prices.selling(queries.source_for(version), wish, terms)
    standing, fresh = decisions_of(price_list), []
    for owner, (product, plan), cost, price in _fixed(sells) if sells else ():
        row = standing.get((product, plan))
        facts = {"version_id": version.id, "course": Course.SET, "cost": cost, "price": price, "decided_at": now()}
        if row is None:
            name = {"price_list_id": price_list.id, "product_id": product, "product_tenant_id": owner, "plan": plan}
            fresh.append({**name, **facts})
        elif row.price != price:
            for field, value in facts.items():
                setattr(row, field, value)
    add_many(CostDecision, fresh)


def _fixed(sells: Selling) -> Iterator[tuple[int, tuple[UUID, str], Decimal, Decimal]]:
    """Owner, name, cost and price of each plan that is sold at a fixed amount."""
    for name, (good, plan) in plans_of(sells).items():
        way = sells.terms.ways.get(good.id)
        if way is None or plan.word not in way.amounts:
            continue
        cost, price = sells.cost(good, plan), sells.amount(good, plan)
        if cost is not None and price is not None:
            yield good.tenant_id, name, cost.amount, price
