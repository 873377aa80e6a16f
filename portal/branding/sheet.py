"""The stylesheet of a brand: custom properties over any theme, then the CSS of its own."""

from __future__ import annotations

from collections.abc import Mapping

from portal.branding.colours import Palette
from portal.branding.own_css import clean
from portal.core.themes import theme
from portal.core.tokens import declarations

FONTS = ("font-body", "font-display")
_OWN = "@layer own {\n"


def fonts(chosen: Mapping[str, str], theme_name: str) -> list[str]:
    """The families a page wears, each once, that of its text first."""
    tokens = theme(theme_name).tokens
    found = (tokens[name].taken(chosen.get(name, "")) or tokens[name].default for name in FONTS)
    return list(dict.fromkeys(found))


def stylesheet(colours: Palette, chosen: Mapping[str, str], theme_name: str, css: str = "") -> str:
    """The palette, then what was chosen of the theme's tokens: a hue of the greys stands in the place of the palette's.

    `css` is what somebody typed besides; it is cleaned here, wherever it comes from.
    """
    words = declarations(theme(theme_name).tokens, chosen)
    own, _ = clean(css)
    brand = f"@layer brand {{ :root {{ {colours.declarations()} {words}}} }}\n"
    return f"{brand}{_OWN}{own}}}\n" if own else brand


def without_own(text: str) -> str:
    """The same stylesheet without CSS of its own: for addresses that the tenant shares with others."""
    return text.partition(_OWN)[0]
