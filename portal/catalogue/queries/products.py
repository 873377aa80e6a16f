"""Products of the range: what a page asks, what the owner knows besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from portal.catalogue import prices
from portal.catalogue.models import (
    Plan,
    Product,
    PurchasePrice,
    RecommendedPrice,
    Segment,
    Term,
)
from portal.catalogue.models.products import SEGMENTS, TERMS
from portal.catalogue.prices import Market, Offer, Offers, Question
from portal.catalogue.prices.range import PRODUCT
from portal.catalogue.queries.own import Source, is_owner, own_terms
from portal.core.clock import today
from portal.core.db import db
from portal.core.listing import MOST_EXPORTED, SIZE, Listing
from portal.core.words import N_

TERM_CHOICES = {str(term): text for term, text in TERMS.items()}
SEGMENT_CHOICES = {str(segment): text for segment, text in SEGMENTS.items()}
PRODUCT_SORTS: dict[str, Any] = {"name": Product.name, "vendor": Product.vendor, "created": Product.created_at}
STATES = {"discontinued": N_("Discontinued")}


def question_of(listing: Listing) -> Question:
    """What a list page asks of the range; a file asks for all of it."""
    chosen = listing.filters
    number, size = (1, MOST_EXPORTED) if listing.form else (listing.number, SIZE)
    return Question(
        on=today(),
        search=listing.pattern if listing.search else "",
        term=Term(term) if (term := chosen.get("term")) else None,
        segment=Segment(segment) if (segment := chosen.get("segment")) else None,
        sort=listing.sort,
        descending=listing.descending,
        number=number,
        size=size,
    )


def discontinued(listing: Listing) -> Offers:
    """What is no longer in the sheets, without plans or prices.  For the owner of the products."""
    wanted = select(Product).where(Product.discontinued_on <= today())
    if listing.search:
        columns = (Product.name, Product.code, Product.vendor)
        wanted = wanted.where(or_(*(column.ilike(listing.pattern) for column in columns)))
    found = listing.page(wanted, Product.id)
    items = [Offer(*(getattr(product, name) for name in PRODUCT)) for product in found]
    return Offers(items, found.total, found.number, found.size)


def owners_of(ids: Sequence[UUID]) -> list[tuple[int, UUID]]:
    """Products by owner and id, as price lists name them."""
    wanted = select(Product.tenant_id, Product.id).where(Product.id.in_(ids))
    return [(owner, product) for owner, product in db.session.execute(wanted)]


def plans(product: Product) -> Sequence[Plan]:
    """All plans, also those without a price."""
    found = db.session.scalars(select(Plan).where(Plan.product_id == product.id)).all()
    order = {term: position for position, term in enumerate(Term)}
    return sorted(found, key=lambda plan: (plan.segment, order[plan.term], plan.billing))


@dataclass(frozen=True, slots=True)
class Period:
    """A price the owner had, has or will have."""

    market: str
    currency: str
    purchase: Any
    recommended: Any
    valid_from: date
    valid_until: date | None


def history(product: Product) -> Mapping[UUID, list[Period]]:
    """What the owner pays and what is recommended for each plan, newest first."""
    paid, told = PurchasePrice, RecommendedPrice
    columns = (paid.plan_id, paid.market, paid.currency, paid.amount, told.amount, paid.valid_from, paid.valid_until)
    same = (told.plan_id == paid.plan_id, told.market == paid.market, told.currency == paid.currency)
    wanted = (
        select(*columns)
        .join(Plan, (Plan.tenant_id == paid.tenant_id) & (Plan.id == paid.plan_id))
        .outerjoin(
            told,
            (told.tenant_id == paid.tenant_id) & (told.valid_from == paid.valid_from) & same[0] & same[1] & same[2],
        )
        .where(Plan.product_id == product.id)
        .order_by(paid.market, paid.currency, paid.valid_from.desc())
    )
    periods: dict[UUID, list[Period]] = {}
    for row in db.session.execute(wanted):
        periods.setdefault(row[0], []).append(Period(*row[1:]))
    return periods


def offer_of(source: Source, question: Question) -> Offer | None:
    """The one product of the question as the acting tenant may buy it, priced by its storefront's list.

    None outside its range.  What the storefront's list ticks out has no sell price, and is still in the range.
    """
    terms = prices.storefront_terms()
    if terms is None or not terms.covers(question.on):
        offer = next(iter(prices.bought(question, source).recommending(0)), None)
        if offer:
            offer.in_shop = not is_owner()  # a tenant's shop shows its range without prices; the owner's has none
        return offer
    everything = replace(terms, everything=True, apart=frozenset())
    offer = next(iter(prices.sold(question, source, everything).recommending(0)), None)
    if offer:
        included = terms.includes(offer.id)
        offer.in_shop = included and (not is_owner() or source == Market(terms.market or "", terms.currency))
        for plan in offer.plans if not included else ():
            plan.price = None
    return offer


def first_slug() -> str | None:
    """The first product of the acting tenant's storefront, by name."""
    terms, own, question = prices.storefront_terms(), own_terms(), Question(on=today(), size=1)
    offers: Offers = prices.sold(question, own.price_list_id, terms)
    return next((offer.slug for offer in offers), None)
