"""The range, asked of the tier that owns the products: one statement for a page of products with plans and numbers.

It runs in the scope of that tier: its purchase prices are read here and leave only as what the asker pays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from portal.catalogue.categories import category_column
from portal.catalogue.models import Billing, Product, Segment, Term
from portal.catalogue.prices.offers import Offer, Offers, PlanOffer, Question, nothing
from portal.catalogue.prices.plans import Plans
from portal.catalogue.prices.shape import SORTS, ListShape, Shape, parameters
from portal.catalogue.prices.source import Market, Source
from portal.catalogue.prices.terms import priced
from portal.core.db import db
from portal.core.money import Money

PRODUCT = ("id", "tenant_id", "code", "slug", "name", "family", "vendor", "summary", "unit", "discontinued_on")
TERMS = {str(term): term for term in Term}
BILLINGS = {str(billing): billing for billing in Billing}
SEGMENTS = {str(segment): segment for segment in Segment}
ALIKE = 16
"""Letters at the beginning of two names that make them alike."""
PLACES = {word: place for words in (TERMS, BILLINGS, SEGMENTS) for place, word in enumerate(words)}


def page_of(question: Question, source: UUID | Market) -> Offers:
    """The page of the range that `source` opens, each plan with the number its buyer pays.

    The order of the work is ours: the products first, each with a look at its plans, then the plans of those chosen.
    Left to PostgreSQL, which has no statistics of what an import wrote a moment ago and takes it for one row, products
    were chosen anew for every plan: a search for a term took 20 seconds instead of a tenth.
    """
    found = db.session.execute(_page(Shape.of(question, source)), parameters(question, source)).all()
    return _offers(question, found) if found else nothing(question)


def ids_of(question: Question, source: UUID | Market) -> list[tuple[int, UUID]]:
    """All products of the range: owner and id."""
    found = db.session.execute(_ids(Shape.of(question, source)), parameters(question, source))
    return [(owner, product) for owner, product in found]


@lru_cache(maxsize=500)
def _ids(shape: Shape) -> Select[*tuple[Any, ...]]:
    wanted = _products(shape, Source(by_list=shape.by_list))
    return wanted.with_only_columns(Product.tenant_id, Product.id, maintain_column_froms=True)


@lru_cache(maxsize=500)
def _page(shape: Shape) -> Select[Any]:
    source = Source(by_list=shape.by_list)
    names = ("market", "currency", "rule", "percent", "amounts")
    found = _products(shape, source)
    found = found.add_columns(*(column.label(name) for name, column in zip(names, source.columns, strict=True)))
    found = found.add_columns(func.row_number().over(order_by=_order(shape)).label("at"))
    if shape.counts:
        found, counts = _counted(shape, found)
    chosen = (
        found.add_columns(func.count().over().label("total"))
        .order_by("at")
        .limit(bindparam("most", type_=BigInteger))
        .offset(bindparam("past", type_=BigInteger))
        .cte("chosen")
        .prefix_with("materialized")
    )
    plans = Plans(shape, chosen.c, chosen.c)
    wanted = plans.beside(select(*chosen.c, plans.gathered.label("plans")).select_from(chosen)).where(plans.there)
    if shape.counts:
        wanted = wanted.add_columns(counts)
    return wanted.group_by(*chosen.c).order_by(chosen.c.at).execution_options(kept=True)


def _counted(shape: Shape, found: Select[Any]) -> tuple[Select[Any], Any]:
    """What was found, narrowed to the chosen category, and beside it how much there is in each."""
    whole = found.add_columns(category_column().label("category")).cte("found").prefix_with("materialized")
    each = select(whole.c.category, func.count().label("count")).group_by(whole.c.category).subquery()
    counts = select(func.jsonb_object_agg(each.c.category, each.c.count, type_=JSONB)).scalar_subquery()
    narrowed = select(*(column for column in whole.c if column.key != "category"))
    if "category" in shape.narrowed:
        narrowed = narrowed.where(whole.c.category == bindparam("category", type_=String))
    return narrowed, counts.label("counts")


def _order(shape: Shape) -> tuple[Any, ...]:
    column = SORTS[shape.sort]
    order: tuple[Any, ...] = (column.desc() if shape.descending else column.asc(), Product.id)
    if shape.beside:
        alike = func.left(Product.name, ALIKE) == _of_slug(lambda it: func.left(it.name, ALIKE))
        return ((Product.slug == bindparam("slug")).desc(), alike.desc(), *order)
    return (_is_one_of("first").desc(), *order) if shape.first else order


def _like_that_of_the_slug() -> ColumnElement[bool]:
    """Of the same family, or of the same maker and category."""
    same_family = and_(Product.family != "", Product.family == _of_slug(lambda it: it.family))
    same_maker = Product.vendor == _of_slug(lambda it: it.vendor)
    return or_(same_family, and_(same_maker, category_column() == _of_slug(category_column)))


def _of_slug(said: Callable[[Any], Any]) -> Any:
    """What the product of the slug says of itself."""
    it = aliased(Product)
    return select(said(it)).where(it.slug == bindparam("slug")).limit(literal_column("1")).scalar_subquery()


def _products(shape: Shape, source: Source) -> Select[Any]:
    """The products of the range that are looked for."""
    plans = Plans(shape, Product, source)
    wanted = source.beside(select(*(getattr(Product, name) for name in PRODUCT)).select_from(Product))
    wanted = wanted.where(source.includes(), plans.exist())
    if "search" in shape.narrowed:
        columns = (Product.name, Product.code, Product.vendor)
        wanted = wanted.where(or_(*(column.ilike(bindparam("search")) for column in columns)))
    if "vendor" in shape.narrowed:
        wanted = wanted.where(Product.vendor == bindparam("vendor"))
    if "slug" in shape.narrowed:
        it = Product.slug == bindparam("slug")
        wanted = wanted.where(or_(it, _like_that_of_the_slug()) if shape.beside else it)
    if "product_id" in shape.narrowed:
        wanted = wanted.where(Product.id == bindparam("product_id"))
    return wanted.where(*(_ticked(at, one) for at, one in enumerate(shape.lists)))


def _ticked(at: int, one: ListShape) -> ColumnElement[bool]:
    """Whether a list below has the product.  Its ticks come as values: its rows cannot be read here."""
    if not one.some_apart:
        return true() if one.everything else false()
    apart = _is_one_of(f"apart_{at}")
    return ~apart if one.everything else apart


def _is_one_of(name: str) -> ColumnElement[bool]:
    return Product.id == func.any(bindparam(name, type_=ARRAY(Uuid)))


def _offers(question: Question, found: Sequence[Row[Any]]) -> Offers:
    first = found[0]
    own = isinstance(first.percent, int)  # the owner's own view: no list, nothing to round
    currency = first.currency
    wanted = [advice.currency for advice in question.advice]
    items = []
    for row in found:
        offer = Offer(*row[: len(PRODUCT)])
        rule, percent, fixed = row.rule, row.percent, row.amounts or ()
        for term, billing, segment, basis, *amounts in sorted(row.plans, key=_place):
            amount = Decimal(basis)
            if not own and not (fixed and f"{term}-{billing}-{segment}" in fixed):
                amount = priced(amount, currency, rule, percent)
            advised = [Money(Decimal(one), code) if one else None for one, code in zip(amounts, wanted, strict=True)]
            plan = PlanOffer(TERMS[term], BILLINGS[billing], SEGMENTS[segment], Money(amount, currency), tuple(advised))
            offer.plans.append(plan)
        items.append(offer)
    return Offers(items, first.total, question.number, question.size, first.counts if question.counts else {})


def _place(facts: list[str]) -> tuple[int, int, int]:
    """Where a plan stands among its product's: by segment, then term, then billing cycle."""
    term, billing, segment, *_ = facts
    return (PLACES[segment], PLACES[term], PLACES[billing])
