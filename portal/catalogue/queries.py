"""Questions about products, price sheets and price lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import selectinload

from portal.catalogue import prices
from portal.catalogue.models import (
    Plan,
    PriceList,
    PriceListEntry,
    PriceListVersion,
    PriceSheet,
    Product,
    PurchasePrice,
    RecommendedPrice,
    Segment,
    SheetError,
    SheetRow,
    SheetState,
    Term,
    Verdict,
    VersionState,
)
from portal.catalogue.models.products import SEGMENTS, TERMS
from portal.catalogue.prices import Market, Offer, Offers, Question
from portal.catalogue.prices.range import PRODUCT
from portal.core.clock import today
from portal.core.db import Page, db, page
from portal.core.errors import NotFound
from portal.core.keys import read_key
from portal.core.listing import Listing
from portal.core.scope import scope
from portal.core.words import N_
from portal.tenants.models import Organization

Source: TypeAlias = UUID | Market | None

# ---------------------------------------------------------------------------------------------- whose range, at what cost


@dataclass(frozen=True, slots=True)
class Own:
    """By what the acting tenant buys, and what it reckons in."""

    price_list_id: UUID | None
    currency: str
    country: str


def own_terms() -> Own:
    """By what the acting tenant buys.  One statement."""
    me = scope()
    columns = (Organization.price_list_id, Organization.currency, Organization.country)
    row = db.session.execute(select(*columns).where(Organization.tenant_id == (me.tenant_id if me else None))).one()
    return Own(*row)


def is_owner() -> bool:
    """Whether the acting tenant owns the products, and imports sheets."""
    me = scope()
    return me is not None and not me.above


def markets() -> list[Market]:
    """Where the owner of the products has prices: the markets of its applied sheets."""
    applied = select(PriceSheet.markets).where(PriceSheet.state == SheetState.APPLIED).distinct()
    pairs = sorted({pair for found in db.session.scalars(applied) for pair in found})
    return [Market(*pair.split(" · ")) for pair in pairs]


def home_market(known: Sequence[Market], *, currency: str, country: str) -> Market:
    """The market to begin with: the own country's, else one in the own currency, else the first."""
    by_currency = [market for market in known if market.currency == currency]
    home = next((market for market in by_currency if market.market == country), None)
    return home or next(iter(by_currency or known), Market(country, currency))


# -------------------------------------------------------------------------------------------------------------- products

TERM_CHOICES = {str(term): text for term, text in TERMS.items()}
SEGMENT_CHOICES = {str(segment): text for segment, text in SEGMENTS.items()}
PRODUCT_SORTS: dict[str, Any] = {"name": Product.name, "vendor": Product.vendor, "created": Product.created_at}
STATES = {"discontinued": N_("Discontinued")}


def question_of(listing: Listing, *, size: int = 30) -> Question:
    """What a list page asks of the range."""
    chosen = listing.filters
    return Question(
        on=today(),
        search=listing.pattern if listing.search else "",
        term=Term(term) if (term := chosen.get("term")) else None,
        segment=Segment(segment) if (segment := chosen.get("segment")) else None,
        sort=listing.sort,
        descending=listing.descending,
        number=listing.number,
        size=size,
    )


def discontinued(listing: Listing) -> Offers:
    """What is no longer in the sheets, without plans or prices.  For the owner of the products."""
    wanted = select(Product).where(Product.discontinued_on <= today())
    if listing.search:
        columns = (Product.name, Product.code, Product.vendor)
        wanted = wanted.where(or_(*(column.ilike(listing.pattern) for column in columns)))
    found = page(listing.ordered(wanted, Product.id), number=listing.number)
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
        return next(iter(prices.bought(question, source).recommending(0)), None)
    everything = replace(terms, everything=True, apart=frozenset())
    offer = next(iter(prices.sold(question, source, everything).recommending(0)), None)
    if offer and not terms.includes(offer.id):
        for plan in offer.plans:
            plan.price = None
    return offer


# ---------------------------------------------------------------------------------------------------------- price sheets

SHEET_SORTS: dict[str, Any] = {"name": PriceSheet.name, "created": PriceSheet.created_at, "state": PriceSheet.state}
ROW_SORTS: dict[str, Any] = {"line": SheetRow.line, "name": SheetRow.name, "purchase": SheetRow.purchase}


def sheets(listing: Listing) -> Page[PriceSheet]:
    wanted = select(PriceSheet)
    if listing.search:
        wanted = wanted.where(PriceSheet.name.ilike(listing.pattern))
    if state := listing.filters.get("state"):
        wanted = wanted.where(PriceSheet.state == SheetState(state))
    return page(listing.ordered(wanted, PriceSheet.id), number=listing.number)


def twin_of(sheet: PriceSheet) -> PriceSheet | None:
    """The same file, applied before."""
    same = select(PriceSheet).where(PriceSheet.sha == sheet.sha, PriceSheet.id != sheet.id)
    return db.session.scalar(
        same.where(PriceSheet.state == SheetState.APPLIED).order_by(PriceSheet.applied_at.desc()).limit(1)
    )


def rows(sheet: PriceSheet, verdict: Verdict, listing: Listing) -> Page[SheetRow]:
    """The rows of one verdict."""
    wanted = select(SheetRow).where(SheetRow.sheet_id == sheet.id, SheetRow.verdict == verdict)
    if listing.search:
        wanted = wanted.where(or_(SheetRow.name.ilike(listing.pattern), SheetRow.code.ilike(listing.pattern)))
    return page(listing.ordered(wanted, SheetRow.line, SheetRow.id), number=listing.number)


def errors(sheet: PriceSheet, listing: Listing) -> Page[SheetError]:
    wanted = select(SheetError).where(SheetError.sheet_id == sheet.id)
    if listing.search:
        wanted = wanted.where(or_(SheetError.value.ilike(listing.pattern), SheetError.column.ilike(listing.pattern)))
    return page(wanted.order_by(SheetError.line, SheetError.id), number=listing.number)


def all_errors(sheet: PriceSheet) -> Iterator[SheetError]:
    """Every error of the sheet, read a thousand at a time."""
    wanted = select(SheetError).where(SheetError.sheet_id == sheet.id).order_by(SheetError.line, SheetError.id)
    yield from db.session.scalars(wanted.execution_options(yield_per=1000))


def applied_sheets() -> Sequence[PriceSheet]:
    """What a price list may be filled from, newest first."""
    applied = select(PriceSheet).where(PriceSheet.state == SheetState.APPLIED)
    return db.session.scalars(applied.order_by(PriceSheet.applied_at.desc()).limit(50)).all()


# ----------------------------------------------------------------------------------------------------------- price lists

LIST_SORTS: dict[str, Any] = {
    "name": func.lower(PriceList.name),
    "currency": PriceList.currency,
    "created": PriceList.created_at,
}
LIST_STATES = {"published": N_("Published"), "draft": N_("Draft"), "archived": N_("Archived")}


def price_lists(listing: Listing) -> Page[PriceList]:
    """The lists with all their versions; archived ones only when asked for."""
    state = listing.filters.get("state") or ""
    wanted = select(PriceList).options(selectinload(PriceList.versions))
    wanted = wanted.where(
        PriceList.archived_at.is_not(None) if state == "archived" else PriceList.archived_at.is_(None)
    )
    if state in ("published", "draft"):
        version = select(PriceListVersion.id).where(PriceListVersion.price_list_id == PriceList.id)
        wanted = wanted.where(version.where(PriceListVersion.state == VersionState(state)).exists())
    if listing.search:
        wanted = wanted.where(PriceList.name.ilike(listing.pattern))
    return page(listing.ordered(wanted, PriceList.id), number=listing.number)


def usable_lists(on: date | None = None) -> Sequence[PriceList]:
    """Published lists that are in force on that day: what a tenant or an account may be given."""
    day = on or today()
    in_force = (
        select(PriceListVersion.id)
        .where(PriceListVersion.price_list_id == PriceList.id, PriceListVersion.state == VersionState.PUBLISHED)
        .where(PriceListVersion.valid_from <= day)
        .where(or_(PriceListVersion.valid_until.is_(None), PriceListVersion.valid_until >= day))
        .exists()
    )
    wanted = select(PriceList).where(PriceList.archived_at.is_(None), PriceList.for_storefront.is_(False), in_force)
    return db.session.scalars(
        wanted.options(selectinload(PriceList.versions)).order_by(func.lower(PriceList.name))
    ).all()


def price_list(key: str) -> tuple[PriceList, Sequence[str]]:
    """The list with its versions, and the tenants below that buy by it.  Two statements."""
    row_id, me = read_key(key), scope()
    below = Organization.parent_id == (me.tenant_id if me else None)
    names = select(func.array_agg(aggregate_order_by(Organization.name, Organization.name)))
    buyers = names.where(below, Organization.price_list_id == PriceList.id).correlate(PriceList).scalar_subquery()
    wanted = select(PriceList, buyers).options(selectinload(PriceList.versions)).where(PriceList.id == row_id)
    row = db.session.execute(wanted).first() if row_id else None
    if row is None:
        raise NotFound
    return row[0], row[1] or []


def version_of(price_list: PriceList, number: int) -> PriceListVersion:
    found = next((version for version in price_list.versions if version.number == number), None)
    if found is None:
        raise NotFound
    return found


def has_entries(version: PriceListVersion) -> bool:
    some = select(PriceListEntry.id).where(PriceListEntry.version_id == version.id).limit(1)
    return db.session.scalar(some) is not None


def buyers_by(price_list: PriceList) -> Sequence[str]:
    """The tenants one step below that buy by this list."""
    me = scope()
    below = select(Organization.name).where(Organization.parent_id == (me.tenant_id if me else None))
    return db.session.scalars(
        below.where(Organization.price_list_id == price_list.id).order_by(Organization.name)
    ).all()


@dataclass(frozen=True, slots=True)
class RangeFacts:
    """What somebody who buys by a list will find: products with a price, and those of the list without one."""

    priced: int
    unpriced: int

    @property
    def products(self) -> int:
        return self.priced + self.unpriced


def range_facts(price_list: PriceList, *, currency: str = "") -> RangeFacts:
    """How many products of the list have a price today, in its currency (or in another: then none).

    Acts for the list's owner.  A list of everything counts the owner's whole range; a draft is not counted.
    """
    version, question = price_list.published, Question(on=today())
    if version is None:
        return RangeFacts(0, 0)
    terms = prices.terms_of_version(version)
    source = _source_for(version)
    named = len(terms.apart) if not terms.everything else max(0, _living_products() - len(terms.apart))
    if currency not in ("", price_list.currency) or not terms.covers(question.on):
        return RangeFacts(0, named)
    priced = len(prices.range_ids(question.by(terms), source))
    return RangeFacts(priced, max(0, named - priced))


def _source_for(version: PriceListVersion) -> Source:
    """From whom the owner of this version buys what it prices here."""
    if is_owner():
        return Market(version.market or "", version.price_list.currency)
    return own_terms().price_list_id


def _living_products() -> int:
    alive = or_(Product.discontinued_on.is_(None), Product.discontinued_on > today())
    return db.session.scalar(select(func.count()).select_from(Product).where(alive)) or 0


def first_slug() -> str | None:
    """The first product of the acting tenant's storefront, by name."""
    terms, own, question = prices.storefront_terms(), own_terms(), Question(on=today(), size=1)
    offers: Offers = prices.sold(question, own.price_list_id, terms)
    return next((offer.slug for offer in offers), None)
