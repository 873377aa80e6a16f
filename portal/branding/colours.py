"""From one colour to a whole set for light and dark, with contrast that is proven and not hoped for.

A brand colour is kept where it can be read and moved in lightness, never in hue, where it cannot: text on its ground at
least 4.5 : 1, edges and focus at least 3 : 1, on every ground of office and shop (LOOK.md, Tokens).  All ratios are
taken from the eight-bit colours that are really sent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from coloraide import Color

TEXT = 4.5
EDGE = 3.0
RESERVE = 1.02  # a browser rounds too
STEP = 0.01
HOUSE_TINT = 262
GREY = 0.02  # below this chroma a colour has no hue worth speaking of
HOVER = 1.1  # the shop brightens a button by this factor under the pointer
NEUTRAL_HUES = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """A colour taken apart: lightness, chroma, hue (OKLCH)."""

    light: float
    chroma: float
    hue: float

    @classmethod
    def of(cls, colour: str) -> "Wanted":
        light, chroma, hue = Color(colour).convert("oklch").coords(nans=False)
        return cls(light, chroma, hue) if chroma >= GREY else cls(light, chroma, HOUSE_TINT)

    def at(self, light: float, *, most: float = 0.4, share: float = 1.0) -> str:
        """The same hue at another lightness, as far as a screen can show it: `#rrggbb`."""
        return _shown(round(light, 4), round(min(self.chroma * share, most), 4), round(self.hue, 2))


@dataclass(frozen=True, slots=True)
class Ground:
    """One mode: the faintest ground text must still be read on, where lightness goes to gain contrast, and the ink."""

    worst: float
    away: int
    button: tuple[float, float]  # how light a button may be wished
    lift: float  # how much lighter than the brand's own colour
    patience: float  # how far it may move for white ink
    text: float
    focus: float
    soft: tuple[float, float, float]  # lightness, share of the chroma, most chroma


LIGHT = Ground(
    worst=0.945, away=-1, button=(0.30, 0.62), lift=0.0, patience=0.10, text=0.47, focus=0.52, soft=(0.956, 0.14, 0.02)
)
DARK = Ground(
    worst=0.275, away=1, button=(0.74, 0.86), lift=0.12, patience=0.0, text=0.80, focus=0.80, soft=(0.28, 0.35, 0.055)
)


@dataclass(frozen=True, slots=True)
class Palette:
    """Every token of a brand: name → (in light, in dark); and the hue of the greys."""

    tint: int
    tokens: Mapping[str, tuple[str, str]]

    def declarations(self) -> str:
        """As the inside of a CSS rule."""
        words = "; ".join(f"--{name}: light-dark({light}, {dark})" for name, (light, dark) in self.tokens.items())
        return f"--tint: {self.tint}; {words};"

    def light(self, token: str) -> str:
        return self.tokens[token][0]


@lru_cache(maxsize=256)
def palette(brand: str, accent: str | None = None, *, exact: bool = False) -> Palette:
    """The whole set out of one or two colours (`#rrggbb`).

    `exact` takes them as they are, read or not: whoever wants that is told what cannot be read (`readability`).
    """
    wanted, second = Wanted.of(brand), Wanted.of(accent or brand)
    sides = [_side(wanted, second, ground) for ground in (LIGHT, DARK)]
    if exact:
        sides = [side | _as_written(brand, accent or brand) for side in sides]
    tokens = {name: (sides[0][name], sides[1][name]) for name in sides[0]}
    return Palette(round(wanted.hue) % 360, tokens)


def neutral(name: str) -> str:
    """A brand colour for somebody who has chosen none: calm, and always the same for the same name."""
    number = int.from_bytes(sha256(name.casefold().encode()).digest()[:4])
    return Wanted(0.47, 0.11, number % NEUTRAL_HUES * (360 / NEUTRAL_HUES)).at(0.47)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=4096)
def luminance(colour: str) -> float:
    return float(Color(colour).luminance())


def _side(wanted: Wanted, second: Wanted, ground: Ground) -> dict[str, str]:
    """All tokens for one mode."""
    back = wanted.at(ground.worst, most=0.02)
    soft = wanted.at(ground.soft[0], most=ground.soft[2], share=ground.soft[1])
    brand, ink = _button(wanted, ground, back)
    return {
        "brand": brand,
        "on-brand": ink,
        "brand-hover": _hovered(brand, ink),
        "brand-text": _readable(wanted, ground, start=ground.text, on=(back, soft), least=TEXT),
        "brand-soft": soft,
        "accent": _readable(second, ground, start=second.light, on=(back, soft), least=EDGE),
        "focus": _readable(wanted, ground, start=ground.focus, on=(back, soft), least=EDGE),
    }


def _as_written(brand: str, accent: str) -> dict[str, str]:
    """The tokens that are the colours themselves, in both modes; the ink is the better of the two."""
    ink = max(("#ffffff", Wanted.of(brand).at(0.19, most=0.035)), key=lambda ink: contrast(ink, brand))
    hover = _hovered(brand, ink)
    return {
        "brand": brand,
        "on-brand": ink,
        "brand-hover": hover,
        "brand-text": brand,
        "accent": accent,
        "focus": brand,
    }


def ground_of(brand: str, side: Ground) -> str:
    """The faintest ground a brand's colours must still be seen on in this mode."""
    return Wanted.of(brand).at(side.worst, most=0.02)


def _button(wanted: Wanted, ground: Ground, back: str) -> tuple[str, str]:
    """(the colour of a button, the ink on it): as near to the wish as it can be seen and read, also when hovered.

    By day white ink is preferred when the colour need not move far for it: people expect it on red and blue.
    """
    white, black = "#ffffff", wanted.at(0.19, most=0.035)
    least, most = ground.button
    wish = min(max(wanted.light + ground.lift, least), most)
    for ink, far in ((white, ground.patience), (black, 1.0), (white, 1.0)):
        for light in _outward(wish, far):
            brand = wanted.at(light)
            worn = (brand, _brightened(brand), _hovered(brand, ink))
            if contrast(brand, back) >= EDGE * RESERVE and all(contrast(ink, one) >= TEXT * RESERVE for one in worn):
                return brand, ink
    raise ArithmeticError("black on white is always readable")


def _readable(wanted: Wanted, ground: Ground, *, start: float, on: Iterable[str], least: float) -> str:
    """The lightness nearest to the start at which the colour stands out from all these grounds."""
    grounds = tuple(on)
    light = min(start, ground.text if least == TEXT else 1.0) if ground.away < 0 else max(start, 0.0)
    while 0 <= light <= 1:
        colour = wanted.at(light)
        if all(contrast(colour, back) >= least * RESERVE for back in grounds):
            return colour
        light += ground.away * STEP
    return "#000000" if ground.away < 0 else "#ffffff"


def _outward(wish: float, far: float) -> Iterator[float]:
    """The wish, and then what lies farther and farther from it."""
    for step in range(round(far / STEP)):
        for light in dict.fromkeys((wish - step * STEP, wish + step * STEP)):
            if 0 <= light <= 1:
                yield light


def _hovered(brand: str, ink: str) -> str:
    """The button under the pointer in the office: a little away from its ink."""
    colour = Wanted.of(brand)
    lighter = luminance(ink) < luminance(brand)
    return colour.at(min(1.0, colour.light + 0.05) if lighter else max(0.0, colour.light - 0.05))


def _brightened(brand: str) -> str:
    """What the shop's `brightness()` makes of it."""
    parts = (min(255, round(int(brand[at : at + 2], 16) * HOVER)) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


@lru_cache(maxsize=4096)
def _shown(light: float, chroma: float, hue: float) -> str:
    colour = Color("oklch", [light, chroma, hue]).fit("srgb", method="oklch-chroma").convert("srgb")
    return str(colour.to_string(hex=True, fit="clip"))
