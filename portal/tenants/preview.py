"""Looking at a shop before it is open: one ticket, one request, and only within the process that issued it.

A ticket is a random word kept in this process's memory.  Nothing is signed and nothing is stored, so no word that comes
over the network can be one: whoever checks a new shop calls the application in his own process.
"""

from __future__ import annotations

import secrets

ENVIRON = "vitrine.preview"  # not a header: a request from outside cannot carry it

_issued: dict[str, int] = {}


def ticket(tenant_id: int) -> str:
    """A ticket for one request to this tenant's shop."""
    word = secrets.token_urlsafe(24)
    _issued[word] = tenant_id
    return word


def redeem(word: str | None, tenant_id: int | None) -> bool:
    """Whether the ticket is for this tenant.  It is gone afterwards."""
    return word is not None and _issued.pop(word, None) == tenant_id


def discard(word: str) -> None:
    """The request never came."""
    _issued.pop(word, None)
