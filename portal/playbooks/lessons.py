"""Which lessons there are, in their order, and which edition has which: by the feature that a lesson is about.

What a lesson says stands in `languages/<language>/<code>.md`; its drawing in `static/playbooks/<code>.svg`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.core.words import N_


@dataclass(frozen=True, slots=True)
class Place:
    """A page where it is done: its endpoint, and what the link to it says (a message id)."""

    endpoint: str
    label: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.  Its code stands in addresses and in rows of progress: it is for ever."""

    code: str
    places: tuple[Place, ...]
    feature: str = ""  # only in editions that open it


LESSONS: tuple[Lesson, ...] = (
    Lesson("sign-in", (Place("users.index", N_("Users")), Place("users.new", N_("Invite a user")))),
    Lesson(
        "tax",
        (
            Place("settings.company", N_("Company")),
            Place("settings.tax", N_("Tax")),
            Place("settings.bank", N_("Payment")),
        ),
    ),
    Lesson("mail", (Place("mail.sender", N_("Mail sender")),)),
    Lesson("prices", (Place("catalogue.price_lists", N_("Price Lists")), Place("catalogue.products", N_("Products")))),
    Lesson("brand", (Place("branding.show", N_("Brand")),)),
    Lesson("legal", (Place("pages.index", N_("Pages")),)),
    Lesson(
        "opening",
        (
            Place("storefront.show", N_("Storefront")),
            Place("storefront.contact", N_("How customers reach you")),
            Place("whats_next.opening", N_("Open the storefront")),
        ),
    ),
    Lesson("customers", (Place("accounts.index", N_("Accounts")), Place("accounts.new", N_("New account")))),
    Lesson("going-live", (Place("whats_next.index", N_("What’s Next")), Place("storefront.show", N_("Storefront")))),
    Lesson(
        "resellers",
        (Place("tenants.index", N_("Tenant Resellers")), Place("go_live.funnel", N_("Go live"))),
        feature="tenant_resellers",
    ),
)


def lessons_of(opens: Callable[[str], bool]) -> Sequence[Lesson]:
    """The lessons of an edition that opens these features."""
    return [lesson for lesson in LESSONS if not lesson.feature or opens(lesson.feature)]
