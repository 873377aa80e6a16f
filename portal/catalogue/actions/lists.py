"""Price lists: made, filled, published, withdrawn.  A published version is never changed: a draft takes its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import and_, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from portal.audit import record
from portal.audit.actor import current_actor
from portal.catalogue import queries
from portal.catalogue.models import (
    PriceList,
    PriceListEntry,
    PriceListVersion,
    PriceSheet,
    Product,
    Rule,
    SheetRow,
    SheetState,
    Verdict,
    VersionState,
)
from portal.catalogue.models.lists import LIFECYCLE
from portal.core.clock import now, today
from portal.core.db import add_many, db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

REVIEWED = {"reviewed": True, "synchronize_session": False}
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a version is to say."""

    valid_from: date
    rule: Rule
    percent: Decimal = Decimal(0)
    valid_until: date | None = None
    market: str | None = None


def make_list(*, name: str, currency: str, note: str = "", draft: Draft) -> PriceList:
    """A new list with its first draft, which has everything that is priced.  Raises Invalid at the field."""
    _check(draft)
    _check_name(name)
    price_list = PriceList(name=name, currency=currency, note=note)
    price_list.versions = [PriceListVersion(**_facts(draft))]
    db.session.add(price_list)
    record("price_list.created", price_list, after={"name": name, "currency": currency, **_facts(draft)})
    return price_list


def change_list(price_list: PriceList, *, name: str, note: str, draft: Draft) -> None:
    """New words for the list and new terms for its draft, which is begun if there is none."""
    _check(draft)
    _check_name(name, besides=price_list)
    version = price_list.draft
    before = {"name": price_list.name, "note": price_list.note}
    price_list.name, price_list.note = name, note
    terms = _facts(draft)
    if version is None and _says(price_list.current, terms):
        record("price_list.changed", price_list, before=before, after={"name": name, "note": note})
        return
    version = version or begin_draft(price_list)
    before |= {field: getattr(version, field) for field in terms}
    for field, value in terms.items():
        setattr(version, field, value)
    record("price_list.changed", price_list, before=before, after={"name": name, "note": note, **terms})


def _facts(draft: Draft) -> dict[str, Any]:
    names = ("valid_from", "valid_until", "rule", "percent", "market")
    return {name: getattr(draft, name) for name in names}


def _says(version: PriceListVersion, terms: dict[str, Any]) -> bool:
    return all(getattr(version, field) == value for field, value in terms.items())


def _check(draft: Draft) -> None:
    if draft.valid_until is not None and draft.valid_until < draft.valid_from:
        raise Invalid(N_("Choose a later day: the list would end before it begins."), field="valid_until")
    if draft.rule is Rule.RECOMMENDED and draft.percent >= HUNDRED:
        raise Invalid(N_("Take off less than 100 %: nothing would be left of the price."), field="percent")


def _check_name(name: str, *, besides: PriceList | None = None) -> None:
    same = select(PriceList.id).where(func.lower(PriceList.name) == name.lower(), PriceList.archived_at.is_(None))
    taken = db.session.scalar(same.where(PriceList.id != besides.id) if besides else same)
    if taken:
        raise Invalid(
            say(N_("Choose another name: there is a price list “%(name)s” already."), name=name), field="name"
        )


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
    db.session.execute(insert(PriceListEntry).from_select(columns, wanted), execution_options=REVIEWED)
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


def begin_draft(price_list: PriceList) -> PriceListVersion:
    """The next version, saying what the current one says.  There is one draft at a time: a second call gives the first."""
    if price_list.draft is not None:
        return price_list.draft
    source = price_list.current
    facts = {
        name: getattr(source, name) for name in ("valid_from", "valid_until", "rule", "percent", "market", "everything")
    }
    draft = PriceListVersion(price_list_id=price_list.id, number=price_list.versions[0].number + 1, **facts)
    db.session.add(draft)
    db.session.flush()
    entry = PriceListEntry
    old = select(entry.product_tenant_id, entry.product_id).where(entry.version_id == source.id)
    add_many(
        entry,
        [
            {"version_id": draft.id, "product_tenant_id": owner, "product_id": product}
            for owner, product in db.session.execute(old)
        ],
    )
    db.session.refresh(price_list, ["versions"])
    return draft


def discard_draft(price_list: PriceList) -> None:
    """Drop what was begun; what is published stays."""
    draft = price_list.draft
    if draft is None or len(price_list.versions) == 1:
        raise Conflict(N_("There is no draft to discard."))
    record("price_list.draft_removed", price_list, before={"version": draft.number})
    db.session.delete(draft)
    db.session.flush()
    db.session.refresh(price_list, ["versions"])


def publish(price_list: PriceList) -> PriceListVersion:
    """The draft is in force from now on, and never changes again.  What was published before is past."""
    draft = price_list.draft
    if draft is None:
        raise Conflict(N_("There is no draft to publish."))
    if price_list.archived_at is not None:
        raise Conflict(N_("Restore the list first: it is archived."))
    if draft.valid_until is not None and draft.valid_until < today():
        raise Conflict(N_("Its last day is over: change the validity first."))
    if not draft.everything and not queries.has_entries(draft):
        raise Conflict(N_("Tick products in first: the list is empty."))
    if price_list.published is not None:
        _retire(price_list.published)
    draft.state = LIFECYCLE.move(draft.state, to=VersionState.PUBLISHED)
    draft.published_at, draft.published_by = now(), current_actor().name
    raise_stamp()
    record("price_list.published", price_list, after={"version": draft.number})
    return draft


def _retire(version: PriceListVersion) -> None:
    version.state = LIFECYCLE.move(version.state, to=VersionState.PAST)
    db.session.flush()  # only one version may be published at a time


def withdraw(price_list: PriceList) -> None:
    """No version is in force any more: whoever buys by the list has no range until one is published again."""
    if price_list.published is None:
        raise Conflict(N_("Nothing of this list is published."))
    number = price_list.published.number
    _retire(price_list.published)
    raise_stamp()
    record("price_list.withdrawn", price_list, before={"version": number})


def archive(price_list: PriceList) -> None:
    """Out of the way.  Raises Conflict while somebody buys by it, or the storefront sells by it."""
    if names := queries.buyers_by(price_list):
        raise Conflict(say(N_("Give %(name)s another price list first: it buys by this one."), name=names[0]))
    if price_list.for_storefront:
        raise Conflict(N_("Choose another list for the storefront first: it sells by this one."))
    if price_list.published is not None:
        withdraw(price_list)
    price_list.archived_at = now()
    record("price_list.archived", price_list)


def restore(price_list: PriceList) -> None:
    price_list.archived_at = None
    record("price_list.restored", price_list)


def show_in_storefront(price_list: PriceList) -> None:
    """The own shop sells by this list from now on."""
    if price_list.published is None:
        raise Conflict(N_("Publish the list first: the storefront shows only what is published."))
    others = update(PriceList).where(PriceList.for_storefront.is_(True), PriceList.id != price_list.id)
    db.session.execute(others.values(for_storefront=False), execution_options={"synchronize_session": "fetch"})
    price_list.for_storefront = True
    raise_stamp()
    record("price_list.shown", price_list, after={"for_storefront": True})


def first_sell_list() -> PriceList:
    """What a new tenant's storefront sells by: the recommended price of everything in its range.

    Acts for the new tenant.  Made before: that one is given back.  Costs two rows, however large the range is.
    """
    standing = db.session.scalar(select(PriceList).where(PriceList.for_storefront.is_(True)))
    if standing is not None:
        return standing
    own = queries.own_terms()
    price_list = PriceList(name=gettext("Storefront prices"), currency=own.currency, for_storefront=True)
    price_list.versions = [PriceListVersion(state=VersionState.PUBLISHED, published_at=now())]
    db.session.add(price_list)
    raise_stamp()
    record("price_list.published", price_list, after={"version": 1})
    return price_list


def drop_sell_lists() -> None:
    """Take back what `first_sell_list` made, for a tenant that never opened."""
    db.session.execute(delete(PriceListEntry))
    db.session.execute(delete(PriceListVersion))
    db.session.execute(delete(PriceList))
