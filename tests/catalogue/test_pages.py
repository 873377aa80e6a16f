"""The office's pages of products, sheets and lists."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import PriceList, PriceListVersion, PriceSheet, Product, SheetState
from portal.core.db import db
from portal.processes.runner import Hands, carry_on
from tests.catalogue.sheets import US, imported, price_list, sheet, stock
from tests.catalogue.test_shop import asking
from tests.queries import MOST
from tests.world import House


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page.rsplit("<main", maxsplit=1)[-1])
    value = re.search(r'value="([^"]*)"', found[0]) if found else None
    return value[1] if value else ""


def sent(client: FlaskClient, address: str, page: str, **data: Any) -> Any:
    tokens = {name: hidden(page, name) for name in ("csrf_token", "once")}
    multipart = {"content_type": "multipart/form-data"} if "file" in data else {}
    return client.post(address, data=tokens | data, follow_redirects=True, **multipart)


def upload(client: FlaskClient, content: bytes, name: str = "november.csv") -> Any:
    page = client.get("/price-sheets/new").text
    return sent(client, "/price-sheets/new", page, file=(io.BytesIO(content), name))


def carried_out(house: House) -> None:
    with house.app.app_context():
        while carry_on(Hands("test")):
            pass


@pytest.fixture
def stocked(built: Any, meridian: House, south: House) -> House:
    built("stocked", lambda: stock(meridian, south))
    return meridian


def test_a_sheet_is_uploaded_looked_at_and_applied(meridian: House) -> None:
    client = meridian.client()
    answer = upload(client, sheet({}, {"SkuId": "0002", "UnitPrice": "=1+1"}))
    address = answer.request.path
    assert "The sheet is being read" in answer.text
    carried_out(meridian)
    page = client.get(address).text
    assert (
        "Applying writes 1 new, 0 dearer, 0 cheaper and 0 otherwise changed prices; the 1 broken lines stay out" in page
    )
    errors = client.get(f"{address}/errors.csv").text
    assert (
        errors
        == '\ufeff"Line","Column","Value","Reason"\r\n"3","UnitPrice","\'=1+1","Not an amount like 1234.56. If this file writes 1234,56, change its mapping."\r\n'
    )
    sent(client, f"{address}/application", page, ends_missing="y")
    carried_out(meridian)
    assert "Applied on" in client.get(address).text
    with meridian.office():
        assert db.session.scalars(select(Product.name)).all() == ["Lumen Mail Plan 1"]


def test_a_bad_file_is_refused_at_the_field(meridian: House) -> None:
    answer = upload(meridian.client(), sheet({}, columns=("ProductTitle", "ProductId")))
    assert answer.status_code == 422
    assert "These columns are missing: SkuId, SkuTitle, Publisher" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert meridian.client().get("/price-sheets").text.count("november.csv") == 0


def test_a_forgotten_file_is_said_at_the_field(meridian: House) -> None:
    client = meridian.client()
    answer = sent(client, "/price-sheets/new", client.get("/price-sheets/new").text)
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_discarded_sheet_changes_nothing(meridian: House) -> None:
    client = meridian.client()
    address = upload(client, sheet({})).request.path
    carried_out(meridian)
    sent(client, f"{address}/removal", client.get(address).text)
    with meridian.office():
        assert db.session.scalars(select(PriceSheet.state)).all() == [SheetState.DISCARDED]


def test_a_list_is_made_ticked_and_published(stocked: House) -> None:
    client = stocked.client()
    page = client.get("/price-lists/new").text
    chosen = re.search(r'<option selected value="([^"]+)">price-sheet', page)
    assert chosen
    terms = {
        "currency": "USD",
        "rule": "recommended",
        "percent": "12.5",
        "rounding": "coin",
        "valid_from": "2026-11-01",
        "products": "sheet",
    }
    made = sent(client, "/price-lists/new", page, name="Partners", sheet=chosen[1], **terms)
    address = made.request.path
    assert "383 ticked in" in made.text
    assert "Recommended price −\u00a012.5\u00a0%" in made.text
    pick = re.search(r'name="pick" value="([^"]+)"', made.text)
    assert pick
    ticked = sent(client, f"{address}/products?q=teams", client.get(f"{address}?q=teams").text, found="out")
    assert "products are ticked out." in ticked.text
    sent(client, f"{address}/products", made.text, pick=[pick[1]], out="y")
    published = sent(client, f"{address}/publication", client.get(address).text, when="now")
    assert "is published as version 1" in published.text
    with stocked.office():
        (version,) = db.session.scalars(select(PriceListVersion).join(PriceList).where(PriceList.name == "Partners"))
        assert 300 < len(version.entries) < 383


def test_what_was_typed_is_kept_when_a_list_cannot_be_made(stocked: House) -> None:
    client = stocked.client()
    page = client.get("/price-lists/new").text
    wrong = {
        "rule": "recommended",
        "percent": "100",
        "rounding": "coin",
        "valid_from": "2026-11-01",
        "products": "everything",
    }
    answer = sent(client, "/price-lists/new", page, name="Mine \u4ef7", note="kept", currency="USD", **wrong)
    assert answer.status_code == 422
    assert "Take off less than 100 %" in answer.text
    assert "Mine \u4ef7" in answer.text
    assert "kept" in answer.text


def test_a_published_list_is_changed_by_a_draft(stocked: House) -> None:
    client = stocked.client()
    key = re.search(r'/price-lists/([a-z0-9]{26})"', client.get("/price-lists").text)
    assert key
    address = f"/price-lists/{key[1]}"
    page = client.get(f"{address}/edit").text
    terms = {"rule": "cost", "percent": "7", "rounding": "coin", "valid_from": "2026-01-01"}
    changed = sent(client, f"{address}/edit", page, name="US Retail", **terms)
    assert "You look at the draft of version 2" in changed.text
    assert "Unit price +\u00a05\u00a0%" in client.get(f"{address}?version=1").text
    sent(client, f"{address}/draft-removal", changed.text)
    assert "Begin a draft" in client.get(address).text


def key_of_list(client: FlaskClient) -> str:
    found = re.search(r'/price-lists/([a-z0-9]{26})"', client.get("/price-lists").text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("what", "typed", "said"),
    [
        ("products", {"in": "y"}, "Begin a draft first"),
        ("draft-removal", {}, "There is no draft to discard."),
        ("publication", {}, "There is no draft to publish."),
        ("archival", {}, "Give Halcyon Works another price list first"),
    ],
)
def test_what_is_refused_is_said_on_the_lists_page(stocked: House, what: str, typed: dict[str, str], said: str) -> None:
    client = stocked.client()
    address = f"/price-lists/{key_of_list(client)}"
    page = client.get(address).text
    refused = sent(client, f"{address}/{what}?q=365", page, **typed)
    assert refused.status_code in (409, 422)
    assert said in refused.text.rsplit("<main", maxsplit=1)[-1]
    assert re.search(r"<h1[^>]*>US Retail", refused.text)
    looked_at = client.get(f"{address}/{what}?q=365")  # what somebody sees who loads it again
    assert looked_at.status_code == 200
    assert said not in looked_at.text.rsplit("<main", maxsplit=1)[-1]


def test_ticking_nothing_is_said_and_ticking_something_is_counted(stocked: House) -> None:
    client = stocked.client()
    address = f"/price-lists/{key_of_list(client)}"
    begun = sent(client, f"{address}/draft", client.get(address).text)
    assert "A draft of US Retail is begun." in begun.text
    nothing = sent(client, f"{address}/products", begun.text, out="y")
    assert (nothing.status_code, "Choose products first" in nothing.text) == (422, True)
    pick = re.findall(r'name="pick" value="([^"]+)"', nothing.text)
    assert (
        "2 products are ticked out." in sent(client, f"{address}/products", nothing.text, pick=pick[:2], out="y").text
    )


def test_only_one_sheet_is_applied_at_a_time_and_the_sheets_page_says_so(meridian: House) -> None:
    client = meridian.client()
    addresses = [upload(client, sheet({"SkuId": sku}), f"{sku}.csv").request.path for sku in ("0001", "0002")]
    carried_out(meridian)
    first, second = (
        sent(client, f"{address}/application", client.get(address).text, ends_missing="y") for address in addresses
    )
    assert "The prices are being written" in first.text
    assert second.status_code == 409
    assert "Wait for 0001.csv: only one sheet is applied at a time." in second.text
    assert client.get(f"{addresses[1]}/application").status_code == 200


def test_what_is_no_percentage_is_called_one(stocked: House) -> None:
    client = stocked.client()
    page = client.get("/price-lists/new").text
    for typed, said in (("five", "Write a percentage like 12.5."), ("1001", "Use a percentage from 0 to 1000.")):
        answer = sent(client, "/price-lists/new", page, name="New", rule="cost", percent=typed, valid_from="2026-11-01")
        assert answer.status_code == 422
        assert said in answer.text


def test_a_product_says_why_it_costs_that_and_leads_to_the_shop(stocked: House, south: House) -> None:
    with south.office():
        actions.show_in_storefront(price_list("Own", market=None, percent="20"))
    client = south.client()
    key = re.search(r'/products/([a-z0-9]{26})"', client.get("/products?q=Intune").text)
    assert key
    page = client.get(f"/products/{key[1]}/prices").text
    assert re.search(r"Cost \$\d+\.\d\d \+\u00a020\u00a0%, by Own, version 1", page)
    assert "US Retail" not in page
    page = client.get(f"/products/{key[1]}").text
    link = re.search(r'href="http://south\.shop\.localhost:8000(/products/[a-z0-9-]+)"', page)
    assert link
    assert south.shop().get(link[1]).status_code == 200


def test_a_list_of_products_says_what_each_price_is_the_price_of(meridian: House) -> None:
    with meridian.office():
        yearly = {"TermDuration": "P1Y", "BillingPlan": "Annual"}
        imported(sheet({"UnitPrice": "9"}, {"SkuId": "0002", "UnitPrice": "108", **yearly}))
    rows = meridian.client().get("/products").text.split("<tr")[2:]
    assert [("$9.00<small>per month" in row, "$108.00<small>per year" in row) for row in rows] == [
        (True, False),
        (False, True),
    ]


def test_withdrawing_names_who_loses_his_range(stocked: House) -> None:
    client = stocked.client()
    key = re.search(r'/price-lists/([a-z0-9]{26})"', client.get("/price-lists").text)
    assert key
    asked = client.get(f"/price-lists/{key[1]}/withdrawal")
    assert "Halcyon Works" in asked.text
    assert "Begin a draft" in sent(client, f"/price-lists/{key[1]}/withdrawal", asked.text).text
    with stocked.office():
        assert db.session.scalars(select(PriceList)).one().published is None


@pytest.mark.parametrize(
    "address",
    [
        "/products",
        "/products?q=365&term=P3Y&sort=-name",
        "/products?state=discontinued",
        "/price-lists",
        "/price-sheets",
    ],
)
def test_a_list_page_asks_at_most_six_times(stocked: House, address: str) -> None:
    client = stocked.client()
    with asking(stocked) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= MOST


def test_a_price_list_page_asks_at_most_six_times(stocked: House) -> None:
    client = stocked.client()
    key = re.search(r'/price-lists/([a-z0-9]{26})"', client.get("/price-lists").text)
    assert key
    with asking(stocked) as asked:
        assert client.get(f"/price-lists/{key[1]}").status_code == 200
    assert len(asked) <= MOST


def test_a_tenant_sees_its_own_cost_and_nothing_above(stocked: House, south: House) -> None:
    client = south.client()
    page = client.get("/products?q=Intune").text
    assert "Your cost" in page
    key = re.search(r'/products/([a-z0-9]{26})"', page)
    assert key
    product = client.get(f"/products/{key[1]}/prices").text
    assert "Price history" not in product
    for address in ("/price-sheets", "/price-sheets/new"):
        assert client.get(address).status_code == 403


def test_a_product_outside_the_range_is_not_there(stocked: House, strand: House) -> None:
    key = re.search(r'/products/([a-z0-9]{26})"', stocked.client().get("/products").text)
    assert key
    assert strand.client().get(f"/products/{key[1]}/prices").status_code == 404


def test_the_stranger_finds_no_list_and_no_sheet(stocked: House, south: House) -> None:
    with stocked.office():
        lists, sheets = db.session.scalars(select(PriceList)).all(), db.session.scalars(select(PriceSheet)).all()
        keys = [*(row.key for row in lists), *(row.key for row in sheets)]
    for key in keys:
        for address in (f"/price-lists/{key}", f"/price-lists/{key}/edit", f"/price-lists/{key}/withdrawal"):
            assert south.client().get(address).status_code == 404


@pytest.mark.parametrize("role", ["sales", "finance", "support", "read_only"])
def test_who_may_not_edit_sees_no_button_for_it(stocked: House, role: str) -> None:
    client = stocked.client(role)
    lists = client.get("/price-lists")
    assert lists.status_code in (200, 403)
    may = lists.status_code == 200 and "New price list" in lists.text
    assert (client.get("/price-lists/new").status_code == 200) is may


@pytest.mark.parametrize("asked", ["key=x", "endpoint=x", "_method=x", "_external=1&_scheme=javascript", "_anchor=x"])
def test_words_in_the_address_do_not_lead_ticking_anywhere_else(meridian: House, asked: str) -> None:
    with meridian.office():
        imported(US)
        key = actions.begin_draft(price_list("US Retail")).price_list.key
    client = meridian.client()
    address = f"/price-lists/{key}"
    token = hidden(client.get(address).text, "csrf_token")
    answer = client.post(f"{address}/products?{asked}", data={"csrf_token": token, "found": "out"})
    assert answer.status_code == 303
    assert answer.location.partition("?")[0] == address
    assert "#" not in answer.location


def test_prices_that_a_sheet_ended_are_called_so_once_they_have(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002"}))
        key = imported(sheet({})).key
    page = BeautifulSoup(meridian.client().get(f"/price-sheets/{key}").text, "lxml")
    assert "Ended 1" in [kind.get_text(" ", strip=True) for kind in page.select(".views a")]
    upload(meridian.client(), sheet({"SkuId": "0003"}))
    page = BeautifulSoup(meridian.client().get("/price-sheets").text, "lxml")
    assert "Not in the sheet" in page.select_one("thead").text
