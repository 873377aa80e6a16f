"""PgBouncer in transaction mode between the app and PostgreSQL: each transaction may get another server connection."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from portal.local import stores
from portal.local.children import wait

PROGRAM = "pgbouncer"
PATIENCE = 10  # seconds

SETTINGS = """
[databases]
* = host={postgres}
[pgbouncer]
unix_socket_dir = {folder}
listen_port = 6432
auth_type = trust
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 2
server_reset_query =
logfile = {folder}/log
"""


@contextmanager
def pooling(database_url: str) -> Iterator[str]:
    """The same database through a pooler with two server connections."""
    program = shutil.which(PROGRAM, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if program is None:
        raise LookupError("the long form needs PgBouncer: install the package pgbouncer")
    parts = urlsplit(database_url)
    postgres = Path(parse_qs(parts.query)["host"][0])
    servant = postgres.stat()  # PostgreSQL's own user: nobody else may walk to its socket
    folder = Path(tempfile.mkdtemp(prefix="vitrine-pooler-"))
    try:
        (folder / "users.txt").write_text(f'"{stores.APP}" ""\n', encoding="utf-8")
        (folder / "pooler.ini").write_text(SETTINGS.format(postgres=postgres, folder=folder), encoding="utf-8")
        for one in (folder, *folder.iterdir()):
            os.chown(one, servant.st_uid, servant.st_gid)
        with _running([program, "-q", str(folder / "pooler.ini")], servant, folder / ".s.PGSQL.6432"):
            yield urlunsplit(parts._replace(query=f"host={quote(str(folder), safe='')}&port=6432"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(order: list[str], servant: os.stat_result, listens: Path) -> Iterator[None]:
    whose: dict[str, Any] = {}
    if os.geteuid() == 0:
        whose = {"user": servant.st_uid, "group": servant.st_gid, "extra_groups": []}
    with subprocess.Popen(order, stderr=subprocess.DEVNULL, **whose) as child:
        try:
            if not wait(lambda: child.poll() is not None or _answers(listens), PATIENCE) or child.poll() is not None:
                raise LookupError(f"PgBouncer does not start: {(listens.parent / 'log').read_text(encoding='utf-8')}")
            yield
        finally:
            child.terminate()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
        line.connect(str(path))
        return True
    return False
