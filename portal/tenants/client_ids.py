"""Client IDs: eight characters that are easy to read out and hard to guess."""

from __future__ import annotations

import secrets

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0 O 1 I
LENGTH = 8


def draw() -> str:
    """A fresh Client ID, without its hyphen: 32^8 ways, so it is not found by trying."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spelled(client_id: str | None) -> str:
    """As people read it: `ABCD-2345`; empty before one is reserved."""
    return f"{client_id[:4]}-{client_id[4:]}" if client_id else ""


def read(text: str) -> str | None:
    """The Client ID somebody typed, in any case, with or without hyphen and blanks; None when it cannot be one."""
    plain = "".join(text.split()).replace("-", "").upper()
    return plain if len(plain) == LENGTH and all(letter in ALPHABET for letter in plain) else None
