"""What a tenant decided about his storefront."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, unique
from portal.core.kinds import Belonging
from portal.core.words import N_


class Visibility(StrEnum):
    """Who may enter the shop."""

    PRIVATE = "private"
    MEMBERS = "members"
    OPEN = "open"


# visibility -> (mood, word): the same tone and word everywhere
SHOWN = {
    Visibility.PRIVATE: ("plain", N_("Private")),
    Visibility.MEMBERS: ("good", N_("Open after sign-in")),
    Visibility.OPEN: ("good", N_("Open to everybody")),
}

# network -> its name; where a shop may be followed
NETWORKS = {
    "website": N_("Company website"),
    "linkedin": "LinkedIn",
    "mastodon": "Mastodon",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "youtube": "YouTube",
}


class Storefront(Belonging, Model):
    """One row for each tenant: who may enter, and how he is reached.

    `looked_at` is when somebody of the house last looked at it by its preview; `link_number` rises when a new preview
    link is made, and those from before open nothing any more.
    """

    __table_args__ = (unique(),)
    __unlogged__ = frozenset({"looked_at", "link_number", "changed_at"})
    __label__ = "title"
    __words__ = {  # noqa: RUF012 - read by the audit trail
        "visibility": N_("Who may enter"),
        "contact_email": N_("E-mail"),
        "contact_phone": N_("Phone"),
        "contact_hours": N_("When you can be reached"),
        "networks": N_("Elsewhere"),
    }

    visibility: Mapped[Visibility] = mapped_column(
        Enum(Visibility, native_enum=False, length=10, values_callable=list), default=Visibility.PRIVATE
    )
    opened_at: Mapped[datetime | None]
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_hours: Mapped[str] = mapped_column(String(120), default="")
    networks: Mapped[dict[str, Any]] = mapped_column(default=dict)  # network -> address
    looked_at: Mapped[datetime | None]
    link_number: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape

    @property
    def title(self) -> str:
        return "storefront"
