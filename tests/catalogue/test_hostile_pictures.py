"""Pictures of products that were made to harm: refused with what to do, or drawn anew without what they carried."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from portal.catalogue import pictures
from portal.core.errors import Invalid
from tests.branding.test_logos import bomb
from tests.world import House

FRAMES = 2_000


def drawn(kind: str, frames: int = 1, **more: Any) -> bytes:
    """A picture of so many frames, each of another colour."""
    out = BytesIO()
    each = [Image.new("RGB", (96, 96), (at % 256, at // 256 % 256, 99)) for at in range(frames)]
    each[0].save(out, kind, save_all=frames > 1, append_images=each[1:], **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bomb(5000, 5000), "16 million"),
        (bomb(2_000_000_000, 2), "16 million"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script>", "SVG"),
        (b"<!-- GIF89a --><svg onload='alert(1)'/>", "transparent"),
        (drawn("GIF", FRAMES), "none of them"),
        (b"GIF89a/*" + drawn("PNG"), "none of them"),
        (b"%PDF-1.7\n" + drawn("JPEG"), "none of them"),
    ],
)
def test_what_was_made_to_harm_is_refused(meridian: House, content: bytes, said: str) -> None:
    with meridian.office(), pytest.raises(Invalid, match=said) as refusal:
        pictures.keep(content)
    assert refusal.value.field == "picture"


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_a_film_one_picture_is_kept(meridian: House, kind: str) -> None:
    with meridian.office():
        kept = pictures.keep(drawn(kind, FRAMES))
        with Image.open(BytesIO(kept.content)) as image:
            assert getattr(image, "n_frames", 1) == 1
            assert image.size == (96, 96)


@pytest.mark.parametrize("payload", [b"<script>alert(1)</script>", b"PK\x03\x04 an archive", b"<?php system(1); ?>"])
def test_what_hangs_behind_or_within_a_picture_is_not_kept(meridian: House, payload: bytes) -> None:
    with meridian.office():
        for content in (drawn("PNG") + payload, drawn("JPEG", comment=payload), drawn("WEBP", xmp=payload)):
            assert payload not in pictures.keep(content).content
