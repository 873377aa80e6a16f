"""Products of the range: what a page asks, what the owner knows besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from portal.catalogue import prices
from portal.catalogue.models import (
    Overlay,
    Plan,
    Product,
    ProductState,
    PurchasePrice,
    RecommendedPrice,
    Segment,
    Term,
)
from portal.catalogue.models.products import SEGMENTS, TERMS
from portal.catalogue.prices import Market, Offer, Offers, Question, Ticked
from portal.catalogue.queries.own import Source, is_owner, own_terms
from portal.core.clock import today
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import read_key
from portal.core.listing import MOST_EXPORTED, SIZE, Listing
from portal.core.scope import acting_scope
from portal.core.words import N_
from portal.tenants import own_hosts
from portal.tenants.models import Door

PRODUCT = ("id", "tenant_id", "code", "slug", "name", "family", "vendor", "summary", "unit", "discontinued_on")
TERM_CHOICES = {str(term): text for term, text in TERMS.items()}
SEGMENT_CHOICES = {str(segment): text for segment, text in SEGMENTS.items()}
PRODUCT_SORTS: dict[str, Any] = {"name": Product.name, "vendor": Product.vendor, "created": Product.created_at}
ARCHIVED = "archived"
STATES = {"draft": N_("Drafts"), "discontinued": N_("Discontinued"), ARCHIVED: N_("Archived")}


def looked_at(key: str) -> tuple[Product, Overlay | None, str]:
    """A product, what the acting tenant says differently of it, and the host of its shop.  One statement.

    Raises NotFound.
    """
    row_id = read_key(key)
    if row_id is None:
        raise NotFound
    wanted = select(Product, Overlay, own_hosts.name_of(Door.SHOP)).where(Product.id == row_id)
    found = db.session.execute(wanted.outerjoin(Overlay, Overlay.product_id == Product.id)).one_or_none()
    if found is None:
        raise NotFound
    product, overlay, host = found
    return product, overlay, host or ""


def question_of(listing: Listing) -> Question:
    """What a list page asks of the range; a file asks for all of it."""
    chosen = listing.filters
    number, size = (1, MOST_EXPORTED) if listing.form else (listing.number, SIZE)
    return Question(
        on=today(),
        search=listing.search,
        term=Term(term) if (term := chosen.get("term")) else None,
        segment=Segment(segment) if (segment := chosen.get("segment")) else None,
        sort=listing.sort,
        descending=listing.descending,
        number=number,
        size=size,
    )


def resting(listing: Listing) -> Offers:
    """One's own products that are not sold: drafts, what is discontinued, what was put away.  Without plans or prices."""
    wanted = select(Product).where(
        Product.tenant_id == acting_scope().tenant_id, _rests(listing.filters["state"] or "")
    )
    if listing.search:
        columns = (Product.name, Product.code, Product.vendor)
        wanted = wanted.where(or_(*(column.ilike(listing.pattern) for column in columns)))
    found = listing.page(wanted, Product.id)
    items = [Offer(*(getattr(product, name) for name in PRODUCT)) for product in found]
    return Offers(items, found.total, found.number, found.size)


def _rests(state: str) -> ColumnElement[bool]:
    if state == ARCHIVED:
        return Product.archived_at.is_not(None)
    if state == ProductState.DRAFT:
        return and_(Product.archived_at.is_(None), Product.state == ProductState.DRAFT)
    ended = or_(Product.state == ProductState.DISCONTINUED, Product.discontinued_on <= today())
    return and_(Product.archived_at.is_(None), ended)


def owners_of(ids: Sequence[UUID]) -> list[tuple[int, UUID]]:
    """Products by owner and id, as price lists name them."""
    wanted = select(Product.tenant_id, Product.id).where(Product.id.in_(ids))
    return [(owner, product) for owner, product in db.session.execute(wanted)]


@dataclass(frozen=True, slots=True)
class Period:
    """A price the owner had, has or will have."""

    market: str
    currency: str
    purchase: Any
    recommended: Any
    valid_from: date
    valid_until: date | None


def plans_and_history(product: Product) -> tuple[list[Plan], Mapping[UUID, list[Period]]]:
    """All plans, also those without a price; and what the owner pays and recommends for each, newest first.  One statement."""
    paid, told = PurchasePrice, RecommendedPrice
    columns = (paid.market, paid.currency, paid.amount, told.amount, paid.valid_from, paid.valid_until)
    same = (told.plan_id == paid.plan_id, told.market == paid.market, told.currency == paid.currency)
    wanted = (
        select(Plan, *columns)
        .outerjoin(paid, (paid.tenant_id == Plan.tenant_id) & (paid.plan_id == Plan.id))
        .outerjoin(
            told,
            (told.tenant_id == paid.tenant_id) & (told.valid_from == paid.valid_from) & same[0] & same[1] & same[2],
        )
        .where(Plan.product_id == product.id)
        .order_by(paid.market, paid.currency, paid.valid_from.desc())
    )
    found: dict[UUID, Plan] = {}
    periods: dict[UUID, list[Period]] = {}
    for row in db.session.execute(wanted):
        plan: Plan = row[0]
        found[plan.id] = plan
        if row.market is not None:
            periods.setdefault(plan.id, []).append(Period(*row[1:]))
    order = {term: position for position, term in enumerate(Term)}
    return sorted(found.values(), key=lambda plan: (plan.segment, order[plan.term], plan.billing)), periods


def offer_of(source: Source, question: Question) -> Offer | None:
    """The one product of the question as the acting tenant may buy it, priced by its storefront's list.

    None outside its range.  What the storefront's list ticks out has no sell price, and is still in the range.
    """
    terms = prices.storefront_terms()
    whole = replace(question, ticked=Ticked.ALL)
    offer = next(iter(prices.sold(whole, source, terms)), None)
    if offer is None:
        return None
    if terms is None:
        offer.in_shop = not is_owner()  # a tenant's shop shows its range without prices; the owner's has none
    else:
        sells_here = not is_owner() or source == Market(terms.market or "", terms.buys_in)
        offer.in_shop = offer.in_list and not offer.hidden and sells_here
    return offer


def first_slug() -> str | None:
    """The first product of the acting tenant's storefront, by name."""
    terms, own, question = prices.storefront_terms(), own_terms(), Question(on=today(), size=1)
    offers: Offers = prices.sold(question, own.price_list_id, terms)
    return next((offer.slug for offer in offers), None)
