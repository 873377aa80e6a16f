"""Every picture a brand needs, out of its logo or the first letters of its name.  The same input gives the same bytes."""

import re
import unicodedata
import zlib
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from portal.branding.colours import Palette
from portal.branding.logos import Logo

FONTS = Path(__file__).resolve().parents[1] / "static" / "vendor" / "inter"
RANGES = {"latin": (0x20, 0xFF), "latin-ext": (0x100, 0x24F), "greek": (0x370, 0x3FF), "cyrillic": (0x400, 0x45F)}
WEIGHT = 640
DRAWN = 512
FAVICON = (16, 32, 48)
FORMS = frozenset(
    (
        "ag gmbh kg ug se ohg mbh ltd limited llc llp inc corp corporation co company plc sa sas sarl srl spa bv nv ab as"
        " asa oy aps the der die das und and αε εε οοο ооо зао ао"  # noqa: RUF001 - these are Greek and Cyrillic
    ).split()
)
SAFE = 0.66  # of the width: what a maskable icon keeps when it is cut to a circle
WIDE, SQUARE = 2.2, 1.4  # how much wider than high a logo may be to stand in a tile, and in a tab
ROUND = 0.22  # the radius of a tile
EDGE = 0.2  # of its height: the air around a wide logo


class Picture(NamedTuple):
    """One file."""

    extension: str
    width: int
    height: int
    content: bytes


def pictures(name: str, logo: Logo | None, palette: Palette, *, mark: Logo | None = None) -> dict[str, Picture]:
    """All pictures by what they are for.  `logo` is among them only when one was given.

    `mark` stands in every square, in the place of the logo or the letters.
    """
    drawn = {"logo": png(logo.image)} if logo else {}
    if logo and not logo.fits_square(WIDE):
        drawn["wordmark"] = png(_banner(logo, palette.light("brand")))
    sign = _Sign(name, mark or logo, palette, ground=_ground_of(mark) if mark else "")
    tile, full = sign.tile(), sign.full(share=0.72)
    drawn |= {f"icon_{side}": _flat_png(_scaled(tile, side)) for side in (192, 512)}
    drawn["icon_180"] = _flat_png(_scaled(full, 180).convert("RGB"))
    drawn["maskable_512"] = _flat_png(_scaled(sign.full(share=SAFE), 512).convert("RGB"))
    drawn["favicon"] = ico([sign.small(side) for side in FAVICON])
    return drawn


def initials(name: str) -> str:
    """One or two letters a name is known by: of its first words, legal forms left out."""
    words = [word for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", name)) if word]
    telling = [word for word in words if word.casefold() not in FORMS] or words
    letters = [word[0].upper()[0] for word in telling if _script(word[0].upper()[0])]
    return "".join(letters[:2])


class _Sign:
    """What stands for the brand in a square: its logo, else its letters, else a plain mark."""

    def __init__(self, name: str, logo: Logo | None, palette: Palette, *, ground: str = "") -> None:
        self._letters = initials(name)
        self._logo = logo if logo and logo.fits_square(WIDE) else None
        self._ground = ground  # of a mark that brings its own: it goes to the edges wherever nothing is cut off
        self._brand, self._ink = palette.light("brand"), palette.light("on-brand")

    def tile(self) -> Image.Image:
        """With round corners."""
        return _rounded(self.full(share=0.76))

    def small(self, side: int) -> Image.Image:
        """For a tab: only a logo that is nearly square, and one letter where there is no room for two."""
        letters = self._letters if side > FAVICON[1] else self._letters[:1]
        logo = self._logo if self._logo and self._logo.fits_square(SQUARE) else None
        return _scaled(_rounded(self._drawn(logo, letters, share=0.86)), side)

    def full(self, *, share: float) -> Image.Image:
        """To the edges; the sign takes this share of the width."""
        return self._drawn(self._logo, self._letters, share=share)

    def _drawn(self, logo: Logo | None, letters: str, *, share: float) -> Image.Image:
        ground = self._ground or ("#ffffff" if logo and not logo.is_light else self._brand)
        share = 1.0 if self._ground and share > SAFE else share
        canvas = Image.new("RGBA", (DRAWN, DRAWN), ground)
        if logo:
            _place(canvas, logo.image, share)
        elif letters:
            _write(canvas, letters, self._ink, share)
        else:
            _mark(canvas, self._ink)
        return canvas


def _ground_of(mark: Logo) -> str:
    """The colour a mark has to its edges; "" where one sees through."""
    red, green, blue, alpha = mark.image.convert("RGBA").tobytes()[:4]
    return f"#{red:02x}{green:02x}{blue:02x}" if alpha == 255 else ""  # noqa: PLR2004 - opaque


def _banner(logo: Logo, brand: str) -> Image.Image:
    """A logo too wide for a square, on a tile of its own, so that it is seen on any ground."""
    edge = round(logo.image.height * EDGE)
    size = (logo.image.width + 2 * edge, logo.image.height + 2 * edge)
    tile = Image.new("RGBA", size, brand if logo.is_light else "#ffffff")
    tile.alpha_composite(logo.image, (edge, edge))
    return tile


def _place(canvas: Image.Image, logo: Image.Image, share: float) -> None:
    most = DRAWN * share
    times = min(most / logo.width, most / logo.height)
    size = (max(1, round(logo.width * times)), max(1, round(logo.height * times)))
    fitted = logo.resize(size, Image.Resampling.LANCZOS)
    canvas.alpha_composite(fitted, ((DRAWN - size[0]) // 2, (DRAWN - size[1]) // 2))


def _write(canvas: Image.Image, letters: str, ink: str, share: float) -> None:
    """The letters in the middle, each from the font file of its script, together no wider than their share."""
    room = DRAWN * share * 0.86
    size = DRAWN * (0.62 if len(letters) == 1 else 0.46) * share / 0.76
    width = sum(_font(_script(letter), round(size)).getlength(letter) for letter in letters)
    size *= min(1.0, room / width)
    fonts = [_font(_script(letter), round(size)) for letter in letters]
    left = (DRAWN - sum(font.getlength(letter) for font, letter in zip(fonts, letters, strict=True))) / 2
    base = DRAWN / 2 + _cap_height(round(size)) / 2
    pen = ImageDraw.Draw(canvas)
    for font, letter in zip(fonts, letters, strict=True):
        pen.text((left, base), letter, font=font, fill=ink, anchor="ls")
        left += font.getlength(letter)


def _mark(canvas: Image.Image, ink: str) -> None:
    """For names in a script we have no letters of: a ring, open at its upper right."""
    side = DRAWN * 4
    shape, inner, outer = Image.new("L", (side, side), 0), side * 0.27, side * 0.73
    ImageDraw.Draw(shape).arc((inner, inner, outer, outer), start=10, end=280, fill=255, width=round(side * 0.11))
    canvas.paste(ink, (0, 0), shape.resize((DRAWN, DRAWN), Image.Resampling.LANCZOS))


def _rounded(image: Image.Image) -> Image.Image:
    image.putalpha(_corners())
    return image


@lru_cache(maxsize=1)
def _corners() -> Image.Image:
    """The shape of a tile, drawn large and made small, because Pillow draws curves without half tones."""
    mask = Image.new("L", (DRAWN * 4, DRAWN * 4), 0)
    edge = mask.width - 1
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, edge, edge), radius=mask.width * ROUND, fill=255)
    return mask.resize((DRAWN, DRAWN), Image.Resampling.LANCZOS)


def _scaled(image: Image.Image, side: int) -> Image.Image:
    if side == image.width:
        return image
    return image.resize((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _script(letter: str) -> str:
    """The font file that has this letter, or ""."""
    return next(
        (script for script, (first, last) in RANGES.items() if letter.isalnum() and first <= ord(letter) <= last), ""
    )


@lru_cache(maxsize=64)
def _font(script: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONTS / f"inter-{script}-wght-normal.woff2", size)
    font.set_variation_by_axes([WEIGHT])
    return font


def _cap_height(size: int) -> float:
    return -float(_font("latin", size).getbbox("H", anchor="ls")[1])


def _flat_png(image: Image.Image) -> Picture:
    """A picture of few colours: looking for runs alone makes it smaller, in half the time."""
    return png(image, compress_type=zlib.Z_RLE)


def png(image: Image.Image, **how: int) -> Picture:
    out = BytesIO()
    image.save(out, "PNG", **how)
    return Picture("png", image.width, image.height, out.getvalue())


def ico(images: list[Image.Image]) -> Picture:
    """All sizes in one file, each drawn for its own."""
    out = BytesIO()
    images[-1].save(out, "ICO", sizes=[image.size for image in images], append_images=images[:-1])
    return Picture("ico", images[-1].width, images[-1].height, out.getvalue())
