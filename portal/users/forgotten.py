"""What people forget: a password, a Client ID.  Whoever asks learns neither from the answer nor from its time who is known.

The answer is out before anybody is looked up, and before a letter is written: a letter takes several times as long as
none.
"""

from __future__ import annotations

from functools import partial
from typing import Final
from uuid import UUID

from flask import g

from portal.audit import Actor, acting_as
from portal.core import once
from portal.core.answering import afterwards, also_for
from portal.core.scope import Scope, acting_scope, enter
from portal.core.web import source
from portal.tenants import arrival, client_ids
from portal.users import actions, mailboxes, queries, throttle
from portal.users.names import plain_email, plain_username

_SENT: Final = "/"  # nobody is led there: what is kept is only that the form was taken


def ask_for_password(client_id: str, username: str) -> None:
    """Send the letter by which this user sets another password, if there is such a user.  Raises TooMany alike."""
    place, name = client_ids.read(client_id), plain_username(username)
    throttle.take([throttle.of_letters(source()), throttle.of_mailbox(f"{place or client_id}/{name}")])
    afterwards(partial(_send_password, place, name, once.unreceipted(), _visitor()))


def ask_for_customers_password(client_id: str, email: str) -> None:
    """As `ask_for_password`, for whoever signs in to this shop with this address.  Raises TooMany alike."""
    address = plain_email(email)
    throttle.take([throttle.of_letters(source()), throttle.of_mailbox(f"{client_ids.read(client_id)}/{address}")])
    afterwards(partial(_send_customers_password, acting_scope(), address, _visitor()))


def ask_for_client_id(email: str) -> None:
    """Send every tenant's letter to this address, if any knows it.  Raises TooMany alike."""
    address = plain_email(email)
    throttle.take([throttle.of_letters(source()), throttle.of_mailbox(address)])
    afterwards(partial(_send_client_ids, address, once.unreceipted(), _visitor()))


def _visitor() -> Actor:
    """Whoever has forgotten something has not shown who he is, whoever is signed in in this browser."""
    return Actor("visitor", source=source(), request_id=g.request_id)


def _send_password(place: str | None, name: str, form: UUID | None, visitor: Actor) -> None:
    found = arrival.scope_of_client_id(place) if place else None
    if found is None:
        return
    enter(found)
    with acting_as(visitor):
        user = queries.user_named(name)
        if user and once.is_first(form, _SENT):
            actions.send_password_ticket(user)


def _send_customers_password(house: Scope, address: str, visitor: Actor) -> None:
    enter(house)
    with acting_as(visitor):
        if user := queries.customer_at(address):
            actions.send_password_ticket(user)


def _send_client_ids(address: str, form: UUID | None, visitor: Actor) -> None:
    for knowing in mailboxes.tenants_that_know(address):
        also_for(knowing, partial(_send_client_id, address, form, visitor))


def _send_client_id(address: str, form: UUID | None, visitor: Actor) -> None:
    with acting_as(visitor):
        if once.is_first(form, _SENT):
            actions.send_client_id(address)
