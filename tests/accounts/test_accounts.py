"""Accounts as their verbs keep them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from portal.accounts import actions, queries
from portal.accounts.models import Account, Contact, Kind
from portal.audit import queries as trail
from portal.core.db import db, get
from portal.core.errors import Conflict, Invalid, NotFound
from portal.tenants import queries as places
from portal.tenants.numbering import PREFIXES
from tests.accounts.conftest import TERMS
from tests.browsing import Browser
from tests.locks import until_somebody_waits


def test_numbers_follow_each_other_without_a_gap(meridian, opened) -> None:
    with meridian.office():
        first = opened(name="One").number
    with meridian.office():
        opened(name="Given up")
        db.session.flush()
        db.session.rollback()
    with meridian.office():
        assert (first, opened(name="Two").number) == ("ACC-00001", "ACC-00002")


def test_each_tenant_counts_for_itself(meridian, north, opened) -> None:
    with meridian.office():
        opened()
    with north.office():
        assert opened().number == "ACC-00001"


def test_numbers_begin_as_the_house_says(north, opened) -> None:
    with north.office():
        opened()
        places.organization().numbering = {**PREFIXES, "account": "KD"}
    with north.office():
        assert opened().number == "KD-00002"


def test_a_stranger_never_finds_an_account(meridian, strand, opened) -> None:
    with meridian.office():
        key = opened().key
    with strand.office(), pytest.raises(NotFound):
        get(Account, key)


def test_a_customer_may_be_billed_to_a_reseller(meridian, opened) -> None:
    with meridian.office():
        payer = opened(name="Harbour Resale", kind=Kind.RESELLER)
        customer = opened(bill_to=payer)
        db.session.flush()
        assert [one.name for one in queries.sub_customers(payer)] == [customer.name]


def test_only_a_reseller_is_billed_for_others(meridian, opened) -> None:
    with meridian.office():
        neighbour = opened(name="Neighbour")
        with pytest.raises(Invalid) as refusal:
            opened(bill_to=neighbour)
        assert refusal.value.field == "bill_to"


def test_a_reseller_pays_himself(meridian, opened) -> None:
    with meridian.office():
        payer = opened(name="Harbour Resale", kind=Kind.RESELLER)
        with pytest.raises(Invalid):
            opened(kind=Kind.RESELLER, bill_to=payer)


def test_a_reseller_who_pays_for_others_stays_one(meridian, opened) -> None:
    with meridian.office():
        payer = opened(name="Harbour Resale", kind=Kind.RESELLER)
        opened(bill_to=payer)
        db.session.flush()
        with pytest.raises(Invalid) as refusal:
            actions.change(payer, version=1, **{**TERMS, "name": "Harbour Resale"})
        assert refusal.value.field == "kind"


def test_of_two_who_change_at_once_the_second_is_told(meridian, opened) -> None:
    with meridian.office():
        key = opened().key
    with meridian.office():
        actions.change(get(Account, key), version=1, **{**TERMS, "name": "Blue Harbour Ltd"})
    with meridian.office():
        with pytest.raises(Conflict):
            actions.change(get(Account, key), version=1, **{**TERMS, "name": "Mine"})
        db.session.rollback()
        assert get(Account, key).name == "Blue Harbour Ltd"


def test_saving_without_a_change_leaves_no_line(meridian, opened) -> None:
    with meridian.office():
        account = opened()
        db.session.flush()
        actions.change(account, version=1, **TERMS)
        db.session.flush()
        assert account.version == 1
        assert trail.records(row=account).total == 1


def test_an_archived_account_comes_back_as_it_was(meridian, opened) -> None:
    with meridian.office():
        account = opened()
        db.session.flush()
        actions.archive(account)
        with pytest.raises(Conflict):
            actions.change(account, version=account.version, **TERMS)
        actions.restore(account)
        assert not account.archived


def test_who_pays_for_others_is_not_archived(meridian, opened) -> None:
    with meridian.office():
        payer = opened(name="Harbour Resale", kind=Kind.RESELLER)
        opened(bill_to=payer)
        db.session.flush()
        with pytest.raises(Conflict):
            actions.archive(payer)


def test_nobody_is_billed_to_a_reseller_who_is_archived_at_the_same_moment(meridian, opened, copy) -> None:
    with meridian.office():
        payer, customer = opened(name="Harbour Resale", kind=Kind.RESELLER).key, opened().key

    def bill_to_payer() -> str | None:
        with pytest.raises(Invalid) as refusal, meridian.office():
            actions.change(get(Account, customer), version=1, **{**TERMS, "bill_to": get(Account, payer)})
        return refusal.value.field

    with ThreadPoolExecutor(1) as pool:
        with meridian.office():
            actions.archive(get(Account, payer, lock=True))
            second = pool.submit(bill_to_payer)
            until_somebody_waits(copy)
        assert second.result() == "bill_to"


def test_a_contact_leaves_a_sealed_line(meridian, opened) -> None:
    with meridian.office():
        contact = actions.add_contact(opened(), name="Ada Moss", role=None, email="ada@blue.example", phone=None)
        db.session.flush()
        actions.change_contact(contact, name="Ada Moss", role="Buyer", email="ada@blue.example", phone=None)
        db.session.flush()
        lines = [entry.what for entry in trail.records(row=contact).items]
        assert len(lines) == 2
        raw = str(list(db.session.execute(select(trail.LogRecord.after, trail.LogRecord.label))))
        assert "ada@blue.example" not in raw
        actions.remove_contact(contact)
        db.session.flush()
        assert db.session.scalar(select(Contact)) is None


def test_the_trail_names_who_pays_and_not_his_id(meridian, opened) -> None:
    with meridian.office():
        payer = opened(name="Harbour Resale", kind=Kind.RESELLER)
        account = opened()
        db.session.flush()
        actions.change(account, version=1, **{**TERMS, "bill_to": payer})
        db.session.flush()
        change = trail.records(row=account).items[0].changes[0]
        assert (change.field, change.before, change.after.name) == ("Bill to", None, "Harbour Resale")


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"kind": Kind.CUSTOMER}, "Customer"),
        ({"kind": Kind.RESELLER, "enabled_for_ordering": False}, "ordering"),
    ],
)
def test_why_no_tenant_reseller_can_be_made_of_it_is_said(meridian, opened, terms, words) -> None:
    with meridian.office():
        account = opened(**terms)
        assert [words in line.plain for line in queries.obstacles(account)] == [True]


def test_those_who_can_become_a_tenant_reseller_are_listed_with_the_verb(meridian) -> None:
    page = Browser(meridian.client())
    for name, kind, ordering in (("Alder", "reseller", "y"), ("Birch", "reseller", None), ("Cedar", "customer", "y")):
        page.open("/accounts/new")
        page.send(button="Save", name=name, kind=kind, enabled_for_ordering=ordering)
        assert page.answer.status_code == 303, page.errors
    page.open("/accounts?state=ready")
    assert "Alder" in page.text
    assert len(page.rows()) == 1
    assert "/tenant" in str(page.page.select_one("td.lead small a")["href"])
