"""SVG drawings: taken from designers' programs as they are, and from those who mean harm not at all."""

from __future__ import annotations

import base64
import random
import re
import resource
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from portal.branding.colours import palette
from portal.branding.icons import pictures as pictures_of
from portal.branding.logos import read_logo
from portal.core import drawings, drawn_apart, pictures
from portal.core.errors import Invalid
from tests.branding.test_logos import TEAL, bomb, picture

HALF_A_SECOND = 0.5


def svg(inside: str, size: str = "viewBox='0 0 400 100'", more: str = "") -> bytes:
    names = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
    return f"<svg {names} {size} {more}>{inside}</svg>".encode()


LOGO = svg(
    "<defs><linearGradient id='g'><stop stop-color='#0e7c86'/><stop offset='1' stop-color='#f2784b'/></linearGradient>"
    "<filter id='shade'><feDropShadow dx='2' dy='2' stdDeviation='2'/></filter></defs>"
    "<style>.word{fill:#0e7c86}</style>"
    "<g filter='url(#shade)'><path id='p' d='M10 10h200v80h-200z' fill='url(#g)'/><use href='#p' x='220' width='10'/></g>"
    "<path class='word' d='M250 20 l60 60 l60 -60z'/>"
)


def taken(content: bytes) -> Image.Image:
    return pictures.opened(content, field="logo", least=48)


def answered(content: bytes) -> Invalid | tuple[int, int]:
    """How large it was drawn, or why it was not."""
    try:
        return read_logo(content).image.size
    except Invalid as refusal:
        return refusal


def refused(content: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        read_logo(content)
    assert refusal.value.field == "logo"
    return str(refusal.value)


@pytest.mark.parametrize(
    ("size", "drawn"),
    [
        ("viewBox='0 0 400 100'", (1200, 300)),
        ("width='40mm' height='10mm' viewBox='0 0 400 100'", (1200, 302)),
        ("width='16' height='16'", (600, 600)),
        ("viewBox='0 0 100000 100000'", (600, 600)),
        ("width='1e9' height='1e9' viewBox='0 0 10 10'", (600, 600)),
        ("viewBox='0 0 1 100000'", (1, 600)),
    ],
)
def test_whatever_its_size_it_is_drawn_large_enough_and_never_larger(size, drawn):
    with Image.open(BytesIO(drawings.drawn(svg("<rect width='100%' height='100%' fill='red'/>", size)))) as image:
        assert image.size == drawn


def test_a_logo_with_gradients_and_shadow_gives_a_brand_and_not_one_byte_of_the_drawing():
    logo = read_logo(LOGO)
    assert logo.image.width == 960
    kept = pictures_of("Halcyon Works", logo, palette(TEAL))
    assert all(b"svg" not in one.content and b"linearGradient" not in one.content for one in kept.values())
    assert abs(palette(logo.colours()[0]).tint - palette(TEAL).tint) < 40


@pytest.mark.parametrize("head", [b"\xef\xbb\xbf", b"<?xml version='1.0' encoding='UTF-8'?>\n", b"<!-- by hand -->\n"])
def test_what_programs_write_before_it_is_no_matter(head):
    assert taken(head + LOGO).width == 1200


def test_a_picture_within_the_drawing_is_drawn_with_it():
    inner = base64.b64encode(picture()).decode()
    found = taken(svg(f"<image width='400' height='100' xlink:href='data:image/png;base64,{inner}'/>"))
    assert found.getbbox() is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/svg11.dtd'>" + svg("<g/>"), "DOCTYPE"),
        (b"<!DOCTYPE svg [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;'>]>" + svg("&b;"), "DOCTYPE"),
        (svg("<!-- " + "x" * drawings.MOST_BYTES + " -->"), "256 kB"),
        (svg("<g>" * 70 + "</g>" * 70), "too many"),
        (svg("<g>" * 20_000), "too many"),
        (svg("<g/>" * 6_000), "too many"),
        (svg("<text x='10' y='50'>Halcyon</text>"), "letters"),
        (svg("<g><text><tspan>Halcyon</tspan></text></g>"), "letters"),
        (svg("<g>"), "cannot be read"),
        (svg("<path d='M0 0h9v9z' fill='&nothing;'/>"), "cannot be read"),
        (svg("", "xmlns:x='y'").replace(b"2000/svg", b"2000/other"), "cannot be read"),
        (svg("<g/>").decode().encode("utf-16").replace(b"\xff\xfe", b"<svg"), "cannot be read"),
        (svg("<g/>"), "transparent"),
        (b"\x1f\x8b" + LOGO, "none of them"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_what_to_do(content, said):
    assert said in refused(content)


def outside(address: Path | str) -> list[bytes]:
    there = str(address)
    return [
        svg(f"<image href='{there}' width='400' height='100'/>"),
        svg(f"<image xlink:href='{there}' width='400' height='100'/>"),
        svg(f"<image x:href='{there}' width='400' height='100'/>", more="xmlns:x='http://www.w3.org/1999/xlink'"),
        svg(f"<filter id='f'><feImage href=' {there}'/></filter><rect width='99' height='99' filter='url(#f)'/>"),
        svg(f"<use href='{there}#a'/>"),
    ]


def test_nothing_outside_of_it_is_ever_fetched(tmp_path):
    there = tmp_path / "secret.png"
    there.write_bytes(picture(size=(400, 100)))
    inner = base64.b64encode(svg(f"<image href='{there}' width='400' height='100'/>")).decode()
    for address in (there.as_uri(), there, "http://127.0.0.1:9/x.png", f"data:image/svg+xml;base64,{inner}"):
        for content in outside(address):
            assert "outside" in refused(content)
    for rule in (f"@import url('{there.as_uri()}');", f"rect{{fill:url('{there.as_uri()}')}}"):
        found = taken(svg(f"<style>{rule}</style><rect width='40' height='40' fill='#123456'/>"))
        assert {colour[:3] for _, colour in found.getcolors(9999) if colour[3] == 255} <= {
            (0x12, 0x34, 0x56),
            (0, 0, 0),
        }


def test_even_unguarded_the_program_that_draws_opens_no_file(tmp_path):
    there = tmp_path / "secret.png"
    there.write_bytes(picture(size=(400, 100)))
    order = [sys.executable, "-I", drawn_apart.__file__, "400", "100"]
    for content in outside(there)[:2]:
        done = subprocess.run(order, input=content, capture_output=True, check=True)
        with Image.open(BytesIO(done.stdout)) as image:
            assert image.getbbox() is None


def nested_uses(levels: int, wide: int) -> str:
    def row(at: int) -> str:
        return f"<use href='#u{at - 1}' x='1'/>" * wide

    rows = [f"<g id='u{at}'>{row(at)}</g>" for at in range(1, levels + 1)]
    return "<rect id='u0' width='9' height='9'/>" + "".join(rows)


def many(what: str, count: int = 400) -> str:
    return f"<rect width='400' height='100' {what}/>" * count


BOMBS = {
    "uses": nested_uses(12, 12),
    "a use of itself": "<g id='a'><use href='#a'/><rect width='9' height='9'/></g>",
    "blur": "<filter id='f' x='-99' y='-99' width='999' height='999'><feGaussianBlur stdDeviation='9999'/></filter>"
    + many("filter='url(#f)'"),
    "noise": "<filter id='f'><feTurbulence baseFrequency='9' numOctaves='99999999'/></filter>"
    + many("filter='url(#f)'"),
    "morphology": "<filter id='f'><feMorphology operator='dilate' radius='9999'/></filter>" + many("filter='url(#f)'"),
    "many filters": "<filter id='f'>"
    + "<feGaussianBlur stdDeviation='5'/>" * 3000
    + "</filter>"
    + many("filter='url(#f)'"),
    "pattern": "<pattern id='f' width='.001' height='.001' patternUnits='userSpaceOnUse'><rect width='1' height='1'/></pattern>"
    + many("fill='url(#f)'"),
    "large pattern": "<pattern id='f' width='99999' height='99999' patternUnits='userSpaceOnUse'>"
    "<rect width='99999' height='99999'/></pattern>" + many("fill='url(#f)'"),
    "patterns within": "".join(
        f"<pattern id='p{at}' width='.01' height='.01'><rect width='400' height='100' fill='url(#p{at - 1})'/></pattern>"
        for at in range(1, 60)
    )
    + many("fill='url(#p59)'"),
    "masks": "<mask id='f'><rect width='400' height='100' fill='#fff'/></mask>" + many("mask='url(#f)'", 4000),
    "dashes": many("stroke='#000' stroke-dasharray='.00001' fill='none'"),
    "layers": "<g opacity='.9'>" * 60 + many("opacity='.5'", 4000) + "</g>" * 60,
    "style": "<style>" + "g g g *:first-child{fill:red}" * 8000 + "</style>" + "<g/>" * 4000,
    "packed picture": "<image width='9' height='9' href='data:image/png;base64,"
    + base64.b64encode(bomb(60000, 60000)).decode()
    + "'/>",
    "path": f"<path d='M0 0{'l999999 99999-999999-99999' * 8000}' stroke='#000' stroke-width='9999' stroke-dasharray='1'/>",
    "numbers": "<path transform='scale(1e38)' d='M1e38 1e38 L-1e38 1e308 A1e38 1e38 0 0 0 1e-38 1z' stroke-width='1e38' "
    "stroke='red'/>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_or_drawn_within_its_time(name):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = answered(svg(BOMBS[name]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < HALF_A_SECOND
    assert not isinstance(found, Invalid) or re.search("simpler|cannot be read|transparent", str(found))


@pytest.mark.parametrize(
    ("deed", "end"),
    [
        ("bytearray({memory})", "MemoryError"),
        ("open('/dev/null')", "Too many open files"),
        ("exec('while 1: pass')", ""),
    ],
)
def test_the_program_that_draws_is_held_by_the_system(deed, end):
    deed = deed.format(memory=drawn_apart.MEMORY)
    code = f"import runpy; runpy.run_path({drawn_apart.__file__!r})['bound'](); {deed}"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert end in done.stderr if end else done.returncode == -signal.SIGPROF


def test_of_many_broken_ones_each_is_drawn_or_refused_at_its_field(is_long):
    chance = random.Random(5)  # noqa: S311 - the same ones every time
    for _ in range(2000 if is_long else 40):
        content = bytearray(LOGO)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(4, len(content))
            match chance.randrange(3):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    del content[at : at + chance.randrange(30)]
                case _:
                    content[at:at] = content[chance.randrange(len(content)) :][: chance.randrange(60)]
        found = answered(bytes(content))
        assert not isinstance(found, Invalid) or found.field == "logo"
