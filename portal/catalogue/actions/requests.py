"""Products put on request together, and priced again as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from portal.catalogue.actions.exceptions import price_alone
from portal.catalogue.models import PriceListVersion, Rule
from portal.catalogue.prices import Way, terms_of_version
from portal.catalogue.prices.facts import stored, way_from
from portal.core.keys import spell

ON_REQUEST = Way(Rule.ON_REQUEST)


def put_on_request(version: PriceListVersion, products: Iterable[tuple[int, UUID]]) -> dict[str, Any]:
    """Sell these products (owner, id) on request from this version on.

    Returns how each was priced, by its key, as plain values for `price_as_before`; nothing of those that were so already.
    """
    ways = terms_of_version(version).ways
    anew = [(owner, product) for owner, product in products if ways.get(product) != ON_REQUEST]
    price_alone(version, dict.fromkeys(anew, ON_REQUEST))
    return {spell(product): stored(ways[product]) if product in ways else None for _, product in anew}


def price_as_before(version: PriceListVersion, former: Mapping[tuple[int, UUID], Any]) -> int:
    """Price each as it was, if it is still on request.  Returns how many."""
    ways = terms_of_version(version).ways
    still = {which: said for which, said in former.items() if ways.get(which[1]) == ON_REQUEST}
    price_alone(version, {which: way_from(said) if said else None for which, said in still.items()})
    return len(still)
