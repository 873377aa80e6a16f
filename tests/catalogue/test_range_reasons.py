"""What is not priced is not there, and the office says why: each reason in its own words, with a way out."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask_babel import force_locale, gettext
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import Breadth, Plan, PriceList, Product, Segment
from portal.catalogue.pages.why import REMEDIES
from portal.catalogue.prices import LACKS, Lack, Way
from portal.catalogue.wording import lack_of
from portal.core.clock import today
from portal.core.db import db
from portal.core.keys import spell
from tests.catalogue.goods import terms
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_comparing import cells
from tests.catalogue.test_exceptions import MONTH, products
from tests.catalogue.test_shop import asking
from tests.queries import MOST
from tests.world import House

SCHOOL = "P1Y-monthly-education"


@pytest.fixture
def range_of(meridian: House, south: House) -> dict[str, House]:
    """Four products: Sold; Schools, which has a plan for schools too; Euros, priced there alone; Old.  South buys all of it."""
    with meridian.office():
        named = [{"SkuId": f"000{number}", "SkuTitle": name} for number, name in enumerate(("Sold", "Schools", "Old"))]
        school = {**named[1], "Segment": "Education", "UnitPrice": "4.00"}
        imported(sheet(*named, school, {"SkuId": "0009", "SkuTitle": "Euros", "Market": "US", "Currency": "EUR"}))
        made = price_list("US Retail", percent="5")
        give(made, south)
    with south.office():
        ours = price_list("Ours", market=None, percent="10")
        ours.for_storefront = True
        draft = actions.begin_draft(ours)
        assert draft.price_list.currency == "USD"
        actions.say_broadly(draft, Breadth.SEGMENT, Segment.EDUCATION, sells=False, way=Way())
        actions.tick_in(draft, [products()["Old"]])
        actions.publish(ours)
    return {"meridian": meridian, "south": south}


def end(house: House, name: str, *, on: date | None = None) -> None:
    """The owner discontinues a product: by hand, or as a sheet does on a day."""
    with house.office():
        product = db.session.scalars(select(Product).where(Product.name == name)).one()
        if on is None:
            actions.discontinue(product)
        else:
            product.discontinued_on = on


def why(house: House, name: str, plan: str = MONTH, **query: str) -> dict[str, str]:
    with house.office():
        key = spell(products()[name][1])
    client = house.client()
    facts = client.get(f"/products/{key}/why/{plan}.json", query_string=query).json
    page = client.get(f"/products/{key}/why/{plan}", query_string=query).text
    for said in (facts["lack"], facts["remedy"]):
        assert said in BeautifulSoup(page, "lxml").get_text()
    assert facts["price"] is None
    return {"reason": facts["reason"], "lack": facts["lack"]}


def unpriced(house: House, **query: str) -> set[tuple[str, str]]:
    with house.office():
        key = db.session.scalars(select(PriceList.id)).first()
    assert key
    page = house.client().get(f"/price-lists/{spell(key)}/unpriced", query_string=query).text
    for link in BeautifulSoup(page, "lxml").select("main td a[href*='/why/']"):
        there = house.client().get(str(link["href"])).text
        assert link.get_text() in BeautifulSoup(there, "lxml").select_one("#chain").get_text()  # type: ignore[union-attr]
    return {(row[0].split()[0], row[2]) for row in cells(page, table=0)} if "<table" in page else set()


def test_a_segment_that_the_list_does_not_sell(range_of: dict[str, House]) -> None:
    south = range_of["south"]
    assert why(south, "Schools", SCHOOL) == {"reason": "segment", "lack": "Segment not allowed"}
    assert unpriced(south, why="segment") == {("Schools", "Segment not allowed")}
    with south.office():
        key = spell(products()["Schools"][1])
    assert "Segment not allowed" in south.client().get(f"/products/{key}/prices").text


def test_what_is_priced_in_another_currency_alone(range_of: dict[str, House]) -> None:
    assert ("Euros", "Not priced in USD") in unpriced(range_of["meridian"], why="no_cost")


@pytest.mark.parametrize("on", [None, date(2026, 11, 20)])
def test_what_is_discontinued_is_said_to_be_so_by_its_owner_and_by_a_list_that_names_it(
    range_of: dict[str, House], on: date | None
) -> None:
    end(range_of["meridian"], "Old", on=on)
    for house in range_of.values():
        assert unpriced(house, why="discontinued") == {("Old", "Discontinued")}
    assert why(range_of["south"], "Old") == {"reason": "discontinued", "lack": "Discontinued"}


def test_what_no_list_names_is_known_where_it_was_in_the_range(range_of: dict[str, House], strand: House) -> None:
    end(range_of["meridian"], "Sold", on=today())
    assert why(range_of["south"], "Sold")["reason"] == "discontinued"
    with range_of["meridian"].office():
        key = spell(products()["Sold"][1])
    assert strand.client().get(f"/products/{key}/why/{MONTH}").status_code == 404
    end(range_of["meridian"], "Sold")
    assert range_of["south"].client().get(f"/products/{key}/why/{MONTH}").status_code == 404
    assert unpriced(range_of["south"], why="discontinued") == set()


def test_so_is_one_plan_of_what_is_sold(range_of: dict[str, House]) -> None:
    with range_of["meridian"].office():
        for plan in db.session.scalars(
            select(Plan).where(Plan.segment == Segment.COMMERCIAL).join(Plan.product).where(Product.name == "Schools")
        ):
            plan.discontinued_on = date(2026, 11, 20)
    assert ("Schools", "Discontinued") in unpriced(range_of["meridian"], why="discontinued")
    assert why(range_of["south"], "Schools")["reason"] == "discontinued"
    assert why(range_of["south"], "Schools", SCHOOL)["reason"] == "segment"


def test_on_a_day_before_it_was_sold(range_of: dict[str, House]) -> None:
    end(range_of["meridian"], "Old", on=date(2026, 11, 20))
    south = range_of["south"]
    with south.office():
        key = spell(products()["Old"][1])
    facts = south.client().get(f"/products/{key}/why/{MONTH}.json?on=2026-11-19").json
    assert (facts["price"]["amount"], facts["reason"]) == ("9.24", None)


def test_the_owner_reads_it_on_the_products_own_page(range_of: dict[str, House]) -> None:
    meridian = range_of["meridian"]
    end(meridian, "Old")
    with meridian.office():
        key = spell(products()["Old"][1])
    assert "it is no longer sold" in meridian.client().get(f"/products/{key}/prices").text


@pytest.mark.parametrize("language", ["en", "de", "el"])
def test_each_reason_has_its_own_words_and_a_remedy_in_every_language(meridian: House, language: str) -> None:
    with meridian.office(), force_locale(language):
        said = [lack_of(one, terms()) for one in Lack]
        remedies = [str(gettext(REMEDIES[one])) for one in Lack]
    assert len(set(said)) == len(set(remedies)) == len(Lack)
    if language != "en":
        assert not set(said) & set(LACKS.values())
        assert not set(remedies) & set(REMEDIES.values())


def test_the_pages_ask_little(range_of: dict[str, House]) -> None:
    end(range_of["meridian"], "Old")
    south = range_of["south"]
    with south.office():
        key, school = (spell(products()[name][1]) for name in ("Old", "Schools"))
        listed = spell(db.session.scalars(select(PriceList.id)).one())
    client = south.client()
    for place in (f"/products/{key}/why/{MONTH}", f"/price-lists/{listed}/unpriced", f"/products/{school}/prices"):
        client.get(place)  # what the tiers answered is kept
        with asking(south) as asked:
            assert client.get(place).status_code == 200
        assert len(asked) <= MOST, (place, len(asked))
