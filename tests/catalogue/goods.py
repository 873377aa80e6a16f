"""Goods, lists and tiers by hand, for whoever reckons with prices and needs no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from portal.catalogue.models import Billing, Rule, Segment, Term
from portal.catalogue.prices import Good, GoodPlan, Rate, Selling, Supply, Terms, Way
from portal.catalogue.prices.goods import Shelf
from portal.catalogue.prices.supplies import Own

OWNER = 1


def plan(cost: str | Decimal | None = "8.00", told: str | Decimal | None = "10.00", **facts: Any) -> GoodPlan:
    """A yearly plan billed monthly."""
    term, billing, segment = (
        facts.get(name, usual)
        for name, usual in (("term", Term.YEAR), ("billing", Billing.MONTHLY), ("segment", Segment.COMMERCIAL))
    )
    key = str(uuid4())
    prices = [(key, "US", "USD", *(None if one is None else str(one) for one in (cost, told)))]
    return GoodPlan(key, term, billing, segment, f"{term}-{billing}-{segment}", 0, prices)


def good(*plans: GoodPlan, name: str = "Lumen Mail", **facts: Any) -> Good:
    whole: dict[str, Any] = {
        "tenant_id": OWNER,
        "code": name.upper(),
        "slug": name.lower().replace(" ", "-"),
        "name": name,
        "family": "",
        "vendor": "Lumen",
        "summary": "",
        "unit": "user",
        "kind": "primary",
        "type_key": "",
        "category": "mail",
        "categories": ("mail",),
        "created_at": datetime(2026, 11, 1, tzinfo=UTC),
        "plans": plans or (plan(),),
    }
    return Good(id=uuid4(), **(whole | facts))


def shelf(*goods: Good) -> Shelf:
    amounts = (Decimal(text) for one in goods for plan in one.plans for row in plan.prices for text in row[3:] if text)
    return Shelf(OWNER, {one.id: one for one in goods}, max(amounts, default=Decimal(0)))


def terms(way: Way | None = None, **facts: Any) -> Terms:
    """A list of everything, at cost unless another way is said."""
    whole: dict[str, Any] = {
        "list_id": uuid4(),
        "version_id": uuid4(),
        "name": "List",
        "number": 1,
        "currency": "USD",
        "market": None,
        "way": way or Way(Rule.COST),
        "everything": True,
        "valid_from": date(2026, 1, 1),
        "valid_until": None,
    }
    return Terms(**(whole | facts))


def chain(goods: Shelf, *lists: Terms, market: str = "US", rates: Mapping[UUID, Rate] | None = None) -> Selling:
    """The last of these lists, each priced from the one before, the first from what the owner pays."""
    selling: Selling | None = None
    for depth, one in enumerate(lists, start=OWNER):
        own = Own(depth, goods if depth == OWNER else Shelf(depth, {}))
        selling = Selling(one, Supply(own, market, selling), (rates or {}).get(one.version_id))
    assert selling is not None
    return selling
