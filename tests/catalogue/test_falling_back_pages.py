"""What the pages say of a list that falls back to another, and whom it touches."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.audit.models import LogRecord
from portal.catalogue import actions, prices, queries
from portal.catalogue import shop as shop_faces
from portal.catalogue.models import PriceList, Product
from portal.catalogue.prices import Question, Way
from portal.core.db import db
from portal.core.errors import Conflict
from tests.browsing import Browser
from tests.catalogue.sheets import give, price_list
from tests.catalogue.test_falling_back import TODAY, falls, lists_of, only
from tests.catalogue.test_staging import signed_in
from tests.catalogue.test_why import WORD, account
from tests.queries import MOST, counted
from tests.world import House

__all__ = ["lists_of"]


@pytest.fixture
def laddered(meridian: House, south: House, lists_of: dict[str, PriceList]) -> House:
    """South buys by Meridian's B, which has Mail 1 alone and falls back to D, which has 1 and 2."""
    only(meridian, "B", "Lumen Mail 1")
    only(meridian, "D", "Lumen Mail 1", "Lumen Mail 2")
    falls(meridian, "B", "D")
    with meridian.office():
        give(lists_of["B"], south)
    with south.office():
        actions.first_sell_list()
    return south


def key_of(house: House, name: str) -> str:
    with house.office():
        return db.session.scalars(select(PriceList).where(PriceList.name == name)).one().key


def why(house: House, product: str, **query: str) -> str:
    with house.office():
        row = db.session.scalars(select(Product).where(Product.name == product)).one()
    return f"/products/{row.key}/why/{WORD}{'.json' if query.pop('form', '') else ''}?" + "&".join(
        f"{name}={value}" for name, value in query.items()
    )


def test_the_explanation_says_which_list_answers_and_which_did_not(laddered: House, meridian: House) -> None:
    client, listed = meridian.client(), key_of(meridian, "B")
    page = client.get(why(meridian, "Lumen Mail 2", list=listed)).text
    assert "Not in B, therefore D" in page
    assert f'/price-lists/{key_of(meridian, "D")}"' in page
    facts = client.get(why(meridian, "Lumen Mail 2", list=listed, form="json")).json
    assert (facts["list"]["name"], facts["price"]["amount"]) == ("D", "8.24")
    assert [(one["name"], one["text"]) for one in facts["passed"]] == [("B", "Not in B, therefore D")]
    assert Decimal(facts["steps"][-1]["amount"]) == Decimal("8.24")
    assert client.get(why(meridian, "Lumen Mail 1", list=listed, form="json")).json["passed"] == []
    none = client.get(why(meridian, "Lumen Mail 3", list=listed, form="json")).json
    assert (none["price"], none["lack"]) == (None, "Neither in the list nor in those it falls back to")
    with meridian.office():
        actions.withdraw(db.session.scalars(select(PriceList).where(PriceList.name == "B")).one())
    facts = client.get(why(meridian, "Lumen Mail 2", list=listed, form="json")).json
    assert [one["text"] for one in facts["passed"]] == ["B is not in force on this day, therefore D"]


def test_nobody_below_learns_the_names_above_him(laddered: House, meridian: House, strand: House) -> None:
    with meridian.office():
        for name in ("B", "D"):
            row = db.session.scalars(select(PriceList).where(PriceList.name == name)).one()
            row.name = f"Secret {name}"
    client = laddered.client()
    places = [why(laddered, "Lumen Mail 2"), why(laddered, "Lumen Mail 2", form="json"), "/price-lists", "/products"]
    places += ["/price-changes", "/price-lists?format=csv", "/price-changes?format=csv"]
    places += [f"/price-lists/{key_of(laddered, 'Storefront prices')}{end}" for end in ("", "/edit")]
    for place in places:
        answer = client.get(place)
        assert answer.status_code == 200, place
        assert "Secret" not in answer.text, place
    assert "Lumen Mail 2" in laddered.shop().get("/products").text
    for house in (laddered, strand):
        for end in ("", "/edit", "/impact"):
            assert house.client().get(f"/price-lists/{key_of(meridian, 'Secret B')}{end}").status_code == 404


def test_the_lists_page_shows_where_it_leads_and_who_leads_there(laddered: House, meridian: House) -> None:
    client = meridian.client()
    upper, lower = (client.get(f"/price-lists/{key_of(meridian, name)}") for name in "BD")
    assert f'<a href="/price-lists/{key_of(meridian, "D")}">D</a>' in upper.text
    assert "What this list does not have is sold by that one." in upper.text
    assert "Also used as fallback by" in lower.text
    assert f'<a href="/price-lists/{key_of(meridian, "B")}">B</a>' in lower.text
    assert "Also used as fallback by" not in upper.text
    assert "falls back to D" in client.get("/price-lists").text
    rows = list(csv.DictReader(client.get("/price-lists?format=csv").text.lstrip("\ufeff").splitlines()))
    assert {row["Name"]: row["Falls back to"] for row in rows} == {
        "A": "",
        "B": "D",
        "C": "",
        "D": "",
        "E": "",
        "Euro": "",
    }


def test_it_is_typed_in_the_form_kept_and_written_down(meridian: House, lists_of: dict[str, PriceList]) -> None:
    office, upper, lower = Browser(meridian.client()), key_of(meridian, "A"), key_of(meridian, "B")
    office.open(f"/price-lists/{upper}/edit")
    assert [one.text for one in office.page.select("#falls_back option")] == [
        "Nothing",
        *(f"{name} · USD" for name in "BCDE"),
    ]
    assert office.send(falls_back=lower).status_code == 303
    with meridian.office():
        row = db.session.scalars(select(PriceList).where(PriceList.name == "A")).one()
        assert row.falls_back is not None
        assert row.falls_back.name == "B"
        assert row.draft is None  # it is the list's: no version changed
        line = db.session.scalars(select(LogRecord).order_by(LogRecord.id.desc()).limit(1)).one()
        assert "B" in str(line.after)
    office.open(f"/price-lists/{lower}/edit")
    assert office.send(falls_back=upper).status_code == 422
    assert "Choose another list: A falls back to B itself." in office.text
    for nonsense in (key_of(meridian, "Euro"), lower, "nobody", "\x00"):
        office.open(f"/price-lists/{lower}/edit")
        assert office.send(falls_back=nonsense).status_code == 422, nonsense
    office.open(f"/price-lists/{upper}/edit")
    assert office.page.select_one("#falls_back option[selected]").text == "B · USD"
    assert office.send(falls_back="").status_code == 303
    with meridian.office():
        assert db.session.scalars(select(PriceList).where(PriceList.name == "A")).one().falls_back is None


def test_a_new_list_falls_back_at_once_and_to_its_own_currency(meridian: House, lists_of: dict[str, PriceList]) -> None:
    office = Browser(meridian.client())
    office.open("/price-lists/new")
    assert office.send(name="New", currency="USD", falls_back=key_of(meridian, "Euro")).status_code == 422
    assert "Choose a list in USD: Euro is in another currency." in office.text
    assert office.send(name="New", currency="USD", falls_back=key_of(meridian, "A")).status_code == 303
    with meridian.office():
        row = db.session.scalars(select(PriceList).where(PriceList.name == "New")).one()
        assert row.falls_back is not None
        assert row.falls_back.name == "A"


def test_a_list_others_fall_back_to_is_not_archived(meridian: House, lists_of: dict[str, PriceList]) -> None:
    falls(meridian, "A", "B")
    with meridian.office():
        known = {row.name: row for row in db.session.scalars(select(PriceList))}
        with pytest.raises(Conflict, match="Let A fall back to another list first"):
            actions.archive(known["B"])
        actions.archive(known["A"])
        actions.archive(known["B"])  # an archived list keeps nobody
        actions.restore(known["A"])
        assert known["A"].falls_back is None
        actions.restore(known["B"])


def test_withdrawing_says_what_sells_instead(laddered: House, meridian: House) -> None:
    client = meridian.client()
    assert "Everything is sold by D instead." in client.get(f"/price-lists/{key_of(meridian, 'B')}/withdrawal").text
    lower = client.get(f"/price-lists/{key_of(meridian, 'D')}/withdrawal").text
    assert "What it does not have is not sold any more." in lower


def test_a_draft_of_the_lower_list_touches_whoever_buys_by_the_upper(laddered: House, meridian: House) -> None:
    with meridian.office():
        upper, lower = (db.session.scalars(select(PriceList).where(PriceList.name == name)).one() for name in "BD")
        account("Own", price_list_id=upper.id)
        actions.begin_draft(lower).percent = Decimal(9)
    client, address = meridian.client(), f"/price-lists/{key_of(meridian, 'D')}/impact"
    client.get(address)
    with counted(meridian.app) as asked:
        page = client.get(address).text
    assert len(asked) <= MOST, asked
    assert "By B, for what it does not have" in page
    assert "Halcyon Works" in page
    assert "Own" in page


def test_what_a_draft_drops_is_sold_by_the_list_below(laddered: House, meridian: House) -> None:
    with meridian.office():
        row = db.session.scalars(select(PriceList).where(PriceList.name == "B")).one()
        actions.tick_nothing(actions.begin_draft(row))
    page = meridian.client().get(f"/price-lists/{key_of(meridian, 'B')}/impact").text
    assert "$8.24" in page
    assert "Without a price" not in BeautifulSoup(page, "html.parser").select_one("table").text  # type: ignore[union-attr]


def test_a_change_below_reaches_the_inbox_of_whoever_buys_by_the_list_above(laddered: House, meridian: House) -> None:
    with time_machine.travel("2026-11-25 09:00+00:00"):
        with meridian.office():
            row = db.session.scalars(select(PriceList).where(PriceList.name == "D")).one()
            draft = actions.begin_draft(row)
            draft.percent = Decimal(25)
            actions.publish_from(row, date(2026, 11, 25))
        page = laddered.client().get("/price-changes?since=2026-11-23").text
    assert "New prices of your provider" in page
    assert "Lumen Mail 2" in page
    assert "Lumen Mail 1" not in page
    assert "$10.00" in page


def test_his_own_shop_sells_by_its_fallback_too_and_its_staging(laddered: House) -> None:
    with laddered.office():
        first = db.session.scalars(select(PriceList).where(PriceList.name == "Storefront prices")).one()
        own = price_list("Own", market=None, percent="50")
        actions.fall_back(first, own)
    only(laddered, "Storefront prices", "Lumen Mail 1")
    shop = laddered.shop()
    assert "$12.36" in shop.get("/products").text  # 8.24 + 50 %
    with counted(laddered.app) as asked:
        shop.get("/products")
    cold = len(asked)
    prices.forget()
    shop_faces.KEPT.clear()
    with counted(laddered.app) as asked:
        assert "$12.36" in shop.get("/products").text
    assert len(asked) <= 3, asked
    assert cold <= 1
    with laddered.office():
        draft = actions.begin_draft(
            db.session.scalars(select(PriceList).where(PriceList.name == "Storefront prices")).one()
        )
        actions.tick_nothing(draft)
    staff = signed_in(laddered, "administrator")
    answer = laddered.client().get(f"/price-lists/{key_of(laddered, 'Storefront prices')}/staging")
    staff.get("/staging/" + answer.location.partition("/staging/")[2])
    page = staff.get("/products").text
    assert "$12.12" in page  # Mail 1 as well: 8.08 + 50 %
    assert "$12.36" in page


def test_a_new_fallback_is_seen_at_once_by_all_below(laddered: House, meridian: House) -> None:
    """What was kept of the range falls with the stamp."""
    shop = laddered.shop()
    assert "Lumen Mail 3" not in shop.get("/products").text
    falls(meridian, "D", "E")
    assert "Lumen Mail 3" in shop.get("/products").text
    with meridian.office():
        actions.fall_back(db.session.scalars(select(PriceList).where(PriceList.name == "D")).one(), None)
    assert "Lumen Mail 3" not in shop.get("/products").text


def test_the_chain_is_read_with_the_list(laddered: House, meridian: House, north: House) -> None:
    """Each tier is asked once, however many lists stand in its row."""
    falls(meridian, "D", "E")
    with laddered.office(), counted(laddered.app) as asked:
        prices.sold(Question(on=TODAY), queries.own_terms().price_list_id, prices.storefront_terms())
    below = len(asked)
    with meridian.office():
        known = {row.name: row for row in db.session.scalars(select(PriceList))}
        give(known["E"], north)
    with north.office():
        actions.first_sell_list()
    with north.office(), counted(north.app) as asked:
        prices.sold(Question(on=TODAY), queries.own_terms().price_list_id, prices.storefront_terms())
    assert below == len(asked), asked


def test_what_the_other_list_fixes_is_decided_there(laddered: House, meridian: House) -> None:
    with laddered.office():
        first = db.session.scalars(select(PriceList).where(PriceList.name == "Storefront prices")).one()
        own = price_list("Own", market=None)
        draft = actions.begin_draft(own)
        product = db.session.scalars(select(Product).where(Product.name == "Lumen Mail 2")).one()
        actions.price_alone(draft, {(product.tenant_id, product.id): Way(amounts={WORD: Decimal("9.99")})})
        actions.publish(own)
        actions.fall_back(first, own)
    only(laddered, "Storefront prices", "Lumen Mail 1")
    with time_machine.travel("2026-11-25 09:00+00:00"):
        with meridian.office():
            row = db.session.scalars(select(PriceList).where(PriceList.name == "D")).one()
            actions.begin_draft(row).percent = Decimal(20)
            actions.publish_from(row, date(2026, 11, 25))
        office = Browser(laddered.client())
        office.open("/price-changes?since=2026-11-23")
        assert office.page.select_one(f'td.decides a[href^="/price-lists/{key_of(laddered, "Own")}"]') is not None
        assert "Keep the price of" not in office.text
