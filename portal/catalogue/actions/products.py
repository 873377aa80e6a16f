"""What is done with a product one owns: described, copied, put on sale, taken off it, put away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.audit import facts, record
from portal.catalogue import queries
from portal.catalogue.models import Plan, Product, ProductState, ProductType
from portal.catalogue.models.products import LIFECYCLE
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.keys import slug, spell
from portal.core.scope import acting_scope
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

SLUG_LENGTH = 150
COPIED = ("family", "vendor", "summary", "description", "unit", "tags", "kind", "charging", "least", "most", "picture")


def add_product(**terms: Any) -> Product:
    """A draft of one's own.  `terms` are its attributes.  Raises Invalid at the field."""
    product = Product(state=ProductState.DRAFT, by_hand=True, slug="")
    _describe(product, terms)
    product.slug = _free_slug(product)
    db.session.add(product)
    record("product.created", product, after=_said(product))
    return product


def change_product(product: Product, *, version: int, **terms: Any) -> None:
    """Write new terms over those of `version`.  Raises Conflict when somebody wrote in between, Invalid at the field."""
    db.session.refresh(product, with_for_update=True)
    if product.version != version:
        raise Conflict(say(N_("Somebody changed this product while you were writing.")))
    _changeable(product)
    before, description = _said(product), product.description
    _describe(product, terms)
    after = _said(product)
    if before != after or description != product.description:
        _touched(product)
        record("product.changed", product, before=before, after=after)


def copy_product(product: Product) -> Product:
    """A draft of one's own that begins as this product stands, with its plans and without its prices."""
    terms = {name: getattr(product, name) for name in COPIED}
    terms |= {"characteristics": dict(product.characteristics), "type": product.type, "category": product.category}
    copy = Product(state=ProductState.DRAFT, by_hand=True, name=product.name, slug="", code="", **terms)
    copy.code = _free_code(product, copy)
    copy.slug = _free_slug(copy)
    db.session.add(copy)
    db.session.flush()
    for plan in db.session.scalars(select(Plan).where(Plan.product_id == product.id, Plan.discontinued_on.is_(None))):
        db.session.add(Plan(product_id=copy.id, term=plan.term, billing=plan.billing, segment=plan.segment))
    record("product.copied", copy, after={"source": product})
    return copy


def activate(product: Product) -> None:
    """Put it on sale: from now on it is in the range wherever a list prices it."""
    _changeable(product)
    before = product.state
    if product.state is not ProductState.ACTIVE:
        product.state = LIFECYCLE.move(product.state, to=ProductState.ACTIVE)
    elif product.discontinued_on is None:
        raise Conflict(say(N_("It is on sale already.")))
    product.discontinued_on = None
    _touched(product)
    record("product.activated", product, before={"state": before}, after={"state": product.state})


def set_aside(product: Product) -> None:
    """Back to a draft: nobody below sees it."""
    _moved(product, ProductState.DRAFT, "product.set_aside")


def discontinue(product: Product) -> None:
    """No longer sold.  What customers have of it is renewed as before."""
    _moved(product, ProductState.DISCONTINUED, "product.discontinued")


def archive_product(product: Product) -> None:
    """Out of the lists, and no longer sold."""
    if product.archived:
        return
    product.archived_at = now()
    _touched(product)
    record("product.archived", product)


def restore_product(product: Product) -> None:
    if not product.archived:
        return
    product.archived_at = None
    _touched(product)
    record("product.restored", product)


def _moved(product: Product, to: ProductState, verb: str) -> None:
    _changeable(product)
    before = product.state
    product.state = LIFECYCLE.move(product.state, to=to)
    _touched(product)
    record(verb, product, before={"state": before}, after={"state": to})


def _touched(product: Product) -> None:
    product.version += 1
    raise_stamp()


def _changeable(product: Product) -> None:
    """Raises Conflict unless it is one's own and not archived."""
    if product.tenant_id != acting_scope().tenant_id:
        raise Conflict(say(N_("This product is inherited: say in “Your words” what you call it.")))
    if product.archived:
        raise Conflict(say(N_("Restore the product first: an archived one does not change.")))


def _describe(product: Product, terms: dict[str, Any]) -> None:
    with db.session.no_autoflush:
        least, most = terms.get("least", product.least), terms.get("most", product.most)
        if most is not None and most < least:
            raise Invalid(say(N_("Use %(least)s or more: less cannot be bought."), least=least), field="most")
        code = terms.get("code", product.code)
        if (other := queries.namesake_of_code(code, besides=product.id)) is not None:
            raise Invalid(say(N_("Choose another code: %(name)s has this one."), name=other.name), field="code")
        _check_answers(terms.get("type", product.type), terms.get("characteristics", product.characteristics))
        for name, value in terms.items():
            setattr(product, name, value)


def _check_answers(kind: ProductType | None, answers: dict[str, Any]) -> None:
    """Raises Invalid when something that its type asks of every product is not said."""
    for asked in kind.asks if kind else ():
        if asked.required and not answers.get(asked.code):
            raise Invalid(say(N_("Say this of the product: its type asks for it.")), field=f"answer_{asked.code}")


def _free_slug(product: Product) -> str:
    """Its address in shops: its name, with a part of its id where that is taken."""
    wanted = slug(product.name, longest=SLUG_LENGTH) or "product"
    return wanted if queries.is_slug_free(wanted) else f"{wanted}-{spell(product.id)[-8:]}"


def _free_code(product: Product, copy: Product) -> str:
    return f"{product.code[:50]}-{spell(copy.id)[-6:]}".upper()


def _said(product: Product) -> dict[str, Any]:
    """The product as the trail tells it: with the rows it points at."""
    return facts(product) | {"type": product.type, "category": product.category}
