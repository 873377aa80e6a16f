"""Contacts whom the reseller invites: they sign in to his shop, and to nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.accounts import actions as accounts
from portal.accounts.models import Account, Contact
from portal.core.clock import now
from portal.core.db import db
from portal.notifications.models import Notice
from portal.storefront import actions as storefront
from portal.storefront import queries as storefronts
from portal.storefront.models import Visibility
from portal.users.gate import COOKIE
from portal.users.models import Kind, Mailbox, SignIn, State, User
from tests.queries import counted
from tests.users.conftest import PASSWORD, Visitor, at_own_office, at_shop

NEW = "violet kettle sings twice"
EMAIL = "ada@blue.example"
SHOP = "north.shop.localhost"


@dataclass
class Customer:
    account: str
    contact: str
    link: str

    @property
    def path(self) -> str:
        found = re.fullmatch(rf"http://{SHOP}:8000(/[\w/-]+)", self.link)
        assert found, self.link
        return found[1]

    @property
    def page(self) -> str:
        return f"/accounts/{self.account}/contacts/{self.contact}/storefront"


@pytest.fixture
def invited(north: Any, letters: list[dict[str, Any]]) -> Customer:
    words = {"currency": "EUR", "country": "DE", "language": "de", "time_zone": "UTC"}
    with north.office():
        account = Account(number="A-1", name="Blue Harbour", **words)
        contact = Contact(account=account, name="Ada Winter", email=" Ada@Blue.Example ".strip())
        db.session.add_all([account, contact])
        db.session.flush()
        keys = account.key, contact.key
    chief = Visitor(north.client("sales"))
    page = f"/accounts/{keys[0]}/contacts/{keys[1]}/storefront"
    assert chief.send(f"{page}/invitation", page).status_code == 303
    return Customer(*keys, letters[-1]["link"])


@pytest.fixture
def ada(invited: Customer, north: Any) -> Iterator[Visitor]:
    """A customer who has joined and is signed in."""
    browser = at_shop(north)
    assert browser.send(invited.path, password=NEW, again=NEW).location == "/sign-in"
    assert browser.send("/sign-in", username=EMAIL, password=NEW).status_code == 303
    return browser


def user(house: Any) -> User:
    with house.office():
        return db.session.scalars(select(User).where(User.kind == Kind.CUSTOMER)).one()


def test_an_invitation_wears_the_tenants_clothes_leads_to_his_shop_and_works_once(
    invited: Customer, north: Any, letters: list[dict[str, Any]]
) -> None:
    letter = letters[-1]
    assert (letter["kind"], letter["clothes"], letter["language"]) == ("customer_invitation", "shop", "de")
    assert letter["to"] == ("Ada Winter", EMAIL)
    assert "Meridian" not in str(letter)
    browser = at_shop(north)
    assert EMAIL in browser.open(invited.path).text
    assert browser.send(invited.path, password=NEW, again=NEW).location == "/sign-in"
    assert browser.open(invited.path).status_code == 404


def test_the_letter_itself_names_nobody_above(invited: Customer, worker: Any, mail_folder: Any) -> None:
    worker.run_due()
    (letter,) = mail_folder.glob("*.eml")
    assert b"Meridian" not in letter.read_bytes()
    assert b"Nordlicht" in letter.read_bytes()


def test_a_link_of_one_door_is_none_at_the_other(invited: Customer, visitor: Visitor, north: Any, south: Any) -> None:
    for other in (visitor, at_own_office(north), at_own_office(south), at_shop(south)):
        assert other.open(invited.path).status_code == 404


def test_a_customer_signs_in_at_the_shop_alone(ada: Visitor, visitor: Visitor, north: Any) -> None:
    assert "Ada Winter" in ada.open("/").text
    for office in (visitor, at_own_office(north)):
        for name in (EMAIL, user(north).username):
            refused = office.sign_in(north, username=name, password=NEW)
            assert refused.status_code == 422, name
    value = ada.client.get_cookie(COOKIE, domain=SHOP).value
    for host in ("office.localhost", "north.office.localhost"):
        stolen = Visitor(north.visitor(f"http://{host}:8000"))
        stolen.client.set_cookie(COOKIE, value, domain=host)
        assert stolen.open("/profile").status_code == 303


def test_not_even_a_sign_in_written_for_the_office_opens_it(ada: Visitor, north: Any) -> None:
    value = ada.client.get_cookie(COOKIE, domain=SHOP).value
    with north.office():
        row = db.session.scalars(select(SignIn)).all()
        for one in row:
            one.door, one.host = "office", "office.localhost"
    browser = Visitor(north.visitor())
    browser.client.set_cookie(COOKIE, value, domain="office.localhost")
    for page in ("/", "/profile", "/accounts", "/users"):
        assert browser.open(page).location.startswith("/sign-in"), page


def test_wrong_is_wrong_whether_somebody_is_a_customer_or_not(
    app: Any, ada: Visitor, north: Any, hashes: list[str]
) -> None:
    hashes.clear()
    asked, pages = [], []
    for name in (EMAIL, "nobody@blue.example", north.people["sales"], "nobody"):
        stranger = at_shop(north)
        stranger.open("/sign-in")
        with counted(app) as sent:
            refused = stranger.send("/sign-in", username=name, password="wrong")
        asked.append(list(sent))
        pages.append((refused.status_code, re.sub(r'value="[^"]*"', "", refused.text)))
    assert all(one == asked[0] for one in asked)
    assert all(one == pages[0] for one in pages)
    assert len(hashes) == 4


def test_a_closed_shop_admits_members(ada: Visitor, north: Any) -> None:
    with north.office():
        storefront.admit(storefronts.storefront(), Visibility.MEMBERS)
    assert ada.open("/products").status_code == 200
    assert at_shop(north).open("/products").location.startswith("/sign-in")


def test_my_account_asks_who_comes(north: Any) -> None:
    stranger = at_shop(north)
    for page in ("", "/e-mail", "/password", "/second-factor", "/second-factor/new", "/sign-ins"):
        assert stranger.open(f"/account{page}").location.startswith("/sign-in?next=/account"), page


def test_every_page_of_my_account_opens_and_names_nobody_above(ada: Visitor) -> None:
    pages = ("", "/e-mail", "/password", "/second-factor", "/second-factor/new", "/second-factor/removal", "/sign-ins")
    for page in pages:
        shown = ada.open(f"/account{page}")
        assert shown.status_code == 200, page
        assert "Meridian" not in shown.text
        assert shown.headers["Cache-Control"] == "no-store"


def test_a_customer_describes_himself(ada: Visitor, north: Any) -> None:
    page = BeautifulSoup(ada.open("/account").text, "lxml")
    version = page.select_one("[name=version]")["value"]  # type: ignore[index]
    typed = {"name": "Ada Sommer", "language": "de", "time_zone": "", "date_format": "", "version": version}
    assert ada.send("/account", **typed).location == "/account"
    assert '<html lang="de"' in ada.open("/account").text
    assert user(north).name == "Ada Sommer"


def test_a_customers_new_address_is_what_he_signs_in_with(
    ada: Visitor, north: Any, letters: list[dict[str, Any]]
) -> None:
    letters.clear()
    assert ada.send("/account/e-mail", email="ada@sommer.example", current=NEW).location == "/account"
    assert [(one["kind"], one["to"][1], one["clothes"]) for one in letters] == [
        ("email_confirmation", "ada@sommer.example", "shop"),
        ("email_asked", EMAIL, "shop"),
    ]
    assert all(one["link"].startswith(f"http://{SHOP}:8000/") for one in letters)
    path = letters[0]["link"].partition(":8000")[2]
    assert at_shop(north).send(path).status_code == 303
    assert at_shop(north).send("/sign-in", username=EMAIL, password=NEW).status_code == 422
    assert at_shop(north).send("/sign-in", username="ADA@sommer.example", password=NEW).status_code == 303
    with north.office():
        assert db.session.scalars(select(Mailbox)).all() == []


def test_of_a_letter_he_caused_that_fails_the_administrators_hear(ada: Visitor, north: Any, worker: Any) -> None:
    worker.run_due()
    asked = {"email": "ada@rejected.invalid", "current": NEW}
    assert ada.send("/account/e-mail", **asked).status_code == 303
    worker.run_due()
    told = north.client().get("/notices").text
    assert "could not be delivered" in told
    assert "1 new notice" in told
    assert "could not be delivered" not in north.client("sales").get("/notices").text
    with north.office():
        assert user(north).id not in set(db.session.scalars(select(Notice.user_id)))


def test_a_forgotten_password_is_set_in_the_shop(ada: Visitor, north: Any, letters: list[dict[str, Any]]) -> None:
    letters.clear()
    stranger = at_shop(north)
    known = stranger.send("/forgotten-password", email=" Ada@Blue.example")
    unknown = stranger.send("/forgotten-password", email="eva@blue.example")
    staff = stranger.send("/forgotten-password", email="sales@north.example")
    assert {(one.status_code, one.location, one.data) for one in (known, unknown, staff)} == {
        (303, "/forgotten-password?sent=yes", known.data)
    }
    assert [(one["kind"], one["clothes"]) for one in letters] == [("password_reset", "shop")]
    path = letters[0]["link"].partition(":8000")[2]
    assert stranger.send(path, password=NEW + " thrice", again=NEW + " thrice").location == "/sign-in"
    assert ada.open("/account").status_code == 303
    assert stranger.send("/sign-in", username=EMAIL, password=NEW + " thrice").status_code == 303


def test_letters_to_one_customer_are_few(ada: Visitor, north: Any) -> None:
    stranger = at_shop(north)
    assert [stranger.send("/forgotten-password", email=EMAIL).status_code for _ in range(5)] == [
        303,
        303,
        303,
        429,
        429,
    ]


def test_the_office_knows_customers_by_no_other_way(
    ada: Visitor, visitor: Visitor, north: Any, letters: list[dict[str, Any]]
) -> None:
    letters.clear()
    visitor.send("/forgotten-password", client_id=north.client_id, username=user(north).username)
    visitor.send("/forgotten-password", client_id=north.client_id, username=EMAIL)
    visitor.send("/forgotten-client-id", email=EMAIL)
    assert letters == []


def test_the_list_of_users_shows_staff_only(ada: Visitor, north: Any) -> None:
    chief = Visitor(north.client())
    assert "Ada Winter" not in chief.open("/users").text
    key = user(north).key
    for page in ("", "/edit", "/log", "/disablement", "/second-factor/removal"):
        assert chief.open(f"/users/{key}{page}").status_code == 404, page
    assert "Ada Winter" not in chief.open("/users?q=Ada").text
    for verb in ("disable", "enable"):
        chosen = {"row": key, "verb": verb, "confirmed": "yes"}
        assert chief.send("/users/selection", "/users", **chosen).status_code == 404, verb
    assert user(north).state == State.ACTIVE


def test_whoever_is_disabled_at_his_contact_is_out_at_once_and_may_be_let_in_again(
    ada: Visitor, invited: Customer, north: Any
) -> None:
    chief = Visitor(north.client("sales"))
    assert "Active" in chief.open(f"/accounts/{invited.account}/contacts").text
    assert chief.send(f"{invited.page}/disablement", invited.page).status_code == 303
    assert ada.open("/account").status_code == 303
    assert ada.send("/sign-in", username=EMAIL, password=NEW).status_code == 422
    assert chief.send(f"{invited.page}/enablement", invited.page).status_code == 303
    assert ada.send("/sign-in", username=EMAIL, password=NEW).status_code == 303


def test_with_the_contact_goes_the_way_in_and_the_address_is_free(ada: Visitor, invited: Customer, north: Any) -> None:
    with north.office():
        accounts.remove_contact(db.session.scalars(select(Contact)).one())
    assert ada.open("/account").status_code == 303
    with north.office():
        again = accounts.add_contact(db.session.scalars(select(Account)).one(), name="Ada Winter", email=EMAIL)
        db.session.flush()
        accounts.invite_to_storefront(again)
    assert user(north).state == State.INVITED


def test_with_the_account_in_the_archive_its_people_are_out_at_once_and_come_back_with_it(
    ada: Visitor, invited: Customer, north: Any, letters: list[dict[str, Any]]
) -> None:
    chief, account = Visitor(north.client("sales")), f"/accounts/{invited.account}"
    letters.clear()
    assert chief.send(f"{account}/archival", account).status_code == 303
    assert ada.open("/account").location.startswith("/sign-in")
    assert ada.send("/sign-in", username=EMAIL, password=NEW).status_code == 422
    ada.send("/forgotten-password", email=EMAIL)
    assert chief.send(f"{invited.page}/enablement", account).status_code == 409
    assert user(north).state == State.DISABLED
    assert chief.send(f"{account}/restoration", account).status_code == 303
    assert letters == []
    assert ada.open("/account").location.startswith("/sign-in")  # what was ended stays ended
    assert ada.send("/sign-in", username=EMAIL, password=NEW).status_code == 303


def test_an_open_invitation_waits_in_the_archive(invited: Customer, north: Any) -> None:
    chief, account, browser = Visitor(north.client("sales")), f"/accounts/{invited.account}", at_shop(north)
    chief.send(f"{account}/archival", account)
    assert browser.open(invited.path).status_code == 404
    chief.send(f"{account}/restoration", account)
    assert user(north).state == State.INVITED
    assert browser.send(invited.path, password=NEW, again=NEW).location == "/sign-in"


def test_who_was_shut_out_by_himself_stays_out_when_his_account_comes_back(
    ada: Visitor, invited: Customer, north: Any
) -> None:
    chief, account = Visitor(north.client("sales")), f"/accounts/{invited.account}"
    chief.send(f"{invited.page}/disablement", invited.page)
    chief.send(f"{account}/archival", account)
    chief.send(f"{account}/restoration", account)
    assert user(north).state == State.DISABLED
    assert ada.send("/sign-in", username=EMAIL, password=NEW).status_code == 422


def test_several_accounts_put_away_at_once_take_their_people_along_and_bring_them_back(
    ada: Visitor, invited: Customer, north: Any
) -> None:
    chief = Visitor(north.client("sales"))
    chosen = {"row": invited.account, "verb": "archive", "confirmed": "yes"}
    assert chief.send("/accounts/selection", "/accounts", **chosen).status_code == 303
    assert ada.open("/account").location.startswith("/sign-in")
    undo = BeautifulSoup(chief.open("/accounts").text, "lxml").select_one("form[action$='/undoing']")
    assert undo is not None
    assert chief.send(str(undo["action"]), "/accounts").status_code == 303
    assert user(north).state == State.ACTIVE
    assert ada.send("/sign-in", username=EMAIL, password=NEW).status_code == 303


def test_who_may_not_change_accounts_invites_nobody(invited: Customer, north: Any) -> None:
    reader = Visitor(north.client("read_only"))
    page = reader.open(invited.page)
    assert page.status_code == 200
    assert "<form" not in BeautifulSoup(page.text, "lxml").select_one("main").decode()  # type: ignore[union-attr]
    assert reader.send(f"{invited.page}/invitation", "/password").status_code == 403


def test_a_colleagues_address_cannot_be_invited_and_an_invited_one_no_colleague(invited: Customer, north: Any) -> None:
    chief = Visitor(north.client())
    with north.office():
        account = db.session.scalars(select(Account)).one()
        key = accounts.add_contact(account, name="Eva", email="sales@north.example").key
    page = f"/accounts/{invited.account}/contacts/{key}/storefront"
    assert chief.send(f"{page}/invitation", page).status_code == 422
    typed = {"name": "Ada Winter", "email": EMAIL, "username": "ada", "role": "sales"}
    assert chief.send("/users/new", **typed).status_code == 422


def test_what_everybody_needs_is_asked_of_staff(ada: Visitor, north: Any) -> None:
    from portal.users.models import SignInRules

    with north.office():
        db.session.add(SignInRules(second_factor_since=now() - timedelta(days=1)))
    assert at_shop(north).send("/sign-in", username=EMAIL, password=NEW).status_code == 303
    assert ada.open("/account").status_code == 200


def test_staff_see_their_own_account_in_the_shop_too(north: Any) -> None:
    browser = at_shop(north)
    browser.send("/sign-in", username=north.people["sales"], password=PASSWORD)
    assert "North Sales" in browser.open("/account").text


def test_on_the_neutral_shop_host_everything_stays_below_the_client_id(ada: Visitor, north: Any) -> None:
    root = f"/@{north.client_id.lower()}"
    browser = Visitor(north.visitor("http://shop.localhost:8000"))
    assert browser.open(f"{root}/account").location.startswith(f"{root}/sign-in?next={root}/account")
    answer = browser.send(f"{root}/sign-in?next={root}/account", username=EMAIL, password=NEW)
    assert answer.location == f"{root}/account"
    page = BeautifulSoup(browser.open(f"{root}/account").text, "lxml")
    assert all(str(link["href"]).startswith(root) for link in page.select(".account a"))
    assert browser.send(f"{root}/sign-out", f"{root}/account").location == f"{root}/sign-in"
