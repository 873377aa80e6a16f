"""By which list the own shop sells."""

from __future__ import annotations

from flask_babel import force_locale, gettext
from sqlalchemy import delete, select, update

from portal.audit import record
from portal.catalogue import queries
from portal.catalogue.actions.held import note_costs
from portal.catalogue.models import PriceList, PriceListEntry, PriceListVersion, VersionState
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.words import N_
from portal.tenants.actions import raise_stamp


def show_in_storefront(price_list: PriceList) -> None:
    """The own shop sells by this list from now on."""
    if price_list.published is None:
        raise Conflict(N_("Publish the list first: the storefront shows only what is published."))
    others = update(PriceList).where(PriceList.for_storefront.is_(True), PriceList.id != price_list.id)
    db.session.execute(others.values(for_storefront=False), execution_options={"synchronize_session": "fetch"})
    price_list.for_storefront = True
    note_costs(price_list.published)
    raise_stamp()
    record("price_list.shown", price_list, after={"for_storefront": True})


def first_sell_list() -> PriceList:
    """What a new tenant's storefront sells by: the recommended price of everything in its range.

    Acts for the new tenant.  Made before: that one is given back.  Costs two rows, however large the range is.
    """
    standing = db.session.scalar(select(PriceList).where(PriceList.for_storefront.is_(True)))
    if standing is not None:
        return standing
    own = queries.own_terms()
    with force_locale(own.language):  # it is the tenant who will read it, not whoever made him
        name = gettext("Storefront prices")
    price_list = PriceList(name=name, currency=own.currency, for_storefront=True)
    price_list.versions = [PriceListVersion(state=VersionState.PUBLISHED, published_at=now())]
    db.session.add(price_list)
    raise_stamp()
    record("price_list.published", price_list, after={"version": 1})
    return price_list


def drop_sell_lists() -> None:
    """Take back what `first_sell_list` made, for a tenant that never opened."""
    db.session.execute(delete(PriceListEntry))
    db.session.execute(delete(PriceListVersion))
    db.session.execute(delete(PriceList))
