"""Every template compiles, says nothing inline, and every fragment is one element; what is vendored is what was copied."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from functools import lru_cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask_babel import Babel
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, nodes

from portal.core import assets, dates, themes
from portal.core.tokens import Kind

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
VENDOR = PORTAL / "static/vendor"
BOOK = json.loads((VENDOR / "vendored.json").read_text(encoding="utf-8"))
SHOP_BYTES = 14 << 10
PUT_TOGETHER = {"depth-", "icon-", "size-"}  # classes that templates make of two words
PLAIN = [PORTAL / "templates", *sorted(PORTAL.glob("*/templates"))]
FOLDERS = [*PLAIN, *sorted(themes.ROOT.glob("*/templates"))]
TEMPLATES = [(folder, path) for folder in FOLDERS for path in sorted(folder.rglob("*")) if path.is_file()]
PAGES = [(folder, path) for folder, path in TEMPLATES if path.suffix == ".html"]
FRAGMENTS = [(folder, path) for folder, path in PAGES if path.name.startswith("_")]

INLINE = re.compile(
    r"""<style | \sstyle\s*= | <script(?![ ]type="application/ld\+json">)(?![^>]*\ssrc=) | \son[a-z]+\s*=\s*["'] | hx-on | javascript: | ["'\s]js:""",
    re.VERBOSE | re.IGNORECASE,
)


def name_of(case: tuple[Path, Path]) -> str:
    """The name by which other templates know it."""
    return case[1].relative_to(case[0]).as_posix()


def environment(theme: str) -> Environment:
    """As the app makes it: strict, with our filters, the theme's own folder first."""
    app = Flask("house")
    Babel(app)
    dates.install(app)
    app.jinja_env.undefined = StrictUndefined
    own = themes.ROOT / theme / "templates"
    by_name = PrefixLoader({themes.PLAIN: FileSystemLoader(PLAIN)}, delimiter=":")
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader([own, *FOLDERS]), by_name])
    return app.jinja_env


@lru_cache(maxsize=8)
def house(theme: str = themes.PLAIN) -> Environment:
    return environment(theme)


def tree(case: tuple[Path, Path]) -> nodes.Template:
    return house().parse(case[1].read_text(encoding="utf-8"), name_of(case))


def plain(case: tuple[Path, Path]) -> str:
    """The markup alone: without Jinja's comments, statements and values."""
    source = re.sub(r"\{#.*?#\}", "", case[1].read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", "x", re.sub(r"\{%.*?%\}", "", source, flags=re.DOTALL), flags=re.DOTALL)


@pytest.mark.parametrize("theme", themes.names())
def test_every_template_compiles_in_every_theme(theme: str) -> None:
    for case in TEMPLATES:
        house(theme).get_template(name_of(case))


@pytest.mark.parametrize("case", TEMPLATES, ids=name_of)
def test_what_a_template_builds_on_exists(case: tuple[Path, Path]) -> None:
    for part in tree(case).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        if isinstance(part.template, nodes.Const):
            house().get_template(part.template.value)


@pytest.mark.parametrize("case", TEMPLATES, ids=name_of)
def test_what_a_template_imports_is_there(case: tuple[Path, Path]) -> None:
    for part in tree(case).find_all(nodes.FromImport):
        assert isinstance(part.template, nodes.Const)
        source = (house().loader or FileSystemLoader([])).get_source(house(), part.template.value)[0]
        offered = {node.name for node in house().parse(source).find_all(nodes.Macro)}
        offered |= {
            name.name for node in house().parse(source).find_all(nodes.Assign) for name in node.find_all(nodes.Name)
        }
        wanted = {name if isinstance(name, str) else name[0] for name in part.names}
        assert wanted <= offered, f"{part.template.value} does not offer {wanted - offered}"


@pytest.mark.parametrize("case", [case for case in PAGES if "letter" not in name_of(case)], ids=name_of)
def test_nothing_stands_inline(case: tuple[Path, Path]) -> None:
    """The content policy would drop it.  Letters carry their sheet: mail readers have no other, and no script either."""
    assert INLINE.findall(plain(case)) == []


@pytest.mark.parametrize("case", FRAGMENTS, ids=name_of)
def test_a_fragment_is_one_element_with_an_id(case: tuple[Path, Path]) -> None:
    roots = [child for child in BeautifulSoup(plain(case), "html.parser").children if isinstance(child, Tag)]
    assert [bool(root.get("id")) for root in roots] == [True]
    assert not list(tree(case).find_all(nodes.Extends)), (
        "what extends a layout is a page: name it without the underscore"
    )


@pytest.mark.parametrize("case", PAGES, ids=name_of)
def test_every_icon_is_in_the_set(case: tuple[Path, Path]) -> None:
    drawn = set(
        re.findall(r"^  '([a-z0-9-]+)':", (PORTAL / "templates/components/glyphs.html").read_text(), re.MULTILINE)
    )
    for call in tree(case).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "icon" and isinstance(call.args[0], nodes.Const):
            assert call.args[0].value in drawn, "scripts/vendor.py names the icons"


def test_every_asset_a_template_names_is_there() -> None:
    for case in PAGES:
        for call in tree(case).find_all(nodes.Call):
            if (
                isinstance(call.node, nodes.Name)
                and call.node.name == "asset"
                and isinstance(call.args[0], nodes.Const)
            ):
                name = call.args[0].value
                theme = re.match(r"themes/([^/]+)/(.+)", name)
                path = themes.ROOT / theme[1] / "static" / theme[2] if theme else PORTAL / "static" / name
                assert path.is_file(), f"{name_of(case)} names {name}"


def test_htmx_attributes_are_those_of_its_fourth_version(tmp_path: Path) -> None:
    """The checker of the htmx package, on the markup alone: it takes Jinja inside a tag for an attribute."""
    for case in PAGES:
        source = re.sub(r"\{%.*?%\}", "", case[1].read_text(encoding="utf-8"), flags=re.DOTALL)
        path = tmp_path / name_of(case)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"\{\{.*?\}\}", "x", source, flags=re.DOTALL), encoding="utf-8")
    checker = ROOT / "tests/data/vendor/htmx-upgrade-check.py"
    said = subprocess.run([sys.executable, checker, tmp_path], capture_output=True, text=True, check=False)
    guessed = "no request attribute in this file"  # it suspects every hx-headers of being meant for descendants
    assert [line for line in said.stdout.splitlines() if str(tmp_path) in line and guessed not in line] == []


@pytest.mark.parametrize("name", sorted(BOOK))
def test_what_is_vendored_is_what_was_copied(name: str) -> None:
    assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == BOOK[name]["sha256"]


def test_nothing_else_stands_among_the_vendored() -> None:
    copied = {path.relative_to(ROOT).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert copied - {"portal/static/vendor/vendored.json"} == {
        name for name in BOOK if name.startswith("portal/static/vendor/")
    }


def test_the_fonts_are_named_as_they_are_served() -> None:
    sheet = (VENDOR / "inter/inter.css").read_text(encoding="utf-8")
    served = {assets.hashed(path.name, path) for path in VENDOR.glob("inter/*.woff2")}
    assert set(re.findall(r"url\((.+?)\)", sheet)) == served


def test_every_package_brings_its_licence() -> None:
    licensed = {facts["package"] for name, facts in BOOK.items() if "LICENSE" in name}
    assert {facts["package"] for facts in BOOK.values()} == licensed


def test_no_sheet_dresses_what_no_page_has() -> None:
    speaking = [
        path for folder in (PORTAL, themes.ROOT) for path in folder.rglob("*") if path.suffix in {".html", ".py"}
    ]
    words = set(
        re.findall(
            r"[\w-]+", "\n".join(path.read_text(encoding="utf-8") for path in [*speaking, PORTAL / "static/vitrine.js"])
        )
    )
    for sheet in [*PORTAL.glob("static/*.css"), *themes.ROOT.glob("*/static/*.css")]:
        source = re.sub(r"/\*.*?\*/|url\(.*?\)", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        classes = set(re.findall(r"\.([a-z][\w-]*)", source))
        unknown = {one for one in classes - words if not PUT_TOGETHER & {one.rpartition("-")[0] + "-"}}
        assert not unknown, sheet.name


@pytest.mark.parametrize("theme", themes.names())
def test_a_shop_page_loads_a_small_sheet(theme: str) -> None:
    sheets = [PORTAL / "static/shop.css", sheet_of(theme)]
    assert len(gzip.compress(b"".join(sheet.read_bytes() for sheet in sheets))) < SHOP_BYTES


@pytest.mark.parametrize("theme", [name for name in themes.names() if name != themes.PLAIN])
def test_what_a_theme_says_of_its_tokens_is_what_its_sheet_has(theme: str) -> None:
    """Else the brand editor shows a default that no page wears."""
    root = re.search(r":root \{(.*?)\}", sheet_of(theme).read_text(encoding="utf-8"), re.DOTALL)
    worn = dict(re.findall(r"([\w-]+): ([^;]+);", root[1])) if root else {}
    tokens = [token for token in themes.theme(theme).tokens.values() if token.kind is not Kind.COLOUR]
    said = {token.name if token.is_property else f"--{token.name}": token.css(token.default) for token in tokens}
    assert {name: css for name, css in said.items() if name in worn} == {
        name: worn[name] for name in said if name in worn
    }
    own = tomllib.loads((themes.ROOT / theme / "theme.toml").read_text(encoding="utf-8"))["tokens"]
    assert {name for name in said if name.removeprefix("--") in own} <= set(worn)


@pytest.mark.parametrize("theme", themes.names())
def test_no_theme_fetches_anything_from_elsewhere(theme: str) -> None:
    assert not re.search(r"@import|url\(|https?:", sheet_of(theme).read_text(encoding="utf-8"))


def sheet_of(theme: str) -> Path:
    _, name, file = themes.stylesheet(theme).split("/")
    return themes.ROOT / name / "static" / file
