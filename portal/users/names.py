"""How usernames and e-mail addresses are kept, however they were typed."""

from __future__ import annotations

import unicodedata


def plain_username(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def plain_email(typed: str) -> str:
    """Lower case throughout: no mailbox in use tells them apart, and people type both."""
    return unicodedata.normalize("NFC", typed).strip().lower()
