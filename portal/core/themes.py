"""Themes are folders of code under `themes/`: templates that replace the plain ones, and token defaults.

One Jinja environment per theme: a loader that looked at the request would hand one tenant's template to another from
the cache.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import current_app
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

ROOT = Path(__file__).resolve().parents[2] / "themes"
PLAIN = "plain"


def names() -> list[str]:
    """The shipped themes."""
    return sorted(path.parent.name for path in ROOT.glob("*/theme.toml"))


def environment_of(theme: str) -> Environment:
    """The environment that renders this theme's pages; an unknown theme is plain."""
    kept: dict[str, Environment] = current_app.extensions.setdefault("vitrine.themes", {})
    if theme not in kept:
        folder = ROOT / theme / "templates"
        plain = cast("Environment", current_app.jinja_env)
        loaders = [FileSystemLoader(folder)] if theme in _shipped() and folder.is_dir() else []
        kept[theme] = plain.overlay(loader=ChoiceLoader([*loaders, plain.loader])) if plain.loader else plain
    return kept[theme]


@lru_cache(maxsize=1)
def _shipped() -> frozenset[str]:
    return frozenset(names())
