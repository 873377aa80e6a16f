"""From an account to a tenant that lives: the eleven tasks, and what is there at the end."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from portal.branding.queries import published
from portal.core.db import Model, db
from portal.core.scope import acting
from portal.core.words import Line
from portal.onboarding import actions
from portal.onboarding.models import Mood
from portal.onboarding.steps import ONBOARDING
from portal.overview.whats_next import LINES
from portal.processes.models import State as ProcessState
from portal.storefront import actions as storefront
from portal.storefront import queries as storefronts
from portal.storefront.models import Visibility
from portal.tenants import actions as tenants
from portal.tenants import queries as places
from portal.tenants.checklist import Checklist
from portal.tenants.models import State
from portal.tenants.numbering import PREFIXES
from portal.users.models import User
from tests.browsing import Browser
from tests.onboarding.conftest import Candidate, list_in_force, organization_below, picture, process_of, terms_for
from tests.queries import counted

NAMES = [
    "reserve_client_id", "open_organization", "apply_edition", "write_settings", "create_administrator",
    "link_price_list", "open_storefront", "dress_storefront", "check", "activate", "tell",
]  # fmt: skip

MOST_ASKED = 190
FENCE = "and fence = "


def test_the_tasks_are_called_like_this_for_ever() -> None:
    assert [step.name for step in ONBOARDING.steps] == NAMES
    assert ONBOARDING.final == "activate"


def test_an_account_becomes_a_tenant_that_lives(begun, halcyon, worker, meridian) -> None:
    key = begun()
    worker.run_all()
    process = process_of(meridian, key)
    assert process.state is ProcessState.DONE, process.reason
    assert process.percent == 100
    assert [task.attempts for task in process.tasks] == [1] * 11
    assert all(Line.of(task.line).plain for task in process.tasks), "each says in a line what it did"
    tenant = halcyon.tenant()
    assert tenant.state is State.ACTIVE
    organization = organization_below(meridian, tenant)
    assert organization.name == "Larkspur Cloud"
    assert organization.administrator_username == "nora.whitfield"
    with halcyon.house.app.app_context(), acting(tenant.scope):
        assert db.session.scalars(select(User.username)).all() == ["nora.whitfield"]


OF_ITS_OWN = {"price_list": 1, "price_list_version": 1}
"""The list its storefront sells by, which says one thing of everything."""


def test_a_new_tenant_costs_no_rows_of_the_catalogue(begun, halcyon, worker, meridian) -> None:
    begun()
    worker.run_all()
    tenant = halcyon.tenant()
    kinds = [one.class_ for one in Model.registry.mappers if one.class_.__module__.startswith("portal.catalogue.")]
    with meridian.app.app_context(), acting(tenant.scope):
        mine = {
            kind.__tablename__: db.session.scalar(
                select(func.count()).select_from(kind).where(kind.tenant_id == tenant.id)
            )
            for kind in kinds
        }
    assert len(mine) > 15
    assert {name: count for name, count in mine.items() if count} == OF_ITS_OWN


def test_the_organization_opens_with_numbering_and_order_statuses_once(begun, halcyon, worker, meridian) -> None:
    begun()
    worker.run_all()
    with meridian.app.app_context(), acting(halcyon.tenant().scope):
        opened = places.organization()
        assert opened.numbering == PREFIXES
        again = tenants.open_organization(name="Somebody else")
        assert again is opened
        codes = [status.code for status in places.order_statuses()]
        assert codes == ["draft", "submitted", "executed", "cancelled"]
        assert [status.final for status in places.order_statuses()] == [False, False, True, True]


def test_the_office_shows_the_states_orders_go_through(north) -> None:
    browser = Browser(north.client())
    browser.open("/settings/numbering")
    assert [row.split()[0] for row in browser.rows()] == ["Draft", "Submitted", "Executed", "Cancelled"]


def letters_in(folder: Path) -> dict[str, str]:
    """Address → letter."""
    found = [message_from_bytes(file.read_bytes(), policy=default) for file in folder.iterdir()]
    return {str(one["To"]): f"{one['Subject']}\n{one.get_body(('plain',)).get_content()}" for one in found}


def test_both_are_told(keller, halcyon, worker, mail_folder) -> None:
    keller.open(f"/accounts/{halcyon.key}/tenant")
    keller.send(button="Save")
    keller.send(button="OK")
    worker.run_all()
    letters = letters_in(mail_folder)
    code = halcyon.tenant().spelled
    ready = next(text for to, text in letters.items() if "administrator@meridian.example" in to)
    assert "The reseller is ready!" in ready
    assert code in ready
    welcome = next(text for to, text in letters.items() if "nora@larkspur.example" in to)
    assert code in welcome
    assert "/invitations/" in welcome
    assert len(letters) == 2


def test_the_new_administrator_signs_in_and_sees_his_own_house(keller, halcyon, worker, meridian) -> None:
    password = "violet harbour ladder 93"
    keller.open(f"/accounts/{halcyon.key}/tenant")
    keller.send(button="Save", how="password", password=password)
    keller.send(button="OK")
    worker.run_all()
    nora = Browser(meridian.visitor())
    nora.open("/sign-in")
    nora.send(client_id=halcyon.tenant().spelled.lower(), username="nora.whitfield", password=password)
    assert nora.answer.status_code == 303
    nora.open("/")
    assert nora.answer.location == "/password"


def test_the_shop_answers_under_its_own_name_and_shows_its_products_when_its_owner_opens_it(
    begun, trouble, fair, halcyon, worker, meridian
) -> None:
    trouble("activate", Mood.SILENT)
    begun()
    worker.run_due()
    visitor = meridian.visitor("http://larkspur-cloud.shop.localhost:8000")
    assert visitor.get("/").status_code == 503
    fair()
    worker.run_all()
    assert "Opens soon" in visitor.get("/").text
    with meridian.app.app_context(), acting(halcyon.tenant().scope):
        storefront.admit(storefronts.storefront(), Visibility.OPEN)
        db.session.commit()
    home = visitor.get("/")
    assert home.status_code == 200
    assert "Larkspur Cloud" in home.text
    assert "Meridian" not in home.text
    assert visitor.get("/products").status_code == 200


def test_an_empty_range_is_a_line_and_no_failure(halcyon, meridian, worker, priced) -> None:
    with meridian.office():
        empty = list_in_force("Nothing yet", currency="EUR", market="DE")
        account = halcyon.account()
        key = actions.begin(account, terms_for(priced, price_list=empty, currency="EUR")).key
    worker.run_all()
    process = process_of(meridian, key)
    assert process.state is ProcessState.DONE, process.reason
    line = next(task.line for task in process.tasks if task.name == "check")
    assert "no product to show yet" in line["text"]


def test_the_log_of_the_page_begins_with_the_creation(keller, begun, halcyon, worker) -> None:
    begun()
    worker.run_all()
    keller.open(f"/tenants/{halcyon.tenant().spelled}/log")
    assert "began to make Larkspur Cloud a tenant reseller" in keller.text
    assert "nora@larkspur.example" in keller.text
    assert "Parent" not in keller.text


def test_a_logo_colours_the_shop(keller, halcyon, worker, meridian) -> None:
    keller.open(f"/accounts/{halcyon.key}/tenant")
    keller.send(button="Save", files={"logo": (picture("#00626b"), "logo.png")})
    assert keller.answer.status_code == 303
    worker.run_all()
    with meridian.app.app_context(), acting(halcyon.tenant().scope):
        brand = published()
        assert brand.has_logo
        assert brand.name == "Larkspur Cloud"


def test_the_makers_log_says_how_it_ended(begun, halcyon, worker, meridian) -> None:
    begun()
    worker.run_all()
    page = Browser(meridian.client())
    page.open(f"/tenants/{halcyon.tenant().spelled}/log")
    assert "it is ready" in page.text


def test_a_creation_asks_no_more_than_it_did(begun, worker, app) -> None:
    """What it sends is most of what it costs, letters included.  Two inserts alone cannot be kept once they are written."""
    begun()
    with counted(app) as asked:
        worker.run_all()
    assert len(asked) <= MOST_ASKED, asked
    assert {statement.partition(" (")[0] for statement in asked.anew} <= {"INSERT INTO person_key"}


def test_the_one_above_learns_how_far_he_is_when_he_lives_and_not_before(begun, trouble, fair, halcyon, worker) -> None:
    trouble("activate", Mood.SILENT)
    begun()
    worker.run_due()
    assert checklist(halcyon) == {}
    fair()
    worker.run_all()
    assert checklist(halcyon).keys() == {line.code for line in LINES}
    assert checklist(halcyon)["opening"] is False


def checklist(candidate: Candidate) -> dict[str, bool]:
    tenant_id = candidate.tenant().id
    with candidate.house.office():
        return dict(db.session.scalars(select(Checklist.states).where(Checklist.tenant_id == tenant_id)).one())


def test_of_every_transaction_of_a_worker_the_fence_is_the_last_statement(begun, worker, app) -> None:
    """First, it would hold the row against the heartbeat; in the middle, it would do so for as long as the rest takes."""
    begun()
    sent: list[str] = []
    lasts: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    def ended(_: Any) -> None:
        if any(FENCE in statement for statement in sent):
            lasts.append(sent[-1])
        sent.clear()

    with app.app_context():
        engine = db.engine
    hooks = (("before_cursor_execute", note), ("commit", ended), ("rollback", ended))
    for name, hook in hooks:
        event.listen(engine, name, hook)
    worker.run_all()
    for name, hook in hooks:
        event.remove(engine, name, hook)
    assert len(lasts) > len(NAMES)
    assert all(FENCE in statement for statement in lasts)
