"""The words of a letter: the standard text, or those that somebody wrote in its place.

Words go with the clothes.  A letter about an office wears the maker's, so it says what the maker wrote; nobody puts words
into another's mouth.  A text of one's own is plain: `{names}` stand for values, nothing else is replaced, nothing is markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import select

from portal.audit import changes, facts, record
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.here import here
from portal.core.languages import LANGUAGES
from portal.core.words import N_, say
from portal.notifications.letters import LETTERS
from portal.notifications.models import MessageText

NEEDED: dict[str, tuple[str, ...]] = {
    "invitation": ("organization",),
    "password_reset": ("organization",),
    "password_changed": ("organization",),
    "question": ("message",),
    "quote_request": ("product",),
    "welcome": ("tenant",),
    "welcome_invitation": ("tenant",),
}
"""The letters whose words may be one's own, and the values without which they would not say what they are for."""
ABOUT_OFFICES = frozenset({"welcome", "welcome_invitation"})
"""Only who makes tenants writes these."""

VALUES: dict[str, tuple[str, str]] = {
    "sender": (N_("your name"), ""),
    "name": (N_("the receiver’s name"), "Kim Winter"),
    "organization": (N_("the organization it is about"), "Halcyon Works"),
    "inviter": (N_("who invites"), "Ada Byron"),
    "client_id": (N_("Client ID"), "ABCD-2345"),
    "username": (N_("Username"), "kim"),
    "hours": (N_("how many hours the link works"), "72"),
    "minutes": (N_("how many minutes the link works"), "30"),
    "days": (N_("how many days the first password works"), "7"),
    "tenant": (N_("the reseller’s name"), "Halcyon Works"),
    "storefront": (N_("Storefront"), "https://halcyon.example"),
    "visitor": (N_("the visitor’s name"), "Noor Haddad"),
    "email": (N_("E-mail"), "noor@visitor.example"),
    "company": (N_("Company"), "Haddad & Sons"),
    "message": (N_("what the visitor wrote"), "…"),
    "product": (N_("Product"), "Lumen Mail"),
    "plan": (N_("Plan"), "…"),
    "quantity": (N_("Quantity"), "25"),
    "price": (N_("Price shown"), "…"),
}
"""What stands for what: in words, and what a preview shows in its place."""
_STANDS_FOR = re.compile(r"\{([^{}\n]*)\}")
_STORED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and paragraphs, with `{names}` where values come."""

    subject: str
    message: tuple[str, ...]

    @classmethod
    def of(cls, subject: str, message: str) -> Wording:
        """As it is typed: an empty line ends a paragraph."""
        parts = (" ".join(part.split("\n")).strip() for part in re.split(r"\n\s*\n", message.replace("\r\n", "\n")))
        return cls(subject, tuple(part for part in parts if part))

    @property
    def typed(self) -> str:
        return "\n\n".join(self.message)

    def filled(self, values: Mapping[str, Any]) -> Wording:
        """With the values in their places."""
        return Wording(_filled(self.subject, values), tuple(_filled(text, values) for text in self.message))


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return _STANDS_FOR.sub(lambda found: str(values.get(found[1].strip(), found[0])), text)


def standard(kind: str) -> Wording:
    """What the letter says by itself, in the language that is spoken now."""
    letter = LETTERS[kind]
    subject, *message = (
        _STORED.sub(r"{\1}", str(gettext(text))).replace("%%", "%") for text in (letter.subject, *letter.message)
    )
    return Wording(subject, tuple(message))


def own(kind: str, language: str) -> MessageText | None:
    """What the acting tenant wrote in its place."""
    return db.session.scalar(select(MessageText).where(MessageText.kind == kind, MessageText.language == language))


def wording(kind: str, language: str) -> Wording:
    """What the acting tenant's letter of this kind says."""
    row = own(kind, language) if kind in NEEDED else None
    return Wording.of(row.subject, row.message) if row else standard(kind)


def kinds() -> list[str]:
    """The letters the acting tenant may word, in the order of the house."""
    return [
        kind for kind in LETTERS if kind in NEEDED and (kind not in ABOUT_OFFICES or here.opens("tenant_resellers"))
    ]


def written() -> set[tuple[str, str]]:
    """(kind, language) of every text that is one's own."""
    found = db.session.execute(select(MessageText.kind, MessageText.language))
    return {(kind, language) for kind, language in found}


def text_of(kind: str, language: str) -> MessageText:
    """The row, or a fresh one with the standard text that is not kept yet.  Raises NotFound."""
    if kind not in kinds() or language not in LANGUAGES:
        raise NotFound
    row = own(kind, language)
    if row is None:
        with force_locale(language):
            usual = standard(kind)
        row = MessageText(kind=kind, language=language, subject=usual.subject, message=usual.typed, version=0)
    return row


def names(kind: str) -> list[str]:
    """The values a letter of this kind has, those it cannot do without first."""
    letter = LETTERS[kind]
    known = letter.needs | {"sender", "name"}
    return sorted(known & VALUES.keys(), key=lambda name: (name not in NEEDED[kind], list(VALUES).index(name)))


def samples(kind: str) -> dict[str, str]:
    """What a preview shows in the place of each value."""
    return {name: VALUES[name][1] for name in names(kind)}


def reword(row: MessageText, *, version: int, subject: str, message: str) -> None:
    """Say it in these words from now on.  Raises Invalid at the field where a value is unknown or lacking."""
    if row.version != version:
        raise Conflict(say(N_("Somebody changed this while you were writing.")))
    _check(row.kind, subject, message)
    row.subject, row.message = subject, message
    db.session.add(row)
    before, after = changes(row)
    if after:
        row.changed_at = now()
        record("message_text.changed", row, before=before, after=after)


def go_back(row: MessageText) -> None:
    """Say the standard text again."""
    db.session.delete(row)
    record("message_text.removed", row, before=facts(row))


def _check(kind: str, subject: str, message: str) -> None:
    known = set(names(kind))
    for field, text in (("subject", subject), ("message", message)):
        unknown = [name for name in _STANDS_FOR.findall(text) if name.strip() not in known]
        if unknown:
            said = say(
                N_("There is no {%(name)s} in this letter. Choose from the names on this page."), name=unknown[0]
            )
            raise Invalid(said, field=field)
    used = {name.strip() for name in _STANDS_FOR.findall(f"{subject}\n{message}")}
    lacking = [name for name in NEEDED[kind] if name not in used]
    if lacking:
        raise Invalid(say(N_("Say {%(name)s} somewhere: the letter needs it."), name=lacking[0]), field="message")
