"""The copy of the world that each test begins with: put back as it was, instead of made anew.

To copy a database costs a quarter of a second of processor time, whatever is in it; to put back the few tables that a
test has touched costs a tenth of that.  A table is touched when it has other rows, or rows that somebody else wrote, than
it had.  Whatever else may have changed (a table, a policy, a function, a grant, a setting of the database) is not put
back: then the copy is made anew, as it is after a number of tests, because rows that are gone still take room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import LiteralString, cast

import psycopg

from portal.local import stores

KEPT = "pristine"  # the schema that keeps the rows of the world, in the copy itself
MOST = 30  # times one copy is put back
PATIENCE = "5s"  # for a lock somebody may still hold
CATALOGUES = (
    "pg_class",
    "pg_policy",
    "pg_proc",
    "pg_trigger",
    "pg_constraint",
    "pg_attrdef",
    "pg_namespace",
    "pg_type",
)
_TABLES = "select quote_ident(relname) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
_SEQUENCES = "select oid::regclass::text from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace"
_COLUMNS = (
    "select quote_ident(attname) from pg_attribute where attrelid = 'public.{}'::regclass"
    " and attnum > 0 and not attisdropped and attgenerated = '' order by attnum"
)
_SEND_AWAY = (
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)
_WRITTEN = "count(*) || ' ' || coalesce(max(xmin::text::bigint), 0)"


@dataclass
class Copy:
    """One database, made from a template in which `keep` was called."""

    server: psycopg.Connection
    url: str  # the superuser's, at the copy
    name: str
    template: str
    _eyes: psycopg.Connection | None = None
    _tables: list[str] = field(default_factory=list)
    _stands: dict[str, tuple[str, str]] = field(default_factory=dict)  # table -> its print, and where its rows are kept
    _stages: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # what was built -> table -> where its rows are kept
    _built: str = ""
    _times: int = MOST

    def fresh(self) -> None:
        """Let it be as the template is."""
        try:
            again = self._times < MOST and self._put_back(KEPT)
        except psycopg.Error:
            again = False  # somebody holds a lock, or it is not there any more
        if not again:
            self._make()
        self._times += 1

    def stage(self, name: str, build: Callable[[], object]) -> None:
        """Let it be as the template is with something built on it, which is built once for each copy.

        `name` is a plain word.  Called right after `fresh`, before anything is written, and when nobody is connected.
        """
        if self._print() != {table: stands for table, (stands, _) in self._stands.items()}:
            raise AssertionError(f"{name} must be asked for before anything that writes")
        if name not in self._stages:
            build()
            self._set_aside(name)
        elif not self._put_back(name):
            raise AssertionError("a copy that was made just now has changed its tables")

    def close(self) -> None:
        if self._eyes is not None:
            self._eyes.close()
            self._eyes = None

    def _make(self) -> None:
        self.close()
        _run(self.server, f"drop database if exists {self.name} with (force)")
        _run(
            self.server,
            f"create database {self.name} template {self.template} owner {stores.OWNER} strategy file_copy",
        )
        self._eyes = psycopg.connect(self.url, autocommit=True)
        _run(self._eyes, f"set lock_timeout = '{PATIENCE}'")
        self._tables = _tables(self._eyes)
        self._stages = {KEPT: dict.fromkeys(self._tables, KEPT)}
        self._stands = {table: (stands, KEPT) for table, stands in self._print().items()}
        self._built, self._times = self._catalogue(), 0

    def _set_aside(self, name: str) -> None:
        assert self._eyes is not None
        stands = self._print()
        touched = [table for table in self._tables if stands[table] != self._stands[table][0]]
        _set_aside(self._eyes, name, touched)
        self._stages[name] = self._stages[KEPT] | dict.fromkeys(touched, name)
        self._stands = {table: (stands[table], where) for table, where in self._stages[name].items()}
        self._built = self._catalogue()

    def _put_back(self, name: str) -> bool:
        """Whether it could be.  Whoever is still connected is sent away first, as a database that is dropped does."""
        assert self._eyes is not None
        _run(self._eyes, _SEND_AWAY)
        if self._catalogue() != self._built:
            return False
        stands, kept = self._print(), self._stages[name]
        touched = [table for table in self._tables if (stands[table], kept[table]) != self._stands[table]]
        with self._eyes.transaction():
            _run(self._eyes, "set local session_replication_role = replica")  # keys point at rows that come back
            for table in touched:
                _run(self._eyes, f"delete from {table}")
                _run(self._eyes, _back(self._eyes, table, kept[table]))
            _run(self._eyes, f"select setval(name::regclass, at, called) from {name}.sequences")
        if touched:
            stands = self._print()
        self._stands = {table: (stands[table], kept[table]) for table in self._tables}
        return True

    def _print(self) -> dict[str, str]:
        """What stands in every table, and who wrote it."""
        assert self._eyes is not None
        asked = " union all ".join(f"select '{table}', {_WRITTEN} from {table}" for table in self._tables)
        return dict(_run(self._eyes, asked))

    def _catalogue(self) -> str:
        assert self._eyes is not None
        parts = [f"(select {_WRITTEN} from {name})" for name in CATALOGUES]
        parts.append("(select count(*)::text from pg_db_role_setting where setdatabase <> 0)")
        return str(next(iter(_run(self._eyes, f"select concat_ws(', ', {', '.join(parts)})")))[0])


def keep(url: str) -> None:
    """Set aside what stands in a database that is to be a template."""
    with psycopg.connect(url, autocommit=True) as server:
        _set_aside(server, KEPT, _tables(server))


def _set_aside(server: psycopg.Connection, name: str, tables: Iterable[str]) -> None:
    _run(server, f"create schema {name}")
    for table in tables:
        _run(server, f"create table {name}.{table} as table {table}")
    _run(server, f"create table {name}.sequences (name text, at bigint, called boolean)")
    for (sequence,) in list(_run(server, _SEQUENCES)):
        _run(server, f"insert into {name}.sequences select '{sequence}', last_value, is_called from {sequence}")


def _tables(server: psycopg.Connection) -> list[str]:
    """As they are written in a statement."""
    found = _run(server, f"{_TABLES} order by 1")
    return [str(name) for (name,) in found]


def _back(server: psycopg.Connection, table: str, kept: str) -> str:
    """The statement that writes a table's kept rows; what the database computes it computes again."""
    found = _run(server, _COLUMNS.format(table))
    columns = ", ".join(str(name) for (name,) in found)
    return f"insert into {table} ({columns}) overriding system value select {columns} from {kept}.{table}"


def _run(server: psycopg.Connection, statement: str) -> Iterable[tuple[object, ...]]:
    done = server.execute(cast("LiteralString", statement))
    return done.fetchall() if done.description else ()
