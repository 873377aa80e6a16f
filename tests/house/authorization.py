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
    "accounts.why_for": {
        "product": Named("product in the range", "product"),
        "plan": Named("word of a plan", missing="no-plan"),
    },
    "accounts": {
        "product": Named("product in the range", "product"),
        "plan": Named("word of a plan", missing="no-plan"),
        "key": row("account"),
        "contact": row("contact"),
        "address": row("address"),
    },
    "branding.go_to_step": {"number": Named("step of the draft", missing="999999")},
    "branding.replace": {"use": Named("picture replaced", missing="nothing")},
    "branding.make_again": {"use": Named("picture replaced", missing="nothing")},
    "branding.wear_again": {"number": Named("brand's past version", missing="999999")},
    "branding": {"stylesheet_hash": row("stylesheet", missing="0" * 32), "file": row("picture", missing="0.png")},
    **{
        f"catalogue.{one}": {"key": Named("product in the range", "product")}
        for one in ("product", "product_prices", "product_log", "product_words", "words_picture", "product_relations")
    },
    **{
        f"catalogue.{one}": {"key": row("product"), "plan": row("plan")}
        for one in (
            *("edit_product", "product_picture", "copies", "activation", "setting_aside", "discontinuation"),
            *("product_archival", "product_restoration"),
            *("new_plan", "plan_prices", "plan_discontinuation", "plan_resumption"),
        )
    },
    **{f"catalogue.{one}": {"key": row("category")} for one in ("category", "category_move", "category_removal")},
    "catalogue.relation": {"key": Named("product in the range", "product")},
    "catalogue.relation_removal": {"key": row("product"), "link": row("product link")},
    **{
        f"catalogue.{one}": {"key": row("product import")}
        for one in ("product_import", "import_progress", "import_application", "import_removal")
    },
    **{
        f"catalogue.{one}": {
            "key": Named("product in the range", "product"),
            "plan": Named("word of a plan", missing="no-plan"),
        }
        for one in ("why_price", "why_price_data")
    },
    "catalogue.products_undoing": {"deed": row("deed on products")},
    "catalogue.decisions_undoing": {"deed": row("deed on price changes")},
    "catalogue.requests_undoing": {"deed": row("deed on a price list")},
    "catalogue.product_type": {"key": Named("product type")},  # offered to all below
    **{f"catalogue.{one}": {"key": row("product type")} for one in ("edit_type", "type_picture", "type_removal")},
    "catalogue.picture": {"file": Named("product picture", missing=f"{'0' * 32}.webp")},  # offered to all below
    "catalogue": {"key": row("price list")},
    **{
        f"catalogue.{one}": {"key": row("price list"), "promotion": row("promotion")}
        for one in ("promotion", "promotion_removal")
    },
    "catalogue.comparison": {
        "key": row("price list"),
        **{name: Named("list version", missing="999999") for name in ("number", "other")},
    },
    "catalogue.calling_off": {"key": row("price list"), "number": Named("list version", missing="999999")},
    **{
        f"catalogue.{one}": {"key": row("price list"), "product": Named("product in the range", "product")}
        for one in ("product_rule", "price_trial")
    },
    **{
        f"catalogue.{one}": {"key": row("price list"), "entry": row("list rule")}
        for one in ("list_rule", "rule_removal")
    },
    "catalogue.application": {"key": row("price sheet")},
    "catalogue.price_sheet": {"key": row("price sheet")},
    "catalogue.sheet_errors": {"key": row("price sheet")},
    "catalogue.sheet_impact": {"key": row("price sheet")},
    "catalogue.sheet_mapping": {"key": row("price sheet")},
    "catalogue.sheet_progress": {"key": row("price sheet")},
    "catalogue.sheet_removal": {"key": row("price sheet")},
    "catalogue.sheet_schedule": {"key": row("price sheet")},
    "catalogue.sheet_schedule_removal": {"key": row("price sheet")},
    "catalogue.sheet_undoing": {"key": row("price sheet")},
    **{f"content.{one}": {"key": row("section of logos")} for one in ("new_picture", "picture_removal")},
    **{
        f"content.{one}": {"key": row("menu entry")}
        for one in ("entry", *(f"entry_{verb}" for verb in ("move", "visibility", "removal", "restoration")))
    },
    "content": {"key": row("section"), "file": row("section picture", missing=f"{'0' * 32}.webp")},
    "domains": {"key": row("domain")},
    "enquiries": {"key": row("enquiry")},
    "go_live": {"client_id": row("tenant below", missing=NO_CLIENT_ID)},
    "letters": {"key": row("envelope")},
    "lists": {"key": row("saved view")},
    "notices": {"key": row("notice")},
    "pages": {
        "slug": Named("page", missing="nothing"),
        "language": Named("page's language", missing="xx"),
        "number": Named("page's version", missing="999999"),
    },
    "playbooks": {"code": Named("lesson", missing="no-such-lesson")},
    "processes": {"key": row("process")},
    "shop_branding": {"stylesheet_hash": row("stylesheet", missing="0" * 32), "file": row("picture", missing="0.png")},
    "shop_content": {"file": row("section picture", missing=f"{'0' * 32}.webp")},
    "shop_users.ending": {"key": row("sign-in")},
    "shop_users.invitation": {"ticket": Named("customer's invitation")},
    "shop_users.new_email": {"ticket": Named("customer's e-mail ticket")},
    "shop_users.new_password": {"ticket": Named("customer's password ticket")},
    "shop_storefront": {"word": Named("preview word", "preview word", missing="no-such-word")},
    "shop_catalogue": {
        "slug": Named("slug in the range", "slug", missing="no-such-product"),
        "file": Named("product picture", missing=f"{'0' * 32}.webp"),
        "word": Named("staging word", "staging word", missing="no-such-word"),
    },
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
    "users.no_more_letters": {"word": Named("way out of letters", missing="no-such-word")},
    "users.new_email": {"ticket": Named("e-mail ticket")},
    "users.new_password": {"ticket": Named("password ticket")},
    "whats_next": {"code": Named("line to settle", missing="no_such_line")},
    "whats_next.reopening": {"code": Named("settled line", missing="no_such_line")},
}


BY_ADDRESS = {"users.no_more_letters"}
"""What is sent to these needs no token of a form: the address is sealed, and does one thing."""


def named(endpoint: str, parameter: str) -> Named | None:
    """The endpoint's own entry, else its blueprint's."""
    for place in (endpoint, endpoint.partition(".")[0]):
        if parameter in PARAMETERS.get(place, {}):
            return PARAMETERS[place][parameter]
    return None
