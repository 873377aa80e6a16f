"""A brand out of a name, perhaps a logo, perhaps colours.

No database here: it may take its time, and does the same again when asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from portal.branding.by_hand import image_of
from portal.branding.colours import Palette, neutral, palette
from portal.branding.icons import Picture, pictures
from portal.branding.logos import Logo, read_logo
from portal.branding.sheet import stylesheet
from portal.core.themes import PLAIN

HASH = 32


@dataclass(frozen=True, slots=True)
class Design:
    """All there is to a version, ready to be kept.

    `wished` are the colours somebody chose, or None; `tokens` what he chose of the theme's, each as its kind has taken it.
    """

    name: str
    theme: str
    tokens: Mapping[str, str]
    exact: bool
    css: str
    made_of: tuple[str, str | None]
    wished: tuple[str | None, str | None]
    palette: Palette
    stylesheet: str
    pictures: Mapping[str, Picture]
    by_hand: frozenset[str] = frozenset()  # those of the pictures that somebody sent for their place

    @property
    def files(self) -> dict[str, str]:
        """What each picture is for -> its name in addresses."""
        return {use: file_name(picture) for use, picture in self.pictures.items()}

    @property
    def stylesheet_hash(self) -> str:
        return hash_of(self.stylesheet)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody chooses of a brand, without its logo.

    Colours are `#rrggbb`; those not given come from the logo, and without one from the name.
    """

    name: str
    brand_colour: str | None = None
    accent: str | None = None
    theme: str = PLAIN
    tokens: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False  # the colours as they are written, whether or not they can be read
    css: str = ""  # as it was typed


def design(wish: Wish, logo: bytes | None = None, by_hand: Mapping[str, Picture] | None = None) -> Design:
    """Everything a version is made of; `by_hand` stands in the place of what would be made.  Raises Invalid for the logo."""
    sign = read_logo(logo) if logo is not None else None
    colours, sent = coloured(wish, sign), dict(by_hand or {})
    mark = Logo(image_of(sent["mark"])) if "mark" in sent else None
    return Design(
        name=wish.name,
        theme=wish.theme,
        tokens=wish.tokens,
        exact=wish.exact,
        css=wish.css,
        made_of=made_of(wish, sign),
        wished=(wish.brand_colour, wish.accent),
        palette=colours,
        stylesheet=stylesheet(colours, wish.tokens, wish.theme, wish.css),
        pictures={**pictures(wish.name, sign, colours, mark=mark), **sent},
        by_hand=frozenset(sent),
    )


def coloured(wish: Wish, sign: Logo | None) -> Palette:
    """The colours alone."""
    brand, accent = made_of(wish, sign)
    return palette(brand, accent, exact=wish.exact)


def made_of(wish: Wish, sign: Logo | None) -> tuple[str, str | None]:
    """The one or two colours that everything is made of."""
    first, second = _found(wish.name, sign)
    return wish.brand_colour or first, wish.accent or (second if wish.brand_colour is None else None)


def hash_of(sheet: str) -> str:
    """What a stylesheet is called by in addresses."""
    return sha256(sheet.encode()).hexdigest()[:HASH]


def _found(name: str, logo: Logo | None) -> tuple[str, str | None]:
    return logo.colours() if logo else (neutral(name), None)


def file_name(picture: Picture) -> str:
    """`<hash of the content>.<extension>`, as it stands in addresses."""
    return f"{sha256(picture.content).hexdigest()[:HASH]}.{picture.extension}"
