"""What a price list has: filled from a sheet, products ticked in and out, featured.  Only a draft can be changed.

A version says one thing of everything, and its entries are what differs from that: ticked out or ticked in, shown
first, priced in their own way.  An entry that says nothing any more is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import and_, delete, false, func, insert, literal, select, true, update
from sqlalchemy.dialects.postgresql import distinct_on

from portal.audit import record
from portal.catalogue.models import (
    Breadth,
    PriceListEntry,
    PriceListVersion,
    PriceSheet,
    Product,
    Promotion,
    SheetRow,
    SheetState,
    Verdict,
    VersionState,
)
from portal.core.db import add_many, db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say


def fill_from_sheet(version: PriceListVersion, sheet: PriceSheet) -> int:
    """Exactly the products of an applied sheet, in the sheet's market.  Returns how many."""
    changeable(version)
    if sheet.state is not SheetState.APPLIED:
        raise Invalid(say(N_("Apply the sheet %(name)s first."), name=sheet.name), field="sheet")
    markets = [pair.split(" · ") for pair in sheet.markets]
    market = next((market for market, currency in markets if currency == version.price_list.currency), None)
    if market is None:
        currency = version.price_list.currency
        text = N_("Choose another sheet: %(name)s has no prices in %(currency)s.")
        raise Invalid(say(text, name=sheet.name, currency=currency), field="sheet")
    version.market, version.everything = market, False
    _clear(version)
    db.session.flush()
    first = (literal(version.tenant_id), func.gen_random_uuid(), literal(version.id), literal(Breadth.PRODUCT.value))
    last = (true(), false(), false())  # it is in the list, not featured, and has no tiers
    wanted = (
        select(*first, Product.tenant_id, Product.id, *last)
        .ext(distinct_on(Product.id))
        .select_from(SheetRow)
        .join(Product, and_(Product.tenant_id == SheetRow.tenant_id, Product.code == SheetRow.code))
        .where(SheetRow.tenant_id == sheet.tenant_id, SheetRow.sheet_id == sheet.id)
        .where(SheetRow.market == market, SheetRow.verdict.not_in((Verdict.BROKEN, Verdict.GONE)))
        .order_by(Product.id)
    )
    columns = ["tenant_id", "id", "version_id", "breadth", "product_tenant_id", "product_id"]
    columns += ["sells", "featured", "graduated"]
    db.session.execute(insert(PriceListEntry).from_select(columns, wanted), execution_options={"reviewed": True})
    mine = select(func.count()).select_from(PriceListEntry).where(PriceListEntry.version_id == version.id)
    count = db.session.scalar(mine) or 0
    record("price_list.filled", version.price_list, after={"sheet": sheet, "products": count})
    return count


def tick_in(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> None:
    """Have these products (owner, id) in the list."""
    changeable(version)
    _tick(version, products, sells=True)


def tick_out(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> None:
    """Have these products out of the list."""
    changeable(version)
    _tick(version, products, sells=False)


def tick_nothing(version: PriceListVersion) -> None:
    """Nothing but what is ticked in from now on."""
    changeable(version)
    _clear(version)
    version.everything = False


def feature(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> None:
    """Have the shop show these first, with a word."""
    changeable(version)
    for entry in entries_of(version, products):
        entry.featured = True


def show_as_others(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> None:
    """Have the shop show these where their name puts them."""
    changeable(version)
    for entry in entries_of(version, products):
        entry.featured = False
    drop_silent(version)


def _tick(version: PriceListVersion, products: Iterable[tuple[int, UUID]], *, sells: bool) -> None:
    """Say it of each, unless it goes without saying."""
    said = None if sells is version.everything and not _speaks_broadly(version) else sells
    chosen = list(products)
    _standing(version, chosen)
    mine = (PriceListEntry.version_id == version.id, PriceListEntry.product_id.in_([one for _, one in chosen]))
    db.session.execute(update(PriceListEntry).where(*mine).values(sells=said))
    drop_silent(version)


def _speaks_broadly(version: PriceListVersion) -> bool:
    """Whether it says of a type, category, vendor or segment what it has."""
    broad = (PriceListEntry.breadth != Breadth.PRODUCT, PriceListEntry.sells.is_not(None))
    return (
        db.session.scalar(select(PriceListEntry.id).where(PriceListEntry.version_id == version.id, *broad)) is not None
    )


def _standing(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> None:
    """Have an entry for each."""
    chosen = list(products)
    mine = (PriceListEntry.version_id == version.id, PriceListEntry.product_id.in_([one for _, one in chosen]))
    there = set(db.session.scalars(select(PriceListEntry.product_id).where(*mine)))
    rows = [
        {"version_id": version.id, "product_tenant_id": owner, "product_id": product}
        for owner, product in chosen
        if product not in there
    ]
    add_many(PriceListEntry, rows)


def entries_of(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> Sequence[PriceListEntry]:
    """The entries of these products, to be changed; fresh ones where there were none."""
    chosen = list(products)
    _standing(version, chosen)
    ids = [product for _, product in chosen]
    mine = (PriceListEntry.version_id == version.id, PriceListEntry.product_id.in_(ids))
    return db.session.scalars(select(PriceListEntry).where(*mine)).all()


SAYING = ("sells", "rule", "amounts", "requests", "tiers", "rounding", "floor")
"""What an entry may say besides that its product is featured."""
COPIED = ("breadth", "about", "product_tenant_id", "product_id", "featured", "percent", "amount", "graduated", *SAYING)


def drop_silent(version: PriceListVersion) -> None:
    """Entries that say nothing any more."""
    entry = PriceListEntry
    db.session.flush()
    silent = (entry.featured.is_(False), *(getattr(entry, name).is_(None) for name in SAYING))
    db.session.execute(delete(entry).where(entry.version_id == version.id, *silent))


def _clear(version: PriceListVersion) -> None:
    db.session.execute(delete(PriceListEntry).where(PriceListEntry.version_id == version.id))


def changeable(version: PriceListVersion) -> None:
    """Raises Conflict unless it is a draft."""
    if version.state is not VersionState.DRAFT:
        raise Conflict(N_("This version was published: begin a draft to change it."))


def copy_entries(source: PriceListVersion, draft: PriceListVersion) -> None:
    """The draft begins with what the other version says of single products."""
    for kind, names in ((PriceListEntry, COPIED), (Promotion, PROMISED)):
        old = select(*(getattr(kind, name) for name in names)).where(kind.version_id == source.id)
        add_many(kind, [{**row._mapping, "version_id": draft.id} for row in db.session.execute(old)])  # noqa: SLF001 - SQLAlchemy's own name


PROMISED = ("name", "breadth", "about", "percent", "amount", "cycles", "begins", "ends", "newcomers")
