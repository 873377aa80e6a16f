"""Tokens: what a theme lets a brand change, each of one kind.  `theme.toml` writes them down, a brand chooses values.

    [tokens.r-card]
    kind = "length"
    default = ".875rem"
    least = "0"
    most = "2"
    label = "Corners of cards"

A value is text that its kind has read: what reaches a stylesheet is a number with the token's own unit, or words of the
theme's file, never what somebody typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from portal.core.fonts import FAMILIES

MOST_LETTERS = 200


class Kind(StrEnum):
    COLOUR = "colour"  # of the brand itself: a whole palette is made of it
    NUMBER = "number"
    LENGTH = "length"
    FONT = "font"
    CHOICE = "choice"
    TEXT = "text"


NUMBERS = frozenset({Kind.NUMBER, Kind.LENGTH})
GROUPS = ("colour", "type", "shape", "space", "words")


@dataclass(frozen=True, slots=True)
class Token:
    """One thing a brand may say differently.  `choices` is word → (label, what stands in the stylesheet)."""

    name: str
    kind: Kind
    label: str
    default: str
    help: str = ""
    group: str = "shape"
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    step: Decimal = Decimal(1)
    unit: str = ""
    choices: Mapping[str, tuple[str, str]] | None = None
    is_property: bool = False  # of CSS itself, not one of ours

    @classmethod
    def read(cls, name: str, words: Mapping[str, Any]) -> Token:
        """As the file of a theme has it.  Raises ValueError for what no token can be."""
        kind = Kind(words["kind"])
        bounds = {bound: Decimal(str(words[bound])) for bound in ("least", "most", "step") if bound in words}
        choices = {word: (label, css) for word, label, css in words["choices"]} if "choices" in words else None
        group = words.get("group", "colour" if kind is Kind.COLOUR else "shape")
        if group not in GROUPS or (kind is Kind.CHOICE) != (choices is not None):
            raise ValueError(f"token {name}: the group or the choices are wrong")
        default = str(words["default"])
        facts = {"help": words.get("help", ""), "unit": words.get("unit", ""), **bounds}
        return cls(
            name,
            kind,
            words["label"],
            default,
            group=group,
            choices=choices,
            **facts,
            is_property=words.get("property", False),
        )

    @property
    def is_chosen_by_itself(self) -> bool:
        """Whether the editor has a field of its own for it; colours are made into a palette first."""
        return self.kind is not Kind.COLOUR

    def taken(self, value: str) -> str | None:
        """The value as it is kept, or None where this token cannot have it."""
        match self.kind:
            case kind if kind in NUMBERS:
                number = _number(value)
                return f"{number.normalize():f}" if number is not None and self.least <= number <= self.most else None
            case Kind.FONT:
                return value if value in FAMILIES else None
            case Kind.CHOICE:
                return value if value in (self.choices or {}) else None
            case Kind.TEXT:
                return value if 0 < len(value) <= MOST_LETTERS else None
        return None

    def css(self, value: str) -> str:
        """What stands in a stylesheet for a value that was taken; "" for what is no matter of style."""
        match self.kind:
            case kind if kind in NUMBERS:
                return f"{value}{self.unit}"
            case Kind.FONT:
                return FAMILIES[value].stack
            case Kind.CHOICE:
                return (self.choices or {})[value][1]
        return ""


def declarations(tokens: Mapping[str, Token], chosen: Mapping[str, str]) -> str:
    """What a brand chose, as the inside of a CSS rule.  What the theme has no token for (any more) is left out."""
    pairs = ((tokens[name], value) for name, value in chosen.items() if name in tokens)
    taken = ((token, token.taken(value)) for token, value in pairs)
    said = ((token, token.css(value)) for token, value in taken if value is not None)
    return " ".join(f"{'' if token.is_property else '--'}{token.name}: {css};" for token, css in said if css)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
