"""The type families we ship: a folder each under `static/vendor/`, with Latin, Greek and Cyrillic letters, of all weights.

`scripts/vendor.py` copies them.
"""

from __future__ import annotations

from dataclasses import dataclass

SANS, SERIF = "system-ui, sans-serif", "Georgia, serif"


@dataclass(frozen=True, slots=True)
class Family:
    """Its key is the folder that holds its files and the stylesheet that names them; `stack` is what stands in ours."""

    label: str
    stack: str


def _family(label: str, otherwise: str) -> Family:
    return Family(label, f'"{label} Variable", {otherwise}')


FAMILIES = {
    "inter": Family("Inter", f'"Inter Variable", "Inter Fallback", {SANS}'),
    "source-sans-3": _family("Source Sans 3", SANS),
    "manrope": _family("Manrope", SANS),
    "commissioner": _family("Commissioner", SANS),
    "geologica": _family("Geologica", SANS),
    "source-serif-4": _family("Source Serif 4", SERIF),
    "literata": _family("Literata", SERIF),
    "eb-garamond": _family("EB Garamond", SERIF),
}
DEFAULT = "inter"


def stylesheet_of(folder: str) -> str:
    """The asset that names a family's files."""
    return f"vendor/{folder}/{folder}.css"


def first_file_of(folder: str) -> str:
    """The asset with the Latin letters: what nearly every page needs at once."""
    return f"vendor/{folder}/{folder}-latin-wght-normal.woff2"
