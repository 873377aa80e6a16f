"""Prices: what a range holds and costs, resolved when it is read, through every tier.

`sold(Question(on=today()), here.organization.price_list_id, storefront_terms())` is what a storefront shows.
"""

from portal.catalogue.prices.offers import Offer, Offers, PlanOffer, Question
from portal.catalogue.prices.source import Market
from portal.catalogue.prices.terms import (
    Price,
    Terms,
    Way,
    coin,
    storefront_column,
    storefront_terms,
    terms_from,
    terms_of_version,
)
from portal.catalogue.prices.tiers import answered, bought, range_ids, sold

__all__ = [
    "Market",
    "Offer",
    "Offers",
    "PlanOffer",
    "Price",
    "Question",
    "Terms",
    "Way",
    "answered",
    "bought",
    "coin",
    "range_ids",
    "sold",
    "storefront_column",
    "storefront_terms",
    "terms_from",
    "terms_of_version",
]
