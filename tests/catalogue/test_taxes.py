"""What a shop's prices say of tax: the price that settings put first, the other beside it, and one true line."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue import actions
from portal.catalogue.taxes import Tax
from portal.core.db import db
from portal.core.money import Money
from portal.settings.models import Shown
from portal.settings.models import Tax as Said
from portal.tenants.actions import raise_stamp
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.world import House

PAGES = ("/products", "/products/lumen-mail-plan-1")


@pytest.fixture
def shelf(meridian: House, south: House) -> House:
    """South's shop with one product, at 10.00 a month."""
    with meridian.office():
        imported(sheet({}))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        actions.first_sell_list()
    return south


def charging(house: House, rate: str, shown: Shown = Shown.NET, *, registered: bool = True) -> None:
    with house.office():
        db.session.add(Said(registered=registered, name="VAT", rate=Decimal(rate), shown=shown))
        raise_stamp()


@pytest.mark.parametrize(("rate", "gross"), [("19", "$11.90"), ("8.1", "$10.81")])
def test_the_price_without_tax_stands_first_and_the_one_with_it_beside(shelf: House, rate: str, gross: str) -> None:
    charging(shelf, rate)
    for address in PAGES:
        page = shelf.shop().get(address).text
        assert f"{gross} with VAT" in page
        assert f"All prices without {rate} % VAT" in page
    assert "<b>$10.00</b> per licence and month" in shelf.shop().get("/products").text


@pytest.mark.parametrize(("rate", "gross"), [("19", "$11.90"), ("8.1", "$10.81")])
def test_the_price_with_tax_stands_first_where_settings_say_so(shelf: House, rate: str, gross: str) -> None:
    charging(shelf, rate, Shown.GROSS)
    for address in PAGES:
        page = shelf.shop().get(address).text
        assert "$10.00 without VAT" in page
        assert f"All prices include {rate} % VAT" in page
    assert f"<b>{gross}</b> per licence and month" in shelf.shop().get("/products").text
    assert (
        f"{gross} per licence and month ($10.00 without VAT)"
        in shelf.shop().get("/quote?product=lumen-mail-plan-1").text
    )


def test_at_no_rate_there_is_one_price(shelf: House) -> None:
    charging(shelf, "0")
    for address in PAGES:
        page = shelf.shop().get(address).text
        assert "$10.00" in page
        assert "VAT" not in page
        assert "All prices without tax" in page


def test_whoever_is_not_registered_says_that_no_tax_is_charged(shelf: House) -> None:
    charging(shelf, "19", Shown.GROSS, registered=False)
    for address in PAGES:
        page = shelf.shop().get(address).text
        assert "$10.00" in page
        assert "$11.90" not in page
        assert "No tax is charged on these prices." in page


def test_whoever_has_not_said_yet_promises_nothing(shelf: House) -> None:
    assert "All prices without tax" in shelf.shop().get("/products").text


@given(
    net=st.decimals(min_value=0, max_value=99999, places=2),
    rate=st.sampled_from([Decimal(0), Decimal(19), Decimal("8.1"), Decimal(25)]),
)
def test_tax_is_rounded_once_for_each_unit_price(net: Decimal, rate: Decimal) -> None:
    gross = Tax("VAT", rate).on(Money(net, "EUR")).amount
    assert abs(gross - net * (100 + rate) / 100) <= Decimal("0.005")
    assert gross.as_tuple().exponent == -2


def test_yen_are_taxed_in_whole_yen() -> None:
    assert Tax("JCT", Decimal(10)).on(Money(Decimal(105), "JPY")) == Money(Decimal(116), "JPY")
