"""How letters leave the house: by SMTP, or as files for whoever has no mail server yet.

Both are handed a deterministic name.  The outbox never writes a name twice; SMTP cannot be asked what it has already
taken, so there the name is the Message-ID and mail programs show the second copy of one id as the same letter.
"""

import os
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import SplitResult, unquote, urlsplit

from flask import Flask

from portal.config import Settings
from portal.core.errors import Permanent
from portal.core.words import N_, say

PATIENCE = 20
"""Seconds a mail server may take for one answer."""
PORTS = {"smtp": 587, "smtps": 465}
"""Where a mail server listens whose address names no port."""


class Transport(Protocol):
    """Takes a letter.  Raises Permanent when trying again is of no use, anything else when it may help."""

    def deliver(self, message: EmailMessage, *, name: str) -> None: ...


def transport_of(app: Flask) -> Transport:
    """The transport this app was given, else the one its settings ask for."""
    if "vitrine.mail" not in app.extensions:
        app.extensions["vitrine.mail"] = chosen(app.config["VITRINE"])
    return cast("Transport", app.extensions["vitrine.mail"])


def chosen(settings: Settings) -> Transport:
    """SMTP when MAIL_URL is set, otherwise files under `instance/mail`."""
    return Smtp(settings.mail_url) if settings.mail_url else Outbox(settings.mail_folder)


@dataclass(frozen=True, slots=True)
class Outbox:
    """The pretend one: every letter is a file that any mail program opens.

    Two addresses show what trouble looks like: `…@rejected.invalid` is refused for good, `…@down.invalid` for now.
    """

    folder: Path

    def deliver(self, message: EmailMessage, *, name: str) -> None:
        """Write the file whole or not at all; one that is there already was this letter."""
        self._make_trouble(message)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".draft")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            letter = self.folder / f"{name}.eml"
            if not letter.exists():
                Path(draft).rename(letter)
        finally:
            Path(draft).unlink(missing_ok=True)

    def _make_trouble(self, message: EmailMessage) -> None:
        address = str(message["To"]).rstrip(">").lower()
        if address.endswith("@rejected.invalid"):
            raise Permanent(REFUSED)
        if address.endswith("@down.invalid"):
            raise ConnectionError("the pretend mail server is down")


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server at `smtp://user:password@host:587` (STARTTLS when it can) or `smtps://…:465`."""

    url: str

    def deliver(self, message: EmailMessage, *, name: str) -> None:  # noqa: ARG002 - it is the Message-ID already
        try:
            with self._session() as session:
                session.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            if _for_good(error):
                raise Permanent(REFUSED) from error
            raise
        except smtplib.SMTPNotSupportedError as error:
            raise Permanent(REFUSED) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Permanent(
                say(N_("The mail server does not take our name and password: look at MAIL_URL."))
            ) from error

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        context = ssl.create_default_context()
        if parts.scheme == "smtps":
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or PORTS["smtps"], timeout=PATIENCE, context=context
            )
        else:
            session = smtplib.SMTP(host, parts.port or PORTS["smtp"], timeout=PATIENCE)
        with session:
            session.ehlo()
            if parts.scheme == "smtp" and session.has_extn("starttls"):
                session.starttls(context=context)
                session.ehlo()
            self._introduce(session, parts)
            yield session

    def _introduce(self, session: smtplib.SMTP, parts: SplitResult) -> None:
        """Name and password, never over an open line to another machine."""
        if not parts.username:
            return
        if not isinstance(session.sock, ssl.SSLSocket) and not _is_here(parts.hostname or "localhost"):
            raise Permanent(say(N_("The mail server offers no encryption: our password would travel readable.")))
        session.login(unquote(parts.username), unquote(parts.password or ""))

    def __repr__(self) -> str:
        return f"Smtp({urlsplit(self.url).hostname})"


REFUSED = say(N_("The mail server refuses this address. Correct it, then write again."))
_PERMANENT = 500


def _for_good(error: smtplib.SMTPException) -> bool:
    """Whether the server's answer begins with 5; several receivers never occur, a letter has one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= _PERMANENT


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
