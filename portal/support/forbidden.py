"""What nobody who came in for support ever does, and what he may: one table, held at one place, the office's door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import request

from portal.core.errors import Forbidden
from portal.core.listing import FORMS
from portal.core.web import SAFE, Entry
from portal.core.words import N_, say
from portal.support.models import Reach
from portal.users.roles import Role

LEAVING: Final = "support.departure"
KEPT_FOR_USERS: Final = ("selection", "undoing")
"""What is done with many rows at once is kept for the user who did it, to be taken back; who came in is nobody's user."""


@dataclass(frozen=True, slots=True)
class Never:
    """One thing.  It is known by a permission, an endpoint, the noun an endpoint ends in, or the file that is asked for.

    `what` and `why` are message ids.
    """

    code: str
    what: str
    why: str
    permissions: frozenset[str] = frozenset()
    endpoints: frozenset[str] = frozenset()
    nouns: tuple[str, ...] = ()
    forms: frozenset[str] = frozenset()

    def meets(self, endpoint: str, permission: str | None, form: str) -> bool:
        by_name = endpoint in self.endpoints or bool(self.nouns and endpoint.endswith(self.nouns))
        return by_name or permission in self.permissions or form in self.forms


def _all(*words: str) -> frozenset[str]:
    return frozenset(words)


TWELVE: Final = (
    Never(
        "passwords",
        N_("Passwords"),
        N_("Who sets a password can sign in as somebody else, long after."),
        endpoints=_all(
            "users.password",
            "users.forgotten_password",
            "users.forgotten_client_id",
            "users.invitation",
            "users.new_password",
            "users.new_email",
            "users.sign_in",
            "users.code",
        ),
    ),
    Never(
        "factors",
        N_("Second factors, profiles and sign-ins"),
        N_("They are each person’s own, and whoever came in has none here."),
        permissions=_all("profile.edit"),
        endpoints=_all("users.rules", "users.factor_reset"),
    ),
    Never("users", N_("Users and their roles"), N_("Who may come in is the tenant’s to say."), _all("users.edit")),
    Never(
        "mail",
        N_("The sender of mail"),
        N_("Who writes in the tenant’s name speaks for him."),
        endpoints=_all("mail.sender", "mail.test", "mail.progress", "mail.relieving", "mail.domain", "mail.look"),
    ),
    Never(
        "payment",
        N_("Payment data"),
        N_("One digit leads every customer’s money elsewhere."),
        endpoints=_all("settings.bank"),
    ),
    Never(
        "files",
        N_("Lists as files"),
        N_("What is taken home cannot be shown out again."),
        endpoints=_all("catalogue.sheet_errors"),
        forms=_all(*FORMS),
    ),
    Never(
        "erasing",
        N_("Erasing and removing for good"),
        N_("What is gone cannot be put back when the entry was a mistake."),
        nouns=("removal", "erasure"),
    ),
    Never(
        "consent",
        N_("Support access itself"),
        N_("Nobody says yes to himself."),
        endpoints=_all("support.rules", "support.consent", "support.refusal", "support.ending"),
    ),
    Never(
        "secrets",
        N_("Links and keys that outlive the entry"),
        N_("The entry ends; a key that was copied does not."),
        endpoints=_all("storefront.visit", "storefront.visiting", "storefront.renewal"),
    ),
    Never("brand", N_("The brand"), N_("What the shop wears is seen by everybody at once."), _all("branding.edit")),
    Never(
        "shop",
        N_("Opening and closing the storefront, and its domains"),
        N_("When the shop is open, and under which name, is the tenant’s business."),
        _all("storefront.edit", "domains.edit"),
    ),
    Never(
        "below",
        N_("Tenant resellers further down"),
        N_("Each enters one step below his own office, and nobody by way of another."),
        _all("tenants.create", "tenants.edit", "tenants.suspend", "tenants.support"),
    ),
)


def may(reach: Reach, permission: str) -> bool:
    """What an entry opens: to look, every page that is only looked at; to change, what the role Support may besides."""
    if any(permission in one.permissions for one in TWELVE):
        return False
    return permission.endswith(".view") or (reach is Reach.CHANGE and Role.SUPPORT.may(permission))


def hold(reach: Reach, entry: Entry) -> None:
    """Let this request on, or say why not.  Raises Forbidden."""
    endpoint = request.endpoint or ""
    if endpoint == LEAVING:
        return
    form = request.args.get("format", "")
    for one in TWELVE:
        if one.meets(endpoint, entry.permission, form):
            raise Forbidden(say(N_("Never by way of support: %(what)s. %(why)s"), what=say(one.what), why=say(one.why)))
    if reach is Reach.LOOK and request.method not in SAFE:
        raise Forbidden(say(N_("You are here to look: nothing is changed by way of this entry.")))
    if endpoint.endswith(KEPT_FOR_USERS):
        raise Forbidden(say(N_("By way of support things are changed one by one.")))
    # what is sent and needs no more than looking, or nothing at all, is about whoever sends it: a bell, a password
    about_oneself = request.method not in SAFE and (entry.permission is None or entry.permission.endswith(".view"))
    if about_oneself or (entry.permission and not may(reach, entry.permission)):
        raise Forbidden(say(N_("This is not part of support.")))


def words() -> Iterable[tuple[str, str]]:
    """What is never done, and why, for those who are asked to let somebody in."""
    return [(one.what, one.why) for one in TWELVE]
