"""What one does with accounts, and with the people and places of one."""

from __future__ import annotations

from typing import Any

from portal.accounts import numbers, queries
from portal.accounts.models import Account, Address, Contact, Kind
from portal.audit.actions import changes, facts, record
from portal.catalogue.models import PriceList
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.languages import LANGUAGES
from portal.core.money import Money
from portal.core.words import N_, say
from portal.users import actions as customers
from portal.users.models import User
from portal.users.queries import customer_of


def open_account(**terms: Any) -> Account:
    """A new account under the next number.  `terms` are the fields of the form.  Raises Invalid at the field."""
    account = Account(number=numbers.take("account"))
    _agree(account, terms)
    db.session.add(account)
    record("account.created", account, after=_said(account))
    return account


def change(account: Account, *, version: int, **terms: Any) -> None:
    """Write new terms over those of `version`.  Raises Conflict when somebody wrote in between."""
    db.session.refresh(account, with_for_update=True)
    if account.version != version:
        raise Conflict(say(N_("Somebody changed this account while you were writing.")))
    _refuse_archived(account)
    before = _said(account)
    _agree(account, terms)
    after = _said(account)
    if before != after:
        account.version += 1
        record("account.changed", account, before=before, after=after)


def archive(account: Account) -> None:
    """Put it away: it leaves the lists and is ordered for no more, and its people no longer come into the storefront.

    Nothing is lost.
    """
    if account.archived:
        return
    if queries.tenant_of(account):
        raise Conflict(say(N_("It is a tenant reseller: suspend that instead.")))
    count = queries.sub_customers_count(account)
    if count:
        raise Conflict(say(N_("%(count)s account bills to it."), N_("%(count)s accounts bill to it."), count=count))
    account.archived_at = now()
    account.version += 1
    record("account.archived", account)
    db.session.flush()  # whoever invites one of its people meanwhile is met here, and sees it archived
    customers.send_away(account.id)


def restore(account: Account) -> None:
    """Undo `archive`."""
    if not account.archived:
        return
    account.archived_at = None
    account.version += 1
    record("account.restored", account)
    customers.bring_back(account.id)


def open_for_ordering(account: Account) -> None:
    _order(account, may=True)


def close_for_ordering(account: Account) -> None:
    _order(account, may=False)


def _order(account: Account, *, may: bool) -> None:
    _refuse_archived(account)
    account.enabled_for_ordering = may
    account.version += 1
    record("account.changed", account, before={"enabled_for_ordering": not may}, after={"enabled_for_ordering": may})


def give_price_list(account: Account, price_list: PriceList | None) -> None:
    """Let it buy by another list, or by none of its own."""
    _refuse_archived(account)
    if price_list and price_list.currency != account.currency:
        raise Invalid(queries.wrong_currency(price_list, account.currency))
    before = account.price_list
    account.price_list = price_list
    account.version += 1
    record("account.changed", account, before={"price_list": before}, after={"price_list": price_list})


def _refuse_archived(account: Account) -> None:
    if account.archived:
        raise Conflict(say(N_("Restore the account first: an archived one does not change.")))


def add_contact(account: Account, **words: Any) -> Contact:
    contact = Contact(account=account, account_id=account.id, **words)
    db.session.add(contact)
    record("contact.added", contact, after=facts(contact), whole=account)
    return contact


def change_contact(contact: Contact, **words: Any) -> None:
    _rewrite("contact.changed", contact, words)


def invite_to_storefront(contact: Contact) -> None:
    """Let a contact sign in to the storefront, by a letter with which he sets his password.  Raises Conflict, Invalid."""
    account = _held(contact)
    if not contact.email:
        raise Conflict(say(N_("Write the contact’s e-mail address first: the invitation goes there.")))
    language = account.language if account.language in LANGUAGES else ""
    words = {"name": contact.name, "email": contact.email, "language": language}
    customers.invite_customer(contact_id=contact.id, account_id=account.id, **words)


def let_in_again(contact: Contact, customer: User) -> None:
    """A contact who was disabled signs in to the storefront again.  Raises Conflict."""
    _held(contact)
    customers.enable(customer)


def _held(contact: Contact) -> Account:
    """The contact's account, which nobody archives meanwhile.  Raises Conflict when it is archived."""
    db.session.refresh(contact.account, with_for_update=True)
    _refuse_archived(contact.account)
    return contact.account


def remove_contact(contact: Contact) -> None:
    if customer := customer_of(contact.id):
        customers.remove_customer(customer)
    record("contact.removed", contact, before=facts(contact), whole=contact.account)
    db.session.delete(contact)


def add_address(account: Account, **words: Any) -> Address:
    address = Address(account=account, account_id=account.id, **words)
    db.session.add(address)
    record("address.added", address, after=facts(address), whole=account)
    return address


def change_address(address: Address, **words: Any) -> None:
    _rewrite("address.changed", address, words)


def remove_address(address: Address) -> None:
    record("address.removed", address, before=facts(address), whole=address.account)
    db.session.delete(address)


def _rewrite(verb: str, row: Contact | Address, words: dict[str, Any]) -> None:
    """Set the words, and write into the trail which were others."""
    for name, value in words.items():
        setattr(row, name, value)
    before, after = changes(row)
    if after:
        record(verb, row, before=before, after=after, whole=row.account)


def _said(account: Account) -> dict[str, Any]:
    """The account as the trail tells it: with the rows it points at, and its limit in its currency."""
    limit = account.credit_limit
    return facts(account) | {
        "bill_to": account.bill_to,
        "price_list": account.price_list,
        "credit_limit": None if limit is None else Money(limit, account.currency),
    }


def _agree(account: Account, terms: dict[str, Any]) -> None:
    """Set the terms, if they agree with each other and with what already stands."""
    with db.session.no_autoflush:
        _check_kind(account, terms["kind"])
        _check_payer(account, terms["kind"], terms["bill_to"])
        price_list = terms["price_list"]
        if price_list and price_list.currency != terms["currency"]:
            raise Invalid(queries.wrong_currency(price_list, terms["currency"]), field="currency")
        for name, value in terms.items():
            setattr(account, name, value)


def _check_kind(account: Account, kind: Kind) -> None:
    if kind is Kind.RESELLER or account.kind is not Kind.RESELLER:
        return
    if queries.tenant_of(account):
        raise Invalid(say(N_("Keep Reseller: the account is a tenant reseller.")), field="kind")
    if queries.sub_customers_count(account):
        raise Invalid(say(N_("Keep Reseller: other accounts bill to this one.")), field="kind")


def _check_payer(account: Account, kind: Kind, payer: Account | None) -> None:
    """Somebody else pays only for a customer, and only a reseller who pays for himself and stays one meanwhile."""
    if payer is None:
        return
    db.session.refresh(payer, with_for_update={"read": True})
    if payer.id == account.id or kind is Kind.RESELLER:
        raise Invalid(say(N_("Choose “Itself”: a reseller is billed himself.")), field="bill_to")
    if payer.kind is not Kind.RESELLER or payer.archived:
        raise Invalid(say(N_("Choose a reseller account: only resellers are billed for others.")), field="bill_to")
