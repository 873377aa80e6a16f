"""A look that is not published: carried in the address, and worn only by whoever comes that way.

    https://halcyon.shop.example/~<word>/products

The word says all of it (name, theme, colours, tokens, pictures), signed for one tenant and for a while: nothing but
CSS is stored, several may be looked at beside each other, and every link of such a page leads to another in the same look.
Nothing can be sent from one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from portal.branding.colours import palette
from portal.branding.sheet import fonts, stylesheet
from portal.branding.wardrobe import PAGES
from portal.core.here import Here

LONGEST = 4000
TYPING, PASSED_ON = timedelta(hours=1), timedelta(days=7)
"""How long it is worn: what somebody types, and what he passes on as a link."""


@dataclass(frozen=True, slots=True)
class Look:
    """What would be worn.

    `frame` is the address of the office page that may show it within itself; "" where it is a link to be passed on.
    """

    name: str
    theme: str
    brand: str
    accent: str | None
    tokens: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    mode: str = ""  # light or dark, whatever the browser prefers
    frame: str = ""
    css: str = ""  # the name of the CSS of its own: `fittings`

    def stylesheet(self, css: str) -> str:
        return stylesheet(palette(self.brand, self.accent, exact=self.exact), self.tokens, self.theme, css)


def word(tenant_id: int, look: Look) -> str:
    """The look as it stands in an address."""
    said = [
        look.name,
        look.theme,
        look.brand,
        look.accent,
        dict(look.tokens),
        dict(look.files),
        look.exact,
        look.mode,
        look.frame,
        look.css,
    ]
    return str(_signer().dumps([tenant_id, *said]))


def read(text: str, tenant_id: int | None) -> Look | None:
    """The look a word carries; None when it is not for this tenant, or too old, or not ours."""
    if len(text) > LONGEST:
        return None
    try:
        (said_of, *parts), made = _signer().loads(text, max_age=int(PASSED_ON.total_seconds()), return_timestamp=True)
        look = Look(*parts)
        if look.frame:
            _signer().loads(text, max_age=int(TYPING.total_seconds()))
    except (BadData, SignatureExpired, TypeError, ValueError):
        return None
    return look if said_of == tenant_id and made else None


def put_on(here: Here, look: Look, *, root: str) -> None:
    """Wear it for this one answer, over whatever is published."""
    pictures = {what: f"{root}/pictures/{look.files[use]}" for what, use in PAGES.items() if use in look.files}
    kept = {what: worn for what, worn in here.dress.items() if what not in PAGES and what != "manifest"}
    words = {"name": look.name, "theme": look.theme, "stylesheet": f"{root}/look.css", "mode": look.mode}
    here.dress = {**kept, **words, **pictures, "fonts": fonts(look.tokens, look.theme), "look": look}
    here.house = replace(here.organization, name=look.name)


def _signer() -> URLSafeTimedSerializer:
    config: Any = current_app.config
    return URLSafeTimedSerializer([*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]], salt="brand look")
