"""From the environment and the file to the settings."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from portal.config.completion import completed
from portal.config.faults import Fault, Misconfigured
from portal.config.places import ROOT
from portal.config.settings import Settings


def read(environment: Mapping[str, str] | None = None, /, **chosen: str) -> Settings:
    """All settings; `chosen` (from the command line, by their names: PORT="8010") wins over the environment and the file.

    Raises Misconfigured.
    """
    given = {**(os.environ if environment is None else environment), **chosen}
    instance = Path(given.get("INSTANCE") or ROOT / "instance").expanduser().resolve()
    given = {**_from_file(instance / "settings.toml"), **given, "INSTANCE": str(instance)}
    facts = {one.name: _read_one(one.metadata, given) for one in fields(Settings) if given.get(one.metadata["name"])}
    return completed(Settings(**facts))


def table() -> list[tuple[str, str, str]]:
    """(name, default, meaning) of each setting, for the README and `--help`."""
    return [(one.metadata["name"], _shown(one.default), one.metadata["says"]) for one in fields(Settings)]


def _shown(default: Any) -> str:
    return "instance/" if isinstance(default, Path) else str(default or "")


def _from_file(path: Path) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path} cannot be read: {error}", "mend it, or take it away") from None
    known = {one.metadata["name"] for one in fields(Settings)}
    for name in content:
        if name.upper() not in known:
            raise Misconfigured(name, f"in {path} is not a setting", f"settings are: {', '.join(sorted(known))}")
    return {name.upper(): str(value) for name, value in content.items()}


def _read_one(setting: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    name = setting["name"]
    try:
        return setting["read"](given[name])
    except ValueError as error:
        raise Misconfigured(name, str(error), f"{name} is {setting['says']}") from None
