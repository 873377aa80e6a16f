"""Which colours of a brand meet on a page, whether they can be read there, and what would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.branding.colours import DARK, EDGE, LIGHT, TEXT, Palette, contrast, ground_of, palette
from portal.branding.models import Brand
from portal.core.words import N_

GROUND, SHEET, PAPER = "ground", "sheet", "paper"
"""The faintest ground of a page, a mail's sheet, and paper, which stays white in the dark."""
SHEETS = ("#ffffff", "#16191d")
WHITE = "#ffffff"
PAIRS = (
    (N_("Words on a button"), "on-brand", "brand", TEXT),
    (N_("Words on a button under the pointer"), "on-brand", "brand-hover", TEXT),
    (N_("A button, or the bar of a chart, on the page"), "brand", GROUND, EDGE),
    (N_("A link on the page"), "brand-text", GROUND, TEXT),
    (N_("A badge, or a link on a soft ground"), "brand-text", "brand-soft", TEXT),
    (N_("A small sign on the page"), "accent", GROUND, EDGE),
    (N_("A small sign on a soft ground"), "accent", "brand-soft", EDGE),
    (N_("The ring of what has the focus"), "focus", GROUND, EDGE),
    (N_("The ring of what has the focus, on a soft ground"), "focus", "brand-soft", EDGE),
    (N_("The button of a mail"), "brand", SHEET, EDGE),
    (N_("Title and total of a document"), "brand-text", PAPER, TEXT),
)
"""(what it is, the token on top, the token below or one of the grounds, the least contrast of WCAG 2 AA)"""
MODES = (N_("Light"), N_("Dark"))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet in one mode.  `instead` is the nearest colour on top that can be read there."""

    what: str
    mode: str
    above: str
    below: str
    ratio: float
    least: float
    instead: str

    @property
    def can_be_read(self) -> bool:
        return self.ratio >= self.least


def unread_of(brand: Brand) -> list[Pair]:
    """Those of a version that nobody should have to read."""
    return unread(pairs(brand.palette, *brand.wished))


def pairs(worn: Palette, brand: str, accent: str | None) -> list[Pair]:
    """Every pair, those by day first."""
    repaired = palette(brand, accent)
    return [one for number, mode in enumerate(MODES) for one in _of_mode(worn, repaired, brand, number, mode)]


def unread(found: Sequence[Pair]) -> list[Pair]:
    """Those nobody should have to read."""
    return [pair for pair in found if not pair.can_be_read]


def _of_mode(worn: Palette, repaired: Palette, brand: str, number: int, mode: str) -> Iterator[Pair]:
    grounds = {GROUND: ground_of(brand, (LIGHT, DARK)[number]), SHEET: SHEETS[number], PAPER: WHITE}
    for what, top, bottom, least in PAIRS:
        if bottom == PAPER and number:
            continue
        above = worn.tokens[top][number]
        below = grounds.get(bottom) or worn.tokens[bottom][number]
        yield Pair(what, mode, above, below, contrast(above, below), least, repaired.tokens[top][number])
