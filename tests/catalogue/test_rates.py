"""Exchange rates: typed or taken over, resolved for a day, and what a list makes of costs in another currency."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.catalogue import actions, central_bank, prices, queries
from portal.catalogue.models import Billing, ExchangeRate, PriceList, Product, Rule, Segment, Term
from portal.catalogue.prices import Question, Rate, rate_between
from portal.catalogue.prices.rates import Said
from portal.core.db import db
from portal.core.errors import Invalid
from tests.catalogue.sheets import DATA, give, imported, sheet
from tests.catalogue.test_pages import sent
from tests.queries import MOST, counted
from tests.world import House

TODAY = date(2026, 11, 22)
XML, CSV = DATA / "exchange-rates-2026-11.xml", DATA / "exchange-rates-2026-11-27.csv"


def rate(base: str, quote: str, value: str, on: date = TODAY) -> Rate:
    return Rate(base, quote, Decimal(value), "Bank", on)


def test_a_rate_is_said_directly_or_turned_round_or_crossed() -> None:
    known = [rate("EUR", "USD", "1.25"), rate("EUR", "GBP", "0.8")]
    direct, turned, crossed = (rate_between(known, *pair) for pair in (("EUR", "USD"), ("USD", "EUR"), ("USD", "GBP")))
    assert direct
    assert turned
    assert crossed
    assert (direct.rate, direct.said) == (Decimal("1.25"), Said.DIRECT)
    assert (turned.rate, turned.said) == (Decimal("0.8"), Said.INVERSE)
    assert (crossed.rate, crossed.said, crossed.through) == (Decimal("0.64"), Said.CROSSED, "EUR")
    assert rate_between(known, "USD", "JPY") is None
    assert rate_between(known, "USD", "USD") is None


def test_the_newest_counts_and_of_one_day_what_was_said_directly() -> None:
    old, new = rate("USD", "EUR", "0.5", date(2026, 11, 1)), rate("EUR", "USD", "4")
    found = rate_between([old, new], "USD", "EUR")
    assert found
    assert found.rate == Decimal("0.25")
    found = rate_between([rate("USD", "EUR", "0.3"), new], "USD", "EUR")
    assert found
    assert found.said is Said.DIRECT


@given(
    st.permutations(
        [rate("EUR", "USD", "1.25"), rate("EUR", "GBP", "0.8"), rate("CHF", "USD", "1.1"), rate("CHF", "GBP", "0.9")]
    )
)
def test_there_is_one_answer_in_whatever_order_rates_stand(known: list[Rate]) -> None:
    found = rate_between(known, "USD", "GBP")
    assert found
    assert found.through == "EUR"


@pytest.mark.parametrize("file", [XML, CSV])
def test_the_central_banks_files_are_read(file: object) -> None:
    found = central_bank.read(file.read_bytes())  # type: ignore[attr-defined]
    told = {(one.quote, one.on): one.rate for one in found.rates}
    assert not found.faults
    assert told["USD", date(2026, 11, 27)] == Decimal("1.0862")
    assert told["JPY", date(2026, 11, 27)] == Decimal("163.45")


HEAD = b'<?xml version="1.0"?><e xmlns="x"><Cube><Cube time="2026-11-20">'
BAD = {
    "laughs": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    "outside": b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    "cut off": HEAD + b'<Cube currency="USD" rate="1',
    "empty": b"  \n",
    "binary": b"\x00\x01\x02",
    "no rates": b"<x/>",
    "other csv": b"SkuId,Price\n1,2\n",
    "million columns": b"Date" + b",USD" * 300 + b"\n",
    "huge": b"<x>" + b" " * (5 << 20),
    "unknown encoding": b'<?xml version="1.0" encoding="nonsense"?><x/>',
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_file_of_rates_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        central_bank.read(BAD[name])


def test_broken_rows_stay_out_and_say_why_and_the_good_ones_go_in() -> None:
    bad = ("NaN", "1e400", "-1", "0", "", "1,05", "Infinity", "1_0", "=1+1")
    cubes = b"".join(f'\n<Cube currency="USD" rate="{value}"/>'.encode() for value in bad)
    cubes += b'<Cube currency="usd" rate="1"/><Cube currency="CHF" rate="0.93"/>'
    found = central_bank.read(HEAD + cubes + b"</Cube></Cube></e>")
    assert [(one.quote, one.rate) for one in found.rates] == [("CHF", Decimal("0.93"))]
    assert len(found.faults) == len(bad) + 1
    assert found.faults[0].line == 2
    found = central_bank.read(b"Date,USD,CHF\n31 February 2026,1,2\n2026-11-20,N/A,0.93\n")
    assert [one.quote for one in found.rates] == ["CHF"]
    assert [fault.line for fault in found.faults] == [2, 2]


def test_a_file_taken_over_twice_changes_nothing(meridian: House) -> None:
    for _ in range(2):
        with meridian.office():
            done = actions.import_rates(XML.read_bytes())
            assert done.taken == 180
            assert len(db.session.scalars(select(ExchangeRate)).all()) == 180


def test_rates_are_typed_and_taken_over_on_pages(meridian: House, strand: House) -> None:
    client = meridian.client()
    page = client.get("/exchange-rates/new").text
    typed = {"base": "GBP", "quote": "USD", "rate": "1,25", "on": "2026-11-20", "source": "The board"}
    answer = sent(client, "/exchange-rates/new", page, **typed)
    assert "The rate of GBP – USD is saved." in answer.text
    assert "1.25" in answer.text
    for wrong in (
        {"rate": "0"},
        {"rate": "NaN"},
        {"rate": "1e400"},
        {"quote": "GBP"},
        {"base": "XXX"},
        {"on": "2030-01-01"},
    ):
        fresh = client.get("/exchange-rates/new").text
        assert sent(client, "/exchange-rates/new", fresh, **(typed | wrong)).status_code == 422, wrong
    file = (io.BytesIO(XML.read_bytes()), "eurofxref.xml")
    assert (
        "180 rates are taken over."
        in sent(client, "/exchange-rates/import", client.get("/exchange-rates/import").text, file=file).text
    )
    broken = b"Date,USD,CHF\n2026-11-20,=cmd,0.93\n"
    answer = sent(
        client, "/exchange-rates/import", client.get("/exchange-rates/import").text, file=(io.BytesIO(broken), "x.csv")
    )
    assert "1 row stays out" in answer.text
    assert "Not a rate like 1.0543." in answer.text
    assert (
        sent(
            client,
            "/exchange-rates/import",
            client.get("/exchange-rates/import").text,
            file=(io.BytesIO(BAD["laughs"]), "x.xml"),
        ).status_code
        == 422
    )
    assert "GBP" in client.get("/exchange-rates?q=gbp").text
    assert "The board" in client.get("/exchange-rates?format=csv&q=gbp").text
    assert "No exchange rates yet" in strand.client().get("/exchange-rates").text
    assert meridian.client("read_only").get("/exchange-rates/new").status_code == 403
    with counted(meridian.app) as asked:
        client.get("/exchange-rates")
    assert len(asked) <= MOST, asked


# ----------------------------------------------------------------------------------------------- through the tiers


def listed(name: str, currency: str, **facts: object) -> PriceList:
    usual = {"valid_from": date(2026, 1, 1), "rule": Rule.COST, "percent": Decimal(10)}
    made = actions.make_list(name=name, currency=currency, draft=actions.Draft(**(usual | facts)))  # type: ignore[arg-type]
    db.session.flush()
    actions.publish(made)
    db.session.flush()
    return made


@pytest.fixture
def tiers(meridian: House, north: House, fjord: House) -> House:
    """Meridian pays dollars and sells euros to North, which sells pounds to Fjord, whose shop sells kronor."""
    with meridian.office():
        imported(sheet({}))
        give(listed("Euros", "EUR", market="US", costs_in="USD", surcharge=Decimal(2)), north)
    with north.office():
        give(listed("Pounds", "GBP", costs_in="EUR"), fjord)
    with fjord.office():
        listed("Kronor", "SEK", costs_in="GBP").for_storefront = True
    return fjord


def say(house: House, base: str, quote: str, value: str, on: date = TODAY) -> None:
    with house.office():
        actions.add_rate(base=base, quote=quote, rate=Decimal(value), on=on, source="Bank")


def price_of(house: House) -> list[str]:
    with house.office():
        offers = prices.sold(Question(on=TODAY), queries.own_terms().price_list_id, prices.storefront_terms())
        return [str(plan.sell.amount) for plan in offers.plans if plan.sell]


WORD = f"{Term.YEAR}-{Billing.MONTHLY}-{Segment.COMMERCIAL}"


def test_each_tier_converts_by_its_own_rate(tiers: House, meridian: House, north: House, fjord: House) -> None:
    assert price_of(fjord) == []
    say(meridian, "EUR", "USD", "1.25")
    say(north, "EUR", "GBP", "0.80")
    assert price_of(fjord) == []  # its own rate is still missing
    say(fjord, "EUR", "SEK", "12")
    say(fjord, "EUR", "GBP", "0.80")
    # 8.00 USD / 1.25 + 2 % + 10 % = 7.18 EUR; * 0.8 + 10 % = 6.32 GBP; * 15 + 10 % = 104.28 SEK
    assert price_of(fjord) == ["104.28"]
    with fjord.office():
        product = db.session.scalars(select(Product)).one()
    client = fjord.client()
    page = client.get(f"/products/{product.key}/why/{WORD}").text
    facts = client.get(f"/products/{product.key}/why/{WORD}.json").json
    assert [step["kind"] for step in facts["steps"]] == ["cost", "rate", "rule", "rounding"][: len(facts["steps"])]
    assert facts["cost"] == {"amount": "6.32", "currency": "GBP"}
    assert "through EUR" in page
    assert "1.25" not in page.split("<main")[1]
    steps = north.client().get(f"/products/{product.key}/why/{WORD}.json?list={_list(north)}").json["steps"]
    assert [step["kind"] for step in steps][:3] == ["cost", "rate", "rule"]


def _list(house: House) -> str:
    with house.office():
        return db.session.scalars(select(PriceList)).one().key


def test_a_missing_rate_is_explained_and_never_nothing(tiers: House, meridian: House, north: House) -> None:
    say(meridian, "EUR", "USD", "1.25")
    with north.office():
        product = db.session.scalars(select(Product)).one()
    page = north.client().get(f"/products/{product.key}/why/{WORD}?list={_list(north)}").text
    assert "No exchange rate from EUR to GBP" in page
    assert "Add the exchange rate" in page
    say(north, "EUR", "GBP", "0.80", date(2026, 11, 23))  # from tomorrow on
    assert "No exchange rate" in north.client().get(f"/products/{product.key}/why/{WORD}?list={_list(north)}").text
    tomorrow = north.client().get(f"/products/{product.key}/why/{WORD}?list={_list(north)}&on=2026-11-23").text
    assert "£6.32" in tomorrow


def test_a_list_says_in_which_currency_it_takes_its_costs(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
    client = meridian.client()
    page = client.get("/price-lists/new").text
    typed = {"name": "Yen", "currency": "JPY", "costs_in": "USD", "surcharge": "1.5", "rule": "cost", "percent": "10"}
    typed |= {"rounding": "coin", "valid_from": "2026-11-01", "products": "everything"}
    sent(client, "/price-lists/new", page, **typed)
    with meridian.office():
        row = db.session.scalars(select(PriceList).where(PriceList.name == "Yen")).one()
        assert row.draft
        assert (row.draft.costs_in, row.draft.surcharge) == ("USD", Decimal("1.5"))
        actions.add_rate(base="USD", quote="JPY", rate=Decimal(150), on=TODAY, source="Bank")
        key = row.key
    assert "¥1,340" in client.get(f"/price-lists/{key}").text
    edit = client.get(f"/price-lists/{key}/edit").text
    assert 'value="USD" selected' in edit or 'selected value="USD"' in edit
