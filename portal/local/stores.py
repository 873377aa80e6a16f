"""PostgreSQL and Valkey as children of ours: begun, made ready, ended.

The cluster's superuser is used here alone, to make the database and its two roles: `vitrine_owner` owns the tables and
migrates, `vitrine_app` owns nothing and may nothing that the walls do not grant.  Both stores listen at sockets in a
folder nobody else can enter, and at no port: installations never collide, and nobody else on the machine reaches them.

For tests::

    with stores.temporary() as addresses:      # fresh, empty, without fsync; gone after the block
        addresses.database_url                 # postgresql+psycopg://vitrine_app@…   the powerless role
        addresses.database_owner_url           # postgresql+psycopg://vitrine_owner@… makes tables, raises the walls
        addresses.superuser_url                # postgresql+psycopg://postgres@…      makes further databases; nothing else
        addresses.redis_url                    # unix://…
        settings = config.read({...}).with_stores(**addresses.of_the_app)

It takes about a second.  It works as root and as an ordinary user; stores a killed test run left behind are ended and
removed by the next one.  With pytest-xdist each worker process opens its own in a session fixture.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from portal.config import Fault, Settings
from portal.local.children import Child, Register, birth, command, end, last_words, telling_line, wait
from portal.local.places import Places, passing, settle

OWNER, APP, DATABASE = "vitrine_owner", "vitrine_app", "vitrine"
PATIENCE = 60  # seconds a store may take to answer; a cold, busy disk took 20

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


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the stores answer."""

    superuser_url: str
    database_owner_url: str
    database_url: str
    redis_url: str

    @property
    def of_the_app(self) -> dict[str, str]:
        """For `Settings.with_stores(**…)`."""
        return {
            "database_url": self.database_url,
            "database_owner_url": self.database_owner_url,
            "redis_url": self.redis_url,
        }


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


class Valkey:
    """The doorbell.  Its rings are kept over a restart, though nothing would be lost without them."""

    name = "valkey"
    word = signal.SIGTERM

    def __init__(self, places: Places, *, keeping: bool = True) -> None:
        self.places = places
        self.data = places.data / "valkey"
        self.keeping = keeping

    @property
    def socket(self) -> Path:
        return self.places.sockets / "valkey.sock"

    @property
    def log(self) -> Path:
        return self.places.logs / "valkey.log"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def prepare(self) -> None:
        if not self.data.is_dir():
            self.data.mkdir(mode=0o700)
            self.places.servant.owns(self.data)

    def begin(self) -> Child:
        order: list[str | Path] = [self.places.valkey, "--port", "0", "--unixsocket", self.socket, "--dir", self.data]
        order += ["--unixsocketperm", "700", "--save", "", "--appendonly", "yes" if self.keeping else "no"]
        order += ["--daemonize", "no", "--io-threads", "1", "--latency-tracking", "no"]
        return command(order, self.log, self.places.servant)

    def ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            line.settimeout(2)
            line.connect(str(self.socket))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        return False


Store = Postgres | Valkey


def addresses(places: Places) -> Addresses:
    """Where the embedded stores of these places answer, running or not."""
    postgres = Postgres(places)
    superuser, owner, app = (
        postgres.dsn(role).replace("postgresql:", "postgresql+psycopg:") for role in ("postgres", OWNER, APP)
    )
    return Addresses(superuser, owner, app, Valkey(places).url)


def furnish(stores: list[Store]) -> None:
    """Roles and database, once the cluster answers."""
    for store in stores:
        if isinstance(store, Postgres):
            store.furnish()


def started(children: dict[Store, Child]) -> None:
    """Wait until each of these answers.  Raises Fault with what the store itself said."""
    for store, child in children.items():
        if not wait(lambda s=store, c=child: c.poll() is not None or s.ready(), PATIENCE) or child.poll() is not None:  # type: ignore[misc]
            raise Fault(f"{store.name} does not start: {last_words(store.log)}", f"more is in {store.log}")


def embedded(settings: Settings, places: Places) -> list[Store]:
    """The stores that are ours to run: those for which no address was given."""
    stores: list[Store] = []
    if not settings.database_url:
        stores.append(Postgres(places))
    if not settings.redis_url:
        stores.append(Valkey(places))
    return stores


def standing_on(settings: Settings, places: Places) -> Settings:
    """The settings with the embedded stores' addresses where none was given."""
    ours = addresses(places)
    return settings.with_stores(
        database_url=settings.database_url or ours.database_url,
        database_owner_url=settings.database_owner_url if settings.database_url else ours.database_owner_url,
        redis_url=settings.redis_url or ours.redis_url,
    )


@contextmanager
def running(settings: Settings) -> Iterator[Settings]:
    """The embedded stores of an installation, for one command while `up` is not running.  Raises Fault."""
    places = settle(settings.instance)
    register = Register(settings.instance / "running.json")
    register.bury()
    with _lives(embedded(settings, places), register):
        yield standing_on(settings, places)


@contextmanager
def temporary() -> Iterator[Addresses]:
    """Fresh stores for as long as the block lasts.  See the head of this module."""
    _sweep()
    with passing("vitrine-test-") as (home, places):
        (home / "owner").write_text(f"{os.getpid()} {birth(os.getpid())}", encoding="ascii")
        with _lives([Postgres(places, careless=True), Valkey(places, keeping=False)], Register(home / "running.json")):
            yield addresses(places)


@contextmanager
def _lives(stores: list[Store], register: Register) -> Iterator[None]:
    children: dict[Store, Child] = {}
    try:
        for store in stores:
            store.prepare()
            children[store] = store.begin()
            register.note(store.name, children[store], store.word)
            children[store].go()
        started(children)
        furnish(stores)
        yield
    finally:
        end({child: store.word for store, child in children.items()}, 8)
        register.clear()


def _sweep() -> None:
    """End and remove the temporary stores of those who were killed."""
    for home in Path("/tmp" if os.geteuid() == 0 else tempfile.gettempdir()).glob("vitrine-test-*"):  # noqa: S108 - only looked at
        with suppress(OSError, ValueError):
            if home.stat().st_uid != os.geteuid():
                continue
            pid, born = (home / "owner").read_text(encoding="ascii").split()
            if birth(int(pid)) != born:
                Register(home / "running.json").bury(seconds=3)
                shutil.rmtree(home, ignore_errors=True)
