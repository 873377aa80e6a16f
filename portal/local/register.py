"""Who was begun, so that the next start can end what was left.

Whoever kills us with -9 leaves children behind.  Kept are their number and birth time, and buried are those for whom both
still match: a number alone may have been given to a stranger meanwhile.
"""

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from portal.local.children import Child, kill_group, wait


class Register:
    """`running.json`: who was begun, so that the next start can end what was left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, tuple[int, str, int]] = {}

    def note(self, name: str, child: Child, word: signal.Signals) -> None:
        self._known[name] = (child.pid, birth(child.pid) or "", int(word))
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps({"world": world(), "children": self._known}), encoding="utf-8")
        draft.replace(self.path)

    def clear(self) -> None:
        self._known.clear()
        self.path.unlink(missing_ok=True)

    def bury(self, seconds: float = 8) -> list[str]:
        """End what an earlier start left behind; the names of what was found alive."""
        left = self._left()
        alive = {name: one for name, one in left.items() if birth(one[0]) == one[1]}
        for pid, _, word in alive.values():
            with suppress(ProcessLookupError):
                os.kill(pid, word)
        wait(lambda: all(birth(pid) != born for pid, born, _ in alive.values()), seconds)
        orphaned = [
            pid for pid, born, _ in left.values() if birth(pid) in (born, None)
        ]  # else the number is a stranger's
        for pid in orphaned:
            kill_group(pid)
        wait(lambda: not any(_has_group(pid) for pid in orphaned), 2)
        self.clear()
        return list(alive)

    def _left(self) -> dict[str, tuple[int, str, int]]:
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            said = json.loads(self.path.read_text(encoding="utf-8"))
            if said["world"] == world():
                return dict(said["children"])
        return {}


def birth(pid: int) -> str | None:
    """When a living process was born, in the system's own words; None when there is none (or only its shell)."""
    if Path("/proc/self/stat").exists():
        with suppress(OSError):
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
            state, *rest = stat.rpartition(")")[2].split()
            return None if state == "Z" else rest[18]
        return None
    return _born_by_ps(pid)


def _born_by_ps(pid: int) -> str | None:
    """The same on systems without /proc."""
    state, _, born = _told("/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)).partition(" ")
    return None if state.startswith("Z") else born.strip() or None


def world() -> str:
    """Which run of which machine (or container) process numbers belong to: in another one they name strangers."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    return _told("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid")  # the boot's time moves when the clock is set


def _told(*order: str) -> str:
    """What a program of the system says, whatever language and time zone we were started in."""
    plain = {"LC_ALL": "C", "TZ": "UTC"}
    with suppress(OSError):
        return subprocess.run(order, env=plain, capture_output=True, text=True, check=False).stdout.strip()
    return ""


def _has_group(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, but there
    return True
