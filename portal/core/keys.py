"""What addresses are made of.  Ids: made in Python, near each other in the index, not countable by strangers.

A row's id is a UUIDv7, known before the flush.  In addresses it is spelled in 26 letters, and has exactly one spelling.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from uuid import UUID

import uuid_utils

_LENGTH = 26


def new_id() -> UUID:
    """A fresh time-ordered id."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def spell(value: UUID) -> str:
    """The id as it stands in an address: 26 lower-case letters and digits."""
    return base64.b32hexencode(value.bytes).decode().rstrip("=").lower()


def read_key(text: object) -> UUID | None:
    """The id that `text` spells, or None.  A second spelling of the same id is not an id."""
    if not isinstance(text, str) or len(text) != _LENGTH or not text.isascii():
        return None
    try:
        value = UUID(bytes=base64.b32hexdecode(text.upper() + "======"))
    except (binascii.Error, ValueError):
        return None
    return value if spell(value) == text else None


SPELLED_OUT = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "æ": "ae",
        "Æ": "Ae",
    }
)


def slug(name: str, *, longest: int) -> str:
    """A name as it may stand in an address: `Müller & Söhne` → `mueller-soehne`; empty when none of its letters can."""
    plain = (
        unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).translate(SPELLED_OUT))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].rstrip("-")
