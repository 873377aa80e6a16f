"""Which passwords are refused, and why."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core.errors import Invalid
from portal.users import passwords

MARIA = ("Maria Keller", "maria.keller", "maria@meridian.example", "HKWR7429")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "short",
        "elevenchars",
        "x" * 129,
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "abcabcabcabcabc!",
        "1234567890123456",
        "qwertyuiop[]1234",
        "abcdefghijklmnop",
        "Password2026!!",
        "P@ssw0rd-P@ssw0rd",
        "welcome-welcome-1",
        "summer2026summer",
        "Admin-Password-2026",
        "correct horse battery staple",
        "iloveyouforever",
        "maria-likes-violets",
        "violets-for-KELLER",
        "HKWR-7429-violet",
        "hkwr7429violets!",
        "837462910475",
        "control\x00character7",
        "line\nbreak-violets",
    ],
)
def test_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.check_password_rules(typed, about=MARIA)
    assert refusal.value.field == "password"


@pytest.mark.parametrize(
    "typed",
    [
        "violet kettle sings twice",
        "Tr0ub4dour&3-wagon",
        "пароль-не-для-всех-глаз",
        "雨が降る日に傘を忘れる人です",
        "kJ8#pQz!v2Lm",
        "🦊🐢🦉🐝🐙🦀🐳🦔🐞🦋🐌🦜",
        "ß-lantern-Öl-wolke",
    ],
)
def test_taken(typed: str) -> None:
    passwords.check_password_rules(typed, about=MARIA)


def test_another_spelling_of_the_same_letters_matches(app: Any) -> None:
    with app.app_context():
        assert passwords.matches(passwords.hash_password("caf\u00e9-lantern-moss"), "cafe\u0301-lantern-moss")
        assert not passwords.matches(passwords.hash_password("caf\u00e9-lantern-moss"), "cafe-lantern-moss")


def test_nothing_matches_nobody(app: Any) -> None:
    with app.app_context():
        assert not passwords.matches(None, "nobody's password")
        assert not passwords.matches("not a hash", "anything")
