"""Whether every template can become a page: compiled in every theme, and in the htmx we have."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.config import ROOT

CHECKER = ROOT / "tests" / "vendor" / "htmx" / "upgrade-check.py"

# What htmx 4.0.1 reads. A misspelt attribute does nothing and says nothing.
ATTRIBUTES = frozenset(
    "hx-get hx-post hx-put hx-patch hx-delete hx-trigger hx-target hx-swap hx-swap-oob hx-select hx-select-oob hx-boost "
    "hx-confirm hx-disable hx-encoding hx-headers hx-ignore hx-include hx-indicator hx-config hx-action hx-method "
    "hx-preserve hx-push-url hx-replace-url hx-status hx-sync hx-vals hx-validate hx-optimistic hx-preload".split()
)
NEEDS_EVAL = re.compile(r"""\bhx-on\b|=\s*["'](?:js|javascript):|hx-trigger\s*=\s*(["'])[^"']*\[""")
ATTRIBUTE = re.compile(r"(?<![\w-])(hx-[a-z-]+)(?=[\s:=>])")


def templates() -> list[Path]:
    """Every template of ours."""
    return sorted(
        path
        for folder in ("portal", "themes")
        for path in (ROOT / folder).rglob("*.html")
        if "static" not in path.parts
    )


def compile_complaints() -> Iterator[str]:
    """Templates that do not compile, in every theme."""
    from jinja2 import TemplateError

    from portal.commands.maps import unconnected_app
    from portal.core.themes import environment_of, names

    app = unconnected_app()
    with app.app_context():
        for theme in names():
            environment = environment_of(theme)
            for name in environment.list_templates():
                try:
                    environment.get_template(name)
                except TemplateError as error:
                    yield f"{name} ({theme}), line {getattr(error, 'lineno', '?')}: {error}"


def htmx_complaints() -> Iterator[str]:
    """What this htmx would not do, and what our content security policy would not let it do."""
    checker = _checker()
    for path in templates():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        for number, line in enumerate(re.sub(r"\{#.*?#\}", _blank, text, flags=re.DOTALL).splitlines(), 1):
            if NEEDS_EVAL.search(line):
                yield f"{name}:{number}: needs unsafe-eval, which no page of ours allows"
            for attribute in ATTRIBUTE.findall(line):
                if attribute not in ATTRIBUTES:
                    yield f"{name}:{number}: htmx knows no {attribute}"
        for issue in checker.check_file(str(path)):
            if not _is_its_own(issue, text):
                yield f"{name}:{issue.line}: {issue.message}"


def _is_its_own(issue: Any, text: str) -> bool:
    """Headers on the element that makes the request itself are right; the checker looks at its descendants only."""
    return (
        issue.category == "inheritance"
        and re.search(r"hx-(?:get|post)=", text.splitlines()[issue.line - 1]) is not None
    )


def _blank(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def _checker() -> Any:
    spec = importlib.util.spec_from_file_location("htmx_upgrade_check", CHECKER)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
