"""Wall 1 refuses what it cannot fence; wall 2 holds what passes wall 1; no gap stands open."""

import pytest
from sqlalchemy import select, text

from portal.core.db import db
from portal.core.errors import NoScope, Trespass
from portal.core.scope import enter
from portal.core.walls import gaps, unwalled
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
