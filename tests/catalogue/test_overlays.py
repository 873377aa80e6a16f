"""What tenants say differently of inherited products, and what is done with several products at once."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import Category, Overlay, Product, ProductState, ProductType
from portal.core.db import db
from tests.browsing import Browser
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_shop import asking
from tests.world import House

MOST = 6


@pytest.fixture
def sold(meridian: House, north: House, south: House) -> list[str]:
    """Two products of the distributor that North and South buy; their keys, by name."""
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002", "SkuTitle": "Lumen Mail Plan 2"}))
        bought = price_list("Bought", percent="5")
        give(bought, north)
        give(bought, south)
        return [row.key for row in db.session.scalars(select(Product).order_by(Product.name))]


@pytest.fixture
def office(north: House, sold: list[str]) -> Browser:
    return Browser(north.client())


def said(house: House) -> Overlay | None:
    with house.office():
        return db.session.scalars(select(Overlay)).one_or_none()


def words(browser: Browser, key: str) -> Browser:
    browser.open(f"/products/{key}/words")
    return browser


def test_a_tenant_says_it_differently_and_the_rest_follows(office: Browser, sold: list[str], north: House) -> None:
    form = words(office, sold[0])
    assert "Inherited: Lumen Mail Plan 1" in office.text
    assert form.send(name="Letterbox").status_code == 303
    row = said(north)
    assert row is not None
    assert (row.name, row.summary, row.category_id, row.hidden) == ("Letterbox", None, None, False)
    office.follow()
    assert "Letterbox" in office.page.h1.get_text()
    assert "Last changed by" in office.page.select_one("p.changed").get_text()


def test_back_to_inherited_keeps_what_else_was_typed(office: Browser, sold: list[str], north: House) -> None:
    words(office, sold[0]).send(name="Letterbox", summary="Ours.")
    form = words(office, sold[0])
    button = office.page.select_one("button[name=back][value=name]")
    assert form.send(button=" ".join(button.get_text(" ").split()), description="More.").status_code == 303
    row = said(north)
    assert row is not None
    assert (row.name, row.summary, row.description) == (None, "Ours.", "More.")


def test_where_nothing_differs_no_row_stands(office: Browser, sold: list[str], north: House) -> None:
    words(office, sold[0]).send(name="Letterbox")
    words(office, sold[0]).send(name="Lumen Mail Plan 1")
    assert said(north) is None
    words(office, sold[0]).send(summary="")
    assert said(north) is None


def test_two_who_reword_at_once_see_both(office: Browser, sold: list[str], north: House) -> None:
    first, second = words(Browser(north.client()), sold[0]), words(office, sold[0])
    assert first.send(name="Letterbox").status_code == 303
    assert second.send(name="Postbox").status_code == 409
    assert "Letterbox Postbox" in second.rows()[0]
    assert second.send(button="Save mine").status_code == 303
    row = said(north)
    assert row is not None
    assert row.name == "Postbox"


def test_nobody_else_sees_how_a_tenant_calls_it(
    office: Browser, sold: list[str], south: House, meridian: House
) -> None:
    words(office, sold[0]).send(name="Letterbox")
    for house in (south, meridian):
        assert "Letterbox" not in house.client().get(f"/products/{sold[0]}").text
        with house.office():
            assert db.session.scalars(select(Overlay)).all() == []


def test_a_picture_of_ones_own(office: Browser, sold: list[str], south: House) -> None:
    file = BytesIO()
    Image.new("RGB", (100, 100), "#0f766e").save(file, "PNG")
    file.seek(0)
    office.open(f"/products/{sold[0]}/words/picture")
    assert office.send(files={"picture": (file, "x.png")}).status_code == 303
    office.follow()
    address = office.page.select_one("img.pictured")["src"]
    assert south.client().get(address).status_code == 404


def test_outside_the_range_there_is_nothing_to_reword(sold: list[str], strand: House, meridian: House) -> None:
    for verb in ("words", "words/picture"):
        assert strand.client().get(f"/products/{sold[0]}/{verb}").status_code == 404
        assert meridian.client().get(f"/products/{sold[0]}/{verb}").status_code == 404  # his own: changed itself


@pytest.mark.parametrize("role", ["sales", "support", "read_only"])
def test_who_may_not_edit_rewords_nothing(north: House, sold: list[str], role: str) -> None:
    assert north.client(role).get(f"/products/{sold[0]}/words").status_code == 403
    assert "What to do with the chosen rows" not in north.client(role).get("/products").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": "x" * 201}, "name"), ({"name": "bell\x07"}, "name"), ({"category": "0" * 26}, "category")],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    office: Browser, sold: list[str], typed: dict[str, str], field: str
) -> None:
    assert words(office, sold[0]).send(**typed).status_code == 422
    assert field in office.errors


# ------------------------------------------------------------------------------------------------------ several at once


def chosen(browser: Browser, verb: str, keys: list[str], place: str = "/products") -> Browser:
    """Choose rows, confirm, and see what became of it."""
    browser.open(place)
    form = browser.page.select_one("form#selection")
    sent = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    answer = browser.client.post(form["action"], data={**sent, "verb": verb, "row": keys})
    browser._shown(answer)  # noqa: SLF001 - the page that asks
    return browser


def confirmed(browser: Browser) -> Browser:
    form = browser.page.select_one("main form")
    sent: dict[str, list[str]] = {}
    for one in form.select("input[type=hidden]"):
        sent.setdefault(one["name"], []).append(one["value"])
    browser._shown(browser.client.post("/products/selection", data=sent))  # noqa: SLF001
    browser.follow()
    return browser


def undone(browser: Browser) -> None:
    form = browser.page.select_one(".toast-note form")
    sent = {one["name"]: one["value"] for one in form.select("input")}
    assert browser.client.post(form["action"], data=sent).status_code == 303


def hidden(house: House) -> list[bool]:
    with house.office():
        return [row.hidden for row in db.session.scalars(select(Overlay))]


def test_several_are_hidden_and_shown_again_by_one_press(office: Browser, sold: list[str], north: House) -> None:
    assert "Hide 2 products?" in chosen(office, "hide", sold).text
    assert "2 products are hidden." in confirmed(office).page.get_text()
    assert hidden(north) == [True, True]
    undone(office)
    assert hidden(north) == []


def test_several_are_sorted_elsewhere_and_back(office: Browser, sold: list[str], north: House) -> None:
    with north.office():
        files = db.session.scalars(select(Category).where(Category.code == "files")).one()
    confirmed(chosen(office, f"category:{files.key}", sold))
    with north.office():
        assert {row.category_id for row in db.session.scalars(select(Overlay))} == {files.id}
    confirmed(chosen(office, "category:none", sold[:1]))
    with north.office():
        assert len(db.session.scalars(select(Overlay)).all()) == 1


def test_inherited_ones_are_left_out_of_what_only_their_maker_decides(
    office: Browser, sold: list[str], north: House
) -> None:
    with north.office():
        own = actions.add_product(name="Quay Backup", code="QB-1", unit="device")
        db.session.flush()
        key = own.key
    asked = chosen(office, "activate", [key, sold[0]])
    assert "It is inherited: your provider decides that." in asked.text
    confirmed(asked)
    with north.office():
        assert db.session.scalars(select(Product).where(Product.code == "QB-1")).one().state is ProductState.ACTIVE


def test_the_distributor_gives_type_and_tag_to_several(meridian: House, sold: list[str]) -> None:
    with meridian.office():
        kind = ProductType(code="mail", name="Mailbox")
        db.session.add(kind)
        tagged = actions.add_product(name="Quay", code="Q", unit="device", tags="Backup")
        db.session.flush()
        key, own = kind.key, tagged.key
        other = actions.add_product(name="Pier", code="P", unit="device").key
    browser = Browser(meridian.client())
    confirmed(chosen(browser, f"type:{key}", [*sold, own]))
    with meridian.office():
        assert {row.type_id is None for row in db.session.scalars(select(Product).where(Product.code != "P"))} == {
            False
        }
    undone(browser)
    with meridian.office():
        assert {row.type_id for row in db.session.scalars(select(Product))} == {None}
    asked = chosen(browser, "tag:Backup", [other, sold[0]])
    assert "Its price sheets say its tags." in asked.text
    confirmed(asked)
    with meridian.office():
        assert db.session.scalars(select(Product).where(Product.code == "P")).one().tags == "Backup"


def test_a_tag_is_taken_away_from_several_and_given_back(meridian: House, sold: list[str]) -> None:
    with meridian.office():
        rows = {"Q": "Backup, Vault", "P": "backup", "R": "Vault,Backup , Backup"}
        made = [actions.add_product(name=code, code=code, unit="device", tags=tags) for code, tags in rows.items()]
        db.session.flush()
        keys = [one.key for one in made]
    browser = Browser(meridian.client())
    browser.open("/products?state=draft")
    offered = browser.page.select('optgroup[label="Take a tag away"] option')
    assert [one["value"] for one in offered] == ["untag:Backup", "untag:backup", "untag:Vault"]
    asked = chosen(browser, "untag:Backup", [*keys, sold[0]])
    assert "Take the tag Backup away from 2 products?" in asked.text
    confirmed(asked)
    assert tags_of(meridian) == {"Q": "Vault", "P": "backup", "R": "Vault"}  # a tag is its exact word
    undone(browser)
    assert tags_of(meridian) == rows


def tags_of(house: House) -> dict[str, str]:
    with house.office():
        return {row.code: row.tags for row in db.session.scalars(select(Product).where(Product.by_hand.is_(True)))}


def test_states_of_several_and_their_way_back(meridian: House, sold: list[str]) -> None:
    browser = Browser(meridian.client())
    confirmed(chosen(browser, "discontinue", sold))
    with meridian.office():
        assert {row.state for row in db.session.scalars(select(Product))} == {ProductState.DISCONTINUED}
    undone(browser)
    with meridian.office():
        assert {row.state for row in db.session.scalars(select(Product))} == {ProductState.ACTIVE}
    confirmed(chosen(browser, "archive", sold))
    confirmed(chosen(browser, "restore", sold, "/products?state=archived"))
    with meridian.office():
        assert not any(row.archived for row in db.session.scalars(select(Product)))


def test_the_stranger_chooses_nothing_of_another_range(strand: House, sold: list[str]) -> None:
    with strand.office():
        give(price_list("Empty", market=None), strand)
    browser = Browser(strand.client())
    browser.open("/categories/new")
    sent = {one["name"]: one["value"] for one in browser.page.select("main form input[type=hidden]")}
    answer = browser.client.post("/products/selection", data={**sent, "verb": "hide", "row": sold})
    assert answer.status_code == 404


@pytest.mark.parametrize("word", ["north", "meridian"])
def test_the_list_with_all_its_verbs_asks_at_most_six_times(
    sold: list[str], north: House, meridian: House, word: str
) -> None:
    house = {"north": north, "meridian": meridian}[word]
    client = house.client()
    with asking(house) as asked:
        assert client.get("/products").status_code == 200
    assert len(asked) <= MOST, asked
