"""The plans of a product with the numbers a price starts from, as parts of the statement that asks a range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
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
    PriceListVersion,
    Product,
    PurchasePrice,
    RecommendedPrice,
    Rule,
)
from portal.catalogue.prices.shape import Shape
from portal.catalogue.prices.source import on


class Plans:
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
        advised = [price.c.amount.is_not(None) for price in self._advised]
        return func.coalesce(listed.filter(plan.billing == Billing.MONTHLY, *advised), listed)

    def exist(self) -> ColumnElement[bool]:
        """Whether the product has a plan in the range."""
        plan, product = self.plan, self._product
        own = select(plan.id).where(plan.tenant_id == product.tenant_id, plan.product_id == product.id, self.there)
        needed = [self._advised[number] for number in self._shape.needed]
        looked_up = self._with_prices(own, needed).offset(
            literal_column("0")
        )  # for each product by itself: see page_of
        return looked_up.correlate(Product, PriceListVersion, PriceList).exists()

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
            price.valid_from <= on(),
            or_(price.valid_until.is_(None), price.valid_until >= on()),
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
