"""What is typed about letters."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from portal.core.forms import Choice, Email, Form, LongText, Secret, Text, Versioned
from portal.notifications.models import SUBJECT_LENGTH, MailSender, MessageText
from portal.notifications.servers import ENCRYPTIONS, PORTS, Encryption, is_public_name

HOUSE, OWN = "house", "own"
SENDER = ("host", "port", "encryption", "username", "address", "selector", "name", "reply_to")
_NEEDED = ("host", "address")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


def _is_a_host(_: Form, field: Any) -> None:
    """A name of a machine; in production one that the whole world can reach."""
    host = field.data or ""
    if not host:
        return
    if not all(letter.isalnum() or letter in "-.:" for letter in host):
        raise ValidationError(gettext("Write the name of the mail server alone, as in smtp.company.example."))
    if current_app.config["VITRINE"].production and not is_public_name(host):
        raise ValidationError(gettext("Name a server that is out in the world: ours does not reach into networks."))


def _is_a_label(_: Form, field: Any) -> None:
    """Part of a name that name servers know."""
    if field.data and not all(label and _LABEL.fullmatch(label) for label in field.data.split(".")):
        raise ValidationError(
            gettext("Write it as your provider does: letters, digits and hyphens, as in “selector1”.")
        )


class SenderForm(Versioned):
    """Who letters come from.  The password is taken and never shown."""

    way = Choice(_l("How letters leave"))
    host = Text(_l("Mail server"), _is_a_host, longest=253, required=False)
    port = Choice(_l("Port"), coerce=int)
    encryption = Choice(_l("Encryption"))
    username = Text(_l("Username"), longest=254, required=False)
    password = Secret(_l("Password"), longest=500, required=False)
    address = Email(_l("Sender’s address"), required=False)
    selector = Text(_l("DKIM selector"), _is_a_label, longest=63, required=False)
    name = Text(_l("Sender’s name"), required=False)
    reply_to = Email(_l("Answers go to"), required=False)

    def __init__(self, row: MailSender) -> None:
        self.standing = {name: getattr(row, name) for name in SENDER} | {"way": OWN if row.own else HOUSE}
        super().__init__(data={**self.standing, "version": str(row.version)})
        self.keeps = bool(row.password_sealed)
        self.way.choices = [(HOUSE, gettext("By this house")), (OWN, gettext("By your own mail server"))]
        self.port.choices = [(port, str(port)) for port in PORTS]
        self.encryption.choices = [(str(kind), gettext(words)) for kind, words in ENCRYPTIONS.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.way.data != OWN:
            return good
        for name in _NEEDED:
            if not self[name].data and not self[name].errors:
                self[name].errors = [gettext("Your own mail server needs this.")]
                good = False
        if self.encryption.data == Encryption.NONE and self.username.data:
            self.encryption.errors = [gettext("Choose one: the password would travel readable.")]
            good = False
        return good

    def words(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        said = {name: self[name].data or "" for name in SENDER}
        return {
            **said,
            "host": said["host"].lower().rstrip("."),
            "selector": said["selector"].lower(),
            "port": self.port.data,
            "encryption": Encryption(self.encryption.data),
            "own": self.way.data == OWN,
            "password": self.password.data or "",
        }


class WordsForm(Versioned):
    """What a letter says."""

    subject = Text(_l("Subject"), longest=SUBJECT_LENGTH)
    message = LongText(_l("Message"), longest=4000, required=True)

    def __init__(self, row: MessageText) -> None:
        self.standing = {"subject": row.subject, "message": row.message}
        super().__init__(data={**self.standing, "version": str(row.version)})

    def words(self) -> dict[str, str]:
        """What was typed, as the verb takes it."""
        return {"subject": self.subject.data or "", "message": self.message.data or ""}
