"""Selectors: elements, classes and ids, below the storefront's own element."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from portal.branding.own_css import reasons, words
from portal.branding.own_css.reasons import Refused

ROOT = ".shop"
"""The body of every page of a storefront, and of no other page."""
_ROOTS = frozenset({"html", "body", ":root", ROOT})
_NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]{0,79}")
_ELEMENT = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")
_TURN = re.compile(r"even|odd|[+-]?[0-9]{1,3}|[+-]?[0-9]{0,3}n([+-][0-9]{1,3})?")
_MOST_PARTS = 15


def selector(tokens: Sequence[Any]) -> str:
    """One selector, without the commas around it.  Raises Refused."""
    parts = list(_parts(tokens))
    while len(parts) > 2 and parts[0] in _ROOTS and parts[1] in {" ", ">"} and parts[2] in _ROOTS:  # noqa: PLR2004
        del parts[:2]  # `html > body`: both are the storefront
    if not parts:
        raise Refused(reasons.SELECTOR)
    own = next((root for root in _ROOTS if re.match(rf"{re.escape(root)}(?=[.#:]|$)", parts[0])), None)
    below = [f"{ROOT}{parts[0].removeprefix(own)}", *parts[1:]] if own else [ROOT, " ", *parts]
    if len(below) > _MOST_PARTS:
        raise Refused(reasons.DEEP)
    if any(":root" in part for part in below):
        raise Refused(reasons.PSEUDO)
    if len(below) > 1 and below[1] in {"+", "~"}:
        raise Refused(reasons.SELECTOR)  # it would leave the storefront
    return _joined(below)


def _joined(parts: Sequence[str]) -> str:
    return "".join(f" {part} " if part in {">", "+", "~"} else part for part in parts)


def _parts(tokens: Sequence[Any]) -> Iterator[str]:
    """Compounds, and what stands between them: " ", ">", "+" or "~"."""
    compound, between = "", ""
    reading = iter(tokens)
    for token in reading:
        sign = token.value if token.type in {"literal", "ident", "hash"} else ""
        if token.type == "whitespace" or (token.type == "literal" and sign in {">", "+", "~"}):
            if sign and (between.strip() or not (compound or between)):
                raise Refused(reasons.SELECTOR)
            if compound:
                yield compound
                compound, between = "", " "
            between = sign or between
            continue
        if between:
            yield between
            between = ""
        compound += _simple(token, reading, is_first=not compound)
    if between.strip():
        raise Refused(reasons.SELECTOR)
    if compound:
        yield compound


def _simple(token: Any, following: Iterator[Any], *, is_first: bool) -> str:
    """One part of a compound; what belongs to it is taken from `following`."""
    match token.type:
        case "ident" if is_first:
            return _named(token.lower_value, _ELEMENT)
        case "hash":
            return f"#{_named(token.value)}"
        case "literal" if token.value == "*" and is_first:
            return "*"
        case "literal" if token.value == ".":
            return f".{_named(_value(next(following, None)))}"
        case "literal" if token.value == ":":
            return _pseudo(next(following, None), following)
        case "[] block":
            raise Refused(reasons.ATTRIBUTE)
    raise Refused(reasons.SELECTOR)


def _pseudo(token: Any, following: Iterator[Any]) -> str:
    if token is not None and token.type == "literal" and token.value == ":":
        name = _value(next(following, None)).lower()
        if name in words.PSEUDO_ELEMENTS:
            return f"::{name}"
    elif token is not None and token.type == "ident" and token.lower_value in words.PSEUDO_CLASSES | {"root"}:
        return f":{token.lower_value}"
    elif token is not None and token.type == "function" and token.lower_name in words.COUNTED:
        return f":{token.lower_name}({_turn(token.arguments)})"
    raise Refused(reasons.PSEUDO)


def _turn(tokens: Sequence[Any]) -> str:
    """Which of them, as in `2n+1`."""
    said = "".join(_said(token) for token in tokens if token.type != "whitespace").lower()
    if not _TURN.fullmatch(said):
        raise Refused(reasons.PSEUDO)
    return said


def _said(token: Any) -> str:
    if token.type in {"number", "dimension"}:
        return str(token.representation) + (token.lower_unit if token.type == "dimension" else "")
    return _value(token)


def _value(token: Any) -> str:
    return str(token.value) if token is not None and token.type in {"ident", "literal"} else ""


def _named(name: str, pattern: re.Pattern[str] = _NAME) -> str:
    if not pattern.fullmatch(name):
        raise Refused(reasons.NAME)
    return name
