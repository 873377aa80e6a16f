"""`doctor`: what is wrong with this installation, and how to mend it.

Looks at the configuration, the folders, the disk, both stores, the roles, the walls between tenants, pending migrations,
the clock and the mail server.  Changes nothing.  Ends with status 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.commands.standing import on_stores
from portal.config import Fault, Settings
from portal.local.places import leftovers

LEAST_VERSION = 150000  # PostgreSQL 15: SET NULL (column)
MOST_TOLD = 5
GIGABYTE = 1 << 30
MOST_DRIFT = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.  No remedy: it is well."""

    subject: str
    seen: str
    remedy: str = ""


def offer(commands: Any) -> None:
    parser = commands.add_parser(
        "doctor",
        help="say what is wrong here, and how to mend it",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=doctor)


def doctor(_: argparse.Namespace) -> int:
    ill = 0
    for finding in findings():
        ill += bool(finding.remedy)
        print(f"{'wrong' if finding.remedy else 'well':<7}{finding.subject:<14}{finding.seen}", flush=True)
        if finding.remedy:
            print(f"{'':<21}→ {finding.remedy}", flush=True)
    print(f"\n{ill or 'Nothing'} to mend." if ill != 1 else "\nOne thing to mend.")
    return int(bool(ill))


def findings() -> Iterator[Finding]:
    """Look at everything, in the order in which one thing stands on another."""
    try:
        with on_stores() as settings:
            yield Finding("configuration", f"{settings.environment}, office at {settings.office_url}")
            if settings.production:
                yield from _half_real(settings)
            for subject, look in LOOKS.items():
                yield from _looked(subject, look, settings)
    except Fault as fault:
        yield Finding("start", fault.reason, fault.remedy)


def _half_real(settings: Settings) -> Iterator[Finding]:
    """What may be as it is on a desk, and not where strangers come."""
    if settings.scheme != "https":
        yield Finding(
            "configuration", "passwords travel in the open", "set SCHEME=https, behind a proxy that speaks TLS"
        )
    elif not settings.trusted_proxies:
        seen = "nobody's word is believed that a visitor came over TLS, so cookies are set as if he had not"
        yield Finding("configuration", seen, "set TRUSTED_PROXIES to the addresses of the proxy before us")
    if not settings.mail_url:
        yield Finding("configuration", "letters reach nobody: they become files", "set MAIL_URL")


def _looked(subject: str, look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from look(settings)
    except Fault as fault:
        yield Finding(subject, fault.reason, fault.remedy)


def _folders(settings: Settings) -> Iterator[Finding]:
    for folder in (settings.instance, settings.instance / "uploads", settings.mail_folder):
        if problem := _unwritable(folder):
            yield Finding("folder", f"{folder} cannot be written ({problem})", "make it writable for this user")
    for name in ("secret_key", "up.json", "settings.toml"):
        with suppress(OSError):
            if stat.S_IMODE((settings.instance / name).stat().st_mode) & 0o077:
                yield Finding("folder", f"{name} can be read by others", f"chmod 600 {settings.instance / name}")
    for home in leftovers(settings.instance):
        yield Finding(
            "folder", f"{home} holds stores from before instance/ was emptied; remove it if you do not want them"
        )
    free = shutil.disk_usage(_there(settings.instance)).free
    yield Finding(
        "disk",
        f"{free / GIGABYTE:.1f} GB free",
        "" if free >= settings.least_room * GIGABYTE else f"make room on the disk of {settings.instance} (LEAST_ROOM)",
    )


def _unwritable(folder: Path) -> str:
    """Why no file can be made there, or in what it will be made in.  What only the rights say root does not hear."""
    try:
        tempfile.TemporaryFile(dir=_there(folder)).close()
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _there(folder: Path) -> Path:
    """The folder, or the nearest above it that is there already: an installation makes its own when it needs them."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _database(settings: Settings) -> Iterator[Finding]:
    from portal.commands import schema

    with schema.as_app(settings) as connection:
        version, role, clock = connection.exec_driver_sql(
            "select current_setting('server_version_num')::int, current_user::text, clock_timestamp()"
        ).one()
        idle = connection.exec_driver_sql("show idle_in_transaction_session_timeout").scalar_one()
    yield Finding(
        "database",
        f"PostgreSQL {version // 10000}, the app is {role}",
        "" if version >= LEAST_VERSION else "PostgreSQL 15 or newer is needed",
    )
    if idle == "0":
        remedy = f"alter role {role} set idle_in_transaction_session_timeout = '5s'"
        yield Finding("database", "a frozen worker would hold its locks for ever", remedy)
    drift = abs((datetime.now(UTC) - clock).total_seconds())
    yield Finding(
        "clock",
        f"{drift:.1f} s from the database's",
        "" if drift < MOST_DRIFT else "let both machines keep the time (chrony, systemd-timesyncd)",
    )


def _migrations(settings: Settings) -> Iterator[Finding]:
    from portal.commands import schema

    waiting = schema.pending(settings)
    seen = f"{len(waiting)} pending, the first is {waiting[0]}" if waiting else "none pending"
    yield Finding("migrations", seen, "python3 -m portal migrate" if waiting else "")


def _walls(settings: Settings) -> Iterator[Finding]:
    from portal.commands import schema

    found = schema.wall_gaps(settings)
    for gap in found[:MOST_TOLD]:
        yield Finding(
            "walls", gap, "python3 -m portal migrate raises the walls; powers of a role are taken with alter role"
        )
    if len(found) > MOST_TOLD:
        yield Finding("walls", f"and {len(found) - MOST_TOLD} more like these", "mend these first")
    if not found:
        yield Finding("walls", "every tenant's rows are its own, and the app's role cannot change that")


def _doorbell(settings: Settings) -> Iterator[Finding]:
    import redis

    try:
        with redis.from_url(settings.redis_url, socket_timeout=3, socket_connect_timeout=3) as bell:
            version = bell.info("server")["redis_version"]
    except redis.RedisError as error:
        yield Finding(
            "redis", f"does not answer ({error})", "start it, or mend REDIS_URL; until then work begins up to 5 s late"
        )
    else:
        yield Finding("redis", f"answers, version {version}")


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.mail_url:
        yield Finding("mail", f"letters are written to {settings.mail_folder}")
        return
    from portal.notifications.servers import Server

    server = Server.at(settings.mail_url)
    where = (server.host, server.port)
    try:
        socket.create_connection(where, timeout=5).close()
    except OSError as error:
        yield Finding(
            "mail", f"{where[0]}:{where[1]} does not answer ({error})", "mend MAIL_URL, or start the mail server"
        )
    else:
        yield Finding("mail", f"{where[0]}:{where[1]} answers")


LOOKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "folder": _folders,
    "database": _database,
    "migrations": _migrations,
    "walls": _walls,
    "redis": _doorbell,
    "mail": _mail,
}
