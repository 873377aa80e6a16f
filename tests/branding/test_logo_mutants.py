"""Pictures that were damaged or made to harm, sent as a logo: refused soon and in words, or drawn anew without what they carried.

The same mutants each time; drawings are among them.
"""

from __future__ import annotations

import random
import re
import resource
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from time import process_time

import pytest
from PIL import Image
from sqlalchemy import select

from portal.branding.logos import Logo, read_logo
from portal.branding.models import Brand, Picture, State
from portal.core.db import db
from portal.core.errors import Invalid
from tests.branding.test_brand_pages import logo_file, send
from tests.branding.test_logos import bomb, picture
from tests.world import House

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL.*")  # of what it can read all the same
SOON = 0.5  # seconds of the processor for a refusal
CARRIED = {"icc_profile", "exif", "xmp", "comment", "Comment", "Author", "dpi"}
MARK = b"<script>alert('mark-of-the-mutant')</script>"
SVG = b"""<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="400" height="200"
viewBox="0 0 400 200"><defs><linearGradient id="g"><stop offset="0" stop-color="#0e7c86"/><stop offset="1" stop-color="#f2784b"/>
</linearGradient></defs><rect x="20" y="20" width="300" height="160" rx="24" fill="url(#g)"/><circle cx="350" cy="100" r="30" fill="#f2784b"/>
</svg>"""
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
DRAWINGS = {
    "good": SVG,
    "script": SVG.replace(b"</svg>", MARK + b"</svg>"),
    "handler": SVG.replace(b"<rect", b"<rect onload=\"alert('mark-of-the-mutant')\""),
    "foreign": SVG.replace(b"</svg>", b"<foreignObject><iframe src='//evil.example'/></foreignObject></svg>"),
    "outside picture": SVG.replace(
        b"</svg>", b"<image xlink:href='http://evil.example/x.png' width='9' height='9'/></svg>"
    ),
    "a file of ours": SVG.replace(b"</svg>", b"<image xlink:href='file:///etc/passwd' width='9' height='9'/></svg>"),
    "entity": SVG.replace(b"<svg ", b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg ').replace(
        b"</svg>", b"<text>&x;</text></svg>"
    ),
    "laughter": SVG.replace(b"<svg ", b'<!DOCTYPE svg [<!ENTITY l0 "ha">' + LAUGHS + b"]><svg ").replace(
        b"</svg>", b"<text>&l9;</text></svg>"
    ),
    "itself in itself": SVG.replace(
        b"</svg>",
        b"<g id='a'><use xlink:href='#b'/></g><g id='b'><use xlink:href='#a'/><use xlink:href='#a'/></g></svg>",
    ),
    "ever more": SVG.replace(
        b"</svg>",
        b"".join(b"<g id='u%d'>%s</g>" % (n, b"<use xlink:href='#u%d'/>" % (n - 1) * 10) for n in range(1, 9))
        + b"</svg>",
    ),
    "huge": SVG.replace(b'width="400" height="200"', b'width="1e9" height="1e9"'),
    "endless": SVG.replace(b'viewBox="0 0 400 200"', b'viewBox="0 0 1e-30 nan"'),
    "blurred": SVG.replace(b"</defs>", b"<filter id='f'><feGaussianBlur stdDeviation='9999'/></filter></defs>").replace(
        b"<circle", b"<circle filter='url(#f)'"
    ),
    "deep": b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 20_000 + b"</g>" * 20_000 + b"</svg>",
    "packed": b"\x1f\x8b\x08\x00" + zlib.compress(SVG * 1000),
}


def chunked(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def seeds() -> dict[str, bytes]:
    """One good file of each kind, and those that are odd by themselves."""
    png = picture()
    behind = png.find(b"IDAT") - 4
    image = Image.open(BytesIO(png))
    film = BytesIO()
    image.save(film, "PNG", save_all=True, append_images=[image.rotate(90), image.rotate(180)])
    icon = BytesIO()
    image.resize((256, 256)).save(icon, "ICO", sizes=[(16, 16), (32, 32), (256, 256)])
    found = {
        "png": png,
        "png of few colours": picture(mode="P"),
        "png of greys": picture(mode="L"),
        "png, a film": film.getvalue(),
        "png with words": png[:behind] + chunked(b"tEXt", b"Comment\0" + MARK) + png[behind:],
        "png with packed words": png[:behind]
        + chunked(b"zTXt", b"Comment\0\0" + zlib.compress(b"0" * 9_000_000))
        + png[behind:],
        "png with a wrong profile": png[:behind]
        + chunked(b"iCCP", b"x\0\0" + zlib.compress(b"nonsense" * 99))
        + png[behind:],
        "png with a profile of its own": png[:behind] + chunked(b"iCCP", b"x\0\0" + zlib.compress(MARK)) + png[behind:],
        "png and more": png + MARK,
        "png that is huge": bomb(60_000, 60_000),
        "png that is long": bomb(16_000_000, 1),
        "webp": picture(kind="WEBP"),
        "webp without loss": picture(kind="WEBP", lossless=True),
        "webp with words": picture(kind="WEBP", xmp=MARK),
        "jpeg": picture(kind="JPEG", mode="RGB"),
        "jpeg with words": picture(kind="JPEG", mode="RGB", comment=MARK),
        "jpeg that is printed": picture(kind="JPEG", mode="CMYK"),
        "ico": icon.getvalue(),
        "page and picture": b"<html>" + MARK + png,
    }
    return {**found, **{f"svg, {name}": drawing for name, drawing in DRAWINGS.items()}}


ODD_BYTES = (
    b"\x00",
    b"\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"<",
    b">",
    b"&#0;",
    b"1e999",
    b"-1",
)


def mutants(count: int, seed: int = 7) -> Iterator[bytes]:
    """Every seed as it is, then changed ones; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same mutants again
    whole = list(seeds().values())
    yield from whole
    for _ in range(count - len(whole)):
        content = chance.choice(whole)
        for _ in range(chance.choice([1, 1, 2, 5])):
            content = changed(content, whole, chance)
        yield mended(content[: 3 << 20]) if chance.random() < 0.7 else content[: 3 << 20]


def mended(content: bytes) -> bytes:
    """A PNG with the sums of its chunks put right, so that what they hold is read at all."""
    whole, at = content[:8], 8
    while content.startswith(b"\x89PNG") and at + 12 <= len(content):
        end = at + 8 + int.from_bytes(content[at : at + 4], "big")
        if end + 4 > len(content):
            break
        whole += content[at:end] + struct.pack(">I", zlib.crc32(content[at + 4 : end]))
        at = end + 4
    return whole + content[at:]


def changed(content: bytes, whole: list[bytes], chance: random.Random) -> bytes:
    """Near its beginning more often than elsewhere: there stand the sizes."""
    most = len(content) if chance.random() < 0.5 else min(len(content), 64)
    at = chance.randint(0, most)
    to = min(len(content), at + chance.choice([1, 2, 4, 32, 1000]))
    match chance.randint(0, 6):
        case 0 | 1:
            return content[:at] + chance.choice(ODD_BYTES) + content[to:]
        case 2:
            return content[:at] + bytes(byte ^ (1 << chance.randint(0, 7)) for byte in content[at:to]) + content[to:]
        case 3:
            return content[:at]
        case 4:
            return content[:at] + content[at:to] * chance.choice([2, 9]) + content[to:]
        case 5:
            return content[:at] + MARK + content[at:]
        case _:
            other = chance.choice(whole)
            start = chance.randint(0, len(other))
            return content[:at] + other[start:]


def spent() -> float:
    """Seconds of the processor so far, also of the programs that drew for us."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def taken(content: bytes) -> Logo | None:
    """The logo, or None where it was refused: soon, at its field, with words."""
    began = spent()
    try:
        return read_logo(content)
    except Invalid as invalid:
        refusal = invalid
    assert spent() - began < SOON, content[:80]
    assert refusal.field == "logo"
    assert refusal.line.plain
    return None


def test_a_mutant_is_refused_soon_or_drawn_anew(is_long):
    logos = [logo for content in mutants(5_000 if is_long else 200) if (logo := taken(content))]
    assert len(logos) > (250 if is_long else 15)  # a reader that refused everything would prove nothing
    for logo in logos:
        assert logo.image.mode == "RGBA"
        assert logo.image.width <= 960
        assert logo.image.height <= 480
        assert logo.image.info == {}


def test_no_mutant_that_is_uploaded_breaks_anything_and_what_is_served_is_ours(north: House, is_long):
    client, shop = north.client(), north.shop()
    kept = 0
    for content in mutants(400 if is_long else 60, seed=11):
        answer = send(client, name="Nordlicht", logo=logo_file(content))
        assert answer.status_code in (303, 422)
        with north.office():
            draft = db.session.scalar(select(Brand).where(Brand.state == State.DRAFT))
            files = dict(draft.files) if draft and draft.has_logo and answer.status_code == 303 else {}
        for use, file in files.items():
            served = shop.get(f"/pictures/{file}")
            assert served.status_code == 200
            assert served.data != content
            assert b"mark-of-the-mutant" not in served.data
            with Image.open(BytesIO(served.data)) as image:
                assert not image.info.keys() & CARRIED, use
            assert re.match(rb"\x89PNG\r\n|RIFF|\x00\x00\x01\x00", served.data), use
            assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert served.headers["X-Content-Type-Options"] == "nosniff"
        kept += bool(files)
    assert kept
    with north.office():
        assert {one.extension for one in db.session.scalars(select(Picture))} <= {"png", "ico", "webp"}


@pytest.mark.parametrize("name", [name for name in seeds() if name.startswith("svg")])
def test_no_drawing_reads_a_file_or_asks_anybody(name):
    logo = taken(seeds()[name])
    assert logo is None or logo.image.size <= (960, 480)
