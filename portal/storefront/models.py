"""What a tenant decided about his storefront."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, index, one_of, unique
from portal.core.kinds import Belonging
from portal.core.lifecycle import Lifecycle
from portal.core.words import N_, Line, say


class Visibility(StrEnum):
    """Who may enter the shop."""

    PRIVATE = "private"
    MEMBERS = "members"
    OPEN = "open"

    @property
    def label(self) -> str:
        """A message id."""
        return SHOWN[self][1]


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


class Topic(StrEnum):
    """What a page of the shop is about: its address, and the label under which every page leads to it."""

    ABOUT = "about"
    TERMS = "terms"
    PRIVACY = "privacy"
    IMPRINT = "imprint"
    RETURNS = "returns"
    ACCESSIBILITY = "accessibility"

    @property
    def label(self) -> str:
        """A message id."""
        return TOPICS[self]


TOPICS = {
    Topic.ABOUT: N_("About us"),
    Topic.TERMS: N_("Terms and conditions"),
    Topic.PRIVACY: N_("Privacy"),
    Topic.IMPRINT: N_("Imprint"),
    Topic.RETURNS: N_("Returns and cancellation"),
    Topic.ACCESSIBILITY: N_("Accessibility statement"),
}
LEGAL = (Topic.TERMS, Topic.PRIVACY, Topic.IMPRINT)
"""What a shop should not open without."""


class Page(Belonging, Model):
    """A page the tenant writes for his shop, in one language.  `ready`: nothing in it is left to be filled in."""

    __table_args__ = (unique("slug", "language"),)
    __unlogged__ = frozenset({"text"})
    __words__ = {"slug": N_("Page"), "title": N_("Title"), "ready": N_("Shown to visitors")}  # noqa: RUF012 - read by the audit trail
    __readings__ = {"slug": lambda slug: say(TOPICS[Topic(slug)])}  # noqa: RUF012 - likewise

    slug: Mapped[Topic] = mapped_column(one_of(Topic))
    language: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)  # Markdown
    ready: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape


class PageVersion(Belonging, Model):
    """One saved text of a page, for ever; an empty one says that there was no page from then on.

    Who wrote it stands in the trail, where a person can be forgotten: `record_id` is that line.  What was written before
    former texts were kept has none.
    """

    __append_only__ = True
    __table_args__ = (unique("slug", "language", "number"),)

    slug: Mapped[Topic] = mapped_column(one_of(Topic))
    language: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    record_id: Mapped[UUID | None]
    written_at: Mapped[datetime] = mapped_column(default=now)


class Kind(StrEnum):
    """What a visitor wants: an answer, or a price made for him."""

    CONTACT = "contact"
    QUOTE = "quote"

    @property
    def label(self) -> str:
        """A message id."""
        return KINDS[self]


KINDS = {Kind.CONTACT: N_("Question"), Kind.QUOTE: N_("Request for a quote")}


class State(StrEnum):
    NEW = "new"
    ANSWERED = "answered"
    CLOSED = "closed"


STATES = {
    State.NEW: ("warn", N_("To answer")),
    State.ANSWERED: ("good", N_("Answered")),
    State.CLOSED: ("plain", N_("Closed")),
}
LIFECYCLE = Lifecycle(
    {
        State.NEW: {State.ANSWERED, State.CLOSED},
        State.ANSWERED: {State.CLOSED, State.NEW},
        State.CLOSED: {State.NEW},
    }
)


class Enquiry(Belonging, Model):
    """What a visitor asked by a form of the shop.

    Of a quote it keeps what he saw: product, plan and the price that stood there, in words.  Nothing of the cost.
    """

    __table_args__ = (index("state", "created_at"), index("created_at"))
    __page__ = "enquiries.show"
    __label__ = "title"
    __unlogged__ = frozenset({"name", "email", "company", "message", "answered_at"})
    __words__ = {"product": N_("Product"), "plan": N_("Plan"), "quantity": N_("Quantity"), "price": N_("Price shown")}  # noqa: RUF012 - read by the audit trail

    kind: Mapped[Kind] = mapped_column(one_of(Kind))
    state: Mapped[State] = mapped_column(one_of(State), default=State.NEW)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    company: Mapped[str] = mapped_column(String(120), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    product: Mapped[str] = mapped_column(String(200), default="")
    code: Mapped[str] = mapped_column(String(64), default="")
    plan: Mapped[str] = mapped_column(String(200), default="")
    product_key: Mapped[str] = mapped_column(
        String(26), default=""
    )  # with the plan's word: where the price is explained
    plan_word: Mapped[str] = mapped_column(String(60), default="")
    price: Mapped[str] = mapped_column(String(200), default="")  # as it stood in the shop at that moment
    quantity: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(8))  # the visitor reads it
    created_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]

    @property
    def title(self) -> Line:
        """What it is about; never a person's name, for it stands in the log."""
        return say(N_("Quote: %(product)s"), product=self.product) if self.kind is Kind.QUOTE else say(KINDS[self.kind])
