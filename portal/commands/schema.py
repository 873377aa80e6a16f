"""The database's shape: migrations by the owner's role, the walls derived from the models, and whether all of it stands."""

import importlib
import importlib.util
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

import portal
from portal.config import ROOT, Fault, Misconfigured, Settings
from portal.core.db import Model
from portal.core.walls import gaps

LOCK = 0x5649_5452  # "VITR": of two programs that migrate at once one waits


def meet_tables() -> None:
    """Load every room of the core and of the slices: whichever holds a table, it is known then."""
    for one in pkgutil.walk_packages(portal.__path__, "portal."):
        if one.name.split(".")[1] not in ("__main__", "cli", "commands", "local"):
            importlib.import_module(one.name)


def migrate(settings: Settings, *, walls: bool = True) -> list[str]:
    """Bring the database to the newest revision and raise its walls; the revisions that were applied.  Raises Fault.

    Without walls only before a revision is written: they are those of the models, which are ahead of the tables then.
    """
    with _as_owner(settings) as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        waiting = _waiting(connection)
        setup = _alembic(connection)
        setup.attributes["app_role"] = make_url(settings.database_url).username if walls else None
        try:
            command.upgrade(setup, "head")
        except DBAPIError as error:
            raise Fault(
                f"migrating stopped, and nothing was changed: {_first_line(error)}",
                "mend what it names, then migrate again",
            ) from error
        connection.commit()
    return waiting


def pending(settings: Settings) -> list[str]:
    """Revisions that are in the tree and not in the database.  Raises Fault.

    Where the owner's address is kept from the servers the app itself may ask.
    """
    with _as_owner(settings) if settings.database_owner_url else as_app(settings) as connection:
        return _waiting(connection)


def write(settings: Settings, message: str) -> str:
    """Write the revision that makes the database what the models say; its path."""
    with _as_owner(settings) as connection:
        setup = _alembic(connection)
        number = f"{len(list(_scripts().walk_revisions())) + 1:04}"
        made = command.revision(setup, message=message, autogenerate=True, rev_id=number)
    path = str(getattr(made, "path", ""))
    tidy = (["check", "--quiet", "--fix", "--select", "I,F401"], ["format", "--quiet"])
    for order in tidy if importlib.util.find_spec("ruff") else ():
        subprocess.run([sys.executable, "-m", "ruff", *order, path], cwd=ROOT, check=False)
    return path


def differences(settings: Settings) -> list[str]:
    """Where the database is not what the models say, in Alembic's words."""
    with _as_owner(settings) as connection:
        meet_tables()
        seen = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return [str(one) for one in compare_metadata(seen, Model.metadata)]


def need_walls(settings: Settings) -> None:
    """Raises Fault when the app's role could see or do more than it should."""
    found = wall_gaps(settings)
    if found:
        more = f" (and {len(found) - 1} more: python3 -m portal doctor)" if len(found) > 1 else ""
        raise Fault(
            f"the walls between tenants do not stand: {found[0]}{more}", "python3 -m portal migrate raises them"
        )


def wall_gaps(settings: Settings) -> list[str]:
    """Every gap in the walls, in words."""
    with as_app(settings) as connection:
        meet_tables()
        return gaps(connection)


def _waiting(connection: Connection) -> list[str]:
    """Nothing to do costs one query, so that every start can ask."""
    try:
        standing = MigrationContext.configure(connection).get_current_revision()
    except ProgrammingError as error:
        remedy = "python3 -m portal migrate, with DATABASE_URL set as here: it grants the app's role what it needs"
        raise Fault(f"the app may not read its own tables: {_first_line(error)}", remedy) from None
    return [one.revision for one in _scripts().iterate_revisions("heads", standing or "base")][::-1]


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "migrations"))


def _alembic(connection: Connection) -> Config:
    meet_tables()
    setup = Config()
    setup.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    setup.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    setup.attributes["connection"] = connection
    return setup


def _first_line(error: DBAPIError) -> str:
    return next(iter(str(error.orig).strip().splitlines()), type(error).__name__)


def as_app(settings: Settings) -> AbstractContextManager[Connection]:
    """The app's own connection.  Raises Fault."""
    return _connected(settings.database_url, "DATABASE_URL")


def _as_owner(settings: Settings) -> AbstractContextManager[Connection]:
    if not settings.database_owner_url:
        raise Misconfigured("DATABASE_OWNER_URL", "is not set", "migrating needs the role that owns the tables")
    return _connected(settings.database_owner_url, "DATABASE_OWNER_URL")


@contextmanager
def _connected(url: str, name: str) -> Iterator[Connection]:
    engine: Engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise Fault(
            f"the database of {name} does not answer: {_first_line(error)}",
            "is it running, and is the address right? Try it with psql",
        ) from None
    with connection:
        yield connection
