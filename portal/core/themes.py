"""Themes are folders of code under `themes/`: templates that replace the plain ones, stylesheets, and token defaults.

A theme extends another, in the end the plain one, and says only what it does differently.  A template of a theme may
extend the one it stands in the place of: `{% extends "plain:layouts/shop.html" %}`.

One Jinja environment per theme: a loader that looked at the request would hand one tenant's template to another from
the cache.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import current_app
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader

from portal.core.tokens import Token

ROOT = Path(__file__).resolve().parents[2] / "themes"
PLAIN = "plain"


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """What a folder says, on top of what it extends."""

    name: str
    line: tuple[str, ...]  # itself, what it extends, and so on down to the plain one
    stylesheet: str  # the asset its pages link: its own, or that of what it extends
    tokens: Mapping[str, Token]
    label: str = ""
    purpose: str = ""  # whom it is for: a message id, as the labels are


def names() -> list[str]:
    """The shipped themes."""
    return sorted(_shipped(ROOT))


def theme(name: str) -> Theme:
    """The theme of this name; one that is not shipped (any more) is the plain one."""
    return _read(ROOT, name if name in _shipped(ROOT) else PLAIN)


def shipped() -> list[Theme]:
    """All of them, the plain one first."""
    return sorted(map(theme, names()), key=lambda one: (one.name != PLAIN, one.label))


def stylesheet(name: str) -> str:
    """The name of the asset that a page in this theme links."""
    return theme(name).stylesheet


def environment_of(name: str) -> Environment:
    """The environment that renders this theme's pages."""
    kept: dict[str, Environment] = current_app.extensions.setdefault("vitrine.themes", {})
    worn = theme(name)
    if worn.name not in kept:
        plain = cast("Environment", current_app.jinja_env)
        assert plain.loader is not None  # noqa: S101 - Flask's own
        own = {one: FileSystemLoader(ROOT / one / "templates") for one in worn.line if one != PLAIN}
        by_name = PrefixLoader({**own, PLAIN: plain.loader}, delimiter=":")
        kept[worn.name] = plain.overlay(loader=ChoiceLoader([*own.values(), plain.loader, by_name]))
    return kept[worn.name]


@lru_cache(maxsize=64)
def _read(root: Path, name: str) -> Theme:
    """Raises RecursionError when themes extend each other in a ring."""
    words = tomllib.loads((root / name / "theme.toml").read_text())
    below = _read(root, words.get("extends", PLAIN)) if name != PLAIN else Theme(PLAIN, (), "", {})
    sheet = f"themes/{name}/{words['stylesheet']}" if "stylesheet" in words else below.stylesheet
    own = {token: Token.read(token, said) for token, said in words.get("tokens", {}).items()}
    return Theme(
        name, (name, *below.line), sheet, {**below.tokens, **own}, words.get("label", name), words.get("for", "")
    )


@lru_cache(maxsize=8)
def _shipped(root: Path) -> frozenset[str]:
    return frozenset(path.parent.name for path in root.glob("*/theme.toml"))
