"""A connection the database has closed is replaced before anybody works on it; a scope is told with the transaction's beginning."""

import psycopg
import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from portal.core.connections import LONG, is_open
from portal.core.db import db
from portal.core.scope import enter
from portal.users.models import User

TOLD = "select current_setting('vitrine.tenant', true)"
PID = "select pg_backend_pid()"


def end(server: psycopg.Connection, pid: int) -> None:
    """Return when the backend is gone, which is when its connection has heard of it."""
    assert server.execute("select pg_terminate_backend(%s, 10000)", [pid]).fetchone() == (True,)


def test_a_closed_connection_is_replaced_before_it_is_used(world, server):
    with world.north.office():
        pid = db.session.connection().exec_driver_sql(PID).scalar_one()
    end(server, pid)
    with world.north.office():
        assert db.session.scalars(select(User)).first() is not None
        assert db.session.connection().exec_driver_sql(PID).scalar_one() != pid


def test_one_that_is_closed_in_the_middle_is_told_and_the_next_is_new(world, server):
    with world.north.office():
        end(server, db.session.connection().exec_driver_sql(PID).scalar_one())
        with pytest.raises(DBAPIError) as told:
            db.session.scalars(select(User)).first()
        assert told.value.connection_invalidated
        db.session.rollback()
        assert db.session.scalars(select(User)).first() is not None


def test_one_that_is_closed_before_its_scope_is_told_fails_as_any_statement_does(world, server):
    with world.north.app.app_context():
        connection = db.session.connection()
        pid = connection.exec_driver_sql(PID).scalar_one()
        connection.connection.driver_connection.rollback()  # taken out, and at rest
        end(server, pid)
        with pytest.raises(DBAPIError) as told:
            enter(world.north.scope)
        assert told.value.connection_invalidated


def test_what_has_lain_for_long_is_asked(settings):
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        connection.rollback()
        assert is_open(connection, rested=LONG)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        connection.pgconn.finish()
        assert not is_open(connection, rested=0)


def test_a_scope_is_told_in_the_same_way_to_and_fro_that_begins_its_transaction(world):
    said: list[str] = []
    with world.north.app.app_context():
        event.listen(db.engine, "before_cursor_execute", note := lambda *facts: said.append(facts[2]))
    with world.north.office():
        connection = db.session.connection()
        event.remove(db.engine, "before_cursor_execute", note)
        assert not said
        assert connection.exec_driver_sql(TOLD).scalar_one() == str(world.north.tenant_id)
        driver = connection.connection.driver_connection
        driver.rollback()
        assert driver.execute(TOLD).fetchone() == ("",)  # forgotten with the transaction
