"""What each role may do.

A permission is named by the page that asks for it (`@needs("accounts.edit")`).  A role is the group a user stands in, its
row here the group's rule; the administrators' rule is full access.  Every permission of the house is in this table: a new
one is given to nobody but administrators until somebody decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from portal.core.words import N_

PERMISSIONS: Final = frozenset(
    {
        "dashboard.view",
        "accounts.view",
        "accounts.edit",
        "tenants.view",
        "tenants.create",
        "tenants.edit",
        "tenants.suspend",
        "tenants.support",
        "processes.view",
        "processes.steer",
        "catalogue.view",
        "catalogue.edit",
        "catalogue.import",
        "prices.view",
        "prices.edit",
        "branding.view",
        "branding.edit",
        "storefront.view",
        "storefront.edit",
        "domains.edit",
        "enquiries.view",
        "enquiries.edit",
        "settings.edit",
        "users.view",
        "users.edit",
        "log.view",
        "profile.edit",
    }
)

_EVERYBODY: Final = frozenset({"dashboard.view", "accounts.view", "catalogue.view", "processes.view", "profile.edit"})


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    SALES = "sales"
    FINANCE = "finance"
    SUPPORT = "support"
    READ_ONLY = "read_only"

    @property
    def title(self) -> str:  # type: ignore[override] # what people call it; nobody title-cases a role
        """A message id: translated when shown."""
        return _TITLES[self]

    @property
    def consequence(self) -> str:
        """What somebody in this role can do, in one line; a message id."""
        return _CONSEQUENCES[self]

    @property
    def permissions(self) -> frozenset[str]:
        return RULES[self]

    def may(self, permission: str) -> bool:
        return permission in RULES[self]

    def is_less_than(self, other: Role) -> bool:
        """Whether somebody who moves from `other` to this role loses anything."""
        return not other.permissions <= self.permissions


RULES: Final[Mapping[Role, frozenset[str]]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: PERMISSIONS,
        Role.SALES: _EVERYBODY
        | {
            "accounts.edit",
            "tenants.view",
            "tenants.create",
            "tenants.edit",
            "processes.steer",
            "prices.view",
            "branding.view",
            "storefront.view",
            "enquiries.view",
            "enquiries.edit",
        },
        Role.FINANCE: _EVERYBODY
        | {
            "storefront.view",
            "enquiries.view",
            "tenants.view",
            "processes.steer",
            "catalogue.edit",
            "catalogue.import",
            "prices.view",
            "prices.edit",
            "log.view",
        },
        Role.SUPPORT: _EVERYBODY
        | {
            "accounts.edit",
            "storefront.view",
            "enquiries.view",
            "enquiries.edit",
            "tenants.view",
            "tenants.support",
            "processes.steer",
            "prices.view",
            "users.view",
            "log.view",
        },
        Role.READ_ONLY: _EVERYBODY | {"storefront.view", "enquiries.view", "tenants.view", "prices.view"},
    }
)

_TITLES: Final[Mapping[Role, str]] = {
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.SALES: N_("Sales"),
    Role.FINANCE: N_("Finance"),
    Role.SUPPORT: N_("Support"),
    Role.READ_ONLY: N_("Read-only"),
}

_CONSEQUENCES: Final[Mapping[Role, str]] = {
    Role.ADMINISTRATOR: N_("Everything, including users and settings."),
    Role.SALES: N_("Accounts and tenant resellers; sees prices."),
    Role.FINANCE: N_("Products, price lists and price sheets; sees accounts and the log."),
    Role.SUPPORT: N_("Accounts and processes; sees users and the log."),
    Role.READ_ONLY: N_("Sees accounts, products and prices; changes nothing."),
}


def table() -> dict[str, list[str]]:
    """Role → its permissions, as `permissions --json` prints it."""
    return {str(role): sorted(role.permissions) for role in Role}
