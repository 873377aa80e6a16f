"""Who runs the databases.  PostgreSQL refuses to run as root, so as root somebody else does: the servant."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.config import Fault

NAME = "vitrine"
STAND_INS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Servant:
    """The user the databases run as.  `None` for uid and gid means: whoever we are."""

    uid: int | None = None
    gid: int | None = None

    @property
    def somebody_else(self) -> bool:
        return self.uid is not None

    @property
    def as_process(self) -> dict[str, Any]:
        """What `Popen` is to be told."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.somebody_else else {}

    def owns(self, path: Path) -> None:
        """Give him a file or folder of ours."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def servant() -> Servant:
    """Whoever we are; as root the user `vitrine`, made when missing, else one that is there.  Raises Fault."""
    if os.geteuid() != 0:
        return Servant()
    known = _known(NAME) or _made() or next(filter(None, map(_known, STAND_INS)), None)
    if known is None:
        raise Fault(
            "PostgreSQL does not run as root, and there is no user to run it as", f"make one: useradd --system {NAME}"
        )
    return Servant(known.pw_uid, known.pw_gid)


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _made() -> pwd.struct_passwd | None:
    command = shutil.which("useradd")
    if command is not None:
        order = [command, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
        subprocess.run(order, capture_output=True, check=False)  # of two starts at once one fails, and finds him made
    return _known(NAME)
