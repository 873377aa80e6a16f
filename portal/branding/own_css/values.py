"""Values: numbers, colours, words and the functions that make more of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from portal.branding.own_css import reasons, words
from portal.branding.own_css.reasons import Refused

_WORD = re.compile(r"-?[A-Za-z][A-Za-z0-9-]{0,39}")
_TOKEN = re.compile(r"--[a-z0-9-]{1,40}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,6}(\.[0-9]{1,6})?|\.[0-9]{1,6})")
_HEX = re.compile(r"[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8}")
_FAMILY = re.compile(r"[A-Za-z0-9 _.-]{1,80}")
_SIGNS = frozenset("/+-*")
_DEEPEST = 6
_MOST = 200


def declared(name: str) -> str:
    """The name of a property that is taken.  Raises Refused."""
    if name.startswith("--"):
        raise Refused(reasons.CUSTOM)
    if name == "content":
        raise Refused(reasons.CONTENT)
    if name in words.OVER:
        raise Refused(reasons.OVER)
    if name in words.LOADING:
        raise Refused(reasons.LOADS)
    if name not in words.PROPERTIES:
        raise Refused(reasons.PROPERTY)
    return name


def value(name: str, tokens: Sequence[Any]) -> str:
    """What a property is set to.  Raises Refused."""
    said = _spaced(_Value(name).parts(tokens))
    if not said:
        raise Refused(reasons.VALUE)
    if len(said) > _MOST * 10:
        raise Refused(reasons.DEEP)
    if name in words.ONLY and said not in words.ONLY[name]:
        raise Refused(reasons.OVER if name == "position" else reasons.VALUE)
    return said


def _spaced(parts: Iterator[str]) -> str:
    """Words with one blank between them, so that no two become one."""
    return " ".join(parts).replace(" ,", ",")


class _Value:
    """One property's value being read."""

    def __init__(self, name: str) -> None:
        self._names_fonts = name in {"font", "font-family"}
        self._points_forward = name in words.FORWARD

    def parts(self, tokens: Sequence[Any], *, depth: int = 0, inside: str = "") -> Iterator[str]:
        """Each token written anew; `inside` is the function they stand in."""
        if depth > _DEEPEST or len(tokens) > _MOST:
            raise Refused(reasons.DEEP)
        for token in tokens:
            if token.type != "whitespace":
                yield self._part(token, depth, inside)

    def _part(self, token: Any, depth: int, inside: str) -> str:
        match token.type:
            case "ident":
                said = self._word(token.value, inside)
            case "number" | "percentage":
                said = self._number(token, "%" if token.type == "percentage" else "")
            case "dimension" if token.lower_unit in words.UNITS:
                said = self._number(token, token.lower_unit)
            case "hash" if _HEX.fullmatch(token.value):
                said = f"#{token.value.lower()}"
            case "literal" if token.value == "," or (token.value in _SIGNS and self._may_reckon(inside, token.value)):
                said = str(token.value)
            case "string" if self._names_fonts and _FAMILY.fullmatch(token.value):
                said = f'"{token.value}"'
            case "function":
                said = self._function(token, depth)
            case "() block" if inside in words.SUMS:
                said = f"({_spaced(self.parts(token.content, depth=depth + 1, inside=inside))})"
            case _:
                raise Refused(self._why_not(token))
        return said

    def _word(self, word: str, inside: str) -> str:
        if inside == "var" and _TOKEN.fullmatch(word):
            return word
        if not _WORD.fullmatch(word):
            raise Refused(reasons.NAME if not word.startswith("--") else reasons.CUSTOM)
        if word.lower() in words.LOADERS:
            raise Refused(reasons.LOADS)
        return word if self._names_fonts else word.lower()

    def _number(self, token: Any, unit: str) -> str:
        if not _NUMBER.fullmatch(token.representation):
            raise Refused(reasons.VALUE)
        if self._points_forward and token.representation.startswith("-"):
            raise Refused(reasons.OVER)
        return f"{token.representation}{unit}"

    def _function(self, token: Any, depth: int) -> str:
        name = token.lower_name
        if name in words.LOADERS:
            raise Refused(reasons.LOADS)
        if name not in words.FUNCTIONS:
            raise Refused(reasons.FUNCTION)
        return f"{name}({_spaced(self.parts(token.arguments, depth=depth + 1, inside=name))})"

    def _may_reckon(self, inside: str, sign: str) -> bool:
        return sign == "/" or (inside in words.SUMS and not self._points_forward)

    @staticmethod
    def _why_not(token: Any) -> str:
        match token.type:
            case "string":
                return reasons.TEXT
            case "url":
                return reasons.LOADS
            case "error":
                return reasons.LOADS if token.kind == "bad-url" else reasons.UNREADABLE
        return reasons.VALUE
