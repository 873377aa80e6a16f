"""Prices: what a range holds and costs, resolved when it is read, through every tier.

goods      what an owner of products offers, as values; `shelf` reads it, one column of one row
ways       how a list prices something: the one place where a number becomes another; `rounding` where it ends
terms      what one version of a list says; `reading` reads it, `facts` makes values of what was read
rates      by what a cost is converted
supplies   what a tier may buy: what the one above sells it, and its own shelf
selling    what a tier asks for its supply by one list; a `price` knows how it came to be
places     where goods stand among each other by their prices
ladder     the same by a list and those it falls back to: for each plan the first that has it answers
tiers      the way up, each tier asked in its own scope; what may be remembered
searching  finds goods by their words
counting   what is chosen of a range by facets, and what else there is to choose
questions  what may be asked of a range
asking     answers it by a page: `sold(Question(on=today()), here.organization.price_list_id, storefront_terms())`
"""

from portal.catalogue.prices.asking import Range, answered, bought, range_ids, sold
from portal.catalogue.prices.counting import Chosen, Counts
from portal.catalogue.prices.goods import ANY_MARKET, Good, GoodPlan, Market
from portal.catalogue.prices.offers import Offer, Offers, PlanOffer
from portal.catalogue.prices.price import LACKS, Lack, Price, Side
from portal.catalogue.prices.questions import Question, Ticked
from portal.catalogue.prices.rates import Rate, rate_between
from portal.catalogue.prices.reading import (
    in_force,
    published,
    storefront_column,
    storefront_terms,
    terms_as_sold,
    terms_of,
    terms_of_both,
    terms_of_version,
)
from portal.catalogue.prices.rounding import coin, rounded
from portal.catalogue.prices.selling import Selling
from portal.catalogue.prices.supplies import Supply
from portal.catalogue.prices.terms import Offered, Terms
from portal.catalogue.prices.tiers import Source, Wish, forget, own_shelf, selling, sold_by, supply
from portal.catalogue.prices.ways import Tier, Way

__all__ = [
    "ANY_MARKET",
    "LACKS",
    "Chosen",
    "Counts",
    "Good",
    "GoodPlan",
    "Lack",
    "Market",
    "Offer",
    "Offered",
    "Offers",
    "PlanOffer",
    "Price",
    "Question",
    "Range",
    "Rate",
    "Selling",
    "Side",
    "Source",
    "Supply",
    "Terms",
    "Ticked",
    "Tier",
    "Way",
    "Wish",
    "answered",
    "bought",
    "coin",
    "forget",
    "in_force",
    "own_shelf",
    "published",
    "range_ids",
    "rate_between",
    "rounded",
    "selling",
    "sold",
    "sold_by",
    "storefront_column",
    "storefront_terms",
    "supply",
    "terms_as_sold",
    "terms_of",
    "terms_of_both",
    "terms_of_version",
]
