"""What is sold under cost is said until it is mended, to those who may see prices, and to nobody above."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.prices import Way
from portal.core.db import db
from portal.tenants.checklist import Checklist
from tests.bench.test_lists import MOST_OF_A_DASHBOARD
from tests.catalogue.test_price_decisions import CHAT, MAIL, PLAN, dearer, decide, hold, shop_of
from tests.queries import MOST, counted
from tests.world import House

__all__ = ["dearer"]

ALERT = "1 product is sold under cost"


def test_it_is_said_on_whats_next_and_leads_to_the_products(dearer: House) -> None:
    client = dearer.client()
    page = client.get("/whats-next").text
    assert ALERT in page
    found = re.search(r'href="(/price-lists/[^"]*ticked=under[^"]*)"', page)
    assert found
    listed = client.get(found[1].replace("&amp;", "&")).text.split("<main")[1]
    assert MAIL in listed
    assert CHAT not in listed
    assert ALERT in client.get("/").text


def test_it_is_gone_when_it_is_mended(dearer: House) -> None:
    decide(dearer, "follow", MAIL)
    client = dearer.client()
    assert "sold under cost" not in client.get("/whats-next").text
    assert "sold under cost" not in client.get("/").text
    with dearer.office():
        hold(shop_of(dearer), CHAT, Way(amounts={PLAN: Decimal("1.00")}))
        actions.publish(shop_of(dearer))
    assert ALERT in client.get("/whats-next").text


def test_what_costs_as_much_as_it_is_sold_for_loses_nothing(dearer: House) -> None:
    with dearer.office():
        hold(shop_of(dearer), MAIL, Way(amounts={PLAN: Decimal("17.60")}))
        actions.publish(shop_of(dearer))
    assert "sold under cost" not in dearer.client().get("/whats-next").text


def test_nobody_above_or_beside_is_told(dearer: House, meridian: House, strand: House) -> None:
    for house in (meridian, strand):
        assert "sold under cost" not in house.client().get("/whats-next").text
    assert "sold under cost" not in meridian.client().get(f"/tenants/{dearer.client_id}/checklist").text
    with dearer.office():
        states = db.session.scalars(select(Checklist.states).where(Checklist.tenant_id == dearer.tenant_id)).one()
        assert "under_cost" not in states


def test_it_costs_no_statement_where_the_range_is_kept(dearer: House) -> None:
    client = dearer.client()
    for place, most in (("/", MOST_OF_A_DASHBOARD), ("/whats-next", MOST)):
        client.get(place)
        with counted(dearer.app) as asked:
            assert ALERT in client.get(place).text
        assert len(asked) <= most, asked
