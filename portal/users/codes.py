"""The codes of a second factor: what a phone shows, and the recovery codes on paper.

The phone's follow RFC 6238: six digits that change every thirty seconds; a clock may be one step off either way.  What is
offered on the set-up page travels in the page, sealed for the user, so that nothing is kept before he has shown that his
phone knows it; a page that is sent twice shows the same recovery codes twice.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp
import segno

from portal.core.keys import spell
from portal.core.seal import Unreadable, fingerprint, fingerprints, seal, unseal

STEP: Final = 30  # seconds
DRIFT: Final = (-1, 0, 1)
RECOVERY_CODES: Final = 10
_RECOVERY_LENGTH: Final = 10
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
_LONGEST: Final = 40
_SECRET, _OFFER, _RECOVERY = "users.second_factor", "users.second_factor.offer", "users.recovery_code"


@dataclass(frozen=True, slots=True)
class Offer:
    """A second factor that may become somebody's: its secret, and the recovery codes that go with it."""

    secret: str = field(repr=False)
    recovery: tuple[str, ...] = field(repr=False)

    @classmethod
    def fresh(cls) -> Offer:
        return cls(pyotp.random_base32(), fresh_recovery_codes())

    @classmethod
    def opened(cls, sealed: str | None, *, user_id: UUID) -> Offer | None:
        """What `sealed` closed for this user; None when it is anything else."""
        try:
            found = json.loads(unseal(sealed or "", purpose=_for(_OFFER, user_id)))
        except Unreadable:
            return None
        return cls(found["secret"], tuple(found["recovery"]))

    def sealed(self, *, user_id: UUID) -> str:
        return seal(json.dumps({"secret": self.secret, "recovery": self.recovery}), purpose=_for(_OFFER, user_id))

    def address(self, *, house: str, username: str) -> str:
        """What the picture says to the phone."""
        return pyotp.TOTP(self.secret).provisioning_uri(name=username, issuer_name=house)


def picture(address: str) -> str:
    """A QR code as an address that holds the whole picture: nobody is asked for it.  On white, in both modes."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=3, light="#fff"))


def spelled(secret: str) -> str:
    """The secret in groups of four, for whoever must type it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def kept(secret: str, *, user_id: UUID) -> str:
    """The secret as it lies in the database: sealed for this user, unreadable in another's row."""
    return seal(secret, purpose=_for(_SECRET, user_id))


def opened(kept_secret: str, *, user_id: UUID) -> str:
    return unseal(kept_secret, purpose=_for(_SECRET, user_id))


def counter_of(typed: str, *, secret: str, moment: datetime) -> int | None:
    """The step whose code was typed, among those a clock may be at; None when it is none of them."""
    app, at = pyotp.TOTP(secret, interval=STEP), int(moment.timestamp()) // STEP
    plain = "".join(typed.split())
    fits = [at + off for off in DRIFT if _same(app.generate_otp(at + off), plain)]
    return max(fits, default=None)


def _same(code: str, typed: str) -> bool:
    return hmac.compare_digest(code.encode(), typed.encode())


def fresh_recovery_codes() -> tuple[str, ...]:
    return tuple(_recovery_code() for _ in range(RECOVERY_CODES))


def _recovery_code() -> str:
    word = "".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LENGTH))
    return f"{word[:5]}-{word[5:]}"


def mark(code: str, *, user_id: UUID) -> bytes:
    """What is kept of a recovery code: keyed, so that whoever reads the table cannot try them out."""
    return fingerprint(_recovery_words(code, user_id), purpose=_RECOVERY)


def marks(typed: str, *, user_id: UUID) -> tuple[bytes, ...]:
    """The marks a typed recovery code may have, under today's secret of the house and former ones."""
    return fingerprints(_recovery_words(typed, user_id), purpose=_RECOVERY)


def _recovery_words(code: str, user_id: UUID) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return f"{spell(user_id)}\0{plain[:_LONGEST]}"


def _for(purpose: str, user_id: UUID) -> str:
    return f"{purpose}:{spell(user_id)}"
