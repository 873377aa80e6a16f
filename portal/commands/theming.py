"""`theme new NAME`: a theme that works, to be changed from there.  The guide is in the README."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from portal.config import Fault

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 30

ABOUT = """\
# What this theme says differently from the plain one.  Tokens as `themes/plain/theme.toml` explains them: each is one
# entry, from which the brand editor makes a field.  A default here is what the stylesheet has in `:root`.

name = "{name}"
label = "{label}"
for = "Whom it is for, in one line."
extends = "plain"
stylesheet = "theme.css"

[tokens.r-card]
kind = "length"
group = "shape"
unit = "rem"
default = "1.5"
least = 0
most = 2
step = 0.125
label = "Corners of cards"
"""

SHEET = """\
/* {name}: say here in one line what it is like. */
@layer theme {{
  /* Tokens first: most of a theme is here.  All of them, with what they are, stand in `@layer tokens` of shop.css.
     light-dark(by day, by night) holds both modes in one place; the brand's own colours come after, in a layer above. */
  :root {{ --r-card: 1.5rem; }}

  /* Then layout, of parts (.btn .card .search …) and of pages (.hero .sell .hall .written .state-page …).
     Speak in tokens, so that a brand may change them; fetch nothing; and look at 360, 900 and 1440 px, light and dark. */
  .motto {{ margin-inline-start: auto; }} .motto + .tools {{ margin-inline-start: 0; }}

  /* The home page, as the plain theme lays it out: change it, or throw it away with a home page of your own. */
{plain}
}}
"""

HEADER = """\
{#- The plain header, and a line beside the ways through the shop: a template may extend what it stands in the place of. -#}
{% extends "plain:layouts/shop_header.html" %}
{% block middle %}{{ super() }}<p class="motto only-l small muted">{{ _("Cloud services from %(name)s", name=name) }}</p>{% endblock %}
"""


def offer(commands: Any) -> None:
    theme = commands.add_parser("theme", help="theme new NAME: begin a theme of your own", description=__doc__)
    verbs = theme.add_subparsers(title="what to do", metavar="new", required=True)
    new = verbs.add_parser("new", help="make a theme that works, to be changed from there")
    new.add_argument("name", metavar="NAME", help="its folder's name: small letters, digits, hyphens")
    new.set_defaults(run=begin)


def begin(options: argparse.Namespace) -> None:
    folder = make(options.name)
    print(f"{folder} is there.")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        print(f"  {path.relative_to(folder)}")
    print("Start the portal again, choose it as the theme of a brand, and see “A theme of your own” in the README.")


def make(name: str) -> Path:
    """The folder of a new theme that extends the plain one.  Raises Fault for a name that is none, or is taken."""
    from portal.core.themes import ROOT

    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise Fault(f"“{name}” is no name for a theme", f"small letters, digits and single hyphens, {LONGEST} at most")
    folder = ROOT / name
    if folder.exists():
        raise Fault(f"there is a theme {name} already", "choose another name, or change what stands there")
    files = {"theme.toml": ABOUT, "static/theme.css": SHEET}
    words = {"name": name, "label": name.replace("-", " ").capitalize(), "plain": _rules(ROOT / "plain")}
    written = {path: text.format_map(words) for path, text in files.items()}
    written["templates/layouts/shop_header.html"] = HEADER
    for path, text in written.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def _rules(plain: Path) -> str:
    """What stands in the layer of the plain theme's sheet."""
    sheet = (plain / "static/theme.css").read_text(encoding="utf-8")
    return sheet.partition("@layer theme {\n")[2].rstrip().removesuffix("}").rstrip()
