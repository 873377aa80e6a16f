"""The stylesheet of a brand: custom properties over any theme, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from portal.branding.colours import Palette
from portal.core.themes import theme
from portal.core.tokens import declarations

FONTS = ("font-body", "font-display")


def fonts(chosen: Mapping[str, str], theme_name: str) -> list[str]:
    """The families a page wears, each once, that of its text first."""
    tokens = theme(theme_name).tokens
    found = (tokens[name].taken(chosen.get(name, "")) or tokens[name].default for name in FONTS)
    return list(dict.fromkeys(found))


def stylesheet(colours: Palette, chosen: Mapping[str, str], theme_name: str) -> str:
    """The palette, then what was chosen of the theme's tokens: a hue of the greys stands in the place of the palette's."""
    words = declarations(theme(theme_name).tokens, chosen)
    return f"@layer brand {{ :root {{ {colours.declarations()} {words}}} }}\n"
