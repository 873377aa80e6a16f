"""The names a new reseller suggests: its storefront's, and its administrator's."""

from __future__ import annotations

from portal.core import keys
from portal.tenants import hosts

_LONGEST = 40


def storefront_for(name: str) -> str:
    """A storefront name made of a firm's, and free: “Halcyon Works” → halcyon-works."""
    wish = hosts.suggestion(name)
    return hosts.free_name(f"{wish or 'my'}-cloud" if len(wish) < 3 or wish in hosts.RESERVED else wish)  # noqa: PLR2004 - one or two letters say nothing


def username_for(name: str, email: str = "") -> str:
    """A username made of a person's name, or else of the address: “Nora Whitfield” → nora.whitfield."""
    words = _words(name) or _words(email.partition("@")[0])
    return ".".join([words[0], words[-1]] if len(words) > 1 else words)[:_LONGEST].strip(".")


def _words(text: str) -> list[str]:
    return [word for word in keys.slug(text, longest=200).split("-") if word]
