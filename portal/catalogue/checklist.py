"""What the prices still lack before a shop goes live."""

from sqlalchemy import exists, select

from portal.catalogue.models import PriceList, PriceListVersion, VersionState
from portal.core.words import N_
from portal.tenants.checklist import Line

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
