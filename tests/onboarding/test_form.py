"""The form, its blocking errors, its one warning page, and where Save leads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from portal.accounts import actions as accounts
from portal.accounts.models import Kind
from portal.catalogue.actions import archive, make_list
from portal.catalogue.actions.lists import Draft
from portal.catalogue.models import PriceList, Rule
from portal.core.clock import today
from portal.core.db import db, get
from portal.core.scope import acting
from portal.processes.models import Process
from portal.tenants.models import Tenant
from portal.users.models import User
from tests.accounts.conftest import TERMS
from tests.browsing import Browser
from tests.onboarding.conftest import list_in_force, picture
from tests.queries import counted

PASSWORD = "violet harbour ladder 93"
MOST_STATEMENTS = 30


@pytest.fixture
def at_the_form(keller, halcyon) -> Browser:
    keller.open(f"/accounts/{halcyon.key}/tenant")
    return keller


def agreed(browser: Browser) -> None:
    """Press OK on the warning page, and be led to the processes."""
    assert "will surprise you" in browser.text, browser.text[:800]
    assert browser.send(button="OK").status_code == 303


def test_everything_that_can_be_is_preset(at_the_form) -> None:
    values = at_the_form.values()
    assert values["edition"] == "basic"
    assert values["currency"] == "USD"
    assert (values["country"], values["language"], values["time_zone"]) == ("US", "en", "America/Chicago")
    assert values["storefront_address"] == "larkspur-cloud"
    assert (values["name"], values["email"], values["username"]) == (
        "Nora Whitfield",
        "nora@larkspur.example",
        "nora.whitfield",
    )
    assert values["how"] == "invitation"
    assert values["price_list"]


def test_the_date_formats_show_today(at_the_form) -> None:
    shown = [one.get_text() for one in at_the_form.page.select("#date_format option")]
    assert len(shown) == 6
    assert all(str(today().year) in one or str(today().year)[2:] in one for one in shown)


def test_the_plan_is_shown_beside(at_the_form) -> None:
    assert len(at_the_form.page.select("ol.plan li")) == 11


def test_save_warns_once_then_leads_to_the_processes(at_the_form, worker) -> None:
    assert at_the_form.send(button="Save").status_code == 200
    assert "There is no logo" in at_the_form.text
    agreed(at_the_form)
    assert at_the_form.answer.location == "/tenants/processes"
    at_the_form.follow()
    assert "Create tenant reseller: Larkspur Cloud" in at_the_form.rows()[0]


def test_cancel_on_the_warning_changes_nothing_and_keeps_what_was_typed(at_the_form, meridian) -> None:
    at_the_form.send(button="Save", username="n.whitfield", storefront_address="larks")
    assert at_the_form.send(button="Cancel").status_code == 200
    assert at_the_form.values()["username"] == "n.whitfield"
    assert at_the_form.values()["storefront_address"] == "larks"
    with meridian.office():
        assert db.session.scalar(select(func.count()).select_from(Process)) == 0


def test_without_surprises_nobody_is_asked(at_the_form) -> None:
    assert at_the_form.send(button="Save", files={"logo": (picture(), "logo.png")}).status_code == 303


def test_a_typed_password_is_hashed_and_stands_nowhere(at_the_form, halcyon, worker, meridian, app) -> None:
    at_the_form.send(button="Save", how="password", password=PASSWORD)
    assert PASSWORD not in at_the_form.answer.text
    agreed(at_the_form)
    tables = "process", "task", "attempt", "log_record", "receipt"
    with app.app_context():
        for table in tables:
            question = text(f"select t::text from {table} t")  # noqa: S608 - the tables named above
            rows = db.session.execute(question.execution_options(reviewed=True))
            assert all(PASSWORD not in row[0] for row in rows)
    worker.run_all()
    with meridian.app.app_context(), acting(halcyon.tenant().scope):
        user = db.session.scalars(select(User)).one()
        assert user.must_change
        assert user.password_hash.startswith("$argon2")
    with meridian.office():
        assert (
            "password_hash"
            not in db.session.scalars(select(Process.facts).where(Process.about.startswith("account:"))).one()
        )


def test_password_and_logo_survive_an_error_and_the_warning(at_the_form) -> None:
    at_the_form.send(
        button="Save", how="password", password=PASSWORD, email="nobody", files={"logo": (picture(), "logo.png")}
    )
    assert at_the_form.answer.status_code == 422
    assert "The password you typed is kept" in at_the_form.text
    assert "logo.png is kept" in at_the_form.text
    assert at_the_form.send(button="Save", email="nora@larkspur.example").status_code == 303


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"storefront_address": "Larkspur_Cloud"}, "storefront_address"),
        ({"storefront_address": "-larks"}, "storefront_address"),
        ({"storefront_address": "xn--lrks-5qa"}, "storefront_address"),
        ({"storefront_address": "www"}, "storefront_address"),
        ({"storefront_address": "x" * 64}, "storefront_address"),
        ({"storefront_address": "lärks"}, "storefront_address"),
        ({"storefront_address": ""}, "storefront_address"),
        ({"storefront_address": "north"}, "storefront_address"),
        ({"username": "nora whitfield"}, "username"),
        ({"username": "n"}, "username"),
        ({"email": "nora"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "Nora\u202e"}, "name"),
        ({"how": "password", "password": "short"}, "password"),
        ({"how": "password", "password": "larkspur whitfield"}, "password"),
        ({"how": "password", "password": ""}, "password"),
        ({"currency": "EUR"}, "currency"),
        ({"currency": "ZZZ"}, "currency"),
        ({"price_list": "0" * 26}, "price_list"),
        ({"edition": "gold"}, "edition"),
        ({"date_format": "whenever"}, "date_format"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"country": "Atlantis"}, "country"),
        ({"language": "tlh"}, "language"),
        ({"how": "carrier pigeon"}, "how"),
    ],
)
def test_what_blocks_is_said_at_its_field(at_the_form, typed, field, meridian) -> None:
    assert at_the_form.send(button="Save", **typed).status_code == 422
    assert field in at_the_form.errors, at_the_form.errors
    assert "put right" in at_the_form.summary
    with meridian.office():
        assert db.session.scalar(select(func.count()).select_from(Process)) == 0


def test_a_taken_name_comes_with_a_free_one(at_the_form) -> None:
    at_the_form.send(button="Save", storefront_address="north")
    assert "“north-2” is free" in at_the_form.errors["storefront_address"]


def test_a_picture_that_is_none_is_refused(at_the_form) -> None:
    from io import BytesIO

    at_the_form.send(button="Save", files={"logo": (BytesIO(b"<svg onload=alert(1)>"), "logo.svg")})
    assert at_the_form.answer.status_code == 422
    assert "logo" in at_the_form.errors


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": Kind.CUSTOMER}, "Change its kind to Reseller"),
        ({"enabled_for_ordering": False}, "Enable it for ordering"),
    ],
)
def test_what_blocks_at_the_account_is_said_on_top(at_the_form, halcyon, meridian, change, words) -> None:
    with meridian.office():
        usual = {**TERMS, "name": "Larkspur Cloud", "kind": Kind.RESELLER}
        accounts.change(halcyon.account(), version=1, **{**usual, **change})
    assert at_the_form.send(button="Save").status_code == 422
    assert words in at_the_form.summary
    at_the_form.open(f"/accounts/{halcyon.key}/tenant")
    assert words in at_the_form.text


def test_an_archived_account_gets_no_tenant(at_the_form, halcyon, meridian) -> None:
    with meridian.office():
        accounts.archive(halcyon.account())
    at_the_form.send(button="Save")
    assert "Restore the account first" in at_the_form.summary


def test_the_currency_follows_the_list_without_a_second_choice(at_the_form, meridian, keller, halcyon) -> None:
    with meridian.office():
        euros = list_in_force("DE Handel", currency="EUR", market="DE").key
    keller.open(f"/accounts/{halcyon.key}/tenant")
    assert keller.send(button="Save", price_list=euros).status_code == 422
    assert "Now EUR: DE Handel has no prices in USD" in keller.errors["currency"]
    assert keller.values()["currency"] == "EUR"
    assert keller.send(button="Save").status_code == 200
    agreed(keller)


def test_an_account_that_is_a_tenant_already_shows_where_it_is_instead_of_the_form(
    keller, halcyon, begun, worker
) -> None:
    begun()
    keller.open(f"/accounts/{halcyon.key}/tenant")
    assert "is being made a tenant reseller already" in keller.text
    assert keller.page.select_one("main .notice a")["href"] == "/tenants/processes"
    assert not keller.page.select("main form")
    worker.run_all()
    keller.open(f"/accounts/{halcyon.key}/tenant")
    assert "is a tenant reseller already" in keller.text
    assert keller.page.select_one("main .notice a")["href"] == f"/tenants/{halcyon.tenant().spelled}"


def test_an_account_being_made_is_not_made_again(at_the_form, halcyon, begun) -> None:
    begun(storefront="another")
    assert at_the_form.send(button="Save").status_code == 422
    assert "being made a tenant reseller already" in at_the_form.summary


def test_a_list_that_went_meanwhile_blocks_at_its_field(at_the_form, priced, meridian) -> None:
    with meridian.office():
        archive(get(PriceList, priced))
    assert at_the_form.send(button="Save").status_code == 422
    assert "price_list" in at_the_form.errors


def test_a_draft_is_not_offered(keller, halcyon, meridian) -> None:
    with meridian.office():
        make_list(name="Only a draft", currency="USD", draft=Draft(valid_from=today(), rule=Rule.RECOMMENDED))
    keller.open(f"/accounts/{halcyon.key}/tenant")
    assert "Only a draft" not in keller.page.select_one("#price_list").get_text()


def test_a_list_without_products_surprises_by_name(at_the_form, meridian, keller, halcyon) -> None:
    with meridian.office():
        empty = list_in_force("Nothing yet", currency="EUR", market="DE").key
    keller.open(f"/accounts/{halcyon.key}/tenant")
    keller.send(button="Save", price_list=empty, currency="EUR")
    assert "Nothing yet is empty" in keller.text or "no price in EUR" in keller.text


def test_an_account_without_anybody_surprises_by_name(keller, meridian, priced) -> None:
    with meridian.office():
        key = accounts.open_account(**{**TERMS, "name": "Nobody There", "kind": Kind.RESELLER}).key
    keller.open(f"/accounts/{key}/tenant")
    keller.send(button="Save", name="Ada Moss", email="ada@there.example", username="ada")
    assert "The account has no contact" in keller.text
    assert "Nobody at the account can be mailed" in keller.text
    assert "3 things" in keller.text


def test_ok_on_yesterdays_facts_asks_again(at_the_form, halcyon, meridian) -> None:
    at_the_form.send(button="Save")
    with meridian.office():
        account = halcyon.account()
        accounts.remove_contact(account.contacts[0])
    at_the_form.send(button="OK")
    assert "The account has no contact" in at_the_form.text


def test_a_double_click_makes_one(at_the_form, meridian) -> None:
    at_the_form.send(button="Save")
    values = at_the_form.values()
    path = at_the_form.path
    first, second = (at_the_form.client.post(path, data=values) for _ in range(2))
    assert (first.status_code, second.location) == (303, first.location)
    with meridian.office():
        assert db.session.scalar(select(func.count()).select_from(Process)) == 1


def test_to_begin_asks_each_thing_once(at_the_form, app) -> None:
    at_the_form.send(button="Save")
    with counted(app) as asked:
        agreed(at_the_form)
    assert len(asked) <= MOST_STATEMENTS, asked
    questions = [one for one in asked if one.startswith("SELECT") and "person_key" not in one]
    assert len(questions) == len(set(questions)), asked


def test_two_operators_make_one(halcyon, meridian) -> None:
    both = [Browser(meridian.client("administrator")), Browser(meridian.client("sales"))]
    for browser in both:
        browser.open(f"/accounts/{halcyon.key}/tenant")
        browser.send(button="Save")
    codes = [browser.send(button="OK").status_code for browser in both]
    assert codes == [303, 422]
    with meridian.app.app_context():
        made = select(func.count()).select_from(Tenant).where(Tenant.parent_id == meridian.tenant_id)
        assert db.session.scalar(made) == 4


def test_the_stranger_and_those_who_may_not(halcyon, strand, south, north, meridian) -> None:
    assert Browser(strand.client()).open(f"/accounts/{halcyon.key}/tenant").status_code in {403, 404}
    assert Browser(north.client()).open(f"/accounts/{halcyon.key}/tenant").status_code == 404
    assert Browser(meridian.client("finance")).open(f"/accounts/{halcyon.key}/tenant").status_code == 403
    assert Browser(south.client()).open("/tenants").status_code == 403


def test_two_at_the_same_moment_make_one(halcyon, meridian) -> None:
    both = [Browser(meridian.client("administrator")), Browser(meridian.client("sales"))]
    for browser in both:
        browser.open(f"/accounts/{halcyon.key}/tenant")
        browser.send(button="Save")
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda browser: browser.send(button="OK").status_code, both))
    assert sorted(codes) == [303, 422]
    with meridian.office():
        assert db.session.scalar(select(func.count()).select_from(Process)) == 1


def test_two_accounts_that_want_one_name_at_the_same_moment(halcyon, meridian) -> None:
    with meridian.office():
        account = accounts.open_account(
            **{**TERMS, "name": "Larkspur Other", "kind": Kind.RESELLER, "email": "o@x.example"}
        )
        accounts.add_contact(account, name="Ada Moss", role=None, email="ada@x.example", phone=None)
        keys = [halcyon.key, account.key]
    both = [Browser(meridian.client("administrator")), Browser(meridian.client("sales"))]
    for browser, key in zip(both, keys, strict=True):
        browser.open(f"/accounts/{key}/tenant")
        browser.send(button="Save", storefront_address="wanted")
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda browser: browser.send(button="OK").status_code, both))
    assert sorted(codes) in ([303, 409], [303, 422])
