"""What a product's own page shows besides: its description, its characteristics, and what it is to other products.

One statement, kept, and only for a product of which there is more to say than its list shows; whether the tenant's line
links products at all is known along with the clothes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import Text, and_, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from portal.branding import wardrobe
from portal.catalogue.models import Overlay, Product, ProductLink, ProductType, Relation
from portal.catalogue.models.types import Answer, Characteristic
from portal.catalogue.prices import Offer
from portal.core import markdown
from portal.core.db import db
from portal.core.here import here
from portal.core.scope import acting_scope

HAS_LINKS = "has_links"
wardrobe.ALONG[HAS_LINKS] = lambda: exists(select(ProductLink.id))
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of one product."""

    text: Markup = field(default_factory=Markup)
    facts: Sequence[tuple[str, str]] = ()  # characteristic and answer
    least: int = 1
    most: int = MOST
    links: Mapping[str, frozenset[UUID]] = field(default_factory=dict)  # relation, as its page says it -> products

    @property
    def linked(self) -> frozenset[UUID]:
        return frozenset().union(*self.links.values())


def details_of(offer: Offer) -> Details:
    """At most one statement."""
    if not (offer.more or here.dress.get(HAS_LINKS)):
        return Details()
    row = db.session.execute(_question(offer)).one_or_none()
    if row is None:
        return Details()
    text = row.description if row.said is None else row.said
    answers = list(_answers(row.asks or (), row.characteristics))
    links = _links(offer, row.links or ())
    return Details(markdown.shown(text), answers, row.least, row.most or MOST, links)


def _question(offer: Offer) -> Any:
    it, link, said = Product, ProductLink, Overlay
    facts = func.jsonb_build_array(cast(link.product_id, Text), cast(link.other_id, Text), link.relation)
    links = select(func.jsonb_agg(facts, type_=JSONB)).where(
        or_(link.product_id == offer.id, link.other_id == offer.id)
    )
    own = select(said.description).where(said.product_id == offer.id, said.tenant_id == acting_scope().tenant_id)
    asks = select(ProductType.characteristics).where(
        and_(ProductType.tenant_id == it.type_tenant_id, ProductType.id == it.type_id)
    )
    columns = (it.description, it.characteristics, it.least, it.most)
    more = (own.scalar_subquery(), asks.correlate(Product).scalar_subquery(), links.scalar_subquery())
    named = (column.label(name) for column, name in zip(more, ("said", "asks", "links"), strict=True))
    return select(*columns, *named).where(it.tenant_id == offer.tenant_id, it.id == offer.id)


def _answers(asks: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for asked in map(Characteristic.of, asks):
        answer = str(answers.get(asked.code) or "")
        if answer and asked.answer is Answer.YES_NO:
            yield asked.name, gettext("Yes") if answer == "yes" else gettext("No")
        elif answer:
            yield asked.name, f"{answer}\u00a0{asked.unit}" if asked.unit else answer


FROM_HERE = {
    Relation.REQUIRES: "requires",
    Relation.EXCLUDES: "excludes",
    Relation.UPGRADES_TO: "upgrades",
    Relation.ADD_ON_OF: "add_on_of",
    Relation.RELATED: "goes_with",
}
FROM_THERE = {Relation.EXCLUDES: "excludes", Relation.ADD_ON_OF: "add_ons", Relation.RELATED: "goes_with"}
"""What others say of it, as far as its own page says it."""


def _links(offer: Offer, rows: Sequence[Sequence[str]]) -> dict[str, frozenset[UUID]]:
    found: dict[str, set[UUID]] = {}
    for one, other, relation in rows:
        says_it = UUID(one) == offer.id
        if word := (FROM_HERE if says_it else FROM_THERE).get(Relation(relation)):
            found.setdefault(word, set()).add(UUID(other if says_it else one))
    return {word: frozenset(ids) for word, ids in found.items()}
