"""Relations between products: what one is to another, as the tenant that says it sees them."""

from __future__ import annotations

from sqlalchemy import select

from portal.audit import record
from portal.catalogue.models import Product, ProductLink, Relation
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.scope import acting_scope
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

AGAINST = {Relation.REQUIRES: {Relation.EXCLUDES}, Relation.EXCLUDES: {Relation.REQUIRES, Relation.ADD_ON_OF}}
AGAINST[Relation.ADD_ON_OF] = {Relation.EXCLUDES}
"""What cannot be true of the same two products."""


def link(product: Product, other: Product, *, relation: Relation, partial: bool = False) -> ProductLink:
    """Say what one is to the other.  Raises Invalid when that is said already, or cannot be true."""
    if product.id == other.id:
        raise Invalid(say(N_("Choose another product: none is related to itself.")), field="other")
    for standing in _between(product, other):
        same_way = standing.product_id == product.id
        if standing.relation is relation and (same_way or relation.is_mutual):
            raise Invalid(say(N_("Choose another: %(name)s is related so already."), name=other.name), field="other")
        if standing.relation is relation:
            raise Invalid(say(N_("Choose another: %(name)s says the reverse."), name=other.name), field="other")
        if standing.relation in AGAINST.get(relation, set()):
            raise Invalid(say(N_("Choose another relation: the two say the opposite already.")), field="relation")
    row = ProductLink(
        product_tenant_id=product.tenant_id,
        product_id=product.id,
        other_tenant_id=other.tenant_id,
        other_id=other.id,
        relation=relation,
        partial=partial and relation is Relation.UPGRADES_TO,
    )
    db.session.add(row)
    raise_stamp()
    record("product.linked", product, after={"relation": relation, "other": other, "partial": row.partial or None})
    return row


def unlink(row: ProductLink) -> None:
    """Take it back.  Only one's own: what is said above is said for everybody below."""
    record("product.unlinked", row.product, before={"relation": row.relation, "other": row.other})
    db.session.delete(row)
    raise_stamp()


def _between(one: Product, other: Product) -> list[ProductLink]:
    """What is said of the two, by oneself or above, in either direction."""
    both = (one.id, other.id)
    wanted = select(ProductLink).where(
        ProductLink.product_id.in_(both), ProductLink.other_id.in_(both), ProductLink.tenant_id.in_(acting_scope().line)
    )
    return list(db.session.scalars(wanted))
