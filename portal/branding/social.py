"""The picture that stands beside a link to the shop when somebody passes it on: its mark and name on its soft ground."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from portal.branding.icons import FONTS, RANGES, WEIGHT

WIDTH, HEIGHT = 1200, 630
EDGE, MARK = 90, 200
INK = "#14181f"  # every brand's soft ground is light enough for it
SIZES = (96, 84, 72, 60, 48)
LINES = 3


@lru_cache(maxsize=64)
def picture(name: str, mark: bytes, ground: str) -> bytes:
    """A PNG of 1200 × 630.  Letters we have no script of are left out; the mark always stands there."""
    canvas = Image.new("RGB", (WIDTH, HEIGHT), ground)
    with Image.open(BytesIO(mark), formats=["PNG"]) as image:
        sign = image.convert("RGBA").resize((MARK, MARK), Image.Resampling.LANCZOS)
    size, lines = _fitted(name)
    top = (HEIGHT - MARK) // 2 if not lines else (HEIGHT - MARK - 50 - round(size * 1.2) * len(lines)) // 2
    canvas.paste(sign, (EDGE, top), sign)
    pen, y = ImageDraw.Draw(canvas), top + MARK + 50
    for line in lines:
        _write(pen, (EDGE, y), line, size)
        y += round(size * 1.2)
    out = BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitted(name: str) -> tuple[int, list[str]]:
    """The largest size at which the name stands in three lines, and its lines; what is too long ends in dots."""
    words = "".join(letter for letter in name if letter.isspace() or _script(letter)).split()
    for size in SIZES:
        lines = _lines(words, size)
        if len(lines) <= LINES and all(_width(line, size) <= WIDTH - 2 * EDGE for line in lines):
            return size, lines
    size = SIZES[-1]
    return size, [_cut(line, size) for line in _lines(words, size)[:LINES]]


def _lines(words: list[str], size: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, size) <= WIDTH - 2 * EDGE:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(line: str, size: int) -> str:
    while _width(line, size) > WIDTH - 2 * EDGE:
        line = line[:-2] + "…"
    return line


def _write(pen: ImageDraw.ImageDraw, at: tuple[float, float], line: str, size: int) -> None:
    x, y = at
    for letter in line:
        font = _font(_script(letter) or "latin", size)
        pen.text((x, y + size), letter, font=font, fill=INK, anchor="ls")
        x += font.getlength(letter)


def _width(line: str, size: int) -> float:
    return sum(_font(_script(letter) or "latin", size).getlength(letter) for letter in line)


def _script(letter: str) -> str:
    """The font file that has this letter, or ""."""
    return next((script for script, (first, last) in RANGES.items() if first <= ord(letter) <= last), "")


@lru_cache(maxsize=20)
def _font(script: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONTS / f"inter-{script}-wght-normal.woff2", size)
    font.set_variation_by_axes([WEIGHT])
    return font
