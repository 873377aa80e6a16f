"""Exchange rates, the newest first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select

from portal.catalogue.models import ExchangeRate
from portal.core.db import Page
from portal.core.listing import Listing

RATE_SORTS: dict[str, Any] = {
    "on": ExchangeRate.on,
    "base": ExchangeRate.base,
    "quote": ExchangeRate.quote,
    "source": func.lower(ExchangeRate.source),
}
CODE = 3
"""Letters of a currency."""


def rates(listing: Listing) -> Page[ExchangeRate]:
    wanted = select(ExchangeRate)
    for word in listing.search.upper().replace("/", " ").split():
        pair = (ExchangeRate.base == word, ExchangeRate.quote == word)
        wanted = wanted.where(
            or_(*pair, ExchangeRate.source.ilike(listing.pattern))
            if len(word) == CODE
            else ExchangeRate.source.ilike(listing.pattern)
        )
    return listing.page(wanted, ExchangeRate.base, ExchangeRate.quote, ExchangeRate.id)
