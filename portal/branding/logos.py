"""Taking a logo from somebody: a picture drawn anew by us, trimmed, with the colours it is known by."""

from dataclasses import dataclass

from PIL import Image, ImageOps

from portal.branding.colours import GREY, Wanted, luminance
from portal.core import pictures
from portal.core.errors import Invalid
from portal.core.pictures import MOST_BYTES
from portal.core.words import N_, Line, say

__all__ = ["LEAST_SIDE", "MOST_BYTES", "Logo", "read_logo"]
LEAST_SIDE = 48
LONGEST = 8
"""How many times as wide as high (or the reverse) a logo may be."""
BOX = (960, 480)
_SAMPLE = 96
_SEEN = 128
_SHADES = 12
_APART = 40


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as we keep it: trimmed, with an alpha channel, within BOX."""

    image: Image.Image

    def fits_square(self, most: float) -> bool:
        """Whether neither side is more than `most` times the other: a square leaves enough of it."""
        return max(self.image.size) <= most * min(self.image.size)

    @property
    def is_light(self) -> bool:
        """Hard to see on white."""
        seen = _visible(self.image)
        return sum(luminance(colour) * count for count, colour in seen) > 0.6 * sum(count for count, _ in seen)

    def colours(self) -> tuple[str, str | None]:
        """(the colour it is known by, a second one of another hue or None).  A grey logo is known by a dark grey."""
        ranked = sorted(_visible(self.image), key=_weight, reverse=True)
        vivid = [colour for _, colour in ranked if Wanted.of(colour).chroma >= 2 * GREY]
        if not vivid:
            return "#2b2f36", None
        first = Wanted.of(vivid[0]).hue
        others = (colour for colour in vivid[1:] if _turn(first, Wanted.of(colour).hue) > _APART)
        return vivid[0], next(others, None)


def read_logo(content: bytes) -> Logo:
    """The logo in these bytes.  Raises Invalid at the field `logo`, with what to do about it."""
    image = pictures.opened(content, field="logo", least=LEAST_SIDE)
    trimmed = _trimmed(image)
    if max(trimmed.size) > LONGEST * min(trimmed.size):
        raise _no(
            say(N_("Send a logo that is less narrow: one side is more than %(most)s times the other."), most=LONGEST)
        )
    trimmed.thumbnail(BOX, Image.Resampling.LANCZOS)
    return Logo(trimmed)


def _trimmed(image: Image.Image) -> Image.Image:
    """Without the empty margin: transparent, or white all round."""
    alpha = image.getchannel("A").point(lambda value: 255 if value > 8 else 0)  # noqa: PLR2004 - almost nothing
    box = alpha.getbbox()
    if box is None:
        raise _no(say(N_("Send a picture with something in it: every pixel of this one is transparent.")))
    if alpha.getextrema()[0] == 255:  # noqa: PLR2004 - no transparency at all: is its ground white?
        ink = ImageOps.invert(image.convert("L")).point(lambda value: 255 if value > 12 else 0)  # noqa: PLR2004
        box = ink.getbbox() or box
    return image.crop(box)


def _visible(image: Image.Image) -> list[tuple[int, str]]:
    """(how often, colour) of the few colours the eye sees in it."""
    small = image.copy()
    small.thumbnail((_SAMPLE, _SAMPLE))
    pixels = small.tobytes()
    seen = [pixels[at : at + 3] for at in range(0, len(pixels), 4) if pixels[at + 3] >= _SEEN]
    if not seen:
        return [(1, "#808080")]
    strip = Image.frombytes("RGB", (len(seen), 1), b"".join(seen)).quantize(_SHADES).convert("RGB")
    counted: list[tuple[int, tuple[int, int, int]]] = strip.getcolors(_SHADES) or []  # type: ignore[assignment] # RGB
    return [(count, f"#{red:02x}{green:02x}{blue:02x}") for count, (red, green, blue) in counted]


def _weight(shade: tuple[int, str]) -> float:
    """How much a colour stands for the logo: its share, and more so the more colourful it is."""
    count, colour = shade
    return float(count * Wanted.of(colour).chroma ** 1.2)


def _turn(one: float, other: float) -> float:
    """Degrees between two hues."""
    return abs((one - other + 180) % 360 - 180)


def _no(line: Line) -> Invalid:
    return Invalid(line, field="logo")
