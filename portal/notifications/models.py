"""What a tenant decides about its letters, and what is kept of those it sent."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, belongs_to, index, one_of, unique
from portal.core.kinds import Belonging
from portal.core.words import N_
from portal.notifications.servers import Encryption
from portal.processes.models import Process

NAME_LENGTH = 200
SUBJECT_LENGTH = 300


class MailSender(Belonging, Model):
    """Who letters in the tenant's clothes come from.  One row; until there is one the house sends them in its name.

    `own`: they leave by a server of the tenant's, whose password is kept sealed.  `proven_at` is when a test letter last
    left by these settings.
    """

    __table_args__ = (unique(),)
    __label__ = "address"
    __secret__ = frozenset({"password_sealed"})
    __unlogged__ = frozenset({"changed_at", "proven_at", "version"})
    __words__: ClassVar[dict[str, str]] = {
        "own": N_("Own mail server"),
        "host": N_("Mail server"),
        "port": N_("Port"),
        "encryption": N_("Encryption"),
        "username": N_("Username"),
        "password_sealed": N_("Password"),
        "address": N_("Sender’s address"),
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
    name: Mapped[str] = mapped_column(String(120), default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    proven_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape

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
