"""What the README says of the house is true of the house: its map, its commands, the places it names."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

from portal import cli
from portal.config import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAP = re.search(r"## Map of the house\n+```\n(.*?)```", README, re.DOTALL)
NO_SLICE = {"core", "config", "local", "commands"}
WRITTEN = ("instance/", "/@")  # what an installation writes, and an address


def test_every_room_of_the_house_is_on_the_map() -> None:
    named = _on_the_map()
    there = {f"{path.relative_to(ROOT).as_posix()}/" for path in (ROOT / "portal").iterdir() if _is_room(path)}
    assert there <= set(named), "not on the map"
    assert all((ROOT / name).exists() for name in named)


def test_the_map_lists_the_slices_from_the_ground_up() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one.get("exhaustive"))
    floors = {name: floor for floor, name in enumerate(reversed(layers))}
    slices = [name.split("/")[1] for name in _on_the_map() if name.startswith("portal/") and name.endswith("/")]
    climbing = [floors[name] for name in slices if name in floors and name not in NO_SLICE]
    assert all(below < above for below, above in pairwise(climbing)), slices


def test_every_command_is_in_the_table() -> None:
    rows = [row.split("|")[1] for row in README.splitlines() if row.startswith("| `")]
    told = {word for row in rows for word in re.findall(r"`([a-z]+)\b", row)}
    offered = set(re.findall(r"^    ([a-z]+)", cli.parser().format_help(), re.MULTILINE))
    assert offered - {"up", "test"} <= told


def test_every_file_that_is_named_is_there() -> None:
    named = [one for one in re.findall(r"`([^`\s]+/[^`\s]+)`", README) if not one.startswith(WRITTEN)]
    files = [one for one in named if ":" not in one and "<" not in one]
    assert [one for one in files if not (ROOT / one).exists() and not (ROOT / "portal" / one).exists()] == []
    assert len(files) > 3


def _on_the_map() -> list[str]:
    assert MAP
    return [line.split()[0] for line in MAP[1].splitlines()]


def _is_room(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(("_", "."))
