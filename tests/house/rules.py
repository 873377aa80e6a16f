"""Reads the house's own source: what its rules are asked about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

HOUSE = Path(__file__).parent.parent.parent
PROGRAMS = ("portal", "worker", "migrations")


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module of these folders: its path from the top, and its syntax tree."""
    for folder in folders:
        for path in sorted((HOUSE / folder).rglob("*.py")):
            yield path.relative_to(HOUSE).as_posix(), _read(path)


@lru_cache(maxsize=1000)
def _read(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the last word of what is called: `db.session.commit()` is `commit`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string written in the module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def templates() -> Iterator[tuple[str, str]]:
    """Every template and every theme's page: its path from the top, and its source."""
    for folder in ("portal", "themes"):
        for path in sorted((HOUSE / folder).rglob("*.html")):
            if "static" not in path.parts:
                yield path.relative_to(HOUSE).as_posix(), path.read_text(encoding="utf-8")
