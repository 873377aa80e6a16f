"""The plans of a product with the numbers a price starts from, as parts of the statement that asks a range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Numeric,
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
    PurchasePrice,
    RecommendedPrice,
    Rule,
)
from portal.catalogue.prices.shape import ListShape, Shape
from portal.catalogue.prices.source import on


class Plans:
    """The plans of a product with the numbers a price starts from; `at` has the market, currency and rule."""

    def __init__(self, shape: Shape, product: Any, at: Any) -> None:
        self._shape, self._product, self._at = shape, product, at
        self.plan = aliased(Plan)
        self._cost = self._in_force(PurchasePrice, at.market, at.currency)
        self._recommended = self._in_force(RecommendedPrice, at.market, at.currency, at.rule == Rule.RECOMMENDED)
        self._advised = [self._advice(number) for number in range(len(shape.advice))]
        self._word = func.concat_ws("-", self.plan.term, self.plan.billing, self.plan.segment)
        self.basis = self._basis()
        self._amounts = [self.basis, *(price.c.amount for price in self._advised)]

    def _basis(self) -> Any:
        """What the list's rule starts from; a fixed amount is the price itself."""
        ruled = case((self._at.rule == Rule.RECOMMENDED, self._recommended.c.amount), else_=self._cost.c.amount)
        if not self._shape.by_list:
            return ruled
        return func.coalesce(cast(self._at.amounts.op("->>", return_type=Text())(self._word), Numeric), ruled)

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
        needed = [self._advised[one.advice] for one in self._shape.lists if one.sells and one.advice is not None]
        looked_up = self._with_prices(own, needed).offset(
            literal_column("0")
        )  # for each product by itself: see page_of
        return looked_up.correlate(*self._at.froms).exists()

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
        wanted += [self._sold_by(number, one) for number, one in enumerate(self._shape.lists) if one.sells]
        if "term" in self._shape.narrowed:
            wanted.append(self.plan.term == bindparam("term"))
        if "segment" in self._shape.narrowed:
            wanted.append(self.plan.segment == bindparam("segment"))
        return and_(*wanted)

    def _sold_by(self, number: int, one: ListShape) -> ColumnElement[bool]:
        """Whether a list below can make a price of the plan: from what its rule starts from, or because it is fixed."""
        by_cost = self._in_currency_of(number, one)
        by_advice: ColumnElement[bool] = false()
        if one.advice is not None:
            by_advice = self._advised[one.advice].c.amount.is_not(None)
        usual, other = (by_cost, by_advice) if one.by_cost else (by_advice, by_cost)
        product = self._product.id
        if one.some_others:
            usual = case((product == func.any(bindparam(f"others_{number}", type_=ARRAY(Uuid))), other), else_=usual)
        if not one.some_fixed:
            return usual
        fixed = func.jsonb_extract_path(bindparam(f"fixed_{number}", type_=JSONB), cast(product, Text), type_=JSONB())
        return or_(func.coalesce(fixed.has_key(self._word), false()), usual)

    def _in_currency_of(self, number: int, one: ListShape) -> ColumnElement[bool]:
        """Whether the cost comes in the list's currency."""
        if one.is_met is None:
            met: ColumnElement[bool] = self._at.currency == bindparam(f"currency_of_{number}", type_=String)
            return met
        return true() if one.is_met else false()
