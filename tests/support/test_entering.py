"""Coming in, being seen, and going: the whole way, through both offices' pages."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import select

from portal.audit import queries as trail
from portal.core.clock import now
from portal.core.db import db
from portal.notifications.models import Envelope, Notice
from portal.support.models import Policy, Reach, State, SupportEntry
from portal.tenants import actions as tenants
from portal.tenants.models import Organization, Tenant
from portal.users import actions as users
from portal.users.models import SignIn, User
from tests.browsing import Browser
from tests.queries import counted
from tests.support.conftest import REASON, answer


def phrases(house) -> list[str]:
    """The newest first: who, and what."""
    with house.app.test_request_context(), house.office():
        return [f"{one.who} {one.what} {one.detail}".strip() for one in trail.records(size=50).items]


def letters(house) -> list[str]:
    with house.office():
        return [f"{one.kind} {one.address}" for one in db.session.scalars(select(Envelope))]


def allow(house, policy: Policy) -> None:
    browser = Browser(house.client())
    browser.open("/settings/support")
    browser.send(policy=policy.value)
    assert browser.answer.status_code == 303, browser.text


def test_support_looks_in_and_the_tenant_sees_who_and_what(visiting, south, meridian):
    visit = visiting()
    inside = visit.enter()
    assert "Support of Meridian Cloud Distribution: Meridian Support" in inside.page.select_one("#support").get_text()
    assert REASON in inside.page.select_one("#support").get_text()
    inside.open("/accounts")
    inside.open("/accounts")
    said = phrases(south)
    me = "Support of Meridian Cloud Distribution: Meridian Support"
    assert said[:4] == [
        f"{me} looked at a page Page: /accounts",
        f"{me} looked at a page Page: /",
        f"{me} entered for support",
        f"{me} asked to enter for support",
    ]
    assert letters(south) == ["support_entered administrator@south.example"]
    assert phrases(meridian)[:2] == [
        "Meridian Support entered Halcyon Works for support",
        "Meridian Support asked to enter Halcyon Works for support",
    ]


def test_the_bar_stands_on_pages_that_refuse_too(visiting):
    inside = visiting().enter()
    assert inside.open("/settings/payment").status_code == 403
    assert "Meridian Support" in inside.page.select_one("#support").get_text()
    assert "Payment data" in inside.text
    assert inside.open("/nothing-here").status_code == 404


def test_leaving_ends_it_and_says_so_on_both_sides(visiting, south, meridian):
    visit = visiting()
    inside = visit.enter()
    form = inside.page.select_one("#support form")
    tokens = {one["name"]: one["value"] for one in form.select("input[name]")}
    left = inside.client.post(form["action"], data=tokens)
    assert left.location == "/support/over"
    assert "is over" in inside.open("/support/over").text
    assert inside.open("/").location == "/sign-in"
    assert visit.entry().state is State.ENDED
    assert phrases(south)[0].endswith("left")
    assert phrases(meridian)[0] == "Meridian Support left Halcyon Works"


def test_a_change_waits_for_consent_and_is_logged_as_support(visiting, south):
    visit = visiting()
    visit.ask(reach="change")
    assert "Waiting for consent" in visit.staff.open(visit.place).text
    assert visit.way() == ""
    assert letters(south) == ["support_asked administrator@south.example"]
    answer(south, "consent")
    visit.guest.open(visit.path())
    visit.guest.send(button="Enter now")
    visit.guest.open("/accounts/new")
    visit.guest.send(name="Harbour Works", email="a@b.example")
    assert visit.guest.answer.status_code == 303, visit.guest.text
    said = [one for one in phrases(south) if "Harbour" in one]
    assert said == ["Support of Meridian Cloud Distribution: Meridian Support created Harbour Works"]


def test_the_bell_says_who_asks(visiting, south):
    visiting().ask(reach="change")
    with south.office():
        told = db.session.scalars(select(Notice)).all()
    assert [(one.line["text"], one.place) for one in told] == [
        ("%(provider)s asks to enter your office", "/settings/support")
    ]


def test_who_refuses_is_not_entered(visiting, south, meridian):
    visit = visiting()
    visit.ask(reach="change")
    answer(south, "refusal")
    assert visit.way() == ""
    assert visit.entry().state is State.REFUSED
    assert phrases(meridian)[0] == "Halcyon Works did not let Meridian Support enter Halcyon Works for support"


def test_a_tenant_may_ask_to_be_asked(visiting, south):
    allow(south, Policy.ASK)
    visit = visiting()
    visit.ask()
    assert visit.way() == ""
    answer(south, "consent")
    assert visit.way() != ""


def test_a_tenant_may_let_nobody_in(visiting, south):
    allow(south, Policy.NEVER)
    visit = visiting()
    visit.staff.open(f"{visit.place}/new")
    assert "lets nobody in for support" in visit.staff.text
    assert visit.staff.page.select_one("main form") is None


def test_who_says_never_ends_what_is_open(visiting, south):
    visit = visiting()
    inside = visit.enter(reach="change")
    allow(south, Policy.NEVER)
    assert inside.open("/").location == "/support/over"


def test_who_asks_to_be_asked_ends_what_came_in_unasked(visiting, south):
    inside = visiting().enter()
    allow(south, Policy.ASK)
    assert inside.open("/").location == "/support/over"


def test_the_tenant_shows_him_out_at_once(visiting, south, meridian):
    visit = visiting()
    inside = visit.enter()
    answer(south, "ending")
    assert inside.open("/").location == "/support/over"
    assert phrases(meridian)[0] == "Halcyon Works ended the support entry of Meridian Support into Halcyon Works"


def test_whoever_sent_him_takes_it_back(visiting, south):
    visit = visiting()
    inside = visit.enter()
    visit.staff.open(visit.place)
    visit.staff.send(button="End it")
    assert inside.open("/").location == "/support/over"
    assert phrases(south)[0].endswith("took back the support entry of Meridian Support")


def test_it_ends_at_its_time(visiting):
    visit = visiting()
    inside = visit.enter(minutes=15)
    with time_machine.travel(now() + timedelta(minutes=14, seconds=50), tick=False):
        assert inside.open("/accounts").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=15, seconds=10), tick=False):
        assert inside.open("/accounts").location == "/support/over"
        assert "is over" in inside.open("/support/over").text
        assert visit.entry().state is State.ENDED


def test_it_ends_with_suspension(visiting, south, meridian):
    inside = visiting().enter()
    with meridian.office():
        organization = db.session.scalars(select(Organization).where(Organization.tenant_id == south.tenant_id)).one()
        tenants.suspend(db.session.get_one(Tenant, south.tenant_id), organization, reason="late")
    assert inside.open("/").location == "/support/over"


def test_it_ends_when_whoever_sent_him_is_suspended(visiting, world):
    inside = visiting(world.north, world.fjord).enter()
    with world.meridian.office():
        mine = Organization.tenant_id == world.north.tenant_id
        organization = db.session.scalars(select(Organization).where(mine)).one()
        tenants.suspend(db.session.get_one(Tenant, world.north.tenant_id), organization, reason="late")
    assert inside.open("/").location == "/support/over"


def of_staff(meridian) -> User:
    return db.session.scalars(select(User).where(User.username == meridian.people["support"])).one()


def test_it_ends_when_he_is_disabled(visiting, meridian):
    inside = visiting().enter()
    with meridian.office():
        users.disable(of_staff(meridian), by=None)
    assert inside.open("/").location == "/support/over"


def test_it_ends_with_his_own_sign_in(visiting, meridian):
    inside = visiting().enter()
    with meridian.office():
        users.end_sign_ins(of_staff(meridian))
    assert inside.open("/").location == "/support/over"


def test_it_ends_when_he_is_support_no_more(visiting, meridian):
    inside = visiting().enter()
    with meridian.office():
        of_staff(meridian).role = "sales"
    assert inside.open("/").location == "/support/over"


def test_his_own_sign_in_runs_out_only_when_he_is_idle_at_both(visiting, meridian):
    inside = visiting().enter(minutes=60)
    moment = now()
    with time_machine.travel(moment + timedelta(minutes=25), tick=False):
        assert inside.open("/accounts").status_code == 200
    with time_machine.travel(moment + timedelta(minutes=50), tick=False):
        assert inside.open("/").status_code == 200
    with meridian.office():
        assert db.session.scalars(select(SignIn)).all()


def test_one_person_has_one_entry_at_a_time(visiting):
    visit = visiting()
    visit.ask()
    visit.staff.open(f"{visit.place}/new")
    visit.staff.send(reason="Once more", minutes="15", reach="look")
    assert visit.staff.answer.status_code == 409
    assert "You have an entry here already" in visit.staff.summary


def test_a_consent_is_for_what_was_asked(visiting, south):
    """Should the one above ever write another reach into the entry, the consent does not go with it."""
    visit = visiting()
    allow(south, Policy.ASK)
    visit.ask()
    answer(south, "consent")
    visit.guest.open(visit.path())
    visit.guest.send(button="Enter now")
    assert visit.guest.open("/").status_code == 200
    with visit.above.office():
        db.session.scalars(select(SupportEntry)).one().reach = Reach.CHANGE
    assert visit.guest.open("/").location == "/support/over"


def test_a_page_asks_little_more_than_a_users(visiting, south):
    """Once more above whether he is still who he was; and, of a page he has just turned to, its line in the log."""
    user, inside = south.client(), visiting().enter()
    user.get("/accounts")
    with counted(south.app) as of_user:
        user.get("/accounts")
    inside.open("/products")
    with counted(south.app) as turned_to:
        inside.open("/accounts")
    with counted(south.app) as again:
        inside.open("/accounts")
    assert len(again) <= len(of_user) + 1, again
    assert len(turned_to) <= len(of_user) + 6, turned_to
