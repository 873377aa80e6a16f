"""A domain of a tenant's own: how far it has come, and what was seen of it last."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, belongs_to, one_of, unique
from portal.core.kinds import Belonging
from portal.core.lifecycle import Lifecycle
from portal.core.words import N_, Line
from portal.domains import names
from portal.tenants.models import Door

MOST: Final = 20
"""Living domains of one tenant."""
ASKED_LASTS: Final = timedelta(seconds=30)
"""So long a page waits for a look that was asked for."""


class State(StrEnum):
    WAITING = "waiting"
    PROVED = "proved"
    CERTIFICATE = "certificate"
    LIVE = "live"
    DEGRADED = "degraded"
    REMOVED = "removed"


LIFECYCLE = Lifecycle(
    {
        State.WAITING: {State.PROVED, State.REMOVED},
        State.PROVED: {State.CERTIFICATE, State.WAITING, State.REMOVED},
        State.CERTIFICATE: {State.LIVE, State.PROVED, State.WAITING, State.REMOVED},
        State.LIVE: {State.DEGRADED, State.REMOVED},
        State.DEGRADED: {State.LIVE, State.REMOVED},
    }
)

# state -> (mood, word): the same tone and word everywhere
SHOWN = {
    State.WAITING: ("warn", N_("Waiting for proof")),
    State.PROVED: ("busy", N_("Proved")),
    State.CERTIFICATE: ("busy", N_("Waiting for the certificate")),
    State.LIVE: ("good", N_("Live")),
    State.DEGRADED: ("bad", N_("Degraded")),
    State.REMOVED: ("plain", N_("Removed")),
}
DOORS = {Door.SHOP: N_("Storefront"), Door.OFFICE: N_("Office")}


class Domain(Belonging, Model):
    """One name, from its adding on; one that was removed stays, and comes back only as a new row with a new proof.

    Whose it is, of all tenants, is said by its Host, which there is from its proof on.  `wants_main`: as soon as it is
    live the other names of its door lead to it.  `looks` counts those since its state began, `failures` those in a row
    that found something wrong with a live one.
    """

    __table_args__ = (
        Index("domain_one_living", "tenant_id", "name", unique=True, postgresql_where=text("state <> 'removed'")),
    )
    __label__ = "shown"
    __page__ = "domains.show"
    __unlogged__ = frozenset(
        {"proof", "since", "looks", "failures", "asked_at", "looked_at", "next_look_at", "sight", "warned_for"}
    )
    __words__ = {"door": N_("Leads to"), "state": N_("State"), "wants_main": N_("Main address")}  # noqa: RUF012 - read by the audit trail

    name: Mapped[str] = mapped_column(String(253))  # as the name servers know it
    door: Mapped[Door] = mapped_column(one_of(Door, longest=10))
    state: Mapped[State] = mapped_column(one_of(State), default=State.WAITING)
    proof: Mapped[str] = mapped_column(String(64), default=lambda: secrets.token_hex(16))
    wants_main: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime] = mapped_column(default=now)  # of the state
    looks: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]  # somebody wants to know now
    looked_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]
    sight: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what was seen last: `sights.Sight`
    expires_at: Mapped[datetime | None]  # of its certificate
    warned_for: Mapped[datetime | None]  # the end that its people were told of
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def shown(self) -> str:
        """The name as people read it."""
        return names.shown(self.name)

    @property
    def is_living(self) -> bool:
        return self.state is not State.REMOVED

    @property
    def is_held(self) -> bool:
        """Whether it was proved, and is kept from all others."""
        return self.state not in (State.WAITING, State.REMOVED)

    @property
    def is_main(self) -> bool:
        return self.state is State.LIVE and self.wants_main

    @property
    def is_asked(self) -> bool:
        """Somebody waits for a look that has not been taken."""
        asked = self.asked_at
        return asked is not None and (self.looked_at is None or self.looked_at < asked) and now() - asked < ASKED_LASTS

    @property
    def mood(self) -> str:
        return SHOWN[self.state][0]

    @property
    def word(self) -> str:
        """Its state, a message id."""
        return SHOWN[self.state][1]

    @property
    def place(self) -> str:
        """What it leads to, a message id."""
        return DOORS[self.door]

    @property
    def hints(self) -> list[tuple[str, Line]]:
        """(mood, line) of everything that was wrong or curious."""
        return [(one["mood"], Line.of(one["line"])) for one in self.sight.get("hints", ())]


class Pretend(StrEnum):
    """How the demo's name servers speak of a domain."""

    NOTHING = "nothing"
    READY = "ready"
    PROOF_ALONE = "proof_alone"
    WRONG_PROOF = "wrong_proof"
    ELSEWHERE = "elsewhere"
    PROXIED = "proxied"
    IPV6 = "ipv6"
    CAA = "caa"
    APEX = "apex"
    SILENT = "silent"
    NO_CERTIFICATE = "no_certificate"
    EXPIRING = "expiring"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """A message id."""
        return PRETENDED[self]


PRETENDED = {
    Pretend.NOTHING: N_("There is no record yet"),
    Pretend.READY: N_("Everything is right"),
    Pretend.PROOF_ALONE: N_("The proof is there, and the name leads nowhere"),
    Pretend.WRONG_PROOF: N_("The proof is another one"),
    Pretend.ELSEWHERE: N_("The name leads to somebody else"),
    Pretend.PROXIED: N_("The name leads to a proxy"),
    Pretend.IPV6: N_("The name leads here by IPv4, and elsewhere by IPv6"),
    Pretend.CAA: N_("A CAA record forbids the certificate"),
    Pretend.APEX: N_("The name is the top of its zone, and leads nowhere"),
    Pretend.SILENT: N_("The name servers do not answer"),
    Pretend.NO_CERTIFICATE: N_("The records are right, and there is no certificate"),
    Pretend.EXPIRING: N_("The certificate expires in a week"),
    Pretend.EXPIRED: N_("The certificate has expired"),
}


class Pretence(Belonging, Model):
    """What the demo's name servers were told to say of a domain; nothing, as long as there is none."""

    __table_args__ = (unique("domain_id"),)

    domain_id: Mapped[UUID] = mapped_column()
    domain: Mapped[Domain] = belongs_to(ondelete="CASCADE", indexed=False)
    what: Mapped[Pretend] = mapped_column(one_of(Pretend))
