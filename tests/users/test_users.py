"""The list of users, and what an administrator does with them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.audit.models import LogRecord
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.keys import new_id, spell
from portal.users import actions, roles
from portal.users.models import State, User
from portal.users.roles import Role
from tests.users.conftest import PASSWORD, Visitor

NEW = "violet kettle sings twice"
ADA = {"name": "Ada Winter", "username": "Ada.Winter", "email": "Ada@Winter.example", "role": "sales"}


@pytest.fixture
def office(north: Any) -> Visitor:
    """North's administrator."""
    return Visitor(north.client())


def find(house: Any, username: str) -> User:
    with house.office():
        user = db.session.scalars(select(User).where(User.username == username)).one()
        db.session.expunge(user)
        return user


def verbs(house: Any) -> list[str]:
    with house.office():
        return list(db.session.scalars(select(LogRecord.verb).where(LogRecord.kind == "user").order_by(LogRecord.at)))


def test_the_list_shows_everybody_of_this_tenant_and_nobody_else(office: Visitor, world: Any) -> None:
    page = office.open("/users").text
    assert "North Sales" in page
    assert "South" not in page
    assert "Meridian" not in page


def test_the_list_searches_filters_and_sorts(office: Visitor) -> None:
    assert "North Finance" not in office.open("/users?q=sales").text
    assert "North Sales" not in office.open("/users?role=finance").text
    assert "North Sales" not in office.open("/users?state=disabled").text
    down, up = (office.open(f"/users?sort={sort}").text.partition("<tbody")[2] for sort in ("-name", "name"))
    assert down.index("North Support") < down.index("North Administrator")
    assert up.index("North Administrator") < up.index("North Support")
    assert office.open("/users?q=%25&sort=rubbish&role=rubbish&page=-1").status_code == 200


def test_somebody_is_invited(office: Visitor, north: Any) -> None:
    answer = office.send("/users/new", **ADA)
    user = find(north, "ada.winter")
    assert answer.headers["Location"] == f"/users/{user.key}"
    assert (user.state, user.role, user.email) == (State.INVITED, Role.SALES, "ada@winter.example")
    assert "Invited" in office.open(f"/users/{user.key}").text
    assert verbs(north)[-1] == "user.invited"


UNFIT = [
    ("name", ""),
    ("name", "x" * 200),
    ("name", "A\u202eda"),
    ("username", "north.sales"),
    ("username", "a"),
    ("username", "ada winter"),
    ("username", "äda"),
    ("username", "-ada"),
    ("username", "x" * 61),
    ("email", "sales@north.example"),
    ("email", "not an address"),
    ("email", "a@b"),
    ("role", "king"),
    ("role", ""),
]


def test_what_cannot_be_taken_is_told_at_its_field_with_all_that_was_typed(office: Visitor, north: Any) -> None:
    for field, typed in UNFIT:
        answer = office.send("/users/new", **ADA | {field: typed})
        assert answer.status_code == 422, (field, typed)
        assert f'id="{field}-error"' in answer.text, (field, typed)
        kept = [ADA[name] for name in ("name", "email") if name != field]
        assert all(words in answer.text for words in kept), (field, typed)
    with north.office():
        assert db.session.scalar(select(func.count()).select_from(User)) == len(Role)


def test_a_role_is_changed_and_less_ends_the_sign_ins(office: Visitor, north: Any) -> None:
    support, sales = Visitor(north.client("support")), Visitor(north.client("sales"))
    assert support.open("/users").status_code == 200
    for role, person in (("read_only", "support"), ("administrator", "sales")):
        user = find(north, north.people[person])
        typed = {"name": user.name, "email": user.email, "role": role, "version": user.version}
        assert office.send(f"/users/{user.key}/edit", **typed).status_code == 303
    assert support.open("/password").status_code == 303
    assert sales.open("/users/new").status_code == 200


def test_the_second_of_two_edits_sees_the_first(office: Visitor, north: Any) -> None:
    user = find(north, north.people["sales"])
    typed = {"email": user.email, "role": "sales", "version": user.version}
    assert office.send(f"/users/{user.key}/edit", name="First", **typed).status_code == 303
    second = office.send(f"/users/{user.key}/edit", name="Second", **typed)
    assert second.status_code == 409
    assert "First" in second.text
    assert 'value="Second"' in second.text
    assert find(north, user.username).name == "First"


def test_disabling_ends_everything_and_can_be_undone(office: Visitor, north: Any) -> None:
    sales, user = Visitor(north.client("sales")), find(north, north.people["sales"])
    page = office.open(f"/users/{user.key}/disablement")
    assert "Disable North Sales" in page.text
    assert office.send(f"/users/{user.key}/disablement").status_code == 303
    assert sales.open("/password").status_code == 303
    assert sales.sign_in(north, username=user.username).status_code == 422
    assert office.send(f"/users/{user.key}/enablement", f"/users/{user.key}").status_code == 303
    assert sales.sign_in(north, username=user.username).status_code == 303
    assert verbs(north)[:2] == ["user.disabled", "user.enabled"]


def test_nobody_disables_or_demotes_himself(office: Visitor, north: Any) -> None:
    me = find(north, north.people["administrator"])
    assert office.send(f"/users/{me.key}/disablement", "/password").status_code == 409
    typed = {"name": me.name, "email": me.email, "role": "sales", "version": me.version}
    assert office.send(f"/users/{me.key}/edit", **typed).status_code == 422


def test_the_last_active_administrator_stays(north: Any) -> None:
    with north.office():
        invited = actions.invite(name="Ada", username="ada", email="ada@winter.example", role=Role.ADMINISTRATOR)
        assert invited.state == State.INVITED
    with north.office():
        last = db.session.scalars(select(User).where(User.username == north.people["administrator"])).one()
        with pytest.raises(Conflict):
            actions.disable(last, by=new_id())
        with pytest.raises(Invalid):
            actions.edit(last, name=last.name, email=last.email, role=Role.SALES, version=last.version, by=new_id())


@pytest.mark.parametrize("verb", ["disable", "demote"])
def test_two_administrators_cannot_take_each_other_away_at_once(north: Any, verb: str) -> None:
    with north.office():
        second = db.session.scalars(select(User).where(User.username == north.people["sales"])).one()
        second.role = Role.ADMINISTRATOR
        ids = [find_id(north.people["administrator"]), second.id]
    together = threading.Barrier(2)

    def take_away(mine: Any, other: Any) -> bool:
        try:
            with north.office():
                user = db.session.scalars(select(User).where(User.id == other)).one()
                together.wait(10)
                if verb == "disable":
                    actions.disable(user, by=mine)
                else:
                    facts = {"name": user.name, "email": user.email, "version": user.version}
                    actions.edit(user, **facts, role=Role.SALES, by=mine)
        except (Conflict, Invalid):
            return False
        return True

    with ThreadPoolExecutor(2) as two:
        done = list(two.map(take_away, ids, reversed(ids)))
    assert sorted(done) == [False, True]
    with north.office():
        left = select(func.count()).select_from(User)
        assert db.session.scalar(left.where(User.role == Role.ADMINISTRATOR, User.state == State.ACTIVE)) == 1


def find_id(username: str) -> Any:
    return db.session.scalars(select(User.id).where(User.username == username)).one()


def test_a_stranger_sees_nothing(strand: Any, north: Any) -> None:
    stranger, user = Visitor(strand.client()), find(north, north.people["sales"])
    paths = [user.key, spell(new_id()), "rubbish", user.key.upper(), "../users"]
    pages = [stranger.open(f"/users/{key}") for key in paths[:4]]
    assert {page.status_code for page in pages} == {404}
    assert len({page.data for page in pages}) == 1
    for path in ("disablement", "edit", "log"):
        assert stranger.open(f"/users/{user.key}/{path}").status_code == 404
    for path in ("enablement", "invitation", "disablement", "edit"):
        assert stranger.send(f"/users/{user.key}/{path}", "/password").status_code == 404


def test_what_was_done_to_somebody_stands_in_the_log(office: Visitor, north: Any) -> None:
    user = find(north, north.people["sales"])
    typed = {"email": user.email, "role": "sales", "version": user.version}
    office.send(f"/users/{user.key}/edit", name="Another Name", **typed)
    page = office.open(f"/users/{user.key}/log").text
    assert "North Sales" in page
    assert "Another Name" in page
    assert Visitor(north.client("sales")).open(f"/users/{user.key}/log").status_code == 403


def test_only_administrators_manage_users(north: Any) -> None:
    user = find(north, north.people["sales"])
    for role in ("sales", "finance", "read_only", "support"):
        somebody = Visitor(north.client(role))
        assert somebody.open("/users").status_code == (200 if role == "support" else 403), role
        assert somebody.open("/users/new").status_code == 403, role
        assert somebody.send(f"/users/{user.key}/disablement", "/password").status_code == 403, role


def test_one_changes_ones_own_password_and_only_other_sign_ins_end(north: Any) -> None:
    here, there = Visitor(north.client("sales")), Visitor(north.client("sales"))
    assert here.send("/password", current="wrong", password=NEW, again=NEW).status_code == 422
    assert here.send("/password", current=PASSWORD, password=PASSWORD, again=PASSWORD).status_code == 422
    assert here.send("/password", current=PASSWORD, password=NEW, again=NEW).status_code == 303
    assert here.open("/password").status_code == 200
    assert there.open("/password").status_code == 303


def test_one_ends_ones_own_sign_ins_and_nobody_elses(north: Any) -> None:
    here, there, other = (Visitor(north.client(role)) for role in ("sales", "sales", "support"))
    page = here.open("/password").text
    (ending,) = {part.split('"')[0] for part in page.split('action="')[1:] if "/ending" in part.split('"')[0]}
    assert other.send(ending, "/password").status_code == 404
    assert here.send(ending, "/password").status_code == 303
    assert there.open("/password").status_code == 303
    assert here.open("/password").status_code == 200


def test_the_first_administrator_is_made_once(north: Any) -> None:
    with north.office():
        one = actions.create_administrator("Ada Winter", "ada@winter.example", "Ada", None)
        again = actions.create_administrator("Ada Winter", "ada@winter.example", "ada", None)
        assert one.id == again.id
        assert (one.role, one.state) == (Role.ADMINISTRATOR, State.INVITED)
    with north.office():
        actions.remove_administrator("ada")
        actions.remove_administrator("ada")
    with north.office():
        assert db.session.scalar(select(User.id).where(User.username == "ada")) is None


def test_every_page_asks_for_a_permission_of_the_table(app: Any) -> None:
    from portal.core.web import PERMISSIONS

    assert PERMISSIONS <= roles.PERMISSIONS
    assert roles.table()["administrator"] == sorted(roles.PERMISSIONS)
    assert set(roles.table()) == {role.value for role in Role}
