"""Lists as files: what the page shows, as filtered, whole, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portal.accounts import actions as accounts
from portal.accounts.models import Account, Kind
from portal.core.db import add_many
from tests.accounts.conftest import TERMS
from tests.browsing import Browser
from tests.catalogue.sheets import imported, price_list, sheet
from tests.queries import counted
from tests.world import House

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example";"x")')


def fill(house: House, names: list[str], **more: object) -> None:
    words = {"kind": Kind.CUSTOMER, "currency": "EUR", "country": "DE", "language": "de", "time_zone": "UTC", **more}
    rows = [
        {
            "number": f"ACC-{place:05}",
            "name": name,
            "enabled_for_ordering": True,
            "payment_terms": 30,
            "created_at": datetime(2026, 11, 22, 22, 30, tzinfo=UTC),
            "version": 1,
            **words,
        }
        for place, name in enumerate(names, start=1)
    ]
    with house.office():
        add_many(Account, rows)


def lines(house: House, address: str) -> list[dict[str, str]]:
    answer = house.client().get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def workbook(house: House, address: str) -> str:
    answer = house.client().get(address)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        return (book.read("xl/worksheets/sheet1.xml") + book.read("xl/sharedStrings.xml")).decode()


def test_a_file_has_the_whole_list_in_its_order_and_not_one_page_of_it(north: House) -> None:
    fill(north, [f"Firm {number:03}" for number in range(75)])
    found = lines(north, "/accounts?format=csv&sort=-name")
    assert [row["Name"] for row in found] == [f"Firm {number:03}" for number in reversed(range(75))]


def test_a_file_has_what_the_filter_lets_through(north: House) -> None:
    fill(north, ["Alder", "Birch", "Alderney"])
    assert [row["Name"] for row in lines(north, "/accounts?format=csv&q=alder")] == ["Alder", "Alderney"]


def test_nothing_in_a_file_is_run(north: House) -> None:
    fill(north, list(FORMULAS))
    assert {row["Name"] for row in lines(north, "/accounts?format=csv")} == {f"'{name}" for name in FORMULAS}
    sheet = workbook(north, "/accounts?format=xlsx")
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert "=1+1" in sheet


def test_amounts_and_days_can_be_reckoned_with(north: House) -> None:
    fill(north, ["Alder"], credit_limit=Decimal("1250.50"))
    (row,) = lines(north, "/accounts?format=csv")
    assert row["Credit limit"] == "1250.50"
    assert row["Created"] == "2026-11-22 23:30+01:00"
    sheet = workbook(north, "/accounts?format=xlsx")
    assert re.search(r"<v>1250\.50*</v>", sheet)


def test_heads_are_in_the_readers_language(north: House) -> None:
    page = Browser(north.client())
    page.open("/settings/region")
    page.send(button="Save", language="de")
    fill(north, ["Alder"])
    assert "Währung" in lines(north, "/accounts?format=csv")[0]


@pytest.mark.parametrize("address", ["/accounts", "/users", "/tenants", "/tenants/processes", "/processes"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_list_comes_as_a_file(north: House, address: str, form: str) -> None:
    answer = north.client().get(f"{address}?format={form}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'.{form}"')


def test_a_file_of_many_asks_no_more_than_a_page(north: House) -> None:
    fill(north, [f"Firm {number:04}" for number in range(500)])
    client = north.client()
    client.get("/accounts?format=csv")
    with counted(north.app) as asked:
        client.get("/accounts?format=csv")
    assert len(asked) <= 6, asked


def test_nonsense_in_the_address_gives_the_page(north: House) -> None:
    for form in ("pdf", "", "CSV", "../x"):
        assert north.client().get("/accounts", query_string={"format": form}).mimetype == "text/html"


def test_a_stranger_gets_no_file_of_others(north: House, world) -> None:
    fill(north, ["Canary of the north"])
    assert "Canary" not in world.strand.client().get("/accounts?format=csv").text
    assert north.visitor().get("/accounts?format=csv").status_code == 303


LISTS = (
    "accounts users products price-lists price-sheets processes tenants tenants/processes tenants/go-live enquiries log"
    " categories notices letters exchange-rates product-types settings/support domains"
)


@pytest.mark.parametrize("path", [f"/{name}" for name in LISTS.split()])
def test_every_list_is_to_be_had_as_a_file(meridian: House, path: str) -> None:
    with meridian.office():
        imported(sheet({"ProductId": "P1", "SkuTitle": "Suite"}))
        price_list("Shelf", valid_from=date(2026, 1, 1))
    client = meridian.client()
    page = client.get(path).text
    if 'class="foot"' in page:
        assert "format=csv" in page
        assert "format=xlsx" in page
    for form in ("csv", "xlsx"):
        answer = client.get(f"{path}?format={form}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].endswith(f'.{form}"')
        assert answer.data


def test_no_shop_gives_a_file_of_its_range(north: House) -> None:
    answer = north.shop().get("/products?format=csv")
    assert answer.mimetype == "text/html"
    assert "Content-Disposition" not in answer.headers


def test_the_log_of_one_row_is_to_be_had_as_a_file(north: House) -> None:
    with north.office():
        keys = [accounts.open_account(**{**TERMS, "name": name}).key for name in ("Alder", "Birch")]
    address = f"/accounts/{keys[0]}/log"
    assert "format=csv" in north.client().get(address).text
    told = lines(north, f"{address}?format=csv")
    assert [row["What"] for row in told] == ["created Alder"]
    assert "Birch" not in workbook(north, f"{address}?format=xlsx")


@pytest.mark.parametrize("path", ["/", "/accounts/new", "/settings", "/whats-next", "/search?q=a"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_no_list_is_no_file(north: House, path: str, form: str) -> None:
    """A program that asks for a file is not handed a page."""
    assert north.client().get(path).status_code == 200
    answer = north.client().get(f"{path}{'&' if '?' in path else '?'}format={form}")
    assert answer.status_code == 404
