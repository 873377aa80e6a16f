"""Whose hand a letter comes from: the tenant's own mail server, or the house's in the tenant's name.

A letter goes by the sender of whoever's clothes it wears: those to the shop's people by the tenant's, those about
somebody's office by the maker's.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, select, update

from portal.audit import changes, record
from portal.branding.wardrobe import clothes
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.scope import acting_scope
from portal.core.seal import Unreadable, seal, unseal
from portal.core.words import N_, say
from portal.notifications.models import MailSender
from portal.notifications.postmarks import Marks
from portal.notifications.servers import Server
from portal.notifications.transports import Down, Smtp, Transport, transport_of
from portal.tenants.models import Organization

PURPOSE = "notifications.mail_sender"
PATIENCE = timedelta(hours=4)
"""How long a server may take nothing before its people are told."""
WAITS_FOR_PROOF = timedelta(days=30)
"""How long letters wait for the proof of a domain, and somebody looks for it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a letter says that it is from, and the server that carries it; None: the house's.

    `claims` is the domain of the address where it is not proved yet: letters from it wait.
    """

    address: str
    name: str
    reply_to: str
    server: Server | None = None
    claims: str = ""

    def transport(self, app: Flask) -> Transport:
        """In production a tenant's server must be out in the world."""
        if self.server is None:
            return transport_of(app)
        return Smtp(self.server, outside=app.config["VITRINE"].production)


def settings() -> MailSender:
    """The acting tenant's row, or a fresh one that is not kept yet, at version 0: whoever keeps it first is noticed by the second."""
    found = db.session.scalar(select(MailSender))
    return MailSender(version=0) if found is None else found


def sender() -> Sender:
    """The acting tenant's.  Raises Down when the password kept for its server does not open any more."""
    row = settings()
    return _house(row) if row.relieved_at else _as_said(row)


def tried() -> Sender:
    """The acting tenant's as it is being tried: by its own server, also while the house stands in for that."""
    return _as_said(settings())


def usual() -> Sender:
    """Who letters come from as long as nobody says anything: the house, in the tenant's name."""
    return Sender(current_app.config["VITRINE"].mail_sender, clothes().name, _administrator())


def hire(row: MailSender, *, version: int, password: str, **facts: object) -> None:
    """Send by these settings from now on.  An empty password leaves the one that is kept, for the same server only.

    Raises Conflict when somebody wrote in between, Invalid at `password` when it was given for another server.
    """
    if row.version != version:
        raise Conflict(say(N_("Somebody changed this while you were writing.")))
    before, of = row.where, (row.domain, row.selector)
    for name, value in facts.items():
        setattr(row, name, value)
    if row.domain != of[0]:
        row.proof, row.proved_at = secrets.token_hex(16), None
    if of != (row.domain, row.selector):
        row.marks, row.looked_at = {}, None
    if password:
        row.password_sealed = seal(password, purpose=PURPOSE)
    elif not row.username:
        row.password_sealed = ""
    elif row.password_sealed and row.where != before:
        raise Invalid(say(N_("Type the password again: the one we keep is for another server.")), field="password")
    db.session.add(row)
    old, new = changes(row)
    if new:
        row.changed_at, row.proven_at, row.failing_since, row.relieved_at = now(), None, None, None
        record("mail_sender.changed", row, before=old, after=new)


def keep(marks: Marks, proof: str) -> bool:
    """What was seen of the domain that this is the proof of; whether it is proved now and was not before."""
    seen = {"marks": marks.stored(), "looked_at": now()}
    mine = MailSender.proof == proof
    if not marks.is_proved or not _note(mine, MailSender.proved_at.is_(None), **seen, proved_at=now()):
        _note(mine, **seen)
        return False
    row = db.session.scalar(select(MailSender).execution_options(populate_existing=True))
    record("mail_sender.proved", row, after={"domain": row.domain} if row else None)
    return True


def prove() -> None:
    """A test letter has left by the settings that stand."""
    _note(proven_at=now(), failing_since=None, relieved_at=None)


def heal() -> None:
    """A letter has left by the tenant's own server."""
    _note(MailSender.failing_since.is_not(None), failing_since=None)


def note_trouble(since: datetime) -> bool:
    """The tenant's own server has taken nothing since then; whether its people are to be told.  Once, and not at once."""
    moment = now() - PATIENCE
    untold = (MailSender.failing_since.is_(None), MailSender.relieved_at.is_(None))
    as_it_stands = (MailSender.own.is_(True), MailSender.changed_at <= moment)  # not by what was said before
    return since <= moment and _note(*as_it_stands, *untold, failing_since=since)


def relieve(row: MailSender) -> None:
    """Let the house send in the tenant's name until its own server works again.  Raises Conflict when it does."""
    if not row.own or row.failing_since is None or row.relieved_at is not None:
        raise Conflict(say(N_("Your own mail server is not known to be down: letters leave as you have said.")))
    row.relieved_at = now()
    record("mail_sender.changed", row, before={"relieved_at": None}, after={"relieved_at": row.relieved_at})


def _note(*where: ColumnElement[bool], **what: Any) -> bool:
    """Write it down past the version, for nobody's words have changed; whether there was anything to write."""
    noted = update(MailSender).where(*where).values(**what).returning(MailSender.id)
    return db.session.scalar(noted, execution_options={"synchronize_session": False}) is not None


def _as_said(row: MailSender) -> Sender:
    if not row.own:
        return _house(row)
    return Sender(row.address, row.name, row.reply_to, _server(row), "" if row.proved_at else row.domain)


def _house(row: MailSender) -> Sender:
    """By the house, in the tenant's name; while it stands in for his own server, answers go where they went."""
    own = row.address if row.own else ""
    return Sender(current_app.config["VITRINE"].mail_sender, row.name, row.reply_to or own or _administrator())


def _server(row: MailSender) -> Server:
    try:
        password = unseal(row.password_sealed, purpose=PURPOSE) if row.password_sealed else ""
    except Unreadable as error:
        raise Down(say(N_("The password kept for the mail server cannot be read. Type it again."))) from error
    return Server(row.host, row.port, row.encryption, row.username, password)


def _administrator() -> str:
    """Where answers go until somebody says where: to whom the tenant was made for."""
    question = select(Organization.administrator_email).where(Organization.tenant_id == acting_scope().tenant_id)
    return db.session.scalar(question) or ""
