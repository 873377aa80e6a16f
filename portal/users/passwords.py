"""Passwords: which are refused, how they are hashed, how a typed one is judged.

A hash costs a noticeable part of a second on purpose, so it is never made inside an open write transaction.  Judging an
attempt always costs exactly one, whatever is wrong: without a user the typed password is held against a hash of nobody's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from portal.core.errors import Invalid
from portal.core.words import N_, say

SHORTEST: Final = 12
LONGEST: Final = 128
_FEWEST_DIFFERENT: Final = 5
_LEFT_WITHOUT_PATTERNS: Final = 6
_WORDS_TOO_FEW: Final = 3
_TELLING: Final = 4  # a part of a name shorter than this says nothing

_HASHERS: Final = {
    "full": PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1, type=Type.ID),
    "cheap": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID),
}
_WALKS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)
_SAID_OTHERWISE: Final = str.maketrans("@4310$57!|", "aaeiosstil")


def hash_password(password: str) -> str:
    """The argon2id hash to keep.  Slow on purpose: hash first, then open the transaction."""
    return _hasher().hash(_same(password))


def matches(kept: str | None, typed: str) -> bool:
    """Whether the typed password is the kept one.  One hash is computed in any case; `None` matches nothing."""
    hasher = _hasher()
    try:
        hasher.verify(kept or _nobodys(hasher), _same(typed)[: LONGEST * 4])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return _hasher().check_needs_rehash(kept)


def check_password_rules(password: str, *, about: Iterable[str | None] = (), field: str = "password") -> None:
    """Raise Invalid at `field` unless the password may be used.

    `about` are words an attacker would try first: the person's name, username, e-mail, the Client ID.
    """
    password = _same(password)
    if len(password) < SHORTEST:
        raise Invalid(say(N_("Use at least %(count)s characters."), count=SHORTEST), field=field)
    if len(password) > LONGEST:
        raise Invalid(say(N_("Use at most %(count)s characters."), count=LONGEST), field=field)
    if any(unicodedata.category(character) == "Cc" for character in password):
        raise Invalid(N_("Leave out control characters."), field=field)
    plain = password.casefold()
    if told := _first_telling(plain, about):
        raise Invalid(
            say(N_("Leave out “%(part)s”: it is the first thing somebody would try."), part=told), field=field
        )
    if _is_pattern(plain):
        raise Invalid(N_("Use something less regular: repetitions and rows of keys are guessed first."), field=field)
    if _is_common(plain):
        raise Invalid(N_("Choose another password: this one is on the lists that are tried first."), field=field)


def _same(password: str) -> str:
    """One spelling of what looks the same, so that another keyboard does not lock its owner out."""
    return unicodedata.normalize("NFC", password)


def _hasher() -> PasswordHasher:
    return _HASHERS[current_app.config["VITRINE"].password_cost]


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """A hash that belongs to nobody, as expensive as the others."""
    return hasher.hash("nobody's password")


def _first_telling(plain: str, about: Iterable[str | None]) -> str | None:
    """The first part of a name, address or Client ID that the password contains."""
    squeezed = re.sub(r"[\W_]+", "", plain)
    for words in about:
        whole = (words or "").casefold()
        for part in (*re.split(r"[\W_]+", whole), re.sub(r"[\W_]+", "", whole)):
            if len(part) >= _TELLING and part in squeezed:
                return part
    return None


def _is_pattern(plain: str) -> bool:
    if (
        plain.isdecimal()
        or len(set(plain)) < _FEWEST_DIFFERENT
        or re.fullmatch(r"(.{1,8}?)\1+.{0,3}", plain, re.DOTALL)
    ):
        return True
    return len(_without_walks(plain)) < _LEFT_WITHOUT_PATTERNS


def _without_walks(plain: str) -> str:
    """What is left when rows of four and more neighbouring keys, letters or digits are taken out."""
    steps = {pair for walk in _WALKS for way in (walk, walk[::-1]) for pair in pairwise(way)}
    left, run = "", plain[:1]
    for before, here in pairwise(plain):
        if (before, here) in steps or before == here:
            run += here
            continue
        left, run = left + (run if len(run) < _TELLING else ""), here
    return left + (run if len(run) < _TELLING else "")


def _is_common(plain: str) -> bool:
    """On the list, or a word of the list with something before, after and between it, or in other letters."""
    whole, words = _common()
    for spelled in (plain, plain.translate(_SAID_OTHERWISE)):
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", spelled)
        if spelled in whole or core in whole or (left := re.sub(r"[\W\d_]+", "", spelled)) in words or core in words:
            return True
        if _is_made_of_few(left, words):
            return True
    return False


def _is_made_of_few(left: str, words: Iterable[str]) -> bool:
    """Whether two or three of the words make it up, but for a letter or two."""
    found = 0
    for word in words:
        left, found = left.replace(word, ""), found + left.count(word)
        if 0 < found <= _WORDS_TOO_FEW and len(left) < _TELLING:
            return True
    return False


@cache
def _common() -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole common passwords, and common words (longest first); both lower case."""
    lines = files("portal.users").joinpath("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    kept = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return frozenset(kept), tuple(sorted((word for word in kept if len(word) < SHORTEST), key=len, reverse=True))
