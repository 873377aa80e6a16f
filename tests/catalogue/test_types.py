"""Product types and categories, as the office keeps them."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import Category, Product, ProductType
from portal.core.db import db
from tests.browsing import Browser
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_shop import asking
from tests.world import House

MOST = 6


@pytest.fixture
def office(meridian: House) -> Browser:
    return Browser(meridian.client())


def category(house: House, code: str) -> Category:
    with house.office():
        return db.session.scalars(select(Category).where(Category.code == code)).one()


def test_a_type_is_made_with_its_questions(office: Browser, meridian: House) -> None:
    office.open("/product-types/new")
    assert office.send(button="More questions", name="Backup").status_code == 200
    assert "ask_3" in office.values()
    asked = {"ask_0": "Space", "answer_0": "number", "unit_0": "GB", "required_0": "y"}
    asked |= {"ask_1": "Site", "answer_1": "choice", "choices_1": "North, South, North"}
    assert office.send(name="Backup", cancellation="never", **asked).status_code == 303
    office.follow()
    assert "Space Number GB Yes" in office.text
    assert "Site Choice North, South No" in office.text
    assert "Cancellation Not possible" in office.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"glyph": "dragon"}, "glyph"),
        ({"cancellation": "soon"}, "cancellation"),
        ({"ask_0": "Site", "answer_0": "choice", "choices_0": "one"}, "choices_0"),
        ({"ask_0": "Site", "ask_1": "site"}, "ask_1"),
        ({"ask_0": "x" * 81}, "ask_0"),
        ({"ask_0": "a", "answer_0": "song"}, "answer_0"),
    ],
)
def test_a_type_that_cannot_be_taken_is_said_at_its_field(office: Browser, typed: dict[str, str], field: str) -> None:
    office.open("/product-types/new")
    assert office.send(**{"name": "Backup", **typed}).status_code == 422
    assert field in office.errors


def test_a_question_that_is_renamed_keeps_its_answers(office: Browser, meridian: House) -> None:
    with meridian.office():
        asks = [{"code": "space", "name": "Space", "answer": "number", "unit": "GB", "choices": [], "required": False}]
        kind = ProductType(code="backup", name="Backup", characteristics=asks)
        product = Product(code="B", slug="b", name="B", by_hand=True, type=kind, characteristics={"space": "5"})
        db.session.add_all([kind, product])
        db.session.flush()
        kind_key, key = kind.key, product.key
    office.open(f"/product-types/{kind_key}/edit")
    assert office.send(ask_0="Room", answer_0="text").status_code == 303
    office.open(f"/products/{key}")
    assert "Room 5" in office.text


def test_a_type_that_is_used_is_not_removed(office: Browser, meridian: House) -> None:
    with meridian.office():
        kind = ProductType(code="backup", name="Backup")
        product = Product(code="B", slug="b", name="B", by_hand=True, type=kind)
        db.session.add_all([kind, product])
        db.session.flush()
        key = kind.key
    office.open(f"/product-types/{key}/removal")
    assert office.send().status_code == 409
    with meridian.office():
        db.session.scalars(select(Product)).one().type = None
    assert office.send().status_code == 303
    office.follow()
    assert "No product types yet" in office.text


def test_what_is_offered_above_is_used_below_and_not_changed(meridian: House, north: House, south: House) -> None:
    with meridian.office():
        kind = actions.add_type(name="Backup", asks=[])
        db.session.flush()
        key = kind.key
    assert north.client().get(f"/product-types/{key}").status_code == 200
    assert north.client().get(f"/product-types/{key}/edit").status_code == 404
    assert south.client().get(f"/product-types/{key}").status_code == 403  # Basic
    above = category(meridian, "security")
    for verb in ("edit", "removal"):
        assert north.client().get(f"/categories/{above.key}/{verb}").status_code == 404
    with north.office():
        mine = actions.add_type(name="Vault", asks=[])
        db.session.flush()
        own = mine.key
    assert meridian.client().get(f"/product-types/{own}").status_code == 404


def test_a_category_is_added_below_another_and_renamed(office: Browser, meridian: House) -> None:
    office.open("/categories/new")
    parent = category(meridian, "security")
    words = {"name": "Backups", "parent": parent.key, "glyph": "database", "words": "Backup, Recovery"}
    assert office.send(**words).status_code == 303
    made = category(meridian, "backups")
    assert made.words == ["backup", "recovery"]
    office.open(f"/categories/{made.key}/edit")
    assert office.send(name="Safe copies").status_code == 303
    office.follow()
    rows = office.rows()
    at = next(number for number, row in enumerate(rows) if row.startswith("Safe copies"))
    assert rows[at - 1].startswith("Security and compliance")


def test_a_shipped_name_stays_shipped_until_it_is_changed(office: Browser, meridian: House) -> None:
    row = category(meridian, "security")
    office.open(f"/categories/{row.key}/edit")
    assert office.send(words="defender").status_code == 303
    assert category(meridian, "security").name == row.name


def test_no_category_stands_below_itself_and_none_too_deep(office: Browser, meridian: House) -> None:
    above, chain = category(meridian, "security"), []
    with meridian.office():
        parent = db.session.get_one(Category, (above.tenant_id, above.id))
        for number in range(4):
            parent = actions.add_category(name=f"Level {number}", parent=parent, glyph="tag", words=[])
            db.session.flush()
            chain.append(parent.key)
    office.open(f"/categories/{above.key}/edit")
    assert office.send(parent=chain[1]).status_code == 422
    assert "below the category itself" in office.errors["parent"]
    office.open("/categories/new")
    assert office.send(name="Too deep", parent=chain[-1]).status_code == 422
    assert "5 levels" in office.errors["parent"]


def test_categories_change_places_by_keyboard(office: Browser, meridian: House) -> None:
    office.open("/categories")
    first, second = office.rows()[:2]
    form = office.page.select("tbody tr")[0].select_one("form")
    sent = {one["name"]: one["value"] for one in form.select("input")} | {"to": "down"}
    assert office.client.post(form["action"], data=sent).status_code == 303
    office.open("/categories")
    assert office.rows()[:2] == [second, first]


def test_a_category_goes_only_when_it_is_said_where_its_products_go(office: Browser, meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
    mail, files = category(meridian, "mail"), category(meridian, "files")
    office.open(f"/categories/{mail.key}/removal")
    assert "1 product stands in it" in office.text
    assert office.send().status_code == 422
    assert office.send(target=files.key).status_code == 303
    with meridian.office():
        assert db.session.scalars(select(Product)).one().category_id == files.id
    others = category(meridian, "others")
    office.open(f"/categories/{others.key}/removal")
    assert office.send(target=files.key).status_code == 409


def test_a_category_that_goes_above_leaves_what_stands_below_it_standing(meridian: House, north: House) -> None:
    above = category(meridian, "mail")
    with north.office():
        parent = db.session.get_one(Category, (above.tenant_id, above.id))
        own = actions.add_category(name="Post", parent=parent, glyph="tag", words=[])
        product = actions.add_product(name="Letter", code="L", unit="user", category=parent)
        db.session.flush()
        keys = own.id, product.id
    with meridian.office():
        row = db.session.get_one(Category, (above.tenant_id, above.id))
        actions.remove_category(row, target=None)
    with north.office():
        left = db.session.get_one(Category, (north.tenant_id, keys[0]))
        assert left.parent_id is None
        assert db.session.get_one(Product, (north.tenant_id, keys[1])).category_id is None


@pytest.mark.parametrize("role", ["sales", "support", "read_only"])
def test_who_may_not_edit_sees_and_changes_nothing(meridian: House, role: str) -> None:
    client, row = meridian.client(role), category(meridian, "mail")
    assert client.get("/categories").status_code == 200
    assert "New category" not in client.get("/categories").text
    for address in ("/categories/new", f"/categories/{row.key}/edit", "/product-types/new", "/products/new"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("address", ["/categories", "/product-types"])
def test_these_lists_ask_seldom(meridian: House, address: str) -> None:
    client = meridian.client()
    with asking(meridian) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= MOST


def test_two_who_change_a_category_or_a_type_at_once_see_both(office: Browser, meridian: House) -> None:
    with meridian.office():
        kind = actions.add_type(name="Backup", asks=[])
        db.session.flush()
        addresses = (f"/product-types/{kind.key}/edit", f"/categories/{category(meridian, 'mail').key}/edit")
    for address in addresses:
        other = Browser(meridian.client())
        office.open(address)
        other.open(address)
        assert other.send(name="Theirs").status_code == 303
        assert office.send(name="Ours", glyph="lock").status_code == 409
        said = " ".join(office.rows())
        assert "Theirs Ours" in said
        assert "Lock" in said
        assert office.send(button="Save mine").status_code == 303


def test_the_picture_of_a_type_stands_for_its_products_that_have_none(
    office: Browser, meridian: House, north: House, south: House
) -> None:
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002", "SkuTitle": "Lumen Two"}))
        give(price_list("Wholesale", percent="5"), north)
        kind = actions.add_type(name="Mailbox", vendor="", glyph="mail", asks=[])
        db.session.flush()
        first = db.session.scalars(select(Product).order_by(Product.code)).first()
        assert first is not None
        actions.change_product(first, version=first.version, type=kind)
        key, product = kind.key, first.key
    with north.office():
        price_list("Shop", market=None, percent="10").for_storefront = True
    office.open(f"/product-types/{key}/picture")
    assert office.send(files={"picture": (drawn("PNG"), "x.png")}).status_code == 303
    office.follow()
    address = office.page.select_one("img.pictured")["src"]
    file = address.rpartition("/")[2]
    for house in (meridian, south):
        answer = house.client().get(address)
        assert Image.open(BytesIO(answer.data)).format == "WEBP"
    assert file in meridian.client().get(f"/products/{product}").text
    listed = north.visitor("http://north.shop.localhost:8000").get("/products").text
    assert listed.count(file) == 1
    assert "Picture" in meridian.client().get("/log").text
    office.open(f"/product-types/{key}/picture")
    office.send(remove="y")
    with meridian.office():
        assert db.session.scalars(select(ProductType)).one().picture == ""


def test_what_is_no_picture_of_a_type_is_refused(office: Browser, meridian: House, north: House) -> None:
    with meridian.office():
        key = actions.add_type(name="Mailbox", vendor="", glyph="mail", asks=[]).key
    for content in (BytesIO(b"GIF89a nothing"), BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), drawn("GIF")):
        office.open(f"/product-types/{key}/picture")
        assert office.send(files={"picture": (content, "x.png")}).status_code == 422
        assert "picture" in office.errors
    assert north.client().get(f"/product-types/{key}/picture").status_code == 404
    with meridian.office():
        assert db.session.scalars(select(ProductType)).one().picture == ""


def drawn(form: str) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (1600, 900), "#0f766e").save(file, form)
    file.seek(0)
    return file
