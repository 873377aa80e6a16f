"""What products are to each other, as far as whoever asks may see both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.catalogue import prices
from portal.catalogue.models import Product, ProductLink, Relation
from portal.catalogue.models.overlays import RELATIONS
from portal.catalogue.prices import Question
from portal.catalogue.queries.own import Source
from portal.core.clock import today
from portal.core.db import db
from portal.core.listing import MOST_EXPORTED
from portal.core.scope import acting_scope

FOUND = 10
"""Products that the picker shows."""


@dataclass(frozen=True, slots=True)
class Related:
    """One relation, read from the side of the product that is looked at."""

    link: ProductLink
    forward: bool
    other: Product

    @property
    def title(self) -> str:
        """A message id."""
        return RELATIONS[self.link.relation][0 if self.forward else 1]

    @property
    def is_own(self) -> bool:
        return self.link.tenant_id == acting_scope().tenant_id


def related(product: Product, source: Source) -> list[Related]:
    """Everything that is said of the product and another one of the range, by oneself or above."""
    wanted = select(ProductLink).where(or_(ProductLink.product_id == product.id, ProductLink.other_id == product.id))
    loaded = wanted.options(joinedload(ProductLink.product), joinedload(ProductLink.other)).order_by(ProductLink.id)
    found = [_read(link, product) for link in db.session.scalars(loaded).unique()]
    seen = in_reach([one.other for one in found], source)
    order = list(Relation)
    shown = [one for one in found if one.other.id in seen]
    return sorted(shown, key=lambda one: (order.index(one.link.relation), not one.forward, one.other.name.casefold()))


def _read(link: ProductLink, product: Product) -> Related:
    forward = link.product_id == product.id
    return Related(link, forward, link.other if forward else link.product)


def in_reach(products: Sequence[Product], source: Source) -> set[UUID]:
    """Which of them one may know of: one's own, and those of the range."""
    mine = {one.id for one in products if one.tenant_id == acting_scope().tenant_id}
    others = {one.id for one in products} - mine
    if not others:
        return mine
    everything = Question(on=today(), size=MOST_EXPORTED)
    return mine | (others & {product for _, product in prices.range_ids(everything, source)})


def candidates(text: str, product: Product, source: Source, pattern: str) -> list[Product]:
    """Products that may be related to this one: found by name, code or vendor, in the range or one's own."""
    it = Product
    own = select(it).where(it.tenant_id == acting_scope().tenant_id, it.archived_at.is_(None), it.id != product.id)
    said = or_(*(column.ilike(pattern) for column in (it.name, it.code, it.vendor)))
    rows = list(db.session.scalars(own.where(said).order_by(it.name, it.id).limit(FOUND)))
    if acting_scope().above:
        offers = prices.bought(Question(on=today(), search=text, size=FOUND), source)
        inherited = [offer.id for offer in offers if offer.id not in {row.id for row in rows}]
        rows += db.session.scalars(select(it).where(it.id.in_(inherited), it.id != product.id).order_by(it.name))
    return rows[:FOUND]
