"""What one does with accounts, and with the people and places of one."""

from __future__ import annotations

from typing import Any

from portal.accounts import numbers, queries
from portal.accounts.models import Account, Address, Contact, Kind
from portal.audit.actions import changes, facts, record
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say


def open_account(**terms: Any) -> Account:
    """A new account under the next number.  `terms` are the fields of the form.  Raises Invalid at the field."""
    account = Account(number=numbers.take("ACC"))
    _agree(account, terms)
    db.session.add(account)
    record("account.created", account, after=_said(account))
    return account


def change(account: Account, *, version: int, **terms: Any) -> None:
    """Write new terms over those of `version`.  Raises Conflict when somebody wrote in between."""
    db.session.refresh(account, with_for_update=True)
    if account.version != version:
        raise Conflict(say(N_("Somebody changed this account while you were writing.")))
    if account.archived:
        raise Conflict(say(N_("Restore the account first: an archived one does not change.")))
    before = _said(account)
    _agree(account, terms)
    after = _said(account)
    if before != after:
        account.version += 1
        record("account.changed", account, before=before, after=after)


def archive(account: Account) -> None:
    """Put it away: it leaves the lists and is ordered for no more.  Nothing is lost."""
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


def restore(account: Account) -> None:
    """Undo `archive`."""
    if not account.archived:
        return
    account.archived_at = None
    account.version += 1
    record("account.restored", account)


def add_contact(account: Account, **words: Any) -> Contact:
    contact = Contact(account=account, account_id=account.id, **words)
    db.session.add(contact)
    record("contact.added", contact, after=facts(contact))
    record("account.changed", account, line=say(N_("added a contact to %(label)s")))
    return contact


def change_contact(contact: Contact, **words: Any) -> None:
    if _rewritten("contact.changed", contact, words):
        record("account.changed", contact.account, line=say(N_("changed a contact of %(label)s")))


def remove_contact(contact: Contact) -> None:
    record("contact.removed", contact, before=facts(contact))
    record("account.changed", contact.account, line=say(N_("removed a contact from %(label)s")))
    db.session.delete(contact)


def add_address(account: Account, **words: Any) -> Address:
    address = Address(account=account, account_id=account.id, **words)
    db.session.add(address)
    record("address.added", address, after=facts(address))
    record("account.changed", account, line=say(N_("added an address to %(label)s")))
    return address


def change_address(address: Address, **words: Any) -> None:
    if _rewritten("address.changed", address, words):
        record("account.changed", address.account, line=say(N_("changed an address of %(label)s")))


def remove_address(address: Address) -> None:
    record("address.removed", address, before=facts(address))
    record("account.changed", address.account, line=say(N_("removed an address from %(label)s")))
    db.session.delete(address)


def _rewritten(verb: str, row: Contact | Address, words: dict[str, Any]) -> bool:
    """Set the words and write them into the trail; whether any was another."""
    for name, value in words.items():
        setattr(row, name, value)
    before, after = changes(row)
    if after:
        record(verb, row, before=before, after=after)
    return bool(after)


def _said(account: Account) -> dict[str, Any]:
    """The account as the trail tells it: those it points at by their names."""
    said = facts(account)
    for name in ("bill_to", "price_list"):
        said.pop(f"{name}_id", None)
        said[name] = getattr(account, name) and getattr(account, name).name
    said.pop("reseller_tenant_id", None)
    return said


def _agree(account: Account, terms: dict[str, Any]) -> None:
    """Set the terms, if they agree with each other and with what already stands."""
    with db.session.no_autoflush:
        _check_kind(account, terms["kind"])
        _check_payer(account, terms["kind"], terms["bill_to"])
        price_list = terms["price_list"]
        if price_list and price_list.currency != terms["currency"]:
            raise Invalid(
                say(
                    N_("Choose %(right)s: %(list)s has no prices in %(wrong)s."),
                    right=price_list.currency,
                    list=price_list.name,
                    wrong=terms["currency"],
                ),
                field="currency",
            )
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
    """Somebody else pays only for a customer, and only a reseller who pays for himself."""
    if payer is None:
        return
    if payer.id == account.id or kind is Kind.RESELLER:
        raise Invalid(say(N_("Choose “Itself”: a reseller is billed himself.")), field="bill_to")
    if payer.kind is not Kind.RESELLER or payer.archived:
        raise Invalid(say(N_("Choose a reseller account: only resellers are billed for others.")), field="bill_to")
