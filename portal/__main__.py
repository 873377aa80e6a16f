"""`python3 -m portal …` on a machine that has nothing but Python.

Makes `.venv` in the checkout, installs what the requirement files name (each file's hash is checked), and goes on inside
it.  A stamp, written last, says for which files and which Python that was done.  Standard library only, and written so
that even an old Python can read it far enough to say that it is too old.

`VITRINE_VENV` names another folder; `VITRINE_VENV=none` says: this Python has everything, install nothing (an image).
"""

import hashlib
import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
FLOOR = (3, 11)
WITH_CHECKS = {"test"}  # commands that need the development requirements as well
MARK = "made-by-vitrine"  # an environment without it is somebody else's


def main() -> None:
    """Go on in the Python that has what is needed; make it first when it is not there."""
    sys.path[:] = [str(ROOT), *(place for place in sys.path if place not in ("", str(ROOT), str(ROOT / "portal")))]
    if sys.version_info < FLOOR:
        stop(
            "this is Python {}.{}, and Vitrine needs {}.{} or newer".format(*sys.version_info[:2], *FLOOR),
            "start it by its name, for example: python3.12 -m portal",
        )
    wanted = os.environ.get("VITRINE_VENV", "")
    folder = Path(wanted or ROOT / ".venv").absolute()
    if wanted != "none" and Path(sys.prefix).resolve() != folder.resolve():
        furnish(folder, "requirements-dev.txt" if WITH_CHECKS & set(sys.argv[1:2]) else "requirements.txt")
        go_on_in(folder)
    elif wanted != "none" and WITH_CHECKS & set(sys.argv[1:2]):
        furnish(folder, "requirements-dev.txt")
    from portal import cli

    sys.exit(cli.main(sys.argv[1:]))


def furnish(folder: Path, file: str) -> None:
    """Install what `file` names into `folder`, unless the stamp says that it is there."""
    if file in stamped(folder):
        return
    import fcntl

    try:
        lock = (folder.parent / (folder.name + ".lock")).open("w")
    except OSError as error:
        stop(
            f"{folder.parent} cannot be written ({error.strerror})",
            "name another folder with VITRINE_VENV=/some/folder",
        )
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two starts at once one installs, the other waits
        if file not in stamped(folder):
            install(folder, file)


def install(folder: Path, file: str) -> None:
    """An interrupted or outdated installation is mended; one of another Python is made anew."""
    if util.find_spec("ensurepip") is None:
        stop(
            "this Python has no ensurepip",
            "install its venv package (Debian, Ubuntu: apt install python3-venv), or another Python",
        )
    print(f"Installing what Vitrine needs into {folder} (once) …", file=sys.stderr, flush=True)
    before = stamped(folder)
    if not runs(folder):
        if not is_ours(folder):
            stop(f"{folder} is neither empty nor an environment of ours", "name another folder with VITRINE_VENV")
        make(folder)
    (folder / "stamp").unlink(missing_ok=True)
    order = [str(python_of(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    order += ["--require-hashes", "--only-binary=:all:", "--requirement", str(ROOT / file)]
    done = subprocess.run(order, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        why = [line for line in done.stderr.splitlines() if line.strip() and "notice" not in line]
        stop(
            "pip could not install " + file + ": " + (why or ["it said nothing"])[-1],
            "look at the network, then start again",
        )
    files = {"requirements.txt", file} if file == "requirements-dev.txt" else {file, *before}
    (folder / "stamp").write_text("".join(sorted(f"{name} {mark(name)}\n" for name in files)), encoding="ascii")


def is_ours(folder: Path) -> bool:
    """Whether what is there may be thrown away: somebody may have named his home."""
    ours = folder == ROOT / ".venv" or any((folder / mark).is_file() for mark in (MARK, "stamp"))
    return ours or not folder.is_dir() or not any(folder.iterdir())


def make(folder: Path) -> None:
    """A fresh environment of this Python."""
    import shutil
    import venv

    try:
        if folder.is_dir():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / MARK).touch()
        venv.create(folder, with_pip=True, symlinks=True)
    except subprocess.CalledProcessError as error:
        told = (error.output or b"").decode(errors="replace").strip().splitlines() or ["ensurepip failed"]
        stop(
            "the environment cannot be made: " + told[-1],
            "install this Python's venv package (apt install python3-venv)",
        )
    except OSError as error:
        stop(f"{folder} cannot be written ({error.strerror})", "name another folder with VITRINE_VENV=/some/folder")


def runs(folder: Path) -> bool:
    """Whether the environment there is one of this Python, and works."""
    say = "import sys, pip; print(sys.version)"
    try:
        done = subprocess.run([str(python_of(folder)), "-c", say], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == sys.version.strip()


def stamped(folder: Path) -> "set[str]":
    """Names of the requirement files that are installed there as they stand now."""
    return {name for name, content in stamps(folder) if content == mark(name)}


def stamps(folder: Path) -> "Iterator[tuple[str, str]]":
    try:
        lines = (folder / "stamp").read_text(encoding="ascii").splitlines()
    except OSError:
        return
    for line in lines:
        name, _, content = line.partition(" ")
        yield name, content


def mark(file: str) -> str:
    """What a stamp says about a file: its content, for this Python."""
    content = (ROOT / file).read_bytes() + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


def go_on_in(folder: Path) -> "NoReturn":
    """Become the environment's Python, in the same folder, with the same arguments."""
    python = str(python_of(folder))
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    sys.stdout.flush()
    environment = {**os.environ, "PYTHONPATH": path}
    if sys.platform == "darwin":  # `up` forks after loading: Apple's libraries would end the copies
        environment.setdefault("OBJC_DISABLE_INITIALIZE_FORK_SAFETY", "YES")
    os.execve(python, [python, "-m", "portal", *sys.argv[1:]], environment)


def stop(reason: str, remedy: str) -> "NoReturn":
    print(f"vitrine: {reason}\n         {remedy}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
