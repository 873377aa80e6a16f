"""Files people gave us: kept by the hash of their content, below the tenant's own folder.

Writing twice is writing once, so a task may repeat it.  Never write inside an open write transaction: a disk may wait.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from portal.core.errors import Invalid, NotFound
from portal.core.words import N_, say

CHUNK = 1 << 16
_SHA = re.compile(r"[0-9a-f]{64}")


class Store:
    """The files of one tenant under `folder`."""

    def __init__(self, folder: Path, tenant_id: int) -> None:
        self._folder = folder / "uploads" / str(tenant_id)

    def save(self, stream: BinaryIO, *, most: int) -> str:
        """Keep the stream's content; its SHA-256 in hex is its name.  Raises Invalid above `most` bytes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in _measured(stream, most):
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            target = self.path(digest.hexdigest())
            target.parent.mkdir(exist_ok=True)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return digest.hexdigest()

    def path(self, sha: str) -> Path:
        """Where this content stands.  A name that is no hash is NotFound, so no path leaves the folder."""
        if not _SHA.fullmatch(sha):
            raise NotFound
        return self._folder / sha[:2] / sha

    def open(self, sha: str) -> BinaryIO:
        """The content, to read.  NotFound when it is not here."""
        try:
            return self.path(sha).open("rb")
        except FileNotFoundError:
            raise NotFound from None

    def read(self, sha: str) -> bytes:
        with self.open(sha) as file:
            return file.read()

    def remove(self, sha: str, *, kept_before: datetime) -> None:
        """Throw this content away, unless somebody has given it to us again since: saving makes a file new."""
        path = self.path(sha)
        if path.exists() and path.stat().st_mtime <= kept_before.timestamp():
            path.unlink(missing_ok=True)


def _measured(stream: BinaryIO, most: int) -> Iterator[bytes]:
    """The stream in chunks.  Raises Invalid when it is longer than `most` bytes."""
    size = 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > most:
            raise Invalid(say(N_("The file is larger than %(most)s MB."), most=most >> 20))
        yield chunk
