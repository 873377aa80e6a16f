"""Every kind of letter in the tenant's clothes, written with the values that its preview shows."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from portal.core.languages import LANGUAGES
from portal.notifications.composing import compose
from portal.notifications.letters import LETTERS
from portal.notifications.wording import VALUES

RECEIVER = ("Kim Winter", "kim@visitor.example")
_SENDERS = ("From", "Message-ID", "Sender", "Return-Path")


def letters(origin: str, language: str) -> Iterator[tuple[str, EmailMessage]]:
    """(kind, message): in the tenant's language, and in English."""
    name, address = RECEIVER
    for spoken in sorted({language, "en"} & LANGUAGES.keys()):
        for kind, letter in LETTERS.items():
            values = {value: VALUES[value][1] if value in VALUES else "…" for value in letter.needs}
            said = {"name": name, "address": address, "language": spoken, "clothes": "shop", "link": f"{origin}/"}
            yield kind, compose(kind, {**said, "values": {**values, "way_out": f"{origin}/"}}, name="leaks").message


def parts(message: EmailMessage, *, sender: str) -> Iterator[str | bytes]:
    """What of it can be read: each header, each text, each picture, each file's name.

    The address that the platform lends to those who have no sender of their own is the platform's, and known to be.
    """
    lent = (sender, sender.rpartition("@")[2])
    for header, value in message.items():
        said = str(value)
        if header in _SENDERS:
            for one in lent:
                said = said.replace(one, "")
        yield f"{header}: {said}"
    for part in message.walk():
        if part.get_filename():
            yield str(part.get_filename())
        if part.get_content_maintype() == "text":
            yield str(part.get_content())
        elif not part.is_multipart():
            content = part.get_payload(decode=True)
            yield content if isinstance(content, bytes) else b""
