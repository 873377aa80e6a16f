"""Ways in that must not be: forged, stolen, replayed, from elsewhere, by whoever stands elsewhere in the tree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Trespass
from portal.core.keys import new_id, spell
from portal.core.kinds import Charter
from portal.core.walls import policies
from portal.support import entrance
from portal.support.models import Policy, Reach, State, SupportConsent, SupportEntry, SupportRules
from portal.tenants import actions as tenants
from portal.tenants.models import Organization, Tenant
from portal.users.gate import COOKIE
from portal.users.models import SignIn, User
from tests.browsing import Browser
from tests.support.conftest import answer
from tests.world import OFFICE


def row_of(visit) -> SupportEntry:
    with visit.above.office():
        return db.session.scalars(select(SupportEntry)).one()


def asked(visit, reach: str = "look") -> SupportEntry:
    visit.ask(reach=reach)
    return row_of(visit)


@pytest.mark.parametrize("word", ["x", "." * 20, "~", "..%2f", "a" * 400, "WzEsMl0.aaaa.bbbb"])
def test_a_forged_word_is_not_there(visiting, word):
    assert visiting().guest.open(f"/support/{word}").status_code == 404


def test_a_word_signed_with_another_secret_is_not_there(visiting):
    visit = visiting()
    entry = asked(visit)
    said = [entry.tenant_id, spell(entry.id), spell(new_id())]
    forged = URLSafeTimedSerializer("another secret of forty characters, at least", salt="support word").dumps(said)
    assert visit.guest.open(f"/support/{forged}").status_code == 404


def test_a_word_of_another_kind_is_not_there(visiting, south):
    """What the same secret signed for another purpose opens nothing."""
    visit = visiting()
    entry = asked(visit)
    said = [entry.tenant_id, spell(entry.id), spell(new_id())]
    other = URLSafeTimedSerializer(south.app.config["SECRET_KEY"], salt="storefront preview").dumps(said)
    assert visit.guest.open(f"/support/{other}").status_code == 404


def test_a_word_lives_five_minutes(visiting):
    visit = visiting()
    visit.ask()
    path = visit.path()
    with time_machine.travel(now() + timedelta(minutes=5, seconds=5), tick=False):
        assert visit.guest.open(path).status_code == 404


def test_a_word_is_none_at_another_tenants_address(visiting, world):
    visit = visiting()
    visit.ask()
    elsewhere = world.strand.visitor("http://strand.office.localhost:8000")
    assert elsewhere.get(visit.path()).status_code == 404


def test_at_the_shared_office_a_word_leads_to_its_tenants_address(visiting, south):
    visit = visiting()
    visit.ask()
    told = south.visitor(OFFICE).get(visit.path())
    assert told.location.startswith("http://south.office.localhost:8000/support/")


def test_a_word_opens_once(visiting, south):
    visit = visiting()
    visit.ask()
    path = visit.path()
    visit.guest.open(path)
    visit.guest.send(button="Enter now")
    other = Browser(south.visitor("http://south.office.localhost:8000"))
    assert other.open(path).location == "/support/over"
    assert other.client.get_cookie(COOKIE, domain="south.office.localhost") is None


def test_of_two_who_have_the_page_before_them_one_comes_in(visiting, south):
    visit = visiting()
    visit.ask()
    path = visit.path()
    other = Browser(south.visitor("http://south.office.localhost:8000"))
    visit.guest.open(path)
    other.open(path)
    visit.guest.send(button="Enter now")
    other.send(button="Enter now")
    assert other.client.get_cookie(COOKIE, domain="south.office.localhost") is None
    assert other.open("/").location == "/sign-in"


def test_a_word_opens_nothing_after_the_end(visiting):
    visit = visiting()
    visit.ask()
    path = visit.path()
    visit.staff.open(visit.place)
    visit.staff.send(button="Take it back")
    assert visit.guest.open(path).location == "/support/over"


def test_a_word_is_of_no_use_to_whoever_signed_out(visiting, meridian):
    visit = visiting()
    visit.ask()
    path = visit.path()
    with meridian.office():
        db.session.execute(update(SignIn).values(ended_at=now()))
    visit.guest.open(path)
    visit.guest.send(button="Enter now")
    assert visit.guest.answer.status_code == 409
    assert visit.guest.open("/").location == "/sign-in"


def test_a_word_fetched_by_another_sign_in_opens_nothing(visiting, south, meridian):
    """A word names the person's own sign-in; nobody else's does, not even a colleague's."""
    visit = visiting()
    entry = asked(visit)
    with meridian.office():
        colleague = db.session.scalars(select(User).where(User.username == "meridian.administrator")).one()
        sign_in = SignIn(
            token_hash=b"x" * 32, user_id=colleague.id, door="office", host="office.localhost", source="", agent=""
        )
        db.session.add(sign_in)
        db.session.flush()
        number = sign_in.id
    with south.app.app_context():
        word = entrance.word(entry, number)
    visit.guest.open(f"/support/{word}")
    visit.guest.send(button="Enter now")
    assert visit.guest.answer.status_code == 409


def test_nobody_sees_the_way_in_of_a_colleague(visiting, meridian):
    visit = visiting()
    visit.ask()
    colleague = Browser(meridian.client("administrator"))
    colleague.open(visit.place)
    assert "/support/" not in str(colleague.page.select_one("#my-entry"))


def test_whoever_is_signed_in_there_stays_who_he_is(visiting, south):
    visit = visiting()
    visit.ask()
    own = Browser(south.client(own_address=True))
    assert own.open(visit.path()).status_code == 409
    assert own.open("/").status_code == 200
    assert own.page.select_one("#support") is None


def test_opening_the_link_changes_nothing(visiting):
    """Machines that look through mail open every link."""
    visit = visiting()
    visit.ask()
    path = visit.path()
    for _ in range(3):
        assert visit.guest.open(path).status_code == 200
    assert row_of(visit).state is State.READY


@pytest.mark.parametrize("base", [OFFICE, "http://north.office.localhost:8000", "http://south.shop.localhost:8000"])
def test_a_cookie_holds_at_its_host_alone(visiting, south, base):
    visit = visiting()
    visit.enter()
    thief = south.visitor(base)
    host = base.removeprefix("http://").partition(":")[0]
    thief.set_cookie(COOKIE, visit.cookie, domain=host)
    told = thief.get("/accounts")
    assert told.status_code in {303, 404}
    assert "Meridian Support" not in told.text


def test_forwarded_hosts_are_not_believed(visiting, south):
    visit = visiting()
    visit.enter()
    thief = south.visitor(OFFICE)
    thief.set_cookie(COOKIE, visit.cookie, domain="office.localhost")
    for header in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host"):
        value = "host=south.office.localhost:8000" if header == "Forwarded" else "south.office.localhost:8000"
        assert thief.get("/", headers={header: value}).status_code == 303
    lured = visit.staff.client.get(visit.place, headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in lured.text


def test_a_cookie_of_another_child_opens_nothing(visiting, world):
    visit = visiting()
    visit.enter()
    token = visit.cookie.partition(".")[2]
    thief = world.north.visitor("http://north.office.localhost:8000")
    thief.set_cookie(COOKIE, f"{world.north.client_id}.{token}", domain="north.office.localhost")
    assert thief.get("/").status_code == 303


def test_a_users_token_is_no_entrys_and_an_entrys_no_users(visiting, south):
    visit = visiting()
    visit.enter()
    plain = south.visitor("http://south.office.localhost:8000")
    plain.set_cookie(COOKIE, visit.cookie.replace(".~", "."), domain="south.office.localhost")
    assert plain.get("/").location == "/sign-in"
    plain.set_cookie(COOKIE, f"{south.client_id}.~", domain="south.office.localhost")
    assert plain.get("/").location == "/support/over"


def test_two_people_have_an_entry_each(visiting):
    first, second = visiting(role="support"), visiting(role="administrator")
    one, other = first.enter(), second.enter()
    answer(first.below, "ending")
    assert sorted([one.open("/").status_code, other.open("/").status_code]) == [200, 303]


def test_the_root_is_not_the_parent_of_a_grandchild(visiting, world):
    visit = visiting(world.meridian, world.fjord)
    for path in (visit.place, f"{visit.place}/new", f"{visit.place}/mine"):
        assert visit.staff.open(path).status_code == 404
    with pytest.raises(DBAPIError), world.meridian.office():  # not even by writing it: the tree says who stands above
        db.session.add(_entry(world.fjord.tenant_id, world.meridian.tenant_id))


def test_a_third_tiers_parent_enters(visiting, world):
    inside = visiting(world.north, world.fjord).enter()
    assert "Support of Nordlicht IT: North Support" in inside.page.select_one("#support").get_text()
    with world.meridian.office():
        assert db.session.scalars(select(SupportEntry)).all() == [], "what North does is not Meridian's to see"


def test_who_is_inside_goes_no_further_down(visiting, world):
    inside = visiting(world.meridian, world.north).enter(reach="change")
    client_id = f"{world.fjord.client_id[:4]}-{world.fjord.client_id[4:]}"
    assert inside.open(f"/tenants/{client_id}").status_code == 200
    assert inside.open(f"/tenants/{client_id}/support/new").status_code == 403
    assert "Tenant resellers further down" in inside.text


def test_an_edition_without_resellers_enters_nobody(visiting, world):
    with world.south.app.app_context():
        tenant = tenants.reserve(world.south.scope, edition=tenants.BASIC, name="below-south")
        tenants.reserve_client_id(tenant)
        spelled = tenant.spelled
        db.session.commit()
    assert world.south.client().get(f"/tenants/{spelled}/support/new").status_code == 403


@pytest.mark.parametrize("role", ["sales", "finance", "read_only"])
def test_only_administrators_and_support_enter(visiting, role):
    visit = visiting(role=role)
    assert visit.staff.open(f"{visit.place}/new").status_code == 403


def test_a_suspended_tenant_is_not_entered(visiting, south, meridian):
    visit = visiting()
    visit.ask()
    path = visit.path()
    with meridian.office():
        organization = db.session.scalars(select(Organization).where(Organization.tenant_id == south.tenant_id)).one()
        tenants.suspend(db.session.get_one(Tenant, south.tenant_id), organization, reason="late")
    visit.guest.open(path)
    visit.guest.send(button="Enter now")
    assert visit.guest.answer.status_code == 409
    assert visit.guest.open("/").location == "/sign-in"
    other = visiting(role="administrator")
    other.staff.open(f"{other.place}/new")
    other.staff.send(reason="Look", minutes="15", reach="look")
    assert other.staff.answer.status_code == 409


def test_nobody_answers_for_his_child(visiting, world):
    """The parent sees the entry, for it stands between both; the consent is the child's."""
    visit = visiting(world.north, world.fjord)
    key = asked(visit, "change").key
    parent = world.north.client()
    page = Browser(parent)
    page.open("/settings/support")
    token = page.page.select_one("main form input[name=csrf_token]")["value"]
    for noun in ("consent", "refusal", "ending"):
        assert parent.post(f"/settings/support/{key}/{noun}", data={"csrf_token": token}).status_code == 404
    assert row_of(visit).state is State.WAITING


def test_a_consent_cannot_be_written_from_above(visiting, world):
    visit = visiting()
    entry = asked(visit, "change")
    with world.meridian.app.app_context(), pytest.raises(Trespass), world.meridian.office():
        db.session.add(
            SupportConsent(tenant_id=entry.tenant_id, entry_id=entry.id, reach=entry.reach, user_id=new_id())
        )
    with pytest.raises(DBAPIError), world.meridian.office():  # and past the program, the database
        db.session.connection().exec_driver_sql(
            "insert into support_consent (tenant_id, id, entry_id, reach, user_id, at) values (%s, %s, %s, %s, %s, now())",
            (entry.tenant_id, new_id(), entry.id, "change", new_id()),
        )


def test_what_a_tenant_allows_is_not_said_from_above(world):
    with world.south.office():
        db.session.add(SupportRules(parent_id=world.meridian.tenant_id, policy=Policy.NEVER))
    with world.meridian.app.app_context(), pytest.raises(Trespass), world.meridian.office():
        db.session.scalars(select(SupportRules)).one().policy = Policy.LOOK
    past_the_program = (
        "update support_rules set policy = 'look'",
        "delete from support_rules",  # who has said nothing lets the one above look
    )
    with world.meridian.office():
        for order in past_the_program:
            assert db.session.connection().exec_driver_sql(order).rowcount == 0
        assert db.session.scalars(select(SupportRules.policy)).all() == [Policy.NEVER]


def test_what_a_tenant_has_not_said_is_not_said_from_above(world):
    order = "insert into support_rules (tenant_id, id, parent_id, policy, version) values (%s, %s, %s, 'look', 1)"
    with pytest.raises(DBAPIError), world.meridian.office():
        db.session.connection().exec_driver_sql(order, (world.south.tenant_id, new_id(), world.meridian.tenant_id))


def test_a_state_written_from_above_does_not_stand_for_a_consent(visiting, world):
    """Should the one above ever write “may enter” himself, the way in asks for the tenant's own word."""
    visit = visiting()
    asked(visit, "change")
    with world.meridian.office():
        db.session.scalars(select(SupportEntry)).one().state = State.READY
    visit.guest.open(visit.path())
    visit.guest.send(button="Enter now")
    assert visit.guest.answer.status_code == 409
    assert visit.guest.open("/").location == "/sign-in"


def _entry(tenant_id: int, parent_id: int) -> SupportEntry:
    words = {"person_id": new_id(), "person_name": "A", "provider": "B", "reason": "C", "minutes": 15}
    until = now() + timedelta(hours=1)
    return SupportEntry(
        tenant_id=tenant_id, parent_id=parent_id, state=State.READY, reach=Reach.LOOK, until=until, **words
    )


def test_strangers_see_no_entry(visiting, world):
    asked(visiting())
    for house in (world.north, world.strand, world.fjord):
        with house.office():
            assert db.session.scalars(select(SupportEntry)).all() == []
            assert db.session.connection().exec_driver_sql("select count(*) from support_entry").scalar_one() == 0


def test_an_entry_stands_behind_the_walls_of_a_charter():
    """A kind of its own, and not one wall of its own; its keys hold it to the tree as the charter's do."""
    walls = policies()
    assert issubclass(SupportEntry, Charter)
    of_charter = {replace(wall, table="support_entry") for wall in walls["organization"]}
    assert walls["support_entry"] == of_charter


def test_nobody_writes_an_entry_between_two_others(world):
    with world.strand.app.app_context(), pytest.raises(Trespass), world.strand.office():
        db.session.add(_entry(world.south.tenant_id, world.meridian.tenant_id))
