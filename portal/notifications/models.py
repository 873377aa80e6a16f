"""What a tenant decides about its letters, and what is kept of those it sent."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, belongs_to, index, one_of, unique
from portal.core.kinds import Belonging
from portal.core.words import N_, Line, say
from portal.notifications.kinds import KINDS
from portal.notifications.letters import LETTERS
from portal.notifications.postmarks import Marks, domain_of, wanted
from portal.notifications.servers import Encryption
from portal.processes.models import Process, State

LETTER_STATES = {
    State.DONE: ("good", N_("Sent")),
    State.ATTENTION: ("bad", N_("Not delivered")),
    State.CANCELLED: ("plain", N_("Withdrawn")),
}
"""What a letter's end is called."""
NAME_LENGTH = 200
SUBJECT_LENGTH = 300


class MailSender(Belonging, Model):
    """Who letters in the tenant's clothes come from.  One row; until there is one the house sends them in its name.

    `own`: they leave by a server of the tenant's, whose password is kept sealed.  `proven_at` is when a test letter last
    left by these settings; `failing_since` since when the server has taken none, once its people were told of it;
    `relieved_at` when they let the house send in its stead.  `proved_at` is when the domain of the address was seen to
    carry `proof`: until then its letters wait.
    """

    __table_args__ = (unique(),)
    __label__ = "address"
    __secret__ = frozenset({"password_sealed"})
    __unlogged__ = frozenset(
        {"changed_at", "proven_at", "failing_since", "version", "proof", "proved_at", "looked_at", "marks"}
    )
    __words__: ClassVar[dict[str, str]] = {
        "relieved_at": N_("By the safe sender since"),
        "own": N_("Own mail server"),
        "host": N_("Mail server"),
        "port": N_("Port"),
        "encryption": N_("Encryption"),
        "username": N_("Username"),
        "password_sealed": N_("Password"),
        "address": N_("Sender’s address"),
        "selector": N_("DKIM selector"),
        "domain": N_("Domain"),
        "name": N_("Sender’s name"),
        "reply_to": N_("Answers go to"),
    }

    own: Mapped[bool] = mapped_column(default=False)
    host: Mapped[str] = mapped_column(String(253), default="")
    port: Mapped[int] = mapped_column(default=587)
    encryption: Mapped[Encryption] = mapped_column(one_of(Encryption), default=Encryption.STARTTLS)
    username: Mapped[str] = mapped_column(String(254), default="")
    password_sealed: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(String(254), default="")
    selector: Mapped[str] = mapped_column(String(63), default="", server_default="")  # of the key that signs
    name: Mapped[str] = mapped_column(String(120), default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    proven_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    relieved_at: Mapped[datetime | None]
    proof: Mapped[str] = mapped_column(String(64), default=lambda: secrets.token_hex(16))
    proved_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # what was seen: `postmarks.Marks`
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape

    @property
    def domain(self) -> str:
        """That of its own address, as name servers know it; empty where the house sends."""
        return domain_of(self.address) if self.own else ""

    @property
    def wanted(self) -> tuple[str, str]:
        """Name and value of the TXT record that proves whose it is."""
        return wanted(self.domain, self.proof)

    @property
    def seen(self) -> Marks | None:
        """What the last look saw of it."""
        return Marks.of(self.marks) if self.marks else None

    @property
    def where(self) -> tuple[str, int, Encryption, str]:
        """What a password is given for: told to another server, it would be given away."""
        return (self.host, self.port, self.encryption, self.username)


class Envelope(Belonging, Model):
    """What may be read of a letter without opening it.  The rest is sealed in its process, and gone when it was handed over."""

    __table_args__ = (index("written_at"), index("kind", "written_at"))

    process_id: Mapped[UUID]
    process: Mapped[Process] = belongs_to(ondelete="CASCADE")
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    written_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def title(self) -> str:
        """What kind of letter it is, as a message id."""
        return LETTERS[self.kind].title if self.kind in LETTERS else self.process.title

    @property
    def shown(self) -> tuple[str, str]:
        """Its state: mood and word."""
        if self.process.at_rest:
            return LETTER_STATES[self.process.state]
        return ("warn", N_("Waiting")) if self.why else ("busy", N_("On its way"))

    @property
    def why(self) -> dict[str, Any] | None:
        """Why it waits, or did not leave."""
        if self.process.over:
            return None
        return self.process.reason or next((task.line for task in self.process.tasks), None)

    @property
    def can_go_again(self) -> bool:
        """Whether its content is still there, and nobody has it in hand."""
        return self.process.state is State.ATTENTION or (not self.process.over and self.process.next_try_at is not None)


class MessageText(Belonging, Model):
    """What one kind of letter says in one language, in the words of whoever's clothes it wears; else it says the standard text."""

    __table_args__ = (unique("kind", "language"),)
    __label__ = "title"
    __words__: ClassVar[dict[str, str]] = {"subject": N_("Subject"), "message": N_("Message")}
    __unlogged__ = frozenset({"changed_at", "version"})

    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    message: Mapped[str] = mapped_column(Text)  # paragraphs, with an empty line between; {names} stand for values
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape

    @property
    def title(self) -> Line:
        """Which letter it is, for the log."""
        return say(LETTERS[self.kind].title)


class Notice(Belonging, Model):
    """Something one person should know, behind the bell.  People stand above this slice, so no key leads to them."""

    __table_args__ = (
        index("user_id", "created_at"),
        Index("notice_unread", "tenant_id", "user_id", postgresql_where=text("read_at is null")),
    )

    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))
    line: Mapped[dict[str, Any]]  # a stored Line
    place: Mapped[str] = mapped_column(String(300))  # a page of the office
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]


class Switch(Belonging, Model):
    """How one person wants to hear of one kind of thing, where that differs from the usual."""

    __table_args__ = (unique("user_id", "kind"),)
    __label__ = "title"
    __words__: ClassVar[dict[str, str]] = {"bell": N_("At the bell"), "mail": N_("By mail")}

    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))
    bell: Mapped[bool]
    mail: Mapped[bool]

    @property
    def title(self) -> Line:
        """What it is about, for the log."""
        return say(KINDS[self.kind].title)
