"""Questions about accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, load_only

from portal.accounts.models import Account, Contact, Kind
from portal.catalogue.models import PriceList
from portal.catalogue.queries.impact import AFFECTED, NAMED
from portal.core.db import Page, db, json_object
from portal.core.finding import said
from portal.core.listing import Listing, alphabetical
from portal.core.words import N_, Line, say
from portal.tenants.models import State, Tenant
from portal.users.models import Kind as UserKind
from portal.users.models import User

SORTS: dict[str, Any] = {
    "name": alphabetical(Account.name),
    "number": Account.number,
    "kind": Account.kind,
    "created": Account.created_at,
}
CONTACT_SORTS: dict[str, Any] = {"created": Contact.created_at, "name": alphabetical(Contact.name)}
_KNOWN: tuple[Any, ...] = (Contact, User)
KINDS = {str(kind): kind.label.text for kind in Kind}
READY = "ready"
STATES = {
    READY: N_("Can become a tenant reseller"),
    "open": N_("Enabled for ordering"),
    "closed": N_("Not enabled for ordering"),
    "archived": N_("Archived"),
}


def accounts(listing: Listing) -> Page[Account]:
    """One page of accounts; archived ones only when asked for."""
    chosen = listing.filters
    question = _in_state(select(Account), chosen.get("state") or "")
    if kind := chosen.get("kind"):
        question = question.where(Account.kind == Kind(kind))
    if listing.search:
        question = question.where(said(Account, listing.search))
    question = question.options(joinedload(Account.bill_to).load_only(Account.name))
    return listing.page(question, Account.id)


def counts() -> Mapping[str, int]:
    """How many there are of each kind, and archived, in one statement."""
    living = Account.archived_at.is_(None)
    row = db.session.execute(
        select(
            func.count().filter(living).label("all"),
            func.count().filter(living, Account.kind == Kind.CUSTOMER).label("customer"),
            func.count().filter(living, Account.kind == Kind.RESELLER).label("reseller"),
            func.count().filter(~living).label("archived"),
        ).select_from(Account)
    ).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping


def payers(besides: UUID | None = None) -> Sequence[Account]:
    """The resellers who may be billed for others."""
    question = (
        select(Account)
        .options(load_only(Account.name, Account.number))
        .where(Account.kind == Kind.RESELLER, Account.archived_at.is_(None))
        .order_by(alphabetical(Account.name))
    )
    return db.session.scalars(question.where(Account.id != besides) if besides else question).all()


def price_lists() -> Sequence[PriceList]:
    """The lists an account may be given."""
    return db.session.scalars(
        select(PriceList).where(PriceList.archived_at.is_(None)).order_by(alphabetical(PriceList.name))
    ).all()


def sub_customers(account: Account) -> Sequence[Account]:
    """Whose bills this account pays."""
    question = select(Account).where(Account.bill_to_id == account.id, Account.archived_at.is_(None))
    return db.session.scalars(question.order_by(alphabetical(Account.name)).limit(100)).all()


def sub_customers_count(account: Account) -> int:
    question = select(func.count()).select_from(Account)
    return db.session.scalar(question.where(Account.bill_to_id == account.id, Account.archived_at.is_(None))) or 0


def contacts_of(account: Account, asked: Listing) -> Page[Any]:
    """One page of its contacts, each with who signs in to the shop as this contact, or was invited to."""
    invited = (User.contact_id == Contact.id) & (User.kind == UserKind.CUSTOMER)
    question = select(*_KNOWN).outerjoin(User, invited).where(Contact.account_id == account.id)
    if asked.search:
        columns = (Contact.name, Contact.role, Contact.email, Contact.phone)
        question = question.where(or_(*(column.ilike(asked.pattern, escape="\\") for column in columns)))
    return asked.page(question, Contact.id, rows=True)


def first_contact(account: Account) -> Contact | None:
    """Whom one writes to first."""
    question = select(Contact).where(Contact.account_id == account.id)
    return db.session.scalar(question.order_by(Contact.created_at, Contact.id).limit(1))


def tenant_of(account: Account) -> Tenant | None:
    """The tenant made of this account, being made or living."""
    if account.reseller_tenant_id is None:
        return None
    tenant = db.session.get(Tenant, account.reseller_tenant_id)
    return tenant if tenant and tenant.state is not State.CLOSED else None


def obstacles(account: Account) -> list[Line]:
    """Why no tenant reseller can be made of this account; empty when one can."""
    found = []
    if account.archived:
        found.append(say(N_("Restore the account first: it is archived.")))
    if account.kind is not Kind.RESELLER:
        found.append(say(N_("Change its kind to Reseller: it is a Customer.")))
    if not account.enabled_for_ordering:
        found.append(say(N_("Enable it for ordering: it is not.")))
    tenant = tenant_of(account)
    if tenant is not None:
        words = (
            N_("It is being made a tenant reseller already.")
            if tenant.state is State.IN_PROGRESS
            else N_("It is a tenant reseller already.")
        )
        found.append(say(words))
    return found


def wrong_currency(price_list: PriceList, currency: str) -> Line:
    """Why nobody can buy by this list in this currency."""
    text = N_("Choose %(right)s: %(list)s has no prices in %(wrong)s.")
    return say(text, right=price_list.currency, list=price_list.name, wrong=currency)


def namesakes(name: str, vat_number: str | None, *, besides: UUID | None = None) -> Sequence[Account]:
    """Accounts that are called the same or have the same VAT number: perhaps the same firm."""
    same = [func.lower(Account.name) == name.lower()]
    if vat_number:
        same.append(Account.vat_number == vat_number)
    question = select(Account).where(or_(*same), Account.archived_at.is_(None)).order_by(Account.number).limit(5)
    return db.session.scalars(question.where(Account.id != besides) if besides else question).all()


def _in_state(question: Select[Any], state: str) -> Select[Any]:
    if state == "archived":
        return question.where(Account.archived_at.is_not(None))
    question = question.where(Account.archived_at.is_(None))
    if state == READY:
        living = select(Tenant.id).where(Tenant.id == Account.reseller_tenant_id, Tenant.state != State.CLOSED)
        return question.where(Account.kind == Kind.RESELLER, Account.enabled_for_ordering, ~living.exists())
    if state in ("open", "closed"):
        question = question.where(Account.enabled_for_ordering.is_(state == "open"))
    return question


@dataclass(frozen=True, slots=True)
class BuysBy:
    """The list by which an account buys, and why that one."""

    price_list: PriceList
    because: Line


def price_list_of(account: Account) -> BuysBy | None:
    """Its own list, else that of whoever pays for it, else the storefront's; nothing where none of them is.  One statement."""
    payer = select(Account.price_list_id).where(Account.id == account.bill_to_id).scalar_subquery()
    candidates = or_(PriceList.id == account.price_list_id, PriceList.id == payer, PriceList.for_storefront.is_(True))
    wanted = select(PriceList, (PriceList.id == payer).label("payers")).where(
        candidates, PriceList.archived_at.is_(None)
    )
    rows = db.session.execute(wanted).all()
    own = next((row[0] for row in rows if row[0].id == account.price_list_id), None)
    if own is not None:
        return BuysBy(own, say(N_("It has this price list itself.")))
    if payers := next((row[0] for row in rows if row.payers), None):
        return BuysBy(payers, say(N_("It is the list of the account that pays for it.")))
    shop = next((row[0] for row in rows if row[0].for_storefront), None)
    return BuysBy(shop, say(N_("It has no list of its own, so it buys by the storefront’s."))) if shop else None


def _buying_by(price_list: Any) -> Any:
    """A column with the accounts that buy by a list, as `price_list_of` says: how many, and the first names."""
    payer = aliased(Account)
    bare, unpaid = Account.price_list_id.is_(None), payer.price_list_id.is_(None)
    by_payer = and_(bare, payer.price_list_id == price_list.id)
    by_shop = and_(bare, unpaid, price_list.for_storefront.is_(True))
    found = (
        select(Account.name)
        .outerjoin(payer, (payer.tenant_id == Account.tenant_id) & (payer.id == Account.bill_to_id))
        .where(Account.archived_at.is_(None), or_(Account.price_list_id == price_list.id, by_payer, by_shop))
        .correlate(price_list)
    )
    first = found.order_by(alphabetical(Account.name)).limit(NAMED).subquery()
    count = select(func.count()).select_from(found.subquery()).scalar_subquery()
    return json_object(count=count, names=select(func.jsonb_agg(first.c.name)).scalar_subquery())


AFFECTED[N_("Accounts")] = _buying_by
