"""PostgreSQL as a child of ours, out of its wheel: one cluster with one database and two roles.

The cluster's superuser is used here alone, to make the database and its roles: `vitrine_owner` owns the tables and
migrates, `vitrine_app` owns nothing and may nothing that the walls do not grant.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg

from portal.config import Fault
from portal.local.children import Child, command, telling_line
from portal.local.places import Places

OWNER, APP, DATABASE = "vitrine_owner", "vitrine_app", "vitrine"

CLUSTER = (
    "--username=postgres --auth=trust --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 "
    "--no-instructions"
).split()

# Small on purpose: a portal at rest. No helpers for replication and parallel queries, which nobody here uses.
POSTGRES = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "48MB",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "io_method": "sync",
    "max_parallel_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


class Postgres:
    """One cluster with one database."""

    name = "postgres"
    word = signal.SIGINT  # fast: sessions are cut, data is written

    def __init__(self, places: Places, *, careless: bool = False) -> None:
        self.places = places
        self.data = places.data / "postgres"
        self.careless = careless
        self.settings = POSTGRES | (CARELESS if careless else {})

    def prepare(self) -> None:
        """Make the cluster, whole or not at all."""
        if self.data.is_dir():
            return
        draft = self.data.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        order: list[str | Path] = [
            self.places.postgres / "initdb",
            "-D",
            draft,
            *CLUSTER,
            *(["--no-sync"] if self.careless else []),
        ]
        made = subprocess.run(
            order,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
            **self.places.servant.as_process,
        )
        if made.returncode:
            raise Fault(f"PostgreSQL cannot be set up: {telling_line(made.stderr)}", f"look at {draft.parent}")
        draft.rename(self.data)

    def begin(self) -> Child:
        order: list[str | Path] = [self.places.postgres / "postgres", "-D", self.data]
        order += ["-k", '"' + str(self.places.sockets).replace('"', '""') + '"']
        for name, value in self.settings.items():
            order += ["-c", f"{name}={value}"]
        return command(order, self.log, self.places.servant)

    @property
    def log(self) -> Path:
        return self.places.logs / "postgres.log"

    def ready(self) -> bool:
        try:
            with psycopg.connect(self.dsn("postgres", "postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def dsn(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.places.sockets), safe='')}"

    def furnish(self) -> None:
        """The roles and the database, each made when missing and put right when not as it should be."""
        with psycopg.connect(self.dsn("postgres", "postgres"), autocommit=True) as server:
            there = {name for (name,) in server.execute("select rolname from pg_roles")}
            for role in (OWNER, APP):
                verb = "alter" if role in there else "create"
                server.execute(
                    f"{verb} role {role} login nosuperuser nocreatedb nocreaterole nobypassrls noreplication"
                )
            # A worker that froze inside a transaction must not hold its locks for ever.
            server.execute(f"alter role {APP} set idle_in_transaction_session_timeout = '5s'")
            if not server.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
                server.execute(f"create database {DATABASE} owner {OWNER}")
