"""What robots may look at, and what there is to see."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from portal.catalogue import shop as catalogue
from portal.catalogue.kept import Kept
from portal.catalogue.prices import Question
from portal.core.clock import today
from portal.core.here import here
from portal.storefront.models import Topic, Visibility
from portal.storefront.queries import PAGES, visibility
from portal.storefront.signposts import at

MOST = 10_000
"""Products on the map; a map may have 50,000 addresses."""
_MAPS: Kept[str] = Kept(64)


def rules() -> str:
    """robots.txt.  A shop that does not stand open is nobody's business."""
    if visibility(here) is not Visibility.OPEN:
        return "User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nDisallow: /sign-in\nDisallow: /quote\nSitemap: {at('shop_storefront.sitemap')}\n"


def site_map() -> str:
    """sitemap.xml, kept until something the shop shows has changed."""
    home = at("shop_catalogue.home")
    return _MAPS.get((here.tenant_id, here.stamps, home, today()), _drawn)


def _drawn() -> str:
    places = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in _addresses())
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{places}</urlset>\n"


def _addresses() -> Iterator[str]:
    yield from (at("shop_catalogue.home"), at("shop_catalogue.products"), at("shop_storefront.contact"))
    yield from (at(f"shop_storefront.{topic}_page") for topic in Topic if topic in (here.dress.get(PAGES) or ()))
    for offer in catalogue.sold(Question(on=today(), size=MOST)):
        yield at("shop_catalogue.product", slug=offer.slug)
