"""The shape of a question: making a statement costs more than asking it, so one is made for each shape and kept.

What is asked for goes beside it as parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.catalogue.models import Product
from portal.catalogue.prices.offers import Question
from portal.catalogue.prices.source import Market

SORTS = {"name": Product.name, "vendor": Product.vendor, "code": Product.code, "created": Product.created_at}
NARROWING = ("search", "vendor", "slug", "product_id", "term", "segment", "currency")


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how the statement is written; two questions of one shape differ in parameters only."""

    by_list: bool
    narrowed: frozenset[str]  # which of NARROWING are asked for
    sort: str
    descending: bool
    ticks: tuple[tuple[bool, bool], ...]  # of each list below: has it everything, does anything stand apart
    advice: tuple[bool, ...]  # of each recommended price: is its market given
    needed: tuple[int, ...]
    glance: bool

    @classmethod
    def of(cls, question: Question, source: UUID | Market) -> Shape:
        return cls(
            by_list=not isinstance(source, Market),
            narrowed=frozenset(name for name in NARROWING if getattr(question, name)),
            sort=question.sort if question.sort in SORTS else "name",
            descending=question.descending,
            ticks=tuple((terms.everything, bool(terms.apart)) for terms in question.ticks),
            advice=tuple(advice.market is not None for advice in question.advice),
            needed=question.needed,
            glance=question.glance,
        )


def parameters(question: Question, source: UUID | Market) -> dict[str, Any]:
    """What stands beside the statement of the question's shape."""
    given: dict[str, Any] = {"on": question.on, "most": question.size, "past": (question.number - 1) * question.size}
    given |= {name: value for name in NARROWING if (value := getattr(question, name))}
    given |= {f"apart_{at}": list(terms.apart) for at, terms in enumerate(question.ticks) if terms.apart}
    for at, advice in enumerate(question.advice):
        given[f"currency_{at}"] = advice.currency
        if advice.market is not None:
            given[f"market_{at}"] = advice.market
    if isinstance(source, Market):
        return given | {"own_market": source.market, "own_currency": source.currency}
    return given | {"list_id": source}
