"""Looking at the shop with a price list that is not published: for staff who may edit prices, and nobody else.

Two things are needed: the signed word that the office gave, which names the draft, and a sign-in at the shop's own
address whose role may edit prices.  So the word alone, passed on or stolen, opens nothing.  What is shown is never kept.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from portal.catalogue import prices
from portal.catalogue.models import PriceListVersion, VersionState
from portal.catalogue.prices import Terms
from portal.core import keys
from portal.core.clock import today
from portal.core.db import db
from portal.core.here import here
from portal.core.visits import cookie_of

LASTS = timedelta(hours=2)
COOKIE = "staging"
NEEDED = "prices.edit"
LONGEST = 200
PAGES = "shop_catalogue"
"""The pages that show a draft.  What a visitor asks for, and what robots read, is always what is published."""


def word(tenant_id: int, version: PriceListVersion) -> str:
    """What the office gives."""
    return str(_signer().dumps([tenant_id, version.key]))


def names(text: str) -> UUID | None:
    """The version this word names for the tenant one is at; None for any other word."""
    if not text or len(text) > LONGEST:
        return None
    try:
        tenant_id, key = _signer().loads(text, max_age=int(LASTS.total_seconds()))
    except BadData:
        return None
    return keys.read_key(key) if tenant_id == here.tenant_id else None


def terms() -> Terms | None:
    """The draft that is being looked at.  Two statements, and only of whoever may."""
    if "staged" not in g:
        g.staged = _terms()
    found: Terms | None = g.staged
    return found


def _terms() -> Terms | None:
    person = g.get("person")
    if request.blueprint != PAGES or person is None or not person.may(NEEDED):
        return None
    version_id = names(cookie_of(COOKIE))
    if version_id is None:
        return None
    mine = (PriceListVersion.id == version_id, PriceListVersion.state == VersionState.DRAFT)
    return (
        prices.terms_as_sold(version_id, today())
        if db.session.scalar(select(PriceListVersion.id).where(*mine))
        else None
    )


def _signer() -> URLSafeTimedSerializer:
    config = current_app.config
    return URLSafeTimedSerializer([*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]], salt="staging preview")
