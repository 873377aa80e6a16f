"""What `@media` may ask: how wide the window is, and whether it is light or dark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from portal.branding.own_css import reasons, words
from portal.branding.own_css.lists import split
from portal.branding.own_css.reasons import Refused

_NUMBER = re.compile(r"[0-9]{1,5}(\.[0-9]{1,4})?")
_MOST = 6


def condition(tokens: Sequence[Any]) -> str:
    """The whole of it, with its commas.  Raises Refused."""
    asked = [" and ".join(_asked(part)) for part in split(tokens)]
    if len(asked) > _MOST:
        raise Refused(reasons.DEEP)
    return ", ".join(asked)


def _asked(tokens: Sequence[Any]) -> Iterator[str]:
    """`screen and (min-width: 40rem) and …`, one by one."""
    said = [token for token in tokens if token.type != "whitespace"]
    joints = said[1::2]
    if not said or len(said) % 2 == 0 or len(said) > 2 * _MOST or any(not _is_word(one, "and") for one in joints):
        raise Refused(reasons.CONDITION)
    for place, token in enumerate(said[::2]):
        if place == 0 and _is_word(token, "screen"):
            yield "screen"
        elif token.type == "() block":
            yield f"({_feature([one for one in token.content if one.type != 'whitespace'])})"
        else:
            raise Refused(reasons.CONDITION)


def _feature(tokens: Sequence[Any]) -> str:
    match [_said(token) for token in tokens]:
        case [("min-width" | "max-width") as name, ":", width] if _is_width(tokens[2]):
            return f"{name}: {width}"
        case ["prefers-color-scheme", ":", ("light" | "dark") as mode]:
            return f"prefers-color-scheme: {mode}"
        case ["width", ("<" | ">") as sign, "=", width] if _is_width(tokens[3]):
            return f"width {sign}= {width}"
        case ["width", ("<" | ">" | "<=" | ">=") as sign, width] if _is_width(tokens[2]):
            return f"width {sign} {width}"
    raise Refused(reasons.CONDITION)


def _is_width(token: Any) -> bool:
    return (
        token.type == "dimension" and token.lower_unit in words.WIDTHS and bool(_NUMBER.fullmatch(token.representation))
    )


def _said(token: Any) -> str:
    match token.type:
        case "ident":
            return str(token.lower_value)
        case "literal":
            return str(token.value)
        case "dimension":
            return f"{token.representation}{token.lower_unit}"
    return ""


def _is_word(token: Any, word: str) -> bool:
    return bool(token.type == "ident" and token.lower_value == word)
