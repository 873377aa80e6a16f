"""By what the acting tenant buys, for whoever has arrived: read off his organization, no statement more."""

from __future__ import annotations

from portal.catalogue import queries
from portal.catalogue.models import PriceListVersion
from portal.catalogue.prices import Market, Terms
from portal.core.here import here


def source_of(markets: list[Market], wanted: str) -> queries.Source:
    """The wanted market for the owner of the products, the list he buys by for everybody else."""
    house = here.organization
    if not here.is_root:
        return house.price_list_id
    named = {f"{market.market}-{market.currency}": market for market in markets}
    return named.get(wanted) or queries.home_market(markets, currency=house.currency, country=house.country)


def source_by(terms: Terms | None) -> queries.Source:
    """By what he buys what this list prices.  Without one the owner of the products is asked where he has prices, too."""
    if not here.is_root:
        return here.organization.price_list_id
    return Market(terms.market or "", terms.buys_in) if terms else source_of(queries.markets(), "")


def source_for(version: PriceListVersion) -> queries.Source:
    """By what he buys what this version prices."""
    if not here.is_root:
        return here.organization.price_list_id
    return Market(version.market or "", version.costs_in or version.price_list.currency)
