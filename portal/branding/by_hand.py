"""Pictures that somebody sends in the place of those made for him: each drawn anew, in the size of its place."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from portal.branding import social
from portal.branding.icons import FAVICON, Picture, ico, png
from portal.core import pictures
from portal.core.errors import Invalid
from portal.core.words import N_, say

FIELD: Final = "picture"
NEARLY_SQUARE: Final = 1.2
"""How many times as wide as high, or the reverse, what fills a square may be."""
SIDE: Final = 512
_GROUND: Final = "#ffffff"


@dataclass(frozen=True, slots=True)
class Place:
    """Where such a picture stands.  `least`: pixels its longer side needs; `within`: the box it is made to fit."""

    title: str
    purpose: str
    least: int
    within: tuple[int, int]
    square: bool = False


PLACES: Final = {
    "mark": Place(
        N_("Square mark"),
        N_(
            "On phones’ home screens, in the shop’s head, and in tabs. A phone may cut it to a circle: air is left around it."
        ),
        192,
        (SIDE, SIDE),
        square=True,
    ),
    "favicon": Place(N_("Icon in the browser’s tab"), N_("As small as 16 pixels."), 48, (48, 48), square=True),
    "social": Place(
        N_("Picture beside links"),
        N_("What messengers and networks show beside a link to your storefront: 1200 × 630 pixels, cut to that shape."),
        600,
        (social.WIDTH, social.HEIGHT),
    ),
    "mail": Place(
        N_("Head of mails"), N_("At most 160 × 48 pixels large in a mail, on light and on dark."), 96, (480, 144)
    ),
    "document": Place(N_("Head of documents"), N_("At most 45 × 18 millimetres large on paper."), 240, (1063, 425)),
}
"""Use → where it stands.  The logo has a field of its own beside the name."""


def drawn(use: str, content: bytes) -> Picture:
    """The picture for that place.  Raises Invalid at `picture`, with what to do about it."""
    place = PLACES[use]
    image = pictures.opened(content, field=FIELD, least=place.least)
    if place.square:
        image = _squared(image)
    if use == "social":
        return _pasteboard(image)
    if use == "favicon":
        return ico([image.resize((side, side), Image.Resampling.LANCZOS) for side in FAVICON])
    image.thumbnail(place.within, Image.Resampling.LANCZOS)
    return png(image)


def image_of(picture: Picture) -> Image.Image:
    """A picture drawn here, to draw others of it."""
    with Image.open(BytesIO(picture.content), formats=["PNG"]) as image:
        return image.convert("RGBA")


def _squared(image: Image.Image) -> Image.Image:
    if max(image.size) > NEARLY_SQUARE * min(image.size):
        raise Invalid(say(N_("Send a square picture: this one is far from it.")), field=FIELD)
    return ImageOps.pad(image, (max(image.size),) * 2, color=(0, 0, 0, 0))


def _pasteboard(image: Image.Image) -> Picture:
    """On white, cut to its shape; as JPEG, for it may be a photograph."""
    ground = Image.new("RGB", image.size, _GROUND)
    ground.paste(image, (0, 0), image)
    fitted, out = ImageOps.fit(ground, PLACES["social"].within, Image.Resampling.LANCZOS), BytesIO()
    fitted.save(out, "JPEG", quality=88, optimize=True)
    return Picture("jpg", fitted.width, fitted.height, out.getvalue())
