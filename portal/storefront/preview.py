"""Looking at a private shop by a link that can be passed on: signed, for two weeks, and until a new one is made."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.core.here import Here
from portal.core.visits import cookie_of
from portal.storefront.queries import LINK_NUMBER

LASTS = timedelta(days=14)
COOKIE = "preview"
LONGEST = 200


def word(tenant_id: int, link_number: int) -> str:
    """What the link carries."""
    return str(_signer().dumps([tenant_id, link_number]))


def opens(text: str, here: Here) -> bool:
    """Whether this word opens the shop somebody arrived at.  Costs no statement."""
    if not text or len(text) > LONGEST:
        return False
    try:
        said = _signer().loads(text, max_age=int(LASTS.total_seconds()))
    except BadData:
        return False
    return bool(said == [here.tenant_id, here.dress.get(LINK_NUMBER)])


def shown(here: Here) -> bool:
    """Whether the browser came by the link before."""
    return opens(cookie_of(COOKIE), here)


def _signer() -> URLSafeTimedSerializer:
    config = current_app.config
    return URLSafeTimedSerializer([*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]], salt="storefront preview")
