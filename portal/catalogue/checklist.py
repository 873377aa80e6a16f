"""What the prices still lack before a shop goes live, and what costs money while it is open."""

from sqlalchemy import exists, select

from portal.catalogue import prices
from portal.catalogue.buying import source_by
from portal.catalogue.models import PriceList, PriceListVersion, VersionState
from portal.catalogue.prices import Ticked, Wish
from portal.core.clock import today
from portal.core.keys import spell
from portal.core.web import url
from portal.core.words import N_, by_count
from portal.tenants.checklist import Alert, Line

SELL_PRICES = Line(
    "sell_prices",
    title=N_("Sell prices"),
    why=N_("So far you sell at the vendor’s recommended prices. Look at your cost and decide on your margin."),
    verb=N_("Look at the sell prices"),
    place="catalogue.price_lists",
    permission="prices.view",
    done=lambda: exists(
        select(PriceListVersion.id)
        .join(PriceList, PriceList.id == PriceListVersion.price_list_id)
        .where(PriceList.for_storefront, PriceListVersion.state == VersionState.PUBLISHED, PriceListVersion.number > 1)
    ),
    watches=(PriceList, PriceListVersion),
    settleable=True,
)


def _sold_under_cost() -> tuple[int, str] | None:
    """How many products the own shop sells for less than they cost.  Where the range is kept it costs no statement."""
    terms = prices.storefront_terms()
    if terms is None:
        return None
    sells = prices.selling(source_by(terms), Wish.of(today(), terms.market), terms)
    if sells is None or not sells.losing:
        return None
    good, plans = next(iter(sells.losing.items()))
    answering = sells.by(good, plans[0]).terms
    shown = {"version": answering.number, "ticked": Ticked.UNDER.value}
    return len(sells.losing), url("catalogue.price_list", key=spell(answering.list_id), **shown)


UNDER_COST = Alert(
    "under_cost",
    title=by_count(N_("%(count)s product is sold under cost"), N_("%(count)s products are sold under cost")),
    why=N_("Every one that is bought costs you money."),
    verb=N_("Look at them"),
    permission="prices.view",
    find=_sold_under_cost,
)
