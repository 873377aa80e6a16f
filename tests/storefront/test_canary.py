"""A canary sits in everything a shop must not tell: no page, header, file or JSON of the shop ever sings.

Costs, purchase prices, names of price lists, notes about accounts, and the names of every other tenant, above, below and
beside.  The shop is crawled from its home, its map and its robots' file, by a visitor, at its host and below its Client
ID, in every language; every form is sent once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from portal.accounts.models import Account, Kind
from portal.branding.actions import dress
from portal.branding.designing import Wish
from portal.catalogue import actions as catalogue
from portal.catalogue.models import PriceList, Product, Promotion, Rule
from portal.catalogue.prices import Way
from portal.core.clock import today
from portal.core.db import db
from portal.core.languages import LANGUAGES
from portal.settings.models import Bank, Tax
from portal.storefront import actions, queries
from portal.storefront.models import Topic
from portal.tenants.models import Organization
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.world import House, World

CANARY = "qxzcanaryzxq"
COSTS = ("777.31", "777,31", "816.18", "816,18", "856.99", "856,99", "641.17", "641,17")
"""What the distributor pays, what north pays him at + 5 %, and what fjord pays north at + 5 % more, or as an exception."""
MONTHLY = "P1Y-monthly-commercial"
NEUTRAL = "http://shop.localhost:8000"
BEGUN = (
    *(
        "/",
        "/robots.txt",
        "/sitemap.xml",
        "/favicon.ico",
        "/nowhere",
        "/quote",
        "/preview/x",
        "/staging/x",
        "/staging/end",
    ),
    *("/products?q=%25", "/products?q=lumne&term=P1Y&sort=newest", "/products?sort=-price&vendor=Lumen&filters=open"),
    *(f"/products/lumen-mail-plan-{number}?quantity=12" for number in (1, 2)),
)
LEAST, MOST = 60, 700
"""Answers there must be, and pages of one crawl there may be."""
BROKEN = 500
READ = {"text/html", "text/css", "text/plain", "application/xml", "application/manifest+json"}
LINK = re.compile(
    r"""(?:href|src|action|content)="([^"]+)"|<loc>([^<]+)|url\(([^)]+)\)|"(?:src|start_url)": ?"([^"]+)"""
)


@pytest.fixture
def caged(world: World) -> House:
    """Fjord, who buys from north, who buys from the distributor; each has something to hide."""
    for house in world.houses:
        with house.office():
            dress(Wish(house.name))
            words = {"currency": "USD", "country": "US", "language": "en", "time_zone": "UTC"}
            db.session.add(Account(number="A-9", name=f"{CANARY} account", kind=Kind.CUSTOMER, **words))
            db.session.add(Bank(holder=f"{CANARY} holder", iban=CANARY, bank=CANARY))
    with world.meridian.office():
        both = ({}, {"SkuId": "0002", "SkuTitle": "Lumen Mail Plan 2"})
        imported(sheet(*({**one, "UnitPrice": "777.31", "ERP Price": "1000"} for one in both)))
        give(price_list(f"{CANARY} first", percent="5"), world.north)
    with world.north.office():
        second = price_list(f"{CANARY} second", percent="5")
        apart(second, Way(amounts={MONTHLY: Decimal("641.17")}))
        give(second, world.fjord)
    with world.fjord.office():
        own = db.session.scalars(select(Organization).where(Organization.tenant_id == world.fjord.tenant_id)).one()
        own.currency = "USD"
        db.session.flush()
        apart(catalogue.first_sell_list(), Way(Rule.MARGIN, Decimal("33.5")))
        db.session.add(Tax(name="VAT", rate=Decimal("8.1")))
        db.session.execute(update(PriceList).values(name=f"{CANARY} third"))
        for topic in Topic:
            actions.write_page(None, topic=topic, language="en", title=topic.label, text="Written.")
        reach = {"email": "hello@fjord.example", "phone": "", "hours": "", "networks": {}}
        actions.describe(queries.storefront(), **reach)
    return world.fjord


def apart(listed: PriceList, way: Way) -> None:
    """Price the second product in its own way, show it first, and publish."""
    draft = catalogue.begin_draft(listed)
    (second,) = db.session.execute(select(Product.tenant_id, Product.id).where(Product.code.endswith("0002"))).all()
    catalogue.price_alone(draft, {(second.tenant_id, second.id): way})
    autumn = {"name": f"{CANARY} autumn", "percent": Decimal(10), "cycles": 2, "begins": today()}
    db.session.add(Promotion(version_id=draft.id, **autumn))
    catalogue.feature(draft, [(second.tenant_id, second.id)])
    catalogue.publish(listed)
    db.session.flush()


def test_no_page_of_a_shop_tells_a_cost_or_names_anybody_else(caged: House, world: World) -> None:
    others = [house for house in world.houses if house is not caged]
    secrets = (CANARY, *COSTS, *(house.name for house in others), *(house.client_id for house in others))
    sung, seen = [], 0
    for base, root in ((f"http://{caged.word}.shop.localhost:8000", ""), (NEUTRAL, f"/@{caged.client_id}")):
        for address, answer in crawled(caged, base, root):
            seen += 1
            sung += [f"{address}: {secret}" for secret in secrets if secret and secret in answer]
    assert seen > LEAST
    assert sung == []


def test_the_canary_sings_where_it_may(caged: House, world: World) -> None:
    """Else the test above would look for what nobody could find."""
    costs = caged.client().get("/products").text
    assert "856.99" in costs
    assert "641.17" in costs
    assert CANARY in caged.client().get("/price-lists").text
    shown = caged.shop().get("/products").text
    assert "$867.75 for the first 2 months, then $964.17" in caged.shop().get("/products/lumen-mail-plan-2").text
    assert all(price in shown for price in ("1,000.00", "964.17", "1,042.27 with VAT", "Our pick"))  # 641.17 / 0.665


def crawled(house: House, base: str, root: str) -> Iterator[tuple[str, str]]:
    """(address, the whole answer with its headers) of everything a visitor comes to; each form is sent once."""
    visitor, seen = house.visitor(base), set()
    waiting = [f"{root}{path}" for path in BEGUN]
    waiting += [f"{root}{path}?language={code}" for path in BEGUN for code in LANGUAGES]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        assert len(seen) <= MOST, sorted(seen)
        answer = visitor.get(address)
        assert answer.status_code < BROKEN, address
        yield address, _whole(answer)
        waiting += _led_to(answer, base, address)
        answer.close()
        if "/contact" in address or "/quote" in address:
            yield address, _whole(visitor.post(address, data=_filled(answer)))


def _whole(answer: TestResponse) -> str:
    return f"{answer.headers}\n{answer.data.decode('utf-8', 'replace')}"


def _filled(answer: TestResponse) -> dict[str, str]:
    """The page's form with something in every field, so that it comes back with what is wrong in it."""
    fields = BeautifulSoup(answer.text, "lxml").select("main [name]")
    return {str(one["name"]): str(one.get("value") or "x") for one in fields}


def _led_to(answer: TestResponse, base: str, address: str) -> Iterator[str]:
    """Where the answer leads within this shop."""
    text = answer.data.decode("utf-8", "replace") if answer.mimetype in READ else ""
    found = [word for groups in LINK.findall(text) for word in groups if word]
    for one in (*found, answer.location or ""):
        whole = urlsplit(urljoin(f"{base}{address}", unescape(one)))
        if one and f"{whole.scheme}://{whole.netloc}" == base:
            yield whole.path + (f"?{whole.query}" if whole.query else "")
