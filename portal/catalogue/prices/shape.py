"""The shape of a question: making a statement costs more than asking it, so one is made for each shape and kept.

What is asked for goes beside it as parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.catalogue.models import Product
from portal.catalogue.prices.offers import Below, Question
from portal.catalogue.prices.source import Market
from portal.catalogue.prices.terms import Terms

SORTS = {"name": Product.name, "vendor": Product.vendor, "code": Product.code, "created": Product.created_at}
NARROWING = ("search", "vendor", "slug", "category", "product_id", "term", "segment")


@dataclass(frozen=True, slots=True)
class ListShape:
    """What of a list below decides how the statement is written."""

    everything: bool
    some_apart: bool  # does anything stand apart
    sells: bool  # what it cannot price is not in the range
    by_cost: bool  # its rule starts from the cost
    advice: int | None  # its number among the recommended prices
    is_met: bool | None  # does the cost come in its currency
    some_others: bool  # do some products start from the other of the two
    some_fixed: bool  # have some plans a fixed amount

    @classmethod
    def of(cls, below: Below) -> ListShape:
        terms = below.terms
        return cls(
            everything=terms.everything,
            some_apart=bool(terms.apart),
            sells=below.sells,
            by_cost=terms.rule.needs_cost,
            advice=below.advice,
            is_met=below.is_met,
            some_others=below.sells and bool(others(terms)),
            some_fixed=below.sells and any(way.is_fixed for way in terms.ways.values()),
        )


def others(terms: Terms) -> list[UUID]:
    """The products that start from the cost where the list starts from the recommended price, or the other way round."""
    by_cost = terms.rule.needs_cost
    return [product for product, way in terms.ways.items() if way.rule and way.rule.needs_cost is not by_cost]


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how the statement is written; two questions of one shape differ in parameters only."""

    by_list: bool
    narrowed: frozenset[str]  # which of NARROWING are asked for
    sort: str
    descending: bool
    first: bool  # do some products come before the others
    beside: bool  # are those like the product of the slug wanted too
    counts: bool  # is it counted what each category has
    lists: tuple[ListShape, ...]
    advice: tuple[bool, ...]  # of each recommended price: is its market given
    glance: bool

    @classmethod
    def of(cls, question: Question, source: UUID | Market) -> Shape:
        return cls(
            by_list=not isinstance(source, Market),
            narrowed=frozenset(name for name in NARROWING if getattr(question, name)),
            sort=question.sort if question.sort in SORTS else "name",
            descending=question.descending,
            first=bool(question.first),
            beside=question.beside,
            counts=question.counts,
            lists=tuple(map(ListShape.of, question.lists)),
            advice=tuple(advice.market is not None for advice in question.advice),
            glance=question.glance,
        )


def parameters(question: Question, source: UUID | Market) -> dict[str, Any]:
    """What stands beside the statement of the question's shape."""
    given: dict[str, Any] = {"on": question.on, "most": question.size, "past": (question.number - 1) * question.size}
    given |= {name: value for name in NARROWING if (value := getattr(question, name))}
    if question.first:
        given["first"] = list(question.first)
    for at, below in enumerate(question.lists):
        given |= _of_list(at, below.terms)
    for at, advice in enumerate(question.advice):
        given[f"currency_{at}"] = advice.currency
        if advice.market is not None:
            given[f"market_{at}"] = advice.market
    if isinstance(source, Market):
        return given | {"own_market": source.market, "own_currency": source.currency}
    return given | {"list_id": source}


def _of_list(at: int, terms: Terms) -> dict[str, Any]:
    """Its rows cannot be read where the question is answered, so what it says comes as values."""
    fixed = {str(product): list(way.amounts) for product, way in terms.ways.items() if way.is_fixed}
    given = {"apart": list(terms.apart), "others": others(terms), "fixed": fixed}
    return {f"{name}_{at}": value for name, value in given.items() if value} | {f"currency_of_{at}": terms.currency}
