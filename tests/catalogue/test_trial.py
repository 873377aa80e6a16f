"""What a price comes to while it is being typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.audit.models import LogRecord
from portal.catalogue import actions
from portal.catalogue.models import Billing, PriceList, PriceListEntry, Product, Segment, Term
from portal.core.db import db
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.queries import MOST, counted
from tests.world import House

WORD = f"{Term.YEAR}-{Billing.MONTHLY}-{Segment.COMMERCIAL}"


@dataclass
class Typist:
    """Somebody in front of the draft of North's shop list: one product, which costs North 10.50."""

    client: FlaskClient
    product: str
    price_list: str

    def type(self, rule: str, value: str, *, was: str = "") -> Any:
        return self.client.get(
            f"/price-lists/{self.price_list}/trial/{self.product}",
            query_string={
                f"{self.product}-{name}": word
                for name, word in {"rule": rule, "value": value, "plan": WORD, "was": was}.items()
            },
        )

    def shown(self, *typed: str, **more: str) -> str:
        answer = self.type(*typed, **more)
        assert answer.status_code == 200
        return " ".join(BeautifulSoup(answer.text, "lxml").get_text(" ").split())


@pytest.fixture
def typist(meridian: House, north: House) -> Typist:
    with meridian.office():
        imported(sheet({"UnitPrice": "10", "ERP Price": "15"}))
        key = db.session.scalars(select(Product)).one().key
        give(price_list("Partners", percent="5"), north)
    with north.office():
        shop = price_list("Shop", market=None, percent="20")
        actions.show_in_storefront(shop)
        actions.begin_draft(shop)
        return Typist(north.client(), key, shop.key)


@pytest.mark.parametrize(
    ("rule", "value", "price", "left"),
    [
        ("margin", "25", "$14.00", "25.0 %, $3.50"),
        ("cost", "100", "$21.00", "50.0 %, $10.50"),
        ("recommended", "10", "$13.50", "22.2 %, $3.00"),
        ("fixed", "12.60", "$12.60", "16.7 %, $2.10"),
        ("", "", "$12.60", "16.7 %, $2.10"),
    ],
)
def test_the_price_and_what_is_left_of_it(typist: Typist, rule: str, value: str, price: str, left: str) -> None:
    shown = typist.shown(rule, value)
    assert shown.startswith(price)
    assert shown.endswith(left)


def test_what_is_sold_under_cost_says_so(typist: Typist) -> None:
    assert typist.shown("fixed", "9").endswith("Under cost")


@pytest.mark.parametrize(
    ("rule", "value", "said"),
    [
        ("margin", "100", "Use a margin under 100 %"),
        ("margin", "99.99999", "Use a margin under 100 %"),
        ("recommended", "99.99999", "Take off less than 100 %"),
        ("cost", "x", "Write an amount like 1250.00."),
        ("cost", "", "Write a percentage"),
        ("", "12", "Choose how 12 is meant"),
        ("strange", "1", "Choose one"),
        ("fixed", "1e400", "Write an amount like 1250.00."),
    ],
)
def test_what_cannot_be_taken_says_why(typist: Typist, rule: str, value: str, said: str) -> None:
    assert said in typist.shown(rule, value)


def test_nothing_is_kept(typist: Typist, north: House) -> None:
    def kept() -> list[int | None]:
        with north.office():
            return [db.session.scalar(select(func.count()).select_from(kind)) for kind in (PriceListEntry, LogRecord)]

    before = kept()
    typist.shown("margin", "25")
    assert kept() == before
    with counted(north.app) as asked:
        typist.shown("margin", "30")
    assert len(asked) <= MOST, asked


def test_it_answers_who_edits_a_draft_of_his_own(typist: Typist, north: House, south: House) -> None:
    assert "meanwhile" in typist.shown("margin", "25", was="cost:1")  # somebody else saved: said, not done
    for client, status in ((south.client(), 404), (north.client("read_only"), 403)):
        assert Typist(client, typist.product, typist.price_list).type("margin", "25").status_code == status
    with north.office():
        actions.publish(db.session.scalars(select(PriceList)).one())
    assert typist.type("margin", "25").status_code == 404  # there is no draft any more
