"""The range, asked of the tier that owns the products: one statement for a page of products with plans and numbers.

It runs in the scope of that tier: its purchase prices are read here and leave only as what the asker pays.

Making the statement costs more than asking it, so it is made once for each shape of question (`Shape`); what is asked
for goes beside it as parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Select,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from portal.catalogue.models import (
    Billing,
    Plan,
    PriceList,
    PriceListEntry,
    PriceListVersion,
    Product,
    PurchasePrice,
    RecommendedPrice,
    Rule,
    Segment,
    Term,
    VersionState,
)
from portal.catalogue.prices.offers import Offer, Offers, PlanOffer, Question, nothing
from portal.catalogue.prices.terms import priced
from portal.core.db import db
from portal.core.money import Money

PRODUCT = ("id", "tenant_id", "code", "slug", "name", "family", "vendor", "summary", "unit", "discontinued_on")
TERMS = {str(term): term for term in Term}
BILLINGS = {str(billing): billing for billing in Billing}
SEGMENTS = {str(segment): segment for segment in Segment}
PLACES = {word: place for words in (TERMS, BILLINGS, SEGMENTS) for place, word in enumerate(words)}
SORTS = {"name": Product.name, "vendor": Product.vendor, "code": Product.code, "created": Product.created_at}


@dataclass(frozen=True, slots=True)
class Market:
    """Where the owner of the products buys: its own view, by no list."""

    market: str
    currency: str


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


NARROWING = ("search", "vendor", "slug", "product_id", "term", "segment", "currency")


def _on() -> Any:
    """The day asked for: a parameter of its own at each place, because one that stands in many slows the reckoning."""
    return bindparam("on", type_=Date)


def _parameters(question: Question, source: UUID | Market) -> dict[str, Any]:
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


class _Source:
    """Where the cost comes from: a published list, or the own purchase prices in a market.  Columns of one row."""

    def __init__(self, *, by_list: bool) -> None:
        self._by_list = by_list
        if by_list:
            version = PriceListVersion
            self.columns: tuple[Any, ...] = (version.market, PriceList.currency, version.rule, version.percent)
        else:
            rule = literal(Rule.COST, PriceListVersion.rule.type)
            self.columns = (
                bindparam("own_market", type_=String),
                bindparam("own_currency", type_=String),
                rule,
                literal(0),
            )
        self.market: Any
        self.currency: Any
        self.rule: Any
        self.percent: Any
        self.market, self.currency, self.rule, self.percent = self.columns

    def beside(self, question: Select[Any]) -> Select[Any]:
        """The question with the list's version beside every row."""
        if not self._by_list:
            return question
        version = PriceListVersion
        return (
            question.join(version, true())
            .join(version.price_list)
            .where(PriceList.id == bindparam("list_id"), PriceList.archived_at.is_(None))
            .where(version.state == VersionState.PUBLISHED, version.valid_from <= _on())
            .where(or_(version.valid_until.is_(None), version.valid_until >= _on()))
        )

    def includes(self) -> ColumnElement[bool]:
        """Whether the list has the product."""
        if not self._by_list:
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
    found = db.session.execute(_page(Shape.of(question, source)), _parameters(question, source)).all()
    return _offers(question, found) if found else nothing(question)


def ids_of(question: Question, source: UUID | Market) -> list[tuple[int, UUID]]:
    """All products of the range: owner and id."""
    found = db.session.execute(_ids(Shape.of(question, source)), _parameters(question, source))
    return [(owner, product) for owner, product in found]


@lru_cache(maxsize=500)
def _ids(shape: Shape) -> Select[*tuple[Any, ...]]:
    wanted = _products(shape, _Source(by_list=shape.by_list))
    return wanted.with_only_columns(Product.tenant_id, Product.id, maintain_column_froms=True)


@lru_cache(maxsize=500)
def _page(shape: Shape) -> Select[Any]:
    source = _Source(by_list=shape.by_list)
    column = SORTS[shape.sort]
    order = (column.desc() if shape.descending else column.asc(), Product.id)
    names = ("market", "currency", "rule", "percent")
    chosen = (
        _products(shape, source)
        .add_columns(*(column.label(name) for name, column in zip(names, source.columns, strict=True)))
        .add_columns(func.count().over().label("total"), func.row_number().over(order_by=order).label("at"))
        .order_by(*order)
        .limit(bindparam("most", type_=BigInteger))
        .offset(bindparam("past", type_=BigInteger))
        .subquery()
    )
    plans = _Plans(shape, chosen.c, chosen.c)
    wanted = plans.beside(select(*chosen.c, plans.gathered.label("plans")).select_from(chosen)).where(plans.there)
    return wanted.group_by(*chosen.c).order_by(chosen.c.at).execution_options(kept=True)


def _products(shape: Shape, source: _Source) -> Select[Any]:
    """The products of the range that are looked for."""
    plans = _Plans(shape, Product, source)
    wanted = source.beside(select(*(getattr(Product, name) for name in PRODUCT)).select_from(Product))
    wanted = wanted.where(source.includes(), plans.exist())
    if "search" in shape.narrowed:
        columns = (Product.name, Product.code, Product.vendor)
        wanted = wanted.where(or_(*(column.ilike(bindparam("search")) for column in columns)))
    if "vendor" in shape.narrowed:
        wanted = wanted.where(Product.vendor == bindparam("vendor"))
    if "slug" in shape.narrowed:
        wanted = wanted.where(Product.slug == bindparam("slug"))
    if "product_id" in shape.narrowed:
        wanted = wanted.where(Product.id == bindparam("product_id"))
    return wanted.where(*(_ticked(at, *ticks) for at, ticks in enumerate(shape.ticks)))


def _ticked(at: int, everything: bool, some_apart: bool) -> ColumnElement[bool]:  # noqa: FBT001 - the two facts of a tick
    """Whether a list below has the product.  Its ticks come as values: its rows cannot be read here."""
    if not some_apart:
        return true() if everything else false()
    apart = Product.id == func.any(bindparam(f"apart_{at}", type_=ARRAY(Uuid)))
    return ~apart if everything else apart


class _Plans:
    """The plans of a product with the numbers a price starts from; `at` has the market, currency and rule."""

    def __init__(self, shape: Shape, product: Any, at: Any) -> None:
        self._shape, self._product, self._at = shape, product, at
        self.plan = aliased(Plan)
        self._cost = self._in_force(PurchasePrice, at.market, at.currency)
        self._recommended = self._in_force(RecommendedPrice, at.market, at.currency, at.rule == Rule.RECOMMENDED)
        self._advised = [self._advice(number) for number in range(len(shape.advice))]
        self.basis = case((at.rule == Rule.COST, self._cost.c.amount), else_=self._recommended.c.amount)
        self._amounts = [self.basis, *(price.c.amount for price in self._advised)]

    def beside(self, question: Select[Any]) -> Select[Any]:
        """The question with a product's plans and prices beside it."""
        plan, product = self.plan, self._product
        question = question.join(plan, and_(plan.tenant_id == product.tenant_id, plan.product_id == product.id))
        return self._with_prices(question, self._advised)

    @property
    def gathered(self) -> Any:
        """All plans of a product in one value: to read a row for each costs more than the page.  Amounts as text."""
        plan = self.plan
        facts = (plan.term, plan.billing, plan.segment, *(cast(amount, Text) for amount in self._amounts))
        listed = func.jsonb_agg(func.jsonb_build_array(*facts), type_=JSONB)
        if not self._shape.glance:
            return listed
        return func.coalesce(listed.filter(plan.billing == Billing.MONTHLY), listed)

    def exist(self) -> ColumnElement[bool]:
        """Whether the product has a plan in the range."""
        plan, product = self.plan, self._product
        own = select(plan.id).where(plan.tenant_id == product.tenant_id, plan.product_id == product.id, self.there)
        needed = [self._advised[number] for number in self._shape.needed]
        return self._with_prices(own, needed).correlate(Product, PriceListVersion, PriceList).exists()

    def _with_prices(self, question: Select[Any], advised: Sequence[Any]) -> Select[Any]:
        for price in (self._cost, self._recommended, *advised):
            question = question.outerjoin(price, true())
        return question

    def _advice(self, number: int) -> Any:
        market = bindparam(f"market_{number}", type_=String) if self._shape.advice[number] else self._at.market
        return self._in_force(RecommendedPrice, market, bindparam(f"currency_{number}"))

    def _in_force(
        self, kind: type[PurchasePrice | RecommendedPrice], market: Any, currency: Any, *also: ColumnElement[bool]
    ) -> Any:
        """The plan's price of that day, looked up for each plan by itself.

        Joined as a table it is left to PostgreSQL how; after an import, before it has counted the new rows, it went
        through all prices for every product: 600 milliseconds instead of 10.
        """
        price = aliased(kind)
        found = select(price.amount).where(
            price.tenant_id == self.plan.tenant_id,
            price.plan_id == self.plan.id,
            price.market == market,
            price.currency == currency,
            price.valid_from <= _on(),
            or_(price.valid_until.is_(None), price.valid_until >= _on()),
            *also,
        )
        return found.limit(literal_column("1")).correlate_except(price).lateral()

    @property
    def there(self) -> ColumnElement[bool]:
        """The plan has a price, for the asker and through all lists below, and is what is looked for."""
        wanted: list[ColumnElement[bool]] = [self.basis.is_not(None)]
        wanted += [self._advised[number].c.amount.is_not(None) for number in self._shape.needed]
        if "currency" in self._shape.narrowed:
            wanted.append(self._at.currency == bindparam("currency", type_=String))
        if "term" in self._shape.narrowed:
            wanted.append(self.plan.term == bindparam("term"))
        if "segment" in self._shape.narrowed:
            wanted.append(self.plan.segment == bindparam("segment"))
        return and_(*wanted)


def _offers(question: Question, found: Sequence[Row[Any]]) -> Offers:
    first = found[0]
    own = isinstance(first.percent, int)  # the owner's own view: no list, nothing to round
    currency, rule, percent = first.currency, first.rule, first.percent
    wanted = [advice.currency for advice in question.advice]
    items = []
    for row in found:
        offer = Offer(*row[: len(PRODUCT)])
        for term, billing, segment, basis, *amounts in sorted(row.plans, key=_place):
            amount = Decimal(basis)
            cost = Money(amount if own else priced(amount, currency, rule, percent), currency)
            advised = [Money(Decimal(one), code) if one else None for one, code in zip(amounts, wanted, strict=True)]
            offer.plans.append(PlanOffer(TERMS[term], BILLINGS[billing], SEGMENTS[segment], cost, tuple(advised)))
        items.append(offer)
    return Offers(items, first.total, question.number, question.size)


def _place(facts: list[str]) -> tuple[int, int, int]:
    """Where a plan stands among its product's: by segment, then term, then billing cycle."""
    term, billing, segment, *_ = facts
    return (PLACES[segment], PLACES[term], PLACES[billing])
