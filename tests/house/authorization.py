"""For each parameter of each route: how to name a row of one's own, and one of somebody else's.

A route whose parameters are not in this table fails the build.  The words are those of `furniture.furnish`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.core.keys import new_id, spell

MALFORMED = ("x", "w" * 26, "A" * 26, "0" * 200, "%00", "..", "-1", "café", "\u202e" * 3)

NOT_THERE = spell(new_id())  # an id as any other, of no row


@dataclass(frozen=True, slots=True)
class Named:
    """How a parameter names a row: what a house has of its own, what it has that nobody else may reach."""

    own: str
    foreign: str | None = None  # None: it names nobody's row, or opens the door by itself, whoever brings it
    missing: str = NOT_THERE

    def in_another(self, rows: dict[str, str]) -> str | None:
        return rows[self.foreign] if self.foreign else None


def row(word: str, **more: Any) -> Named:
    return Named(word, word, **more)


NO_CLIENT_ID = "ZZZZ-ZZZZ"

# endpoint, or the blueprint of many -> parameter -> how it names a row
PARAMETERS: dict[str, dict[str, Named]] = {
    "accounts.undoing": {"deed": row("deed on accounts")},
    "accounts": {"key": row("account"), "contact": row("contact"), "address": row("address")},
    "branding": {"stylesheet_hash": row("stylesheet", missing="0" * 32), "file": row("picture", missing="0.png")},
    "catalogue.product": {"key": Named("product in the range", "product")},
    "catalogue": {"key": row("price list")},
    "catalogue.application": {"key": row("price sheet")},
    "catalogue.price_sheet": {"key": row("price sheet")},
    "catalogue.sheet_errors": {"key": row("price sheet")},
    "catalogue.sheet_progress": {"key": row("price sheet")},
    "catalogue.sheet_removal": {"key": row("price sheet")},
    "enquiries": {"key": row("enquiry")},
    "go_live": {"client_id": row("tenant below", missing=NO_CLIENT_ID)},
    "letters": {"key": row("envelope")},
    "lists": {"key": row("saved view")},
    "notices": {"key": row("notice")},
    "pages": {"slug": Named("page", missing="nothing"), "language": Named("page's language", missing="xx")},
    "playbooks": {"code": Named("lesson", missing="no-such-lesson")},
    "processes": {"key": row("process")},
    "shop_branding": {"stylesheet_hash": row("stylesheet", missing="0" * 32), "file": row("picture", missing="0.png")},
    "shop_users.ending": {"key": row("sign-in")},
    "shop_users.invitation": {"ticket": Named("customer's invitation")},
    "shop_users.new_email": {"ticket": Named("customer's e-mail ticket")},
    "shop_users.new_password": {"ticket": Named("customer's password ticket")},
    "shop_storefront": {"word": Named("preview word", "preview word", missing="no-such-word")},
    "shop_catalogue": {"slug": Named("slug in the range", "slug", missing="no-such-product")},
    "support": {"client_id": row("tenant below", missing=NO_CLIENT_ID), "key": row("support request")},
    "support.arrival": {"word": Named("support word", missing="no-such-word")},
    "support.withdrawal": {
        "client_id": row("tenant below", missing=NO_CLIENT_ID),
        "key": row("support entry below"),
    },
    "tenants": {"client_id": row("tenant below", missing=NO_CLIENT_ID)},
    "tenants.clearing": {"task": Named("task", missing="no_such_task")},
    "tenants.create": {"key": row("account")},
    "users.undoing": {"deed": row("deed on users")},
    "texts": {
        "kind": Named("kind of letter", missing="no_such_letter"),
        "language": Named("text's language", missing="xx"),
    },
    "users": {"key": row("user")},
    "users.ending": {"key": row("sign-in")},
    "users.invitation": {"ticket": Named("invitation")},
    "users.new_email": {"ticket": Named("e-mail ticket")},
    "users.new_password": {"ticket": Named("password ticket")},
    "whats_next": {"code": Named("line to settle", missing="no_such_line")},
    "whats_next.reopening": {"code": Named("settled line", missing="no_such_line")},
}


def named(endpoint: str, parameter: str) -> Named | None:
    """The endpoint's own entry, else its blueprint's."""
    for place in (endpoint, endpoint.partition(".")[0]):
        if parameter in PARAMETERS.get(place, {}):
            return PARAMETERS[place][parameter]
    return None
