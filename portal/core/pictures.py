"""Taking a picture from somebody: whatever was sent, what is kept has been drawn anew by us.

Nothing of the file itself survives but its pixels: no metadata, no second image, no script.  The size is read from the
header and refused before anything is unpacked.  A drawing is first made into pixels (`drawings`).
"""

import struct
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from portal.core import drawings
from portal.core.errors import Invalid
from portal.core.words import N_, Line, say

MOST_BYTES = 2 << 20
MOST_PIXELS = 16_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, struct.error, MemoryError)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def opened(content: bytes, *, field: str, least: int) -> Image.Image:
    """The picture in these bytes, with an alpha channel.  Raises Invalid at the field, with what to do about it.

    `least`: pixels its longer side needs.
    """
    try:
        image = _read(content)
    except Invalid as invalid:
        raise Invalid(invalid.line, field=field) from None
    if image.getbbox() is None:
        nothing = say(N_("Send a picture with something in it: every pixel of this one is transparent."))
        raise Invalid(nothing, field=field)
    if max(image.size) < least:
        raise Invalid(
            say(N_("Send a larger picture: its longer side needs %(least)s pixels."), least=least), field=field
        )
    return image


def _read(content: bytes) -> Image.Image:
    if len(content) > MOST_BYTES:
        raise _no(say(N_("Send a file of at most 2 MB: this one is larger.")))
    if drawings.is_drawing(content):
        content = drawings.drawn(content)
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            _measure(image)
            image.load()
            turned = ImageOps.exif_transpose(image).convert("RGBA")
            turned.info.clear()  # else a colour profile, which may be anything, would be written into what we draw
            return turned
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _no(say(N_("Send a smaller picture: this one has more than 16 million pixels."))) from None
    except UnidentifiedImageError:
        raise _no(say(N_("Send a PNG, JPEG, WebP or SVG picture: this file is none of them."))) from None
    except _BROKEN:
        raise _no(say(N_("Save the picture again and send it once more: this file is damaged."))) from None


def _measure(image: Image.Image) -> None:
    """Before anything is unpacked.  Pillow itself only warns up to twice the size."""
    if image.width * image.height > MOST_PIXELS:
        raise Image.DecompressionBombError


def _no(line: Line) -> Invalid:
    return Invalid(line)
