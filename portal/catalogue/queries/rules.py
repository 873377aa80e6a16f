"""What a version says of types, categories, vendors and segments, and of what it might."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from portal.catalogue import prices
from portal.catalogue.models import Breadth, PriceListEntry, PriceListVersion, Product, Promotion
from portal.catalogue.models.products import SEGMENTS
from portal.catalogue.prices.terms import NARROWNESS
from portal.catalogue.queries.describing import choices
from portal.catalogue.queries.own import Source
from portal.core.clock import today
from portal.core.db import db
from portal.core.keys import read_key, spell
from portal.core.words import alphabetical


@dataclass(frozen=True, slots=True)
class Subjects:
    """Of what a rule may speak: (what an entry calls it, what people call it), by breadth."""

    by_breadth: dict[Breadth, list[tuple[str, str]]]

    def title(self, breadth: Breadth, about: str) -> str:
        """What people call it; what is no longer there keeps its key."""
        return dict(self.by_breadth.get(breadth, ())).get(about, about)


def subjects(source: Source | None = None) -> Subjects:
    """With a source, also the vendors of the range that is bought by it: a statement for each tier, kept."""
    known = choices()
    segments = [(str(one), gettext(text)) for one, text in SEGMENTS.items()]
    vendors: list[tuple[str, str]] = []
    if source is not None and (supply := prices.supply(source, prices.Wish(today()))):
        names = {good.vendor for good in supply.goods.values() if good.vendor}
        vendors = [(name, name) for name in alphabetical(names)]
    found = {Breadth.TYPE: known.types, Breadth.CATEGORY: known.categories, Breadth.VENDOR: vendors}
    return Subjects({**found, Breadth.SEGMENT: segments})


def rules_of(version: PriceListVersion) -> Sequence[PriceListEntry]:
    """All but those of single products, the narrowest first.  One statement."""
    wanted = select(PriceListEntry).where(PriceListEntry.version_id == version.id)
    found = db.session.scalars(wanted.where(PriceListEntry.breadth != Breadth.PRODUCT)).all()
    return sorted(found, key=lambda entry: (NARROWNESS[entry.breadth], entry.about or ""))


def entries_about(version: PriceListVersion, product: UUID) -> Sequence[PriceListEntry]:
    """What it says of one product: one entry or none."""
    mine = (PriceListEntry.version_id == version.id, PriceListEntry.product_id == product)
    return db.session.scalars(select(PriceListEntry).where(*mine)).all()


def promotions_of(version: PriceListVersion) -> Sequence[Promotion]:
    """In order of their names.  One statement."""
    wanted = select(Promotion).where(Promotion.version_id == version.id)
    return db.session.scalars(wanted.order_by(Promotion.name, Promotion.id)).all()


def names_of(promotions: Sequence[Promotion]) -> dict[str, str]:
    """What the products are called of which something is taken off, by key.  A statement, where there are some."""
    keys = [read_key(one.about or "") for one in promotions if one.breadth is Breadth.PRODUCT]
    if not keys:
        return {}
    rows = db.session.execute(select(Product.id, Product.name).where(Product.id.in_([key for key in keys if key])))
    return {spell(product): name for product, name in rows}
