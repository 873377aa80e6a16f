"""What differs between two versions of a brand, in the words of its editor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext, ngettext

from portal.branding.by_hand import PLACES
from portal.branding.models import Brand
from portal.core.fonts import FAMILIES
from portal.core.themes import theme
from portal.core.tokens import NUMBERS, Kind, Token
from portal.core.words import N_

COLOURS: Final = {
    "brand": N_("Buttons"),
    "on-brand": N_("Words on buttons"),
    "brand-hover": N_("Buttons under the pointer"),
    "brand-text": N_("Links"),
    "brand-soft": N_("Soft grounds"),
    "accent": N_("Small signs"),
    "focus": N_("Ring of what has the focus"),
}
PICTURES: Final = {
    "logo": N_("Logo"),
    "wordmark": N_("Logo on a ground"),
    "icon_512": N_("Square mark"),
    **{use: place.title for use, place in PLACES.items() if use != "mark"},
}


@dataclass(frozen=True, slots=True)
class Said:
    """Something that is said otherwise: what it is, and how it was and is, in the reader's language."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Coloured:
    """A colour that is another one: (before, after) in light and in dark; None where it stays."""

    what: str
    light: tuple[str, str] | None
    dark: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that is another one: the files' names, "" where there is none."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that is not the same."""

    words: list[Said]
    colours: list[Coloured]
    pictures: list[Drawn]

    def __bool__(self) -> bool:
        return bool(self.words or self.colours or self.pictures)


def compared(before: Brand, after: Brand) -> Comparison:
    """What one sees otherwise when the second is worn in the place of the first."""
    words = [said for said in (*_choices(before, after), *_settings(before, after)) if said.before != said.after]
    if before.css != after.css:
        words.append(Said(gettext("Your own CSS"), _length(before.css), _length(after.css)))
    return Comparison(words, [*_colours(before.colours, after.colours)], [*_pictures(before.files, after.files)])


def _choices(before: Brand, after: Brand) -> Iterator[Said]:
    yield Said(gettext("Name shown"), before.name, after.name)
    yield Said(gettext("Theme"), *(gettext(theme(brand.theme).label) for brand in (before, after)))
    for name, label in (("brand_colour", gettext("Brand colour")), ("accent", gettext("Accent colour"))):
        yield Said(label, *(getattr(brand, name) or gettext("From the logo or the name") for brand in (before, after)))
    exact = (gettext("Yes") if brand.exact else gettext("No") for brand in (before, after))
    yield Said(gettext("Colours exactly as written"), *exact)


def _settings(before: Brand, after: Brand) -> Iterator[Said]:
    """Tokens by their labels; one the other theme does not have is said as that theme's own."""
    known = {**theme(before.theme).tokens, **theme(after.theme).tokens}
    for name in dict.fromkeys([*before.tokens, *after.tokens]):
        if name in known:
            token = known[name]
            yield Said(gettext(token.label), *(_value(token, brand.tokens.get(name)) for brand in (before, after)))


def _value(token: Token, value: Any) -> str:
    taken = token.taken(str(value)) if value is not None else None
    if taken is None:
        return str(gettext("As the theme has it"))
    if token.kind in NUMBERS:
        return f"{taken} {token.unit}".strip()
    if token.kind is Kind.FONT:
        return FAMILIES[taken].label
    return str(gettext((token.choices or {})[taken][0])) if token.kind is Kind.CHOICE else taken


def _length(css: str) -> str:
    return str(ngettext("%(num)s line", "%(num)s lines", len(css.splitlines())))


def _colours(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Coloured]:
    for token, what in COLOURS.items():
        pairs = zip(before.get(token, ()), after.get(token, ()), strict=False)
        light, dark = [(one, other) if one != other else None for one, other in pairs] or (None, None)
        if light or dark:
            yield Coloured(gettext(what), light, dark)


def _pictures(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Drawn]:
    for use, what in PICTURES.items():
        if before.get(use) != after.get(use):
            yield Drawn(gettext(what), before.get(use, ""), after.get(use, ""))
