"""Wall 1 refuses what it cannot fence; wall 2 holds what passes wall 1; no gap stands open."""

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from portal.core.db import db
from portal.core.errors import NoScope, Trespass
from portal.core.scope import enter
from portal.core.walls import gaps, raise_walls, unwalled
from portal.local import stores
from portal.users.models import User


def test_the_walls_that_stand_are_those_that_must(app):
    with app.app_context(), db.engine.connect() as connection:
        assert gaps(connection.execution_options(reviewed=True)) == []


def test_every_table_says_whose_it_is():
    assert unwalled() == []


def test_nobodys_session_sees_no_tenants_rows(app):
    with app.app_context(), pytest.raises(NoScope):
        db.session.scalars(select(User)).all()


def test_a_session_acts_for_one_tenant_only(world):
    with world.north.office(), pytest.raises(Trespass):
        enter(world.south.scope)


def test_north_sees_its_own_people_alone(world):
    with world.north.office():
        assert {user.tenant_id for user in db.session.scalars(select(User))} == {world.north.tenant_id}


def test_plain_text_is_refused(world):
    with world.north.office(), pytest.raises(Trespass):
        db.session.execute(text('select * from "user"'))


def test_a_row_of_another_tenant_is_not_written(world):
    with world.north.office():
        person = db.session.scalars(select(User)).first()
        person.tenant_id = world.south.tenant_id
        with pytest.raises(Trespass):
            db.session.flush()
        db.session.rollback()


def test_the_database_itself_shows_nothing_of_others(world):
    with world.north.office():
        seen = db.session.connection().exec_driver_sql('select distinct tenant_id from "user"').scalars().all()
    assert seen == [world.north.tenant_id]


def test_the_database_shows_nothing_to_nobody(app):
    with app.app_context():
        assert db.session.connection().exec_driver_sql('select count(*) from "user"').scalar() == 0


def test_a_page_may_not_keep_the_database_for_long_and_a_task_may(world):
    asked = "select current_setting('statement_timeout')"
    with world.north.office():
        assert db.session.connection().exec_driver_sql(asked).scalar() == "0"
    with world.north.app.test_request_context("/", base_url="http://office.localhost:8000"):
        enter(world.north.scope)
        assert db.session.connection().exec_driver_sql(asked).scalar() == "30s"


@pytest.mark.parametrize(("method", "patience"), [("GET", "30s"), ("HEAD", "30s"), ("POST", "5s")])
def test_a_page_that_only_looks_may_reckon_longer_than_one_that_holds_rows(world, method, patience):
    asked = "select current_setting('idle_in_transaction_session_timeout')"
    with world.north.app.test_request_context("/", method=method, base_url="http://office.localhost:8000"):
        enter(world.north.scope)
        assert db.session.connection().exec_driver_sql(asked).scalar() == patience


# --------------------------------------------------------------------------------------- what the walls are founded on


@pytest.fixture
def owner(app, settings):
    """The role that owns the tables, and may plant what it likes."""
    engine = create_engine(settings.database_owner_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def found(app):
    """What is seen to be wrong, through a connection that has just been made."""
    with app.app_context():
        db.engine.dispose()
        with db.engine.connect() as connection:
            return gaps(connection.execution_options(reviewed=True))


OF = "nullif(current_setting('vitrine.{}', true), '')"
PLANTED = {
    "another tenant": ("acting_tenant", "bigint stable language sql return 1::bigint"),
    "everybody above": ("acting_line", "bigint[] stable language sql return '{1,2,3,4,5}'::bigint[]"),
    "volatile": ("acting_process", f"uuid volatile language sql return {OF.format('process')}::uuid"),
    "a path of its own": (
        "acting_tenant",
        f"bigint stable language sql set search_path = public return {OF.format('tenant')}::bigint",
    ),
}


@pytest.mark.parametrize(("name", "planted"), PLANTED.values(), ids=PLANTED)
def test_a_function_that_says_something_else_is_a_gap(app, owner, name, planted):
    owner.execute(text(f"create or replace function {name}() returns {planted}"))
    owner.commit()
    assert found(app) == [f"function {name} is missing or changed"]
    raise_walls(owner, stores.APP)
    owner.commit()
    assert found(app) == []


def test_what_the_functions_say_does_not_hang_on_where_names_are_looked_up(world, owner):
    """Their bodies were read when they were made: a decoy that comes first on the path is not asked."""
    owner.execute(text("create schema decoys"))
    owner.execute(text(f"grant usage on schema decoys to {stores.APP}"))
    decoy = "decoys.current_setting(text, boolean) returns text language sql return '3'"
    owner.execute(text(f"create function {decoy}"))
    owner.commit()
    with world.north.office():
        connection = db.session.connection()
        connection.exec_driver_sql("set local search_path = decoys, public, pg_catalog")
        assert connection.exec_driver_sql("select current_setting('vitrine.tenant', true)").scalar() == "3"
        assert connection.exec_driver_sql("select acting_tenant()").scalar() == world.north.tenant_id
        seen = connection.exec_driver_sql('select distinct tenant_id from "user"').scalars().all()
    assert seen == [world.north.tenant_id]


@pytest.fixture
def role_settings(app, server):
    """Set something for every connection of the app's role, as the superuser."""

    def begin_with(setting):
        server.execute(f"alter role {stores.APP} in database busy set {setting}")

    yield begin_with
    server.execute(f"alter role {stores.APP} in database busy reset all")


@pytest.mark.parametrize(
    ("name", "value"),
    [("vitrine.tenant", "3"), ("vitrine.line", "{3}"), ("search_path", "x"), ("row_security", "off"), ("role", "none")],
)
def test_a_setting_that_says_whose_rows_are_seen_is_a_gap(app, role_settings, name, value):
    role_settings(f"{name} = '{value}'")
    assert found(app)[0].startswith(f"connections of the app's role begin with {name} set to ")


def test_a_setting_of_the_whole_database_is_a_gap_too(app, server):
    server.execute("alter database busy set search_path = decoys, public")
    assert "begin with search_path" in found(app)[0]


def test_a_setting_that_only_says_how_long_things_may_take_is_none(app, role_settings):
    role_settings("lock_timeout = '9s'")
    assert found(app) == []


def test_the_role_cannot_give_itself_a_tenant_for_every_connection(app):
    """Of its own settings it may change what PostgreSQL knows; these would have to come from a superuser."""
    with (
        app.app_context(),
        db.engine.connect() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.exec_driver_sql(f"alter role {stores.APP} set vitrine.tenant = '3'")


def test_whoever_says_for_whom_he_acts_is_not_misled_by_the_roles_settings(app, world, role_settings):
    """Why it is a gap: nobody's connection would see that tenant's rows.  Everybody else's sees its own."""
    role_settings("vitrine.tenant = '3'")
    asked = 'select distinct tenant_id from "user"'
    with app.app_context():
        db.engine.dispose()
        assert db.session.connection().exec_driver_sql(asked).scalars().all() == [3]
    with world.north.office():
        assert db.session.connection().exec_driver_sql(asked).scalars().all() == [world.north.tenant_id]
