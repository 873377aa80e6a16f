"""What a tenant finds when the one above him, or the vendor, has changed what he pays."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.catalogue.models import PriceListVersion
from portal.core.clock import today
from portal.core.db import db
from tests.catalogue.sheets import ask_more, give, imported, price_list, sheet
from tests.queries import MOST, counted
from tests.world import House


@pytest.fixture
def raised(meridian: House, north: House, fjord: House) -> House:
    """Meridian raised its list for North from + 5 % to + 50 % on the 22nd; North's shop sells at fixed prices."""
    with time_machine.travel("2026-11-10 09:00+00:00"):
        with meridian.office():
            imported(sheet({"Market": "DE", "Currency": "EUR"}))
            give(price_list("Wholesale", currency="EUR", market="DE", percent="5"), north)
        with north.office():
            price_list("Shop", currency="EUR", market=None, percent="10").for_storefront = True
    with meridian.office():
        ask_more("50", date(2026, 11, 22))
    return north


def test_he_finds_what_he_pays_now_and_paid_before(raised: House) -> None:
    page = raised.client().get("/price-changes?since=2026-11-15").text
    for said in ("Lumen Mail Plan 1", "€8.40", "€12.00", "42.9", "€13.20"):
        assert said in page
    assert "Wholesale" not in page


def test_the_file_and_the_filter_have_the_same(raised: House) -> None:
    client = raised.client()
    assert "42.9" in client.get("/price-changes?since=2026-11-15&format=csv").text
    assert "Lumen Mail" not in client.get("/price-changes?since=2026-11-15&show=down").text.split("<main")[1]
    assert "since=2026-11-15" in client.get("/price-changes?since=2026-11-15&show=up").text


def day_shown(client: FlaskClient, since: str) -> str:
    """The day that today is compared with."""
    page = client.get(f"/price-changes?since={since}")
    assert page.status_code == 200
    return re.findall(r'name="since" [^>]*value="([^"]+)"', page.text)[0]


def test_nonsense_is_read_as_no_day_and_strangers_see_their_own(raised: House, strand: House) -> None:
    client = raised.client()
    shown = day_shown(client, "")
    assert date.fromisoformat(shown) == today() - timedelta(days=90)
    for since in ("nonsense", "2027-01-01", "%00"):
        assert day_shown(client, since) == shown
    page = strand.client().get("/price-changes?since=2026-11-15").text
    assert "Lumen Mail" not in page
    assert "Your storefront sells by no list yet" in page


def test_past_the_last_page_nobody_reads_that_nothing_has_changed(raised: House) -> None:
    page = raised.client().get("/price-changes?since=2026-11-15&page=99").text
    assert "Lumen Mail Plan 1" in page
    assert "No cost has changed" not in page


def test_the_page_asks_little(raised: House) -> None:
    client = raised.client()
    client.get("/price-changes?since=2026-11-15")
    with counted(raised.app) as asked:
        client.get("/price-changes?since=2026-11-15")
    assert len(asked) <= MOST, asked


def test_days_without_a_change_say_so(raised: House) -> None:
    with time_machine.travel("2026-11-25 09:00+00:00"):
        page = raised.client().get("/price-changes?since=2026-11-23").text
    assert "No cost has changed" in page


def test_he_finds_what_the_vendor_has_raised(meridian: House, north: House) -> None:
    """The list above stays as it is; what stands behind it is raised from the 22nd on."""
    with time_machine.travel("2026-11-10 09:00+00:00"):
        with meridian.office():
            imported(sheet({}, {"SkuId": "0002", "SkuTitle": "Lumen Quiet"}))
            give(price_list("Wholesale", percent="5"), north)
        with north.office():
            price_list("Shop", market=None, percent="10").for_storefront = True
    with meridian.office():
        raised = {"UnitPrice": "10.00", "EffectiveStartDate": "11/22/2026 12:00:00 AM"}
        imported(sheet(raised, {"SkuId": "0002", "SkuTitle": "Lumen Quiet"}))
    page = north.client().get("/price-changes?since=2026-11-15").text
    for said in ("Lumen Mail Plan 1", "$8.40", "$10.50", "+25"):
        assert said in page, said
    assert "Lumen Quiet" not in page


def test_a_young_house_compares_with_the_first_day_it_sold_anything(raised: House) -> None:
    with raised.office():
        db.session.scalars(select(PriceListVersion)).one().valid_from = date(2026, 11, 15)
    page = raised.client().get("/price-changes").text
    assert 'value="2026-11-15"' in page
    for said in ("€8.40", "€12.00", "42.9"):
        assert said in page
