"""The languages' catalogues: every text people see, in every language we speak.

`portal/translations/<language>/LC_MESSAGES/messages.po` is what translators write.  What the program reads (`.mo`) is
made from it when it is older, so it is not kept in git.
"""

from __future__ import annotations

import argparse
import ast
import io
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from portal.config import ROOT
from portal.config.places import TRANSLATIONS, catalogues

SOURCES = [
    ("portal/static/**", "ignore"),
    ("portal/**.py", "python"),
    ("worker/**.py", "python"),
    ("portal/**/templates/**.html", "jinja2"),
    ("portal/**/templates/**.txt", "jinja2"),
    ("portal/templates/**.html", "jinja2"),
    ("portal/templates/**.txt", "jinja2"),
    ("themes/**/templates/**.html", "jinja2"),
    ("themes/*/theme.toml", "portal.commands.catalogues:words_of_a_theme"),
]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}


def offer(commands: Any) -> None:
    parser = commands.add_parser(
        "catalogues", help="for translators: bring the texts of every language up to date", description=__doc__
    )
    parser.add_argument("--add", metavar="LANGUAGE", help="begin another language (de, fr, …)")
    parser.set_defaults(run=update)


def update(options: argparse.Namespace) -> None:
    """Merge the texts of the source into every catalogue, and say what is left to translate."""
    from babel.messages.catalog import Catalog

    fresh = extracted()
    if options.add:
        path = TRANSLATIONS / options.add / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file():
            _replace(path, _written(Catalog(locale=options.add, project="Vitrine", charset="utf-8")))
    for path in catalogues():
        catalogue = _read(path)
        catalogue.update(fresh, no_fuzzy_matching=True)
        _replace(path, _written(catalogue, width=120, ignore_obsolete=True, sort_output=True))
        left = sum(1 for message in catalogue if message.id and not _is_translated(message))
        print(f"{path.parent.parent.name}: {left} of {len(catalogue)} texts are to be translated")


def words_of_a_theme(file: Any, *_: Any, **__: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """What the editor of a brand shows of a theme, as Babel takes it: its purpose, its tokens, their help and choices."""
    words = tomllib.loads(file.read().decode())
    tokens = words.get("tokens", {}).values()
    said = [words.get("label"), words.get("for"), *(token.get(part) for token in tokens for part in ("label", "help"))]
    said += [label for token in tokens for _, label, _ in token.get("choices", ())]
    return ((1, "gettext", text, []) for text in dict.fromkeys(filter(None, said)))


def compile_stale() -> None:
    """Make what the program reads of each catalogue, where it is missing or older than what translators wrote."""
    from babel.messages.mofile import write_mo

    for path in catalogues():
        made = path.with_suffix(".mo")
        if made.is_file() and made.stat().st_mtime >= path.stat().st_mtime:
            continue
        with suppress(PermissionError):  # a read-only tree was made with them
            draft = made.with_suffix(".draft")
            with draft.open("wb") as file:
                write_mo(file, _read(path))
            draft.replace(made)


def complaints() -> Iterator[str]:
    """What is wrong with the catalogues: a text that is missing, or whose placeholders differ."""
    wanted = {message.id for message in extracted() if message.id}
    for path in catalogues():
        language, catalogue = path.parent.parent.name, _read(path)
        known = {message.id for message in catalogue if message.id and _is_translated(message)}
        yield from (f"{language}: not translated: {text!r}" for text in sorted(wanted - known, key=str))
        yield from (
            f"{language}: doubtful (fuzzy): {message.id!r}" for message in catalogue if message.id and message.fuzzy
        )
        for message, errors in catalogue.check():
            yield from (f"{language}: {error}: {message.id!r}" for error in errors)


def extracted() -> Any:
    """Every text in the source.  A template that cannot be read raises."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir

    found = Catalog(project="Vitrine", charset="utf-8")
    options = {pattern: {"silent": "false", "trimmed": "true"} for pattern, method in SOURCES if method == "jinja2"}
    rows = extract_from_dir(ROOT, SOURCES, options, keywords=KEYWORDS, directory_filter=lambda _: True)
    for name, _line, message, comments, context in rows:
        found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    for name, one, many in said_in_two_forms():
        found.delete(many)
        found.add((one, many), None, [(name, 0)])
    return found


def said_in_two_forms() -> Iterator[tuple[str, str, str]]:
    """`say(N_(one), N_(many), …)` and `by_count`: two texts to Babel, one text with a plural to whoever translates and reads it."""
    for path in sorted([*(ROOT / "portal").rglob("*.py"), *(ROOT / "worker").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name("say" | "by_count"),
                    args=[
                        ast.Call(func=ast.Name("N_"), args=[ast.Constant(str(one))]),
                        ast.Call(func=ast.Name("N_"), args=[ast.Constant(str(many))]),
                    ],
                ):
                    yield path.relative_to(ROOT).as_posix(), one, many


def _is_translated(message: Any) -> bool:
    strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return all(strings) and not message.fuzzy


def _read(path: Path) -> Any:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def _written(catalogue: Any, **options: Any) -> bytes:
    from babel.messages.pofile import write_po

    file = io.BytesIO()
    write_po(file, catalogue, omit_header=False, **options)
    return file.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all: translators' work is not lost when something stops in the middle."""
    draft = path.with_suffix(".draft")
    draft.write_bytes(content)
    draft.replace(path)
