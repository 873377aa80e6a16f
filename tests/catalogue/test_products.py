"""Products as the office describes them: made, changed, copied, put on sale and off it."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import Category, Plan, Product, ProductState, ProductType, PurchasePrice, RecommendedPrice
from portal.core.db import db
from portal.core.scope import acting
from tests.browsing import Browser
from tests.catalogue.sheets import imported, sheet
from tests.world import House

WORDS = {
    "name": "Quay Backup",
    "code": "QB-1",
    "vendor": "Quay",
    "unit": "device",
    "summary": "Backs up a device.",
    "description": "**Every night.**\n\n<script>alert(1)</script>",
    "least": "2",
    "most": "500",
}


@pytest.fixture
def office(meridian: House) -> Browser:
    return Browser(meridian.client())


def made(house: House, **words: object) -> str:
    """A product of the house's own; its key."""
    with house.office():
        product = actions.add_product(**{"name": "Quay Backup", "code": "QB-1", "unit": "device", **words})
        db.session.flush()
        return product.key


def the(house: House, code: str) -> Product:
    with house.office():
        return db.session.scalars(select(Product).where(Product.code == code)).one()


def backup_type(house: House) -> str:
    asks = [
        {"code": "space", "name": "Space", "answer": "number", "unit": "GB", "choices": [], "required": True},
        {
            "code": "site",
            "name": "Site",
            "answer": "choice",
            "unit": "",
            "choices": ["North", "South"],
            "required": False,
        },
        {"code": "sealed", "name": "Sealed", "answer": "yes_no", "unit": "", "choices": [], "required": False},
    ]
    with house.office():
        kind = ProductType(code="backup", name="Backup", characteristics=asks)
        db.session.add(kind)
        db.session.flush()
        return kind.key


def test_a_product_is_made_described_and_put_on_sale(office: Browser, meridian: House) -> None:
    office.open("/products/new")
    assert office.send(**WORDS).status_code == 303
    office.follow()
    assert "is a draft" in office.page.get_text()
    office.open(office.path.removesuffix("/prices"))
    assert "Every night." in office.page.select_one("article.markdown strong").get_text()
    assert "<script>alert" not in office.answer.text
    assert office.send(button="Put on sale").status_code == 303
    row = the(meridian, "QB-1")
    assert (row.state, row.by_hand, row.least, row.most, row.slug) == (ProductState.ACTIVE, True, 2, 500, "quay-backup")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "bell\x07"}, "name"),
        ({"code": ""}, "code"),
        ({"code": "a|b"}, "code"),
        ({"least": "0"}, "least"),
        ({"least": "9" * 30}, "least"),
        ({"most": "1"}, "most"),
        ({"kind": "friend"}, "kind"),
        ({"charging": "never"}, "charging"),
        ({"category": "0" * 26}, "category"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(office: Browser, typed: dict[str, str], field: str) -> None:
    office.open("/products/new")
    assert office.send(**{**WORDS, **typed}).status_code == 422
    assert field in office.errors
    assert office.values()["vendor"] == "Quay"


def test_a_code_is_given_once(office: Browser, meridian: House) -> None:
    made(meridian)
    office.open("/products/new")
    assert office.send(**{**WORDS, "name": "Another"}).status_code == 422
    assert "Quay Backup has this one" in office.errors["code"]


def test_a_type_asks_and_its_answers_are_shown(office: Browser, meridian: House) -> None:
    kind, key = backup_type(meridian), made(meridian)
    office.open(f"/products/{key}/edit")
    assert office.send(button="Ask what this type asks", type=kind).status_code == 200
    assert office.send().status_code == 422
    assert "answer_space" in office.errors
    assert office.send(answer_space="1,5", answer_site="South", answer_sealed="yes").status_code == 303
    office.follow()
    assert "Space 1.5 GB" in office.text
    assert "Site South" in office.text
    assert "Sealed Yes" in office.text
    assert the(meridian, "QB-1").characteristics == {"space": "1.5", "site": "South", "sealed": "yes"}


@pytest.mark.parametrize("answer", ["NaN", "1e400", "9" * 20, "much"])
def test_a_number_that_is_none_is_refused(office: Browser, meridian: House, answer: str) -> None:
    kind, key = backup_type(meridian), made(meridian)
    office.open(f"/products/{key}/edit?type={kind}")
    assert office.send(answer_space=answer, type=kind).status_code == 422
    assert "answer_space" in office.errors


def test_two_who_write_at_once_see_both(office: Browser, meridian: House) -> None:
    key = made(meridian)
    office.open(f"/products/{key}/edit")
    other = Browser(meridian.client())
    other.open(f"/products/{key}/edit")
    assert other.send(name="Harbour Backup").status_code == 303
    assert office.send(name="Pier Backup").status_code == 409
    assert "Harbour Backup Pier Backup" in office.rows()[0]
    assert office.send(button="Save mine").status_code == 303
    assert the(meridian, "QB-1").name == "Pier Backup"


def test_what_the_sheet_says_is_not_typed_and_the_rest_stays(office: Browser, meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        key = db.session.scalars(select(Product)).one().key
    office.open(f"/products/{key}/edit")
    assert "name" not in office.values()
    assert office.send(description="Ours.", name="Forged", category="").status_code == 303
    with meridian.office():
        imported(sheet({"SkuTitle": "Lumen Mail Plan One", "UnitPrice": "9.00"}), "again.csv")
        row = db.session.scalars(select(Product)).one()
        assert (row.name, row.description) == ("Lumen Mail Plan One", "Ours.")


def test_a_copy_is_a_draft_with_the_same_words_and_plans(office: Browser, meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        key = db.session.scalars(select(Product)).one().key
    office.open(f"/products/{key}")
    office.send(button="Copy")
    with meridian.office():
        copy = db.session.scalars(select(Product).where(Product.by_hand.is_(True))).one()
        assert (copy.state, copy.name, copy.summary) == (ProductState.DRAFT, *_words_of(key))
        assert [plan.product_id for plan in db.session.scalars(select(Plan).where(Plan.product_id == copy.id))]


def _words_of(key: str) -> tuple[str, str]:
    row = next(one for one in db.session.scalars(select(Product)) if one.key == key)
    return row.name, row.summary


def test_every_state_has_its_way_back(office: Browser, meridian: House) -> None:
    key = made(meridian)
    for button, state in (
        ("Put on sale", "Active"),
        ("Discontinue", "Discontinued"),
        ("Sell again", "Active"),
        ("Back to a draft", "Draft"),
        ("Archive", "Archived"),
        ("Restore", "Draft"),
    ):
        office.open(f"/products/{key}")
        assert office.send(button=button).status_code == 303, button
        office.follow()
        assert state in office.page.h1.get_text(), button
    assert office.client.post(f"/products/{key}/discontinuation", data=_tokens(office)).status_code == 409


def _tokens(browser: Browser) -> dict[str, str]:
    form = browser.page.select_one("main form")
    return {one["name"]: one["value"] for one in form.select("input[type=hidden]")}


def test_drafts_and_what_was_put_away_have_lists_of_their_own(office: Browser, meridian: House) -> None:
    key = made(meridian)
    office.open("/products?state=draft")
    assert "Quay Backup" in office.text
    office.open(f"/products/{key}")
    office.send(button="Archive")
    office.open("/products?state=draft")
    assert "Nothing matches these filters" in office.text
    office.open("/products?state=archived")
    assert "Quay Backup" in office.text


def test_a_plan_and_its_prices_are_typed_by_hand(office: Browser, meridian: House) -> None:
    key = made(meridian)
    office.open(f"/products/{key}/plans/new")
    plan = {"term": "P1Y", "billing": "monthly", "segment": "commercial", "currency": "USD"}
    assert office.send(**{**plan, "term": "P1M", "billing": "annual", "cost": "3"}).status_code == 422
    assert "billing" in office.errors
    assert office.send(**plan, cost="3.5", recommended="5").status_code == 303
    office.open(f"/products/{key}/plans/new")
    assert office.send(**plan, cost="3.5").status_code == 422
    office.open(f"/products/{key}/prices")
    office.open(next(link["href"] for link in office.page.select("main a") if link.get_text() == "Set a price"))
    assert office.send(cost="4", valid_from="2026-12-01").status_code == 303
    with meridian.office():
        paid = db.session.scalars(select(PurchasePrice).order_by(PurchasePrice.valid_from)).all()
        told = db.session.scalars(select(RecommendedPrice)).one()
        assert [(str(one.amount), one.market, str(one.valid_until or "")) for one in paid] == [
            ("3.5000", "", "2026-11-30"),
            ("4.0000", "", ""),
        ]
        assert str(told.valid_until) == "2026-11-30"


@pytest.mark.parametrize("cost", ["-1", "NaN", "1e400", "9" * 20, "", "free"])
def test_an_absurd_price_is_refused(office: Browser, meridian: House, cost: str) -> None:
    key = made(meridian)
    office.open(f"/products/{key}/plans/new")
    assert office.send(cost=cost).status_code == 422
    assert "cost" in office.errors
    with meridian.office():
        assert db.session.scalars(select(Plan)).all() == []


def test_a_picture_is_drawn_anew_and_seen_by_everybody_below(office: Browser, meridian: House, south: House) -> None:
    key, file = made(meridian), BytesIO()
    Image.new("RGB", (1600, 900), "#0f766e").save(file, "PNG")
    file.seek(0)
    office.open(f"/products/{key}/picture")
    assert office.send(files={"picture": (file, "x.png")}).status_code == 303
    office.follow()
    address = office.page.select_one("img.pictured")["src"]
    for house in (meridian, south):
        answer = house.client().get(address)
        assert answer.mimetype == "image/webp"
        assert Image.open(BytesIO(answer.data)).size == (960, 540)
    office.open(f"/products/{key}/picture")
    office.send(remove="y")
    assert the(meridian, "QB-1").picture == ""


def test_what_is_no_picture_is_refused(office: Browser, meridian: House) -> None:
    key = made(meridian)
    for content in (b"<svg/>", b"nothing", b"\x1f\x8b" + b"0" * 100):
        office.open(f"/products/{key}/picture")
        assert office.send(files={"picture": (BytesIO(content), "x.png")}).status_code == 422
        assert "picture" in office.errors


def test_a_tenant_of_premium_makes_its_own_and_nobody_above_or_beside_sees_it(
    meridian: House, north: House, south: House, fjord: House
) -> None:
    key = made(north)
    for house, status in ((north, 200), (meridian, 404), (south, 404), (fjord, 404)):
        assert house.client().get(f"/products/{key}").status_code == status, house.name
    assert south.client().get("/products/new").status_code == 403  # Basic
    assert north.client("read_only").get("/products/new").status_code == 403
    assert north.client("sales").get(f"/products/{key}/edit").status_code == 403
    assert north.client("finance").get(f"/products/{key}/edit").status_code == 200


def test_an_inherited_product_is_not_edited(meridian: House, north: House) -> None:
    with meridian.office():
        imported(sheet({}))
        key = db.session.scalars(select(Product)).one().key
    client = Browser(north.client())
    client.open("/products/new")
    for verb in ("edit", "picture", "plans/new"):
        assert north.client().get(f"/products/{key}/{verb}").status_code == 404
    for verb in ("copies", "activation", "archival"):
        assert client.client.post(f"/products/{key}/{verb}", data=_tokens(client)).status_code == 404


def test_the_log_of_a_product_says_what_was_done(office: Browser, meridian: House) -> None:
    key = made(meridian)
    with meridian.office():
        category = db.session.scalars(select(Category).where(Category.code == "storage")).one()
        row = db.session.scalars(select(Product)).one()
        actions.change_product(row, version=row.version, category=category, most=9)
    office.open(f"/products/{key}/log")
    assert "Data and storage" in office.text, office.text
    assert "Most quantity" in office.text


def test_what_is_changed_drops_what_shops_remember(meridian: House) -> None:
    made(meridian)
    with meridian.office():
        row = db.session.scalars(select(Product)).one()
        before = _stamp(meridian)
        actions.activate(row)
    assert _stamp(meridian) > before


def _stamp(house: House) -> int:
    from portal.tenants.models import Tenant

    with house.app.app_context(), acting(house.scope):
        return db.session.scalars(select(Tenant.stamp).where(Tenant.id == house.tenant_id)).one()


def test_a_plan_that_is_discontinued_is_not_sold_until_it_is_resumed(office: Browser, meridian: House) -> None:
    key = made(meridian)
    plan = {"term": "P1Y", "billing": "monthly", "segment": "commercial", "currency": "USD"}
    office.open(f"/products/{key}/plans/new")
    office.send(**plan, cost="3.5", recommended="5")
    office.open(f"/products/{key}")
    office.send(button="Put on sale")
    for button, sold in (("Discontinue", False), ("Sell again", True)):
        office.open(f"/products/{key}/prices")
        row = next(form for form in office.page.select("tbody form") if form.get_text(" ").strip() == button)
        sent = {one["name"]: one["value"] for one in row.select("input")}
        assert office.client.post(row["action"], data=sent).status_code == 303
        assert office.client.post(row["action"], data={**sent, "once": ""}).status_code == 409
        office.open("/products?q=Quay+Backup")
        assert ("$3.50" in office.text) is sold, button
