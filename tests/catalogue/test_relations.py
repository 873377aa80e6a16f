"""What products are to each other, and who says it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import Product, ProductLink, Relation
from portal.core.db import db
from portal.core.errors import Invalid
from tests.browsing import Browser
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.world import House


@pytest.fixture
def sold(meridian: House, north: House) -> list[str]:
    """Three products of the distributor's, of which North may buy the first two; their keys, by name."""
    with meridian.office():
        imported(sheet({}, {"SkuId": "0002", "SkuTitle": "Lumen Mail Plan 2"}))
        give(price_list("Bought", percent="5"), north)
        actions.add_product(name="Lumen Secret", code="S", unit="user")
        db.session.flush()
        return [row.key for row in db.session.scalars(select(Product).order_by(Product.name))]


def row(key: str) -> Product:
    return next(one for one in db.session.scalars(select(Product)) if one.key == key)


def related(browser: Browser, key: str, to: str, relation: str, **more: str) -> int:
    browser.open(f"/products/{key}/relations?q=Lumen")
    return browser.send(other=to, relation=relation, **more).status_code


def test_a_relation_is_found_said_and_shown_on_both_sides(meridian: House, sold: list[str]) -> None:
    office = Browser(meridian.client())
    assert related(office, sold[0], sold[1], "upgrades_to", partial="y") == 303
    office.follow()
    assert (
        "Lumen Mail Plan 2 CFQ7TTC0TEST:0002 Can be upgraded to for a part of the quantity, too You" in office.rows()[0]
    )
    office.open(f"/products/{sold[1]}/relations")
    assert "Is an upgrade of" in office.rows()[0]
    office.send(button="Remove")
    office.follow()
    assert office.rows() == []


def test_the_picker_says_when_nothing_is_found(meridian: House, sold: list[str]) -> None:
    office = Browser(meridian.client())
    office.open(f"/products/{sold[0]}/relations?q=Zzz")
    assert "Nothing is called “Zzz”" in office.text
    office.open(f"/products/{sold[0]}/relations")
    assert "Search for it first." in office.text


@pytest.mark.parametrize(
    ("first", "then", "field"),
    [
        ("requires", "requires", "other"),
        ("requires", "excludes", "relation"),
        ("excludes", "add_on_of", "relation"),
        ("related", "related", "other"),
    ],
)
def test_what_cannot_be_true_is_refused(meridian: House, sold: list[str], first: str, then: str, field: str) -> None:
    with meridian.office():
        actions.link(row(sold[0]), row(sold[1]), relation=Relation(first))
    office = Browser(meridian.client())
    assert related(office, sold[0], sold[1], then) == 422
    assert field in office.errors


def test_no_product_is_related_to_itself_nor_both_ways(meridian: House, sold: list[str]) -> None:
    with meridian.office():
        one, other = row(sold[0]), row(sold[1])
        with pytest.raises(Invalid):
            actions.link(one, one, relation=Relation.RELATED)
        actions.link(one, other, relation=Relation.UPGRADES_TO)
        db.session.flush()
        with pytest.raises(Invalid):
            actions.link(other, one, relation=Relation.UPGRADES_TO)


@pytest.mark.parametrize("sent", [{"relation": "married"}, {"other": ""}, {"relation": ""}])
def test_nonsense_is_refused(meridian: House, sold: list[str], sent: dict[str, str]) -> None:
    office = Browser(meridian.client())
    office.open(f"/products/{sold[0]}/relations?q=Lumen")
    assert office.send(**{"other": sold[1], "relation": "requires", **sent}).status_code == 422


def test_a_tenant_sees_what_is_said_of_its_range_and_adds_its_own(
    meridian: House, north: House, sold: list[str]
) -> None:
    with meridian.office():
        actions.link(row(sold[0]), row(sold[1]), relation=Relation.REQUIRES)
        actions.link(row(sold[0]), row(sold[2]), relation=Relation.RELATED)
    office = Browser(north.client())
    office.open(f"/products/{sold[0]}/relations?q=Lumen")
    assert len(office.rows()) == 1
    assert "Lumen Secret" not in office.text
    assert "Your provider" in office.rows()[0]
    assert not office.page.select("tbody form")
    assert office.client.post(f"/products/{sold[0]}/relations", data=_sent(office, sold[2])).status_code == 404
    with north.office():
        own = actions.add_product(name="Lumen Care", code="C", unit="user")
        db.session.flush()
        key = own.key
    assert related(office, key, sold[0], "add_on_of") == 303
    with meridian.office():
        assert len(db.session.scalars(select(ProductLink)).all()) == 2
    owner = Browser(meridian.client())
    owner.open(f"/products/{sold[0]}/relations")
    assert "Lumen Care" not in owner.text


def _sent(browser: Browser, other: str) -> dict[str, str]:
    form = browser.page.select("main form[method=post]")[-1]
    sent = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    return {**sent, "other": other, "relation": "requires"}


def test_what_is_said_above_is_not_taken_back_below(meridian: House, north: House, sold: list[str]) -> None:
    with meridian.office():
        said = actions.link(row(sold[0]), row(sold[1]), relation=Relation.REQUIRES)
        db.session.flush()
        key = said.key
    office = Browser(north.client())
    office.open(f"/products/{sold[0]}/relations?q=Lumen")
    sent = _sent(office, "")
    assert office.client.post(f"/products/{sold[0]}/relations/{key}/removal", data=sent).status_code == 404


@pytest.mark.parametrize("role", ["sales", "read_only"])
def test_who_may_not_edit_relates_nothing(meridian: House, sold: list[str], role: str) -> None:
    page = meridian.client(role).get(f"/products/{sold[0]}/relations").text
    assert "Relate another product" not in page


def test_the_stranger_sees_no_relations(strand: House, sold: list[str]) -> None:
    assert strand.client().get(f"/products/{sold[0]}/relations").status_code == 404
