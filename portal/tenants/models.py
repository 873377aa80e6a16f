"""Tenants, their addresses, editions, and the charter between each and the one above it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, one_of, unique
from portal.core.kinds import Belonging, Charter
from portal.core.lifecycle import Lifecycle
from portal.core.scope import Scope
from portal.core.words import N_, Line, say
from portal.tenants import client_ids
from portal.tenants.numbering import PREFIXES


class State(StrEnum):
    IN_PROGRESS = "in_progress"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


LIFECYCLE = Lifecycle(
    {
        State.IN_PROGRESS: {State.ACTIVE, State.CLOSED},
        State.ACTIVE: {State.SUSPENDED, State.CLOSED},
        State.SUSPENDED: {State.ACTIVE, State.CLOSED},
    }
)

# state -> (mood, word): the same tone and word everywhere
SHOWN = {
    State.IN_PROGRESS: ("busy", N_("In progress")),
    State.ACTIVE: ("good", N_("Active")),
    State.SUSPENDED: ("warn", N_("Suspended")),
    State.CLOSED: ("plain", N_("Closed")),
}


class Door(StrEnum):
    OFFICE = "office"
    SHOP = "shop"


class Edition(Model):
    """A licence, as data: which features it opens."""

    __platform__ = True

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    features: Mapped[list[str]] = mapped_column(default=list)


class Tenant(Model):
    """One organization in the tree.  Only numbers and codes: its words stand in its Organization."""

    __platform__ = True
    __table_args__ = (
        UniqueConstraint("id", "parent_id"),  # a charter names both
        Index(None, "parent_id"),
        Index("tenant_one_root", text("(parent_id is null)"), unique=True, postgresql_where=text("parent_id is null")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("tenant.id"))
    above: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)  # nearest first; never changes
    client_id: Mapped[str | None] = mapped_column(String(8), unique=True)  # without the hyphen
    state: Mapped[State] = mapped_column(one_of(State), default=State.IN_PROGRESS)
    state_since: Mapped[datetime] = mapped_column(default=now)  # sign-ins from before are over
    edition_code: Mapped[str] = mapped_column(ForeignKey("edition.code"))
    stamp: Mapped[int] = mapped_column(BigInteger, default=0)  # raised when something its shop shows has changed
    created_at: Mapped[datetime] = mapped_column(default=now)

    def move(self, *, to: State) -> None:
        """Enter another state.  Every sign-in from before it is over.  Raises Conflict."""
        self.state = LIFECYCLE.move(self.state, to=to)
        self.state_since = now()

    @property
    def scope(self) -> Scope:
        return Scope(self.id, tuple(self.above))

    @property
    def spelled(self) -> str:
        """The Client ID as people read it; empty before it is reserved."""
        return client_ids.spelled(self.client_id)


class Host(Model):
    """A name under which a tenant is reached.  An old name stays and leads to the new one.

    `outside`: a domain of the tenant's own, proved to be his.  It `serves` once it is known to lead here, and may be the
    `main` one of its door, to which all his others lead.  Names before our own hosts serve as long as they are there.
    """

    __platform__ = True
    __table_args__ = (
        Index(None, "tenant_id"),
        Index("host_one_main", "tenant_id", "door", unique=True, postgresql_where=text("main")),
    )

    name: Mapped[str] = mapped_column(String(253), primary_key=True)  # lower case, without port
    tenant_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tenant.id", ondelete="CASCADE"))
    door: Mapped[Door] = mapped_column(one_of(Door, longest=10), default=Door.SHOP)
    leads_to: Mapped[str | None] = mapped_column(String(253))  # the name that took its place
    outside: Mapped[bool] = mapped_column(default=False)
    serves: Mapped[bool] = mapped_column(default=True)
    main: Mapped[bool] = mapped_column(default=False)


class Organization(Charter, Model):
    """What a tenant is called, where it works, and what it agreed with the one above.

    The tenant's record: the parent opens and edits it, the tenant reads it and keeps its regional settings there.
    """

    __page__ = "tenants.show"
    __personal__ = {  # noqa: RUF012 - declared ClassVar in Owned
        "administrator_name": "id",
        "administrator_email": "id",
        "administrator_username": "id",
    }
    __words__ = {  # noqa: RUF012 - read by the audit trail
        "price_list_name": N_("Price List"),
        "storefront_address": N_("Storefront Address"),
        "separate_invoices": N_("Separate Invoices"),
        "administrator_name": N_("Administrator"),
        "administrator_email": N_("Administrator’s e-mail"),
        "administrator_username": N_("Administrator’s username"),
    }

    name: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(10))
    time_zone: Mapped[str] = mapped_column(String(60))
    date_format: Mapped[str] = mapped_column(String(20))
    numbering: Mapped[dict[str, Any]] = mapped_column(default=PREFIXES.copy)  # document kind -> prefix
    separate_invoices: Mapped[bool] = mapped_column(default=False)
    # in the parent's books: plain ids, for the lower end can neither read nor follow them
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    price_list_id: Mapped[UUID | None]
    price_list_name: Mapped[str] = mapped_column(String(120), default="")
    administrator_name: Mapped[str] = mapped_column(String(120), default="")
    administrator_email: Mapped[str] = mapped_column(String(254), default="")
    administrator_username: Mapped[str] = mapped_column(String(60), default="")
    suspended_because: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape


class Tone(StrEnum):
    """How a state is coloured: the same five as everywhere."""

    PLAIN = "plain"
    BUSY = "busy"
    WARN = "warn"
    GOOD = "good"
    BAD = "bad"


class OrderStatus(Belonging, Model):
    """One state an order goes through, as this organization calls it and shows it."""

    __table_args__ = (unique("code"),)

    code: Mapped[str] = mapped_column(String(20))  # what the program knows it by
    name: Mapped[str] = mapped_column(String(60))  # a message id until somebody gives it a name of his own
    position: Mapped[int]
    tone: Mapped[Tone] = mapped_column(one_of(Tone), default=Tone.PLAIN)
    final: Mapped[bool] = mapped_column(default=False)  # from here an order goes nowhere else

    @property
    def title(self) -> Line:
        return say(self.name)


# (code, name, tone, final): what every organization begins with, in the order they are gone through
ORDER_STATUSES = (
    ("draft", N_("Draft"), Tone.PLAIN, False),
    ("submitted", N_("Submitted"), Tone.BUSY, False),
    ("executed", N_("Executed"), Tone.GOOD, True),
    ("cancelled", N_("Cancelled"), Tone.PLAIN, True),
)
