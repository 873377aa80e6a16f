"""Whose hand a letter comes from: the tenant's own mail server, or the house's in the tenant's name.

A letter goes by the sender of whoever's clothes it wears: those to the shop's people by the tenant's, those about
somebody's office by the maker's.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy import select, update

from portal.audit import changes, record
from portal.branding.wardrobe import clothes
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.scope import acting_scope
from portal.core.seal import Unreadable, seal, unseal
from portal.core.words import N_, say
from portal.notifications.models import MailSender
from portal.notifications.servers import Server
from portal.notifications.transports import NotNow, Smtp, Transport, transport_of
from portal.tenants.models import Organization

PURPOSE = "notifications.mail_sender"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a letter says that it is from, and the server that carries it; None: the house's."""

    address: str
    name: str
    reply_to: str
    server: Server | None = None

    def transport(self, app: Flask) -> Transport:
        """In production a tenant's server must be out in the world."""
        if self.server is None:
            return transport_of(app)
        return Smtp(self.server, outside=app.config["VITRINE"].production)


def settings() -> MailSender:
    """The acting tenant's row, or a fresh one that is not kept yet."""
    found = db.session.scalar(select(MailSender))
    return MailSender() if found is None else found


def sender() -> Sender:
    """The acting tenant's.  Raises NotNow when the password kept for its server does not open any more."""
    row = settings()
    if row.own:
        return Sender(row.address, row.name, row.reply_to, _server(row))
    return Sender(current_app.config["VITRINE"].mail_sender, row.name, row.reply_to or _administrator())


def usual() -> Sender:
    """Who letters come from as long as nobody says anything: the house, in the tenant's name."""
    return Sender(current_app.config["VITRINE"].mail_sender, clothes().name, _administrator())


def hire(row: MailSender, *, version: int, password: str, **facts: object) -> None:
    """Send by these settings from now on.  An empty password leaves the one that is kept, for the same server only.

    Raises Conflict when somebody wrote in between, Invalid at `password` when it was given for another server.
    """
    if row.version != version:
        raise Conflict(say(N_("Somebody changed this while you were writing.")))
    before = row.where
    for name, value in facts.items():
        setattr(row, name, value)
    if password:
        row.password_sealed = seal(password, purpose=PURPOSE)
    elif not row.username:
        row.password_sealed = ""
    elif row.password_sealed and row.where != before:
        raise Invalid(say(N_("Type the password again: the one we keep is for another server.")), field="password")
    db.session.add(row)
    old, new = changes(row)
    if new:
        row.changed_at, row.proven_at = now(), None
        record("mail_sender.changed", row, before=old, after=new)


def prove() -> None:
    """A test letter has left by the settings that stand."""
    proven = update(MailSender).values(proven_at=now())  # past the version: nobody's words have changed
    db.session.execute(proven, execution_options={"synchronize_session": False})


def _server(row: MailSender) -> Server:
    try:
        password = unseal(row.password_sealed, purpose=PURPOSE) if row.password_sealed else ""
    except Unreadable as error:
        raise NotNow(say(N_("The password kept for the mail server cannot be read. Type it again."))) from error
    return Server(row.host, row.port, row.encryption, row.username, password)


def _administrator() -> str:
    """Where answers go until somebody says where: to whom the tenant was made for."""
    question = select(Organization.administrator_email).where(Organization.tenant_id == acting_scope().tenant_id)
    return db.session.scalar(question) or ""
