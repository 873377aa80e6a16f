"""What people send as a logo, and what becomes of it."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from portal.branding.colours import palette
from portal.branding.icons import initials, pictures
from portal.branding.logos import MOST_BYTES, read_logo
from portal.core.errors import Invalid

TEAL, CORAL = "#0e7c86", "#f2784b"


def picture(size=(400, 200), kind="PNG", mode="RGBA", **options) -> bytes:
    """A teal bar with a coral dot on nothing."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    width, height = size
    pen.rectangle((width * 0.1, height * 0.2, width * 0.8, height * 0.8), fill=TEAL)
    pen.ellipse((width * 0.82, height * 0.3, width * 0.95, height * 0.6), fill=CORAL)
    if mode != "RGBA":
        ground = Image.new("RGB", size, "white")
        ground.paste(image, (0, 0), image)
        image = ground.convert(mode)
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 5000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGBA"), ("WEBP", "RGB")],
)
def test_a_good_picture_is_taken_and_trimmed(kind, mode):
    logo = read_logo(picture(kind=kind, mode=mode))
    assert logo.image.mode == "RGBA"
    assert logo.image.width < 360


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "none of them"),
        (b"not a picture at all", "none of them"),
        (picture(kind="GIF", mode="RGB"), "none of them"),
        (picture(kind="BMP", mode="RGB"), "none of them"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "transparent"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!DOCTYPE svg><svg/>", "DOCTYPE"),
        (picture()[:300], "damaged"),
        (picture(kind="JPEG", mode="RGB")[:400], "damaged"),
        (picture(size=(20, 20)), "larger"),
        (picture(size=(2000, 60)), "narrow"),
        (bomb(5000, 5000), "16 million"),
        (bomb(60000, 60000), "16 million"),
        (bomb(2_000_000_000, 2), "16 million"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "damaged|none of them"),
        (b"\0" * (MOST_BYTES + 1), "2 MB"),
    ],
)
def test_a_bad_one_is_refused_at_its_field_with_what_to_do(content, said):
    with pytest.raises(Invalid, match=said) as refusal:
        read_logo(content)
    assert refusal.value.field == "logo"


def test_a_picture_of_nothing_is_refused():
    out = BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(out, "PNG")
    with pytest.raises(Invalid, match="transparent"):
        read_logo(out.getvalue())


def test_a_page_in_the_clothes_of_a_picture_does_not_pass():
    clever = picture() + b"<script>alert(1)</script>"
    kept = pictures("Halcyon Works", read_logo(clever), palette(TEAL))
    assert all(b"<script" not in one.content for one in kept.values())


def test_nothing_but_pixels_is_kept():
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "somebody with a name")
    kept = pictures("Halcyon Works", read_logo(picture(pnginfo=words)), palette(TEAL))
    assert all(b"somebody" not in one.content for one in kept.values())


def test_a_compressed_text_that_unpacks_to_much_is_refused_or_dropped():
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "x" * 80_000_000, zip=True)
    with pytest.raises(Invalid):
        read_logo(picture(pnginfo=words))


def test_the_colours_of_a_logo_are_found():
    first, second = read_logo(picture()).colours()
    assert abs(palette(first).tint - palette(TEAL).tint) < 8
    assert second is not None
    assert abs(palette(second).tint - palette(CORAL).tint) < 12


def test_a_grey_logo_is_known_by_a_dark_grey():
    out = BytesIO()
    Image.new("RGB", (200, 200), "#777777").save(out, "PNG")
    assert read_logo(out.getvalue()).colours() == ("#2b2f36", None)


@pytest.mark.parametrize("logo", [None, picture(), picture(size=(200, 200)), picture(kind="JPEG", mode="RGB")])
def test_every_picture_is_there_in_its_size_and_the_same_again(logo):
    made = [pictures("Halcyon Works", read_logo(logo) if logo else None, palette(TEAL)) for _ in range(2)]
    assert made[0] == made[1]
    sizes = {use: (one.width, one.height) for use, one in made[0].items() if use not in ("logo", "wordmark")}
    assert sizes == {
        "icon_180": (180, 180),
        "icon_192": (192, 192),
        "icon_512": (512, 512),
        "maskable_512": (512, 512),
        "favicon": (48, 48),
    }
    with Image.open(BytesIO(made[0]["favicon"].content)) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    for use in ("icon_180", "maskable_512"):
        with Image.open(BytesIO(made[0][use].content)) as image:
            assert image.mode == "RGB"


@pytest.mark.parametrize(("size", "wide"), [((400, 100), True), ((200, 200), False)])
def test_a_logo_too_wide_for_a_square_stands_for_mark_and_name(size, wide):
    made = pictures("Halcyon Works", read_logo(picture(size=size)), palette(TEAL))
    assert ("wordmark" in made) is wide


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Halcyon Works", "HW"),
        ("Nordlicht IT GmbH", "NI"),
        ("Lumen", "L"),
        ("  the Blue-Harbour & Sons Ltd.", "BH"),
        ("ßeta", "S"),
        ("Ωμέγα Νέφος", "ΩΝ"),
        ("Жар птица", "ЖП"),
        ("株式会社", ""),
        ("!!!", ""),
        ("42 Degrees", "4D"),
        ("GmbH", "G"),
    ],
)
def test_a_name_is_known_by_its_first_letters(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize("name", ["株式会社", "!!!", "🚀🚀", "\u202eevil", "é" * 60])
def test_a_name_without_letters_of_ours_still_has_a_sign(name):
    assert pictures(name, None, palette(TEAL))["icon_512"].width == 512
