"""What a page says at its foot: who changed its record last, and when."""

from portal import audit
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.audit.latest import last_change
from portal.core.db import db
from portal.users.models import User
from tests.accounts.conftest import TERMS
from tests.browsing import Browser
from tests.queries import counted


def foot(browser: Browser) -> str:
    found = browser.page.select_one("p.changed")
    return " ".join(found.get_text(" ").split()) if found else ""


def test_it_names_who_changed_it_and_leads_to_its_history(north):
    with north.office():
        account = accounts.open_account(**TERMS)
        db.session.flush()
        key = account.key
    browser = Browser(north.client())
    browser.open(f"/accounts/{key}/edit")
    browser.send(name="Green Harbour")
    browser.open(f"/accounts/{key}")
    assert "Last changed by" in foot(browser)
    assert browser.page.select_one(f'p.changed a[href="/accounts/{key}/log"]') is not None
    with north.office():
        person = db.session.query(User).filter_by(username=north.people["administrator"]).one()
        last = last_change(db.session.query(Account).one())
        assert str(last.who) == person.name


def test_a_change_of_a_part_is_one_of_the_whole_and_a_sign_in_is_none(north):
    with north.office():
        user = db.session.query(User).filter_by(username=north.people["sales"]).one()
        audit.record("user.signed_in", user)
        db.session.flush()
        assert last_change(user) is None
        account = accounts.open_account(**TERMS)
        with audit.acting_as(audit.Actor("system", name="A command")):
            accounts.add_contact(account, name="Ada")
        db.session.flush()
        assert last_change(account).who == "A command"


def test_it_asks_one_statement(north, app):
    with north.office():
        account = accounts.open_account(**TERMS)
        db.session.flush()
        with counted(app) as asked:
            last_change(account)
    assert len(asked) == 1, asked
