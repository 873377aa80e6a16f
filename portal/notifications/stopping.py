"""The way out of letters: an address in the letter itself that needs no sign-in (RFC 8058).

What it carries is sealed, so nobody makes one up or reads in it whose it is.  It opens nothing but this: one person
gets no more letters of one kind.  It never grows too old, for letters are kept for years.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import current_app

from portal.core.errors import NotFound
from portal.core.keys import read_key, spell
from portal.core.scope import acting_scope
from portal.core.seal import Unreadable, seal, unseal

PATH: Final = "/no-more-letters"
_PURPOSE: Final = "notifications.stopping"
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class WayOut:
    """Whose letters of which kind an address stops."""

    tenant_id: int
    user_id: UUID
    kind: str


def way_out(user_id: UUID | None, kind: str) -> str:
    """The address at the one office host, which never moves, where the acting tenant's user stops this kind."""
    if user_id is None:
        return ""
    word = seal(json.dumps([acting_scope().tenant_id, spell(user_id), kind]), purpose=_PURPOSE)
    return f"{current_app.config['VITRINE'].office_url}{PATH}/{word}"


def read(word: str) -> WayOut:
    """What the last part of such an address says.  Raises NotFound for everything that is none of ours."""
    if len(word) > _LONGEST or not word.isascii():
        raise NotFound
    try:
        tenant_id, user, kind = json.loads(unseal(word, purpose=_PURPOSE))
    except Unreadable:
        raise NotFound from None
    user_id = read_key(user)
    if user_id is None:
        raise NotFound
    return WayOut(tenant_id, user_id, kind)
