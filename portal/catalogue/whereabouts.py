"""Where a plan is that somebody asks after: in his range on that day, on another, or no longer sold where he may know of it."""

from __future__ import annotations

from datetime import date, timedelta

from portal.catalogue import prices, queries
from portal.catalogue.models import Product
from portal.catalogue.prices import Good, GoodPlan, Selling, Supply, Terms, Wish
from portal.catalogue.queries.ended import Ended, ended_plan, named_by
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.here import here


def plan_in(supply: Supply | None, row: Product, word: str) -> tuple[Good, GoodPlan] | None:
    """The plan of that word, if the product is in the supply and has it."""
    good = supply.goods.get(row.id) if supply else None
    plan = next((one for one in good.plans if one.word == word), None) if good else None
    return (good, plan) if good and plan else None


def plan_elsewhen(row: Product, word: str, source: queries.Source, *days: date) -> tuple[Good, GoodPlan]:
    """The plan in the range of the first of these days on which it was in it.  Raises NotFound."""
    for day in dict.fromkeys(days):
        if found := plan_in(prices.supply(source, Wish.about(row.id, day)), row, word):
            return found
    raise NotFound


def discontinued(row: Product, word: str, on: date, terms: Terms | None, sells: Selling | None) -> Ended | None:
    """The plan if it was discontinued by that day: of one's own products, of one in the range, or that the list names."""
    named = terms is not None and row.id in named_by(terms)
    in_range = sells is not None and row.id in sells.supply.goods
    known = named or in_range or row.tenant_id == here.tenant_id
    return ended_plan(row.id, word, on) if known else None


def missing(row: Product, word: str, source: queries.Source, on: date) -> tuple[Good, GoodPlan, bool]:
    """A plan that is not in the range of that day, and whether that is because it was discontinued.  Raises NotFound."""
    eve = (row.discontinued_on - timedelta(days=1),) if row.discontinued_on else ()
    good, plan = plan_elsewhen(row, word, source, on, today(), *eve)
    return good, plan, row.discontinued_on is not None and row.discontinued_on <= on
