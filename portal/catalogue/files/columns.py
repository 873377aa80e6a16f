"""The columns of a file of products: how each is written, recognised and read.

A file that was written in one language is read in every other: a column is known by its own word and by its title in
each language we speak.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from flask_babel import force_locale, gettext

from portal.catalogue.models import Answer, Characteristic, Charging, Product, ProductKind, ProductState
from portal.core.errors import Invalid
from portal.core.exports import Column
from portal.core.forms import BIDI
from portal.core.languages import LANGUAGES
from portal.core.words import N_, say

MOST_UNITS = 10_000_000
MOST_NUMBER = Decimal(10) ** 12
LONGEST_NUMBER = 30


@dataclass(frozen=True, slots=True)
class Part:
    """One column: its word, its title (a message id), what stands in it, and what may be read from it."""

    word: str
    title: str
    value: Callable[[Product], Any]
    read: Callable[[str], Any]


def text_of(most: int, *, required: bool = False, lines: bool = False) -> Callable[[str], str]:
    def read(text: str) -> str:
        if required and not text:
            raise Invalid(N_("This is needed."))
        if len(text) > most:
            raise Invalid(say(N_("Use at most %(max)d characters."), max=most))
        for letter in text:
            plain = lines and letter in "\n\r\t"
            if letter in BIDI or (unicodedata.category(letter) in {"Cc", "Cs", "Co"} and not plain):
                code = f"U+{ord(letter):04X}"
                raise Invalid(say(N_("Take out the invisible character %(code)s: it cannot be stored."), code=code))
        return text

    return read


def _one_of(kind: Any, usual: Any) -> Callable[[str], str]:
    def read(text: str) -> str:
        wanted = text.casefold().replace("-", "_").replace(" ", "_") or str(usual)
        if wanted not in list(kind):
            raise Invalid(say(N_("Write one of these: %(words)s."), words=", ".join(kind)))
        return wanted

    return read


def _units(*, least: bool) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        if not text:
            return 1 if least else None
        if not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER and 1 <= int(text) <= MOST_UNITS):
            raise Invalid(say(N_("Write a whole number from 1 to %(most)s."), most=f"{MOST_UNITS:,}"))
        return int(text)

    return read


def read_answers(text: str) -> dict[str, str]:
    """`space=5; site=South` by the codes of the type's questions."""
    said: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        code, sign, value = part.partition("=")
        if not sign or not code.strip():
            raise Invalid(N_("Write it like space=5; site=South."))
        said[code.strip()] = text_of(200)(value.strip())
    return said


def check_answer(asked: Characteristic, value: str) -> str:
    """The answer as it is kept.  Raises Invalid when it does not answer the question."""
    words = {"name": asked.name}
    if asked.answer is Answer.YES_NO and value not in {"yes", "no"}:
        raise Invalid(say(N_("%(name)s: write yes or no."), **words))
    if asked.answer is Answer.CHOICE and value not in asked.choices:
        raise Invalid(say(N_("%(name)s: write one of these: %(words)s."), words=", ".join(asked.choices), **words))
    if asked.answer is Answer.NUMBER and not _is_number(value):
        raise Invalid(say(N_("%(name)s: write a number like 12.5."), **words))
    return value


def _is_number(text: str) -> bool:
    try:
        number = Decimal(text) if len(text) < LONGEST_NUMBER else None
    except InvalidOperation:
        return False
    return number is not None and number.is_finite() and abs(number) < MOST_NUMBER


PARTS = (
    Part("code", N_("Code"), lambda row: row.code, text_of(64, required=True)),
    Part("name", N_("Name"), lambda row: row.name, text_of(200, required=True)),
    Part("vendor", N_("Vendor"), lambda row: row.vendor, text_of(120)),
    Part("family", N_("Product family"), lambda row: row.family, text_of(200)),
    Part("summary", N_("Summary"), lambda row: row.summary, text_of(2000)),
    Part("description", N_("Description"), lambda row: row.description, text_of(20_000, lines=True)),
    Part("unit", N_("Unit of measure"), lambda row: row.unit, text_of(40, required=True)),
    Part("kind", N_("Kind"), lambda row: str(row.kind), _one_of(ProductKind, ProductKind.PRIMARY)),
    Part("charging", N_("Charged as"), lambda row: str(row.charging), _one_of(Charging, Charging.SUBSCRIPTION)),
    Part("least", N_("Least quantity"), lambda row: row.least, _units(least=True)),
    Part("most", N_("Most quantity"), lambda row: row.most, _units(least=False)),
    Part("type", N_("Product type"), lambda row: row.type.code if row.type else "", text_of(60)),
    Part("category", N_("Category"), lambda row: row.category.code if row.category else "", text_of(60)),
    Part("tags", N_("Tags"), lambda row: row.tags, text_of(200)),
    Part("state", N_("State"), lambda row: str(row.state), _one_of(ProductState, ProductState.DRAFT)),
    Part("answers", N_("Characteristics"), lambda row: written(row.characteristics), read_answers),
)
BY_WORD = {part.word: part for part in PARTS}
COLUMNS = tuple(Column(part.title, part.value) for part in PARTS)


def written(said: Mapping[str, Any]) -> str:
    """Answers as a cell: `space=5; site=South`."""
    return "; ".join(f"{code}={value}" for code, value in sorted(said.items()))


@lru_cache(maxsize=1)
def known_heads() -> Mapping[str, str]:
    """A column's head, in any language, folded → the column's word."""
    heads = {part.word: part.word for part in PARTS}
    for language in LANGUAGES:
        with force_locale(language):
            heads |= {str(gettext(part.title)).casefold(): part.word for part in PARTS}
    return heads
