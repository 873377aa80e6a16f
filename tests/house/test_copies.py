"""What a test finds is what the world was founded as, whatever the test before it did."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import BUSY, WORLD

DEEDS = {
    "writes": "update \"user\" set name = 'Somebody else'",
    "deletes": "delete from sign_in; delete from ticket; delete from host",
    "adds": "insert into edition (code, name, position, features) values ('third', 'Third', 3, '[]')",
    "counts": "select nextval(pg_get_serial_sequence('tenant', 'id'))",
    "opens a wall": "drop policy own on account",
    "adds a table": "create table more (id int)",
    "lets go": "grant truncate on account to vitrine_app",
    "unguards": "alter table account no force row level security",
    "sets": f"alter database {BUSY} set work_mem = '8MB'",
}


@pytest.fixture
def eyes(addresses):
    def look(database):
        url = addresses.superuser_url.replace("+psycopg", "").replace("/vitrine?", f"/{database}?")
        return psycopg.connect(url, autocommit=True)

    return look


@pytest.mark.parametrize("deed", DEEDS)
def test_a_copy_is_as_the_world_whatever_was_done_to_it(app, copy, eyes, deed):
    with eyes(BUSY) as hand:
        for statement in DEEDS[deed].split("; "):
            hand.execute(statement)
    copy.fresh()
    with eyes(BUSY) as here, eyes(WORLD) as there:
        assert everything(here) == everything(there)


def test_somebody_who_holds_a_row_is_sent_away(app, copy, eyes):
    holder = eyes(BUSY)
    holder.autocommit = False
    holder.execute("update \"user\" set name = 'Held'")
    copy.fresh()
    with eyes(BUSY) as here, eyes(WORLD) as there:
        assert everything(here) == everything(there)
    with pytest.raises(psycopg.OperationalError):
        holder.execute("select 1")
    holder.close()


def everything(server):
    """Rows, sequences, tables with their powers, policies, settings."""
    tables = [
        row[0]
        for row in server.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
    ]
    rows = {name: server.execute(f'select t::text from "{name}" t order by 1').fetchall() for name in tables}
    powers = server.execute(
        "select relname, relacl::text, relrowsecurity, relforcerowsecurity from pg_class"
        " where relnamespace = 'public'::regnamespace order by 1"
    ).fetchall()
    policies = server.execute(
        "select tablename, policyname, qual, with_check from pg_policies order by 1, 2"
    ).fetchall()
    counts = server.execute(
        "select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1"
    ).fetchall()
    settings = server.execute(
        "select setconfig from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = current_database())"
    ).fetchall()
    return rows, powers, policies, counts, settings
