"""The range, asked of the tier that owns the products: one statement for a page of products with plans and numbers.

It runs in the scope of that tier: its purchase prices are read here and leave only as what the asker pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Uuid, and_, case, false, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from portal.catalogue.models import (
    Plan,
    PriceList,
    PriceListEntry,
    PriceListVersion,
    Product,
    PurchasePrice,
    RecommendedPrice,
    Rule,
    VersionState,
)
from portal.catalogue.prices.offers import Offer, Offers, PlanOffer, Question, nothing, ordered
from portal.catalogue.prices.terms import Terms, priced
from portal.core.db import db
from portal.core.money import Money

PRODUCT = ("id", "tenant_id", "code", "slug", "name", "family", "vendor", "summary", "unit", "discontinued_on")
SORTS = {"name": Product.name, "vendor": Product.vendor, "code": Product.code, "created": Product.created_at}


@dataclass(frozen=True, slots=True)
class Market:
    """Where the owner of the products buys: its own view, by no list."""

    market: str
    currency: str


class _Source:
    """Where the cost comes from: a published list, or the own purchase prices in a market.  Columns of one row."""

    def __init__(self, source: UUID | Market, question: Question) -> None:
        self.list_id = None if isinstance(source, Market) else source
        self._on = question.on
        if isinstance(source, Market):
            rule = literal(Rule.COST, PriceListVersion.rule.type)
            self.columns: tuple[Any, ...] = (literal(source.market), literal(source.currency), rule, literal(0))
        else:
            version = PriceListVersion
            self.columns = (version.market, PriceList.currency, version.rule, version.percent)
        self.market: Any
        self.currency: Any
        self.rule: Any
        self.percent: Any
        self.market, self.currency, self.rule, self.percent = self.columns

    def beside(self, question: Select[Any]) -> Select[Any]:
        """The question with the list's version beside every row."""
        if self.list_id is None:
            return question
        version = PriceListVersion
        return (
            question.join(version, true())
            .join(version.price_list)
            .where(PriceList.id == self.list_id, PriceList.archived_at.is_(None))
            .where(version.state == VersionState.PUBLISHED, version.valid_from <= self._on)
            .where(or_(version.valid_until.is_(None), version.valid_until >= self._on))
        )

    def includes(self) -> ColumnElement[bool]:
        """Whether the list has the product."""
        if self.list_id is None:
            return true()
        entry = (
            select(PriceListEntry.id)
            .where(PriceListEntry.version_id == PriceListVersion.id, PriceListEntry.product_id == Product.id)
            .correlate(PriceListVersion, Product)
            .exists()
        )
        return entry != PriceListVersion.everything


def page_of(question: Question, source: UUID | Market) -> Offers:
    """The page of the range that `source` opens, each plan with the number its buyer pays."""
    found = db.session.execute(_statement(question, _Source(source, question))).all()
    return _offers(question, found) if found else nothing(question)


def ids_of(question: Question, source: UUID | Market) -> list[tuple[int, UUID]]:
    """All products of the range: owner and id."""
    wanted = _products(question, _Source(source, question)).with_only_columns(
        Product.tenant_id, Product.id, maintain_column_froms=True
    )
    return [(owner, product) for owner, product in db.session.execute(wanted)]


def _statement(question: Question, source: _Source) -> Select[Any]:
    column = SORTS.get(question.sort, Product.name)
    order = (column.desc() if question.descending else column.asc(), Product.id)
    names = ("market", "currency", "rule", "percent")
    chosen = (
        _products(question, source)
        .add_columns(*(column.label(name) for name, column in zip(names, source.columns, strict=True)))
        .add_columns(func.count().over().label("total"), func.row_number().over(order_by=order).label("at"))
        .order_by(*order)
        .limit(question.size)
        .offset((question.number - 1) * question.size)
        .subquery()
    )
    plans = _Plans(question, chosen.c, chosen.c)
    columns = (plans.plan.id.label("plan_id"), plans.plan.term, plans.plan.billing, plans.plan.segment)
    wanted = select(*chosen.c, *columns, plans.basis.label("basis"), *plans.advised).select_from(chosen)
    return plans.beside(wanted).where(plans.there).order_by(chosen.c.at)


def _products(question: Question, source: _Source) -> Select[Any]:
    """The products of the range that are looked for."""
    plans = _Plans(question, Product, source)
    wanted = source.beside(select(*(getattr(Product, name) for name in PRODUCT)).select_from(Product))
    wanted = wanted.where(source.includes(), plans.exist())
    if question.search:
        wanted = wanted.where(
            or_(*(column.ilike(question.search) for column in (Product.name, Product.code, Product.vendor)))
        )
    if question.vendor:
        wanted = wanted.where(Product.vendor == question.vendor)
    if question.slug:
        wanted = wanted.where(Product.slug == question.slug)
    if question.product_id:
        wanted = wanted.where(Product.id == question.product_id)
    return wanted.where(*(_ticked(terms) for terms in question.ticks))


def _ticked(terms: Terms) -> ColumnElement[bool]:
    """Whether a list below has the product.  Its ticks come as values: its rows cannot be read here."""
    if not terms.apart:
        return true() if terms.everything else false()
    apart = Product.id == func.any(literal(list(terms.apart), ARRAY(Uuid)))
    return ~apart if terms.everything else apart


class _Plans:
    """The plans of a product with the numbers a price starts from; `at` has the market, currency and rule."""

    def __init__(self, question: Question, product: Any, at: Any) -> None:
        self._question, self._product, self._at = question, product, at
        self.plan = aliased(Plan)
        self._cost, self._recommended = aliased(PurchasePrice), aliased(RecommendedPrice)
        self._advised = [aliased(RecommendedPrice) for _ in question.advice]
        self.basis = case((at.rule == Rule.COST, self._cost.amount), else_=self._recommended.amount)
        self.advised = [price.amount.label(f"advised_{number}") for number, price in enumerate(self._advised)]

    def beside(self, question: Select[Any]) -> Select[Any]:
        """The question with a product's plans and prices beside it."""
        plan, product = self.plan, self._product
        question = question.join(plan, and_(plan.tenant_id == product.tenant_id, plan.product_id == product.id))
        return self._with_prices(question)

    def exist(self) -> ColumnElement[bool]:
        """Whether the product has a plan in the range."""
        plan, product = self.plan, self._product
        own = select(plan.id).where(plan.tenant_id == product.tenant_id, plan.product_id == product.id, self.there)
        return self._with_prices(own).correlate(Product, PriceListVersion, PriceList).exists()

    def _with_prices(self, question: Select[Any]) -> Select[Any]:
        at = self._at
        question = question.outerjoin(self._cost, self._in_force(self._cost, at.market, at.currency))
        listed = and_(at.rule == Rule.RECOMMENDED, self._in_force(self._recommended, at.market, at.currency))
        question = question.outerjoin(self._recommended, listed)
        for price, advice in zip(self._advised, self._question.advice, strict=True):
            market = at.market if advice.market is None else literal(advice.market)
            question = question.outerjoin(price, self._in_force(price, market, literal(advice.currency)))
        return question

    def _in_force(self, price: Any, market: Any, currency: Any) -> ColumnElement[bool]:
        on = self._question.on
        return and_(
            price.tenant_id == self.plan.tenant_id,
            price.plan_id == self.plan.id,
            price.market == market,
            price.currency == currency,
            price.valid_from <= on,
            or_(price.valid_until.is_(None), price.valid_until >= on),
        )

    @property
    def there(self) -> ColumnElement[bool]:
        """The plan has a price, for the asker and through all lists below, and is what is looked for."""
        question = self._question
        wanted: list[ColumnElement[bool]] = [self.basis.is_not(None)]
        wanted += [self._advised[number].amount.is_not(None) for number in question.needed]
        if question.currency:
            wanted.append(self._at.currency == question.currency)
        if question.term:
            wanted.append(self.plan.term == question.term)
        if question.segment:
            wanted.append(self.plan.segment == question.segment)
        return and_(*wanted)


def _offers(question: Question, found: Sequence[Row[Any]]) -> Offers:
    offers: dict[UUID, Offer] = {}
    first = found[0]
    own = isinstance(first.percent, int)
    for row in found:
        offer = offers.get(row.id)
        if offer is None:
            offer = offers[row.id] = Offer(*row[: len(PRODUCT)])
        basis = Money(row.basis, row.currency)
        cost = basis if own else priced(basis, row.rule, row.percent)
        advised = (
            tuple(
                None if amount is None else Money(amount, advice.currency)
                for amount, advice in zip(row[-len(question.advice) :], question.advice, strict=True)
            )
            if question.advice
            else ()
        )
        offer.plans.append(PlanOffer(row.plan_id, row.term, row.billing, row.segment, cost, advised))
    for offer in offers.values():
        offer.plans = ordered(offer.plans)
    return Offers(list(offers.values()), first.total, question.number, question.size)
