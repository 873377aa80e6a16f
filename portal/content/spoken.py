"""Which of several languages a reader gets: his own, else the shop's, else one that there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from portal.core.forms import Form
from portal.core.here import here
from portal.core.languages import LANGUAGES, chosen

T = TypeVar("T")
F = TypeVar("F", bound=type[Form])


def spoken(words: Mapping[str, T], silence: T) -> tuple[T, str]:
    """(what is said, in which language); `silence` and his own where nothing is."""
    languages = (chosen(), here.organization.language, *LANGUAGES)
    found = next((language for language in languages if words.get(language)), "")
    return (words[found], found) if found else (silence, chosen())


def in_every_language(name: str, make: Callable[[str], Any]) -> Callable[[F], F]:
    """Give a form one field for each language we speak: `text_de`, labelled with the language."""

    def give(form: F) -> F:
        for code, tongue in LANGUAGES.items():
            setattr(form, f"{name}_{code}", make(tongue))
        return form

    return give


def typed(form: Form, name: str) -> dict[str, str]:
    """Language -> what was typed in it, where anything was."""
    return {code: said for code in LANGUAGES if (said := form[f"{name}_{code}"].data)}


def standing(words: Mapping[str, str], name: str) -> dict[str, str]:
    """What such fields show of these words."""
    return {f"{name}_{code}": words.get(code, "") for code in LANGUAGES}
