"""What the shelf will hold once a sheet is applied: its rows laid over what stands there, as values.

Nothing is written, and no price is reckoned here: whoever wants to know what lists make of it asks them with this shelf
instead of the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, case, or_, select

from portal.catalogue import prices
from portal.catalogue.categories import told_by_name
from portal.catalogue.models import PriceSheet, Product, ProductState, SheetRow, Verdict
from portal.catalogue.models.categories import OTHERS
from portal.catalogue.models.sheets import MOVING
from portal.catalogue.prices import Good, GoodPlan, Wish
from portal.catalogue.prices.goods import Shelf, plan_from
from portal.catalogue.sheets.sets import FACTS, PLAN_KEY, rows_of
from portal.core import keys
from portal.core.clock import now, today
from portal.core.db import db

Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The products that a sheet moves, on the shelf as it would be on a day without it, and with it."""

    day: date
    before: Shelf
    after: Shelf
    later: int  # rows that begin only after that day, and are not in it


def outlook(sheet: PriceSheet, *, ends_missing: bool) -> Outlook:
    """How it will be on the day on which most of its prices begin.  Two statements."""
    rows = _rows(sheet, ends_missing=ends_missing)
    day = _day_of(sheet, rows)
    known = frozenset(row.product_id for row in rows if row.product_id is not None)
    before = prices.own_shelf(Wish(day, frozenset(row.market for row in rows), known))
    begun = [row for row in rows if row.begins is None or row.begins <= day]
    counting = [row for row in begun if row.valid_until is None or row.valid_until >= day]
    return Outlook(day, before, laid_over(before, counting), len(rows) - len(begun))


def _rows(sheet: PriceSheet, *, ends_missing: bool) -> Rows:
    """What changes something, with the product it is about; not of products that are not on sale whatever they cost."""
    it = SheetRow
    names = ("id", "slug", "code", *FACTS, *PLAN_KEY, "market", "currency", "purchase", "recommended")
    told = (it.verdict, it.begins, it.valid_until, *(getattr(it, name) for name in names))
    place = case((Product.id.is_(None), told_by_name(it)), else_=Product.category_id).label("category_id")
    known = and_(Product.tenant_id == it.tenant_id, Product.code == it.code)
    on_sale = or_(Product.id.is_(None), and_(Product.state == ProductState.ACTIVE, Product.archived_at.is_(None)))
    wanted: Select[Any] = select(*told, Product.id.label("product_id"), Product.kind, Product.type_id, place)
    moving = (*MOVING, Verdict.GONE) if ends_missing else MOVING
    found = wanted.outerjoin(Product, known).where(rows_of(sheet, *moving), on_sale).order_by(it.line, it.id)
    return db.session.execute(found).all()


def _day_of(sheet: PriceSheet, rows: Rows) -> date:
    """Of two days on which as many begin, the later; never one that is over, or before the one it is applied on."""
    begins = Counter(row.begins for row in rows if row.begins is not None)
    most = max(begins.items(), key=lambda one: (one[1], one[0]), default=(today(), 0))[0]
    return max(most, today(), sheet.starts_on or today())


def laid_over(shelf: Shelf, rows: Iterable[Row[Any]]) -> Shelf:
    """The shelf with these rows written."""
    by_code = {good.code: good for good in shelf.goods.values()}
    about: dict[str, list[Row[Any]]] = {}
    for row in rows:
        about.setdefault(row.code, []).append(row)
    moved = {good.id: good for code, some in about.items() for good in (_moved(shelf, by_code.get(code), some),)}
    goods = {**shelf.goods, **moved}
    return replace(shelf, goods={key: good for key, good in goods.items() if good.plans})


def _moved(shelf: Shelf, good: Good | None, rows: Rows) -> Good:
    standing = good if good is not None else _fresh(shelf, rows[0])
    plans = {plan.word: plan for plan in standing.plans}
    for row in rows:
        fresh = plan_from(str(row.id), (str(row.term), str(row.billing), str(row.segment)), ())
        plans[fresh.word] = _priced(plans.get(fresh.word, fresh), row)
    return replace(standing, plans=sorted(filter(_is_priced, plans.values()), key=attrgetter("place")))


def _priced(plan: GoodPlan, row: Row[Any]) -> GoodPlan:
    """The plan with the row's prices in its market and currency; none, where the sheet no longer names it."""
    there = (row.market, row.currency)
    others = [one for one in plan.prices if (one[1], one[2]) != there]
    amounts = [None if amount is None else str(amount) for amount in (row.purchase, row.recommended)]
    return replace(plan, prices=[*others, (plan.key, *there, *amounts)] if any(amounts) else others)


def _is_priced(plan: GoodPlan) -> bool:
    return bool(plan.prices)


def _fresh(shelf: Shelf, row: Row[Any]) -> Good:
    """A product that is new, or sold again."""
    key: UUID = row.product_id or row.id
    category, above = _place_of(shelf.places, row.category_id)
    return Good(
        *(key, shelf.owner, row.code, row.slug, row.name, row.family, row.vendor, row.summary, row.unit),
        kind=str(row.kind or "primary"),
        type_key=keys.spell(row.type_id) if row.type_id else "",
        category=category,
        categories=above,
        created_at=now(),
        plans=(),
    )


def _place_of(places: Mapping[str, tuple[str, Sequence[str]]], category_id: UUID | None) -> tuple[str, Sequence[str]]:
    return places.get(str(category_id), (OTHERS, ()))
