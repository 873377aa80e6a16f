"""What a price list has: filled from a sheet, products ticked in and out.  Only a draft can be changed.

A version says one thing of everything, and its entries are what differs from that: ticked out, or ticked in.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import distinct_on

from portal.audit import record
from portal.catalogue.models import (
    PriceListEntry,
    PriceListVersion,
    PriceSheet,
    Product,
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
    _changeable(version)
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
    # the id of the product's first row in the sheet serves as the entry's: unique, and made in Python
    wanted = (
        select(literal(version.tenant_id), SheetRow.id, literal(version.id), Product.tenant_id, Product.id)
        .ext(distinct_on(Product.id))
        .join(Product, and_(Product.tenant_id == SheetRow.tenant_id, Product.code == SheetRow.code))
        .where(SheetRow.tenant_id == sheet.tenant_id, SheetRow.sheet_id == sheet.id)
        .where(SheetRow.market == market, SheetRow.verdict.not_in((Verdict.BROKEN, Verdict.GONE)))
        .order_by(Product.id, SheetRow.line)
    )
    columns = ["tenant_id", "id", "version_id", "product_tenant_id", "product_id"]
    db.session.execute(insert(PriceListEntry).from_select(columns, wanted), execution_options={"reviewed": True})
    mine = select(func.count()).select_from(PriceListEntry).where(PriceListEntry.version_id == version.id)
    count = db.session.scalar(mine) or 0
    record("price_list.filled", version.price_list, after={"sheet": sheet, "products": count})
    return count


def tick_in(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> None:
    """Have these products (owner, id) in the list."""
    _changeable(version)
    _part(version, products) if not version.everything else _join(version, products)


def tick_out(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> None:
    """Have these products out of the list."""
    _changeable(version)
    _part(version, products) if version.everything else _join(version, products)


def tick_nothing(version: PriceListVersion) -> None:
    """Nothing but what is ticked in from now on."""
    _changeable(version)
    _clear(version)
    version.everything = False


def _part(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> None:
    """Set these apart from what the version says of everything."""
    rows = [
        {"version_id": version.id, "product_tenant_id": owner, "product_id": product} for owner, product in products
    ]
    known = set(db.session.scalars(select(PriceListEntry.product_id).where(PriceListEntry.version_id == version.id)))
    add_many(PriceListEntry, [row for row in rows if row["product_id"] not in known])


def _join(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> None:
    """Let these follow what the version says of everything."""
    ids = [product for _, product in products]
    db.session.execute(
        delete(PriceListEntry).where(PriceListEntry.version_id == version.id, PriceListEntry.product_id.in_(ids))
    )


def _clear(version: PriceListVersion) -> None:
    db.session.execute(delete(PriceListEntry).where(PriceListEntry.version_id == version.id))


def _changeable(version: PriceListVersion) -> None:
    if version.state is not VersionState.DRAFT:
        raise Conflict(N_("This version was published: begin a draft to change it."))


def copy_ticks(source: PriceListVersion, draft: PriceListVersion) -> None:
    """The draft begins with what the other version has."""
    entry = PriceListEntry
    old = select(entry.product_tenant_id, entry.product_id).where(entry.version_id == source.id)
    add_many(
        entry,
        [
            {"version_id": draft.id, "product_tenant_id": owner, "product_id": product}
            for owner, product in db.session.execute(old)
        ],
    )
