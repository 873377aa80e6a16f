"""Sealing: words that must be kept but not lie about readable.

AES-256-GCM under a key of the house, derived from the secret of the installation for one purpose, or under a key of its
own (the audit trail has one per person).  `about` binds what was sealed to its place: moved elsewhere, it does not open.
Rotating the secret: the new one in SECRET_KEY, the old ones in SECRET_KEY_FALLBACKS, and what was sealed still opens.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

_NONCE = 12
_KEY = 32


class Unreadable(ValueError):
    """Sealed with another key, for another place, or tampered with."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key.  It never shows itself: `repr` is silent."""

    secret: bytes

    @classmethod
    def fresh(cls) -> "Key":
        return cls(os.urandom(_KEY))

    def seal(self, text: str, *, about: str) -> str:
        nonce = os.urandom(_NONCE)
        return urlsafe_b64encode(nonce + AESGCM(self.secret).encrypt(nonce, text.encode(), about.encode())).decode()

    def unseal(self, sealed: str, *, about: str) -> str:
        """The words again.  Raises Unreadable."""
        try:
            raw = urlsafe_b64decode(sealed.encode())
            return AESGCM(self.secret).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unreadable("sealed with another key, or for another place") from error

    def __repr__(self) -> str:
        return "Key(…)"


def seal(text: str, *, purpose: str) -> str:
    """Seal under the house's key for this purpose."""
    return _house_keys(purpose)[0].seal(text, about=purpose)


def unseal(sealed: str, *, purpose: str) -> str:
    """Open what `seal` closed for the same purpose, under today's secret or a former one.  Raises Unreadable."""
    for key in _house_keys(purpose):
        try:
            return key.unseal(sealed, about=purpose)
        except Unreadable:
            continue
    raise Unreadable("sealed under a secret this installation no longer has")


def _house_keys(purpose: str) -> tuple[Key, ...]:
    secrets = (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"])
    return tuple(_derived(secret if isinstance(secret, bytes) else str(secret).encode(), purpose) for secret in secrets)


@lru_cache(maxsize=64)
def _derived(secret: bytes, purpose: str) -> Key:
    return Key(HKDF(SHA256(), _KEY, salt=b"vitrine", info=purpose.encode()).derive(secret))


def fingerprint(text: str, *, purpose: str) -> bytes:
    """A keyed hash of 32 bytes: the same text gives the same mark, and without the secret nobody can guess backwards."""
    return fingerprints(text, purpose=purpose)[0]


def fingerprints(text: str, *, purpose: str) -> tuple[bytes, ...]:
    """The mark under today's secret, and those under former ones: for looking up what was written before a rotation."""
    return tuple(hmac.digest(key.secret, text.encode(), "sha256") for key in _house_keys(purpose))
