"""What a file would do to the products of its owner, and doing it: a row says what must be, so twice is once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.catalogue.actions import products as verbs
from portal.catalogue.files.columns import BY_WORD, check_answer, written
from portal.catalogue.files.reading import fault
from portal.catalogue.models import Category, Charging, Product, ProductKind, ProductState, ProductType
from portal.catalogue.sheets.sets import FACTS
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.scope import acting_scope
from portal.core.words import N_, say

NEEDED = ("name", "unit")
"""What a new product cannot be without."""


class Desk:
    """The products a stretch of rows is about, and what they may be described with: three statements."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        codes = [row["values"]["code"] for row in rows]
        owner = acting_scope().tenant_id
        wanted = select(Product).where(Product.tenant_id == owner, Product.code.in_(codes))
        loaded = wanted.options(selectinload(Product.type), selectinload(Product.category))
        self.products = {row.code: row for row in db.session.scalars(loaded).unique()}
        self._types = _by_code(ProductType)
        self._categories = _by_code(Category)

    def terms(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The row as the verbs take it.  Raises Invalid, its field the column's word."""
        product = self.products.get(values["code"])
        terms = {word: value for word, value in values.items() if word not in {"code", "state", "answers"}}
        if product is not None and not product.by_hand:
            terms = {word: value for word, value in terms.items() if word not in FACTS}
        if product is None and (missing := next((word for word in NEEDED if not terms.get(word)), None)):
            raise Invalid(say(N_("A new product needs this.")), field=missing)
        if "kind" in terms:
            terms["kind"] = ProductKind(terms["kind"])
        if "charging" in terms:
            terms["charging"] = Charging(terms["charging"])
        if "type" in terms:
            terms["type"] = _found(self._types, terms["type"], "type")
        if "category" in terms:
            terms["category"] = _found(self._categories, terms["category"], "category")
        if "answers" in values:
            kind = terms.get("type", product.type if product else None)
            terms["characteristics"] = _answers(kind, values["answers"])
        return terms

    def compared(self, values: Mapping[str, Any]) -> tuple[str, dict[str, list[str]]]:
        """("new", "changed" or "unchanged"; title → [before, after]).  Raises Invalid."""
        terms, product = self.terms(values), self.products.get(values["code"])
        if product is None:
            return "new", {}
        moved: dict[str, list[str]] = {}
        for word, value in values.items():
            attribute = "characteristics" if word == "answers" else word
            if attribute not in terms and word != "state":
                continue
            before = BY_WORD[word].value(product)
            after = written(value) if word == "answers" else value
            if _said(before).strip() != _said(after):
                moved[BY_WORD[word].title] = [_said(before), _said(after)]
        return ("changed" if moved else "unchanged"), moved

    def write(self, values: Mapping[str, Any]) -> None:
        """Make the product what the row says.  Raises Invalid or Conflict, and then it is as it was."""
        terms, product = self.terms(values), self.products.get(values["code"])
        with db.session.begin_nested():
            if product is None:
                product = verbs.add_product(code=values["code"], **terms)
                self.products[product.code] = product
                db.session.flush()
            elif terms:
                verbs.change_product(product, version=product.version, **terms)
            if "state" in values:
                _bring_to(product, ProductState(values["state"]))


def _by_code(kind: type[Any]) -> dict[str, Any]:
    """Those one may use; one's own come before those from above."""
    rows = db.session.scalars(select(kind)).all()
    order = {tenant: place for place, tenant in enumerate(acting_scope().line)}
    return {row.code: row for row in sorted(rows, key=lambda row: -order[row.tenant_id])}


def _found(known: Mapping[str, Any], code: str, field: str) -> Any:
    if code and code not in known:
        raise Invalid(say(N_("There is none of this code.")), field=field)
    return known[code] if code else None


def _answers(kind: ProductType | None, said: Mapping[str, str]) -> dict[str, str]:
    asks = {one.code: one for one in kind.asks} if kind else {}
    if unknown := next((code for code in said if code not in asks), None):
        raise Invalid(say(N_("The product’s type does not ask %(code)s."), code=unknown), field="answers")
    try:
        return {code: check_answer(asks[code], value) for code, value in said.items() if value}
    except Invalid as invalid:
        raise Invalid(invalid.line, field="answers") from None


def _bring_to(product: Product, state: ProductState) -> None:
    """By the ways there are: a draft is put on sale before it is discontinued."""
    if product.state is state:
        return
    if product.state is not ProductState.ACTIVE:
        verbs.activate(product)
    if state is ProductState.DRAFT:
        verbs.set_aside(product)
    elif state is ProductState.DISCONTINUED:
        verbs.discontinue(product)


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def refusal(row: Mapping[str, Any], problem: Invalid | Conflict) -> dict[str, Any]:
    """Why a row could not be taken."""
    word = (problem.field or "code").removeprefix("answer_")
    column = word if word in BY_WORD else "answers"
    value = row["values"].get(column, "")
    return fault(row["line"], column, written(value) if isinstance(value, dict) else _said(value), problem.line)
