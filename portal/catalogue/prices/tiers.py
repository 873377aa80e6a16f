"""Prices through the tiers, resolved when they are read.

A tenant's cost is what the one above asks of it.  The question goes up the line, each tier adding in its own scope what
its list for the one below says; the tier that owns the products answers; on the way down each list makes the number
into the next one's cost.  Nobody reads anybody's rows: what crosses is a list's terms going up and numbers coming down.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select

from portal.catalogue.models import PriceList
from portal.catalogue.prices.offers import Offers, Question, nothing
from portal.catalogue.prices.range import ids_of, page_of
from portal.catalogue.prices.source import Market
from portal.catalogue.prices.terms import Terms, terms_column, terms_from
from portal.core.db import db
from portal.core.scope import Scope, acting, acting_scope
from portal.tenants.models import Organization


def sold(question: Question, source: UUID | Market | None, terms: Terms | None) -> Offers:
    """What the acting tenant sells by these terms; plans they cannot price have no price.  No terms: none has one."""
    asked = question.shown_by(terms) if terms else question
    return bought(asked, source).selling(terms, len(question.advice))


def bought(question: Question, source: UUID | Market | None) -> Offers:
    """What the acting tenant may buy, and what it pays.

    `source` is the list it buys by, which is the parent's; for the owner of the products the market it buys in.
    Without one there is no range.
    """
    me = acting_scope()
    if isinstance(source, Market):
        return page_of(question, source)
    if source is None or not me.above:
        return nothing(question)
    return answered(_parent_of(me), source, question)


def answered(tier: Scope, list_id: UUID, question: Question) -> Offers:
    """What `tier` asks of whoever buys by this list of its."""
    way = _way_up(tier, list_id, question)
    if way is None:
        return nothing(question)
    with acting(way.owner):
        offers = page_of(way.question, way.list_id)
    for terms, advice in reversed(way.steps):
        offers = offers.costing(terms, advice)
    return offers


def range_ids(question: Question, source: UUID | Market | None) -> list[tuple[int, UUID]]:
    """All products of the acting tenant's range that are looked for: owner and id."""
    me = acting_scope()
    if isinstance(source, Market):
        return ids_of(question, source)
    way = _way_up(_parent_of(me), source, question) if source is not None and me.above else None
    if way is None:
        return []
    with acting(way.owner):
        return ids_of(way.question, way.list_id)


class _Way:
    """The way a question took: to whom, by which of its lists, and past which lists in between."""

    def __init__(self, owner: Scope, list_id: UUID, question: Question) -> None:
        self.owner, self.list_id, self.question = owner, list_id, question
        self.steps: list[tuple[Terms, int]] = []

    def up(self, terms: Terms, list_id: UUID) -> None:
        self.steps.append((terms, len(self.question.advice)))
        self.question = self.question.by(terms)
        self.owner, self.list_id = _parent_of(self.owner), list_id


def _way_up(tier: Scope, list_id: UUID, question: Question) -> _Way | None:
    """The way to the owner of the products; None when a list on it is not in force."""
    way = _Way(tier, list_id, question)
    while way.owner.above:
        with acting(way.owner):
            terms, next_list = _between(way.list_id)
        if terms is None or next_list is None or not terms.covers(question.on):
            return None
        way.up(terms, next_list)
    return way


def _between(list_id: UUID) -> tuple[Terms | None, UUID | None]:
    """What a tier in between says to the one below by this list, and the list it buys by itself.  One statement."""
    row = db.session.execute(_written_between(), {"list": list_id, "tier": acting_scope().tenant_id}).one()
    return terms_from(row.terms), row.price_list_id


@lru_cache(maxsize=1)
def _written_between() -> Select[Any]:
    """Written once: to write it takes longer than to ask it, and each tier in between is asked."""
    said = terms_column(PriceList.id == bindparam("list", type_=Uuid)).label("terms")
    wanted = select(Organization.price_list_id, said).where(Organization.tenant_id == bindparam("tier"))
    return wanted.execution_options(kept=True)


def _parent_of(tier: Scope) -> Scope:
    return Scope(tier.above[0], tier.above[1:])
