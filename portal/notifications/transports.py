"""How letters leave the house: by SMTP, or as files for whoever has no mail server yet.

Both are handed a deterministic name.  The outbox never writes a name twice; SMTP cannot be asked what it has already
taken, so there the name is the Message-ID and mail programs show the second copy of one id as the same letter.
"""

from __future__ import annotations

import os
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from io import BufferedReader
from ipaddress import ip_address
from pathlib import Path
from threading import Timer
from typing import Protocol, cast

from flask import Flask

from portal.config import Settings
from portal.core.errors import Permanent, Problem
from portal.notifications import refusals
from portal.notifications.servers import Encryption, Server, cut, dial

PATIENCE = 20
"""Seconds a mail server may take for one answer."""
LONGEST = 45
"""Seconds it may take for all of them: below the time after which a worker counts as stuck."""
MOST_LINES = 10_000
"""How many lines it may say; whoever has more to say than that has nothing to say."""


class Transport(Protocol):
    """Takes a letter.  Raises Permanent when trying again is of no use, NotNow when the letter has to wait."""

    def deliver(self, message: EmailMessage, *, name: str) -> None: ...


class NotNow(Problem):
    """It is not the letter's fault: whoever should take it did not, and may later.  `line` says why."""


class Down(NotNow):
    """It is the server's fault: no letter would leave by it now."""


class Unproved(NotNow):
    """It is the sender's: nobody knows yet whether the domain he sends from is his."""


def transport_of(app: Flask) -> Transport:
    """The transport this app was given, else the one its settings ask for."""
    if "vitrine.mail" not in app.extensions:
        app.extensions["vitrine.mail"] = chosen(app.config["VITRINE"])
    return cast("Transport", app.extensions["vitrine.mail"])


def chosen(settings: Settings) -> Transport:
    """SMTP when MAIL_URL is set, otherwise files under `instance/mail`."""
    return Smtp(Server.at(settings.mail_url)) if settings.mail_url else Outbox(settings.mail_folder)


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
            raise Permanent(refusals.REFUSED)
        if address.endswith("@down.invalid"):
            raise NotNow(refusals.told(ConnectionRefusedError(), patience=PATIENCE))


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server.  `outside`: somebody else named it, so it must not be a machine of ours."""

    server: Server
    outside: bool = False
    patience: float = PATIENCE
    longest: float = LONGEST

    def deliver(self, message: EmailMessage, *, name: str) -> None:  # noqa: ARG002 - it is the Message-ID already
        try:
            with self._session(str(message["From"])) as session:
                _hand_over(session, message)
        except (OSError, smtplib.SMTPException) as error:
            if refusals.is_for_good(error):
                raise Permanent(refusals.REFUSED) from error
            kind = NotNow if refusals.is_of_this_letter(error) else Down
            raise kind(refusals.told(error, patience=self.patience)) from error

    @contextmanager
    def _session(self, sender: str) -> Iterator[smtplib.SMTP]:
        session = self._greeting(sender.rpartition("@")[2].rstrip(">"))
        with _hung_up_after(self.longest, session):
            try:
                session.connect(self.server.host, self.server.port)
                session.ehlo_or_helo_if_needed()
                self._encrypt(session)
                self._introduce(session)
                yield session
                with suppress(OSError, smtplib.SMTPException):
                    session.quit()  # the letter is taken, however the server says good-bye
            finally:
                session.close()

    def _greeting(self, domain: str) -> Caller:
        """A session that is not connected yet."""
        session: Caller
        if self.server.encryption is Encryption.TLS:
            session = _TlsCaller(local_hostname=domain, timeout=self.patience, context=ssl.create_default_context())
        else:
            session = Caller(local_hostname=domain, timeout=self.patience)
        session.outside = self.outside
        session._host = self.server.host  # type: ignore[attr-defined] # noqa: SLF001 - whom the certificate must name; else only a constructor that connects says it
        return session

    def _encrypt(self, session: smtplib.SMTP) -> None:
        if self.server.encryption is Encryption.STARTTLS or (
            self.server.encryption is Encryption.IF_OFFERED and session.has_extn("starttls")
        ):
            session.starttls(context=ssl.create_default_context())
            session.ehlo()

    def _introduce(self, session: smtplib.SMTP) -> None:
        """Name and password, never over an open line to another machine."""
        if not self.server.username:
            return
        if not isinstance(session.sock, ssl.SSLSocket) and not _is_here(self.server.host):
            raise refusals.Unencrypted
        session.login(self.server.username, self.server.password)


def _hand_over(session: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        session.send_message(message)
    except smtplib.SMTPNotSupportedError as error:
        raise Permanent(refusals.REFUSED) from error  # letters in the address that this server cannot write


class Caller(smtplib.SMTP):
    """Looks at whom it calls before it does, and does not listen to whoever goes on and on."""

    outside = False
    is_late = False  # its time is over

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = Listening(self, self.sock.makefile("rb"))  # type: ignore[union-attr] # connected: a reply is waited for
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: float) -> object:
        return dial(host, port, timeout=timeout, outside=self.outside)


class Listening:
    """What a server says, line by line.  A line that is cut still hands on all that was sent, while more comes."""

    def __init__(self, caller: Caller, said: BufferedReader) -> None:
        self._caller, self._said, self._heard = caller, said, 0

    def readline(self, most: int) -> bytes:
        self._heard += 1
        if self._caller.is_late or self._heard > MOST_LINES:
            raise TimeoutError
        return self._said.readline(most)

    def close(self) -> None:
        self._said.close()


class _TlsCaller(smtplib.SMTP_SSL, Caller):
    """The same, speaking TLS from the first word."""


@contextmanager
def _hung_up_after(seconds: float, session: Caller) -> Iterator[None]:
    """A server that answers in drops would hold a worker for ever: the line is cut, and that is a time-out."""

    def hang_up() -> None:
        session.is_late = True
        cut(session.sock)

    timer = Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if session.is_late:
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
