"""A brand out of a name, perhaps a logo, perhaps colours.

No database here: it may take its time, and does the same again when asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from portal.branding.colours import Palette, neutral, palette
from portal.branding.icons import Picture, pictures
from portal.branding.logos import Logo, read_logo

HASH = 32


@dataclass(frozen=True, slots=True)
class Design:
    """All there is to a version, ready to be kept.  `wished` are the colours somebody chose, or None."""

    name: str
    wished: tuple[str | None, str | None]
    palette: Palette
    stylesheet: str
    pictures: Mapping[str, Picture]

    @property
    def files(self) -> dict[str, str]:
        """What each picture is for -> its name in addresses."""
        return {use: file_name(picture) for use, picture in self.pictures.items()}

    @property
    def stylesheet_hash(self) -> str:
        return sha256(self.stylesheet.encode()).hexdigest()[:HASH]


def design(
    name: str, *, logo: bytes | None = None, brand_colour: str | None = None, accent: str | None = None
) -> Design:
    """Colours (`#rrggbb`) not given come from the logo, and without one from the name.  Raises Invalid for the logo."""
    sign = read_logo(logo) if logo is not None else None
    first, second = _found(name, sign)
    colours = palette(brand_colour or first, accent or (second if brand_colour is None else None))
    return Design(
        name=name,
        wished=(brand_colour, accent),
        palette=colours,
        stylesheet=colours.stylesheet(),
        pictures=pictures(name, sign, colours),
    )


def _found(name: str, logo: Logo | None) -> tuple[str, str | None]:
    return logo.colours() if logo else (neutral(name), None)


def file_name(picture: Picture) -> str:
    """`<hash of the content>.<extension>`, as it stands in addresses."""
    return f"{sha256(picture.content).hexdigest()[:HASH]}.{picture.extension}"
