"""What is kept is not shown again once something has changed, at whichever tier; a day that is over stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import g
from sqlalchemy import select

from portal.catalogue import actions, prices, queries
from portal.catalogue.models import (
    Billing,
    Breadth,
    Category,
    Plan,
    PriceList,
    PriceListEntry,
    PriceSheet,
    Product,
    ProductLink,
    ProductType,
    Relation,
    Rule,
    Segment,
    Term,
)
from portal.catalogue.prices import Question
from portal.core.db import db
from portal.core.here import Here
from portal.core.keys import spell
from portal.core.money import Money
from portal.core.scope import enter
from portal.tenants.models import Tenant
from tests.catalogue.sheets import imported, price_list, sheet
from tests.catalogue.test_importing import carried_out
from tests.catalogue.test_own_goods import TODAY, chain, own_product, reword, seen
from tests.catalogue.test_shop import asking
from tests.world import House

YESTERDAY = TODAY - timedelta(days=1)
__all__ = ["chain"]  # a fixture


def only(kind: Any, *which: Any) -> Any:
    return db.session.scalars(select(kind).where(*which)).one()


def listed(name: str) -> PriceList:
    found: PriceList = only(PriceList, PriceList.name == name)
    return found


def product(name: str) -> Product:
    found: Product = only(Product, Product.name == name)
    return found


def stamp_of(house: House) -> int:
    with house.office():
        return int(only(Tenant, Tenant.id == house.tenant_id).stamp)


def test_what_one_hides_is_not_in_the_range_of_those_below(chain: House, north: House, fjord: House) -> None:
    reword(north, "0001", hidden=True)
    assert list(seen(north)) == ["Lumen Mail 1", "Lumen Mail 2"]
    assert list(seen(fjord)) == ["Lumen Mail 2"]


def test_a_plan_that_is_ended_is_not_sold_below(chain: House, north: House, fjord: House) -> None:
    own_product(north, "Backup", cost="4.00", told="6.00")
    assert "Backup" in fjord.shop().get("/products").text
    with north.office():
        actions.end_plan(only(Plan, Plan.product_id == product("Backup").id))
    assert "Backup" not in fjord.shop().get("/products").text


def test_a_category_that_moves_above_changes_what_draws_on_it_below(
    chain: House, meridian: House, north: House, fjord: House
) -> None:
    with meridian.office():
        top, sub = Category(code="top", name="Top"), Category(code="sub", name="Sub")
        db.session.add_all([top, sub])
        db.session.flush()
        place = {"category_tenant_id": top.tenant_id, "category_id": sub.id}
        said = {"breadth": Breadth.CATEGORY, "about": spell(top.id), "rule": Rule.COST, "percent": Decimal(100)}
    own_product(north, "Backup", cost="4.00", told="6.00")
    with north.office():
        for name, value in place.items():
            setattr(product("Backup"), name, value)
        draft = actions.begin_draft(listed("Nordics"))
        db.session.add(PriceListEntry(version_id=draft.id, amount=Decimal(0), **said))
        db.session.flush()
        actions.publish(listed("Nordics"))
    with fjord.office():
        actions.show_in_storefront(price_list("At cost", currency="EUR", market=None))
    assert "4.40" in fjord.shop().get("/products").text
    with meridian.office():
        sub, top = (only(Category, Category.code == code) for code in ("sub", "top"))
        words = {"name": "Sub", "glyph": sub.glyph, "words": []}
        actions.change_category(sub, version=sub.version, parent=top, **words)
    assert "8.00" in fjord.shop().get("/products").text


def costs(house: House, day: date) -> list[str]:
    with house.office():
        offers = prices.bought(Question(on=day, search="mail 1"), queries.own_terms().price_list_id)
        return [str(plan.cost.amount) for plan in offers.plans]


def test_what_counted_on_a_day_that_is_over_stays_what_counted(chain: House, meridian: House, north: House) -> None:
    assert costs(north, YESTERDAY) == costs(north, TODAY) == ["8.40"]
    with meridian.office():
        actions.begin_draft(listed("Wholesale")).percent = Decimal(50)
        actions.publish(listed("Wholesale"))
        now, then = (listed("Wholesale").in_force_on(day) for day in (TODAY, YESTERDAY))
        assert now is not None
        assert then is not None
        assert (now.number, then.number) == (2, 1)
    assert (costs(north, YESTERDAY), costs(north, TODAY)) == (["8.40"], ["12.00"])
    with meridian.office():
        actions.withdraw(listed("Wholesale"))
    assert (costs(north, YESTERDAY), costs(north, TODAY)) == (["8.40"], [])


def test_what_is_archived_is_not_counted_as_unpriced(chain: House, meridian: House) -> None:
    with meridian.office():
        actions.archive_product(product("Lumen Mail 2"))
        db.session.commit()
        facts = queries.range_facts(listed("Wholesale"))
        assert (facts.priced, facts.unpriced) == (1, 0)


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def moved_category() -> None:
    one = only(Category, Category.code == "one")
    actions.change_category(one, version=one.version, name="Uno", parent=None, glyph=one.glyph, words=[])


def changed_type() -> None:
    kind = only(ProductType)
    actions.change_type(kind, version=kind.version, asks=[], name="Another")


def scheduled() -> None:
    draft = actions.begin_draft(listed("Second"))
    draft.valid_from = TODAY + timedelta(days=9)
    actions.publish(listed("Second"))


def replanned() -> None:
    plan = only(Plan)
    price = {"cost": dollars("3"), "recommended": None, "valid_from": TODAY}
    actions.price_plan(plan, **price)


MEET: list[tuple[str, Callable[[], object]]] = [
    ("change", lambda: actions.change_product(product("Own"), version=product("Own").version, name="Own two")),
    ("named back", lambda: actions.change_product(product("Own two"), version=product("Own two").version, name="Own")),
    ("set aside", lambda: actions.set_aside(product("Own"))),
    ("activate", lambda: actions.activate(product("Own"))),
    ("discontinue", lambda: actions.discontinue(product("Own"))),
    ("archive", lambda: actions.archive_product(product("Own"))),
    ("restore", lambda: actions.restore_product(product("Own"))),
    ("price a plan", replanned),
    ("end a plan", lambda: actions.end_plan(only(Plan))),
    ("resume a plan", lambda: actions.resume_plan(only(Plan))),
    ("link", lambda: actions.link(product("Own"), product("Other"), relation=Relation.RELATED)),
    ("unlink", lambda: actions.unlink(only(ProductLink))),
    ("change a type", changed_type),
    ("remove a type", lambda: actions.remove_type(only(ProductType))),
    ("add a category", lambda: actions.add_category(name="Two", parent=None, glyph="box", words=[])),
    ("change a category", moved_category),
    ("move a category", lambda: actions.move_up(only(Category, Category.code == "two"))),
    ("remove a category", lambda: actions.remove_category(only(Category, Category.code == "two"), target=None)),
    ("publish", lambda: price_list("Second", currency="EUR", market=None)),
    ("schedule", scheduled),
    ("call off", lambda: actions.call_off(listed("Second"), listed("Second").coming[0])),
    ("show", lambda: actions.show_in_storefront(listed("Second"))),
    ("withdraw", lambda: actions.withdraw(listed("Second"))),
    ("import", lambda: imported(sheet({"SkuId": "0009"}))),
]


def test_every_verb_that_changes_what_a_range_shows_raises_the_stamp(meridian: House) -> None:
    with meridian.office():
        for name in ("Own", "Other"):
            made = actions.add_product(name=name, code=name.upper(), vendor="", unit="")
            db.session.flush()
            actions.activate(made)
        actions.add_plan(product("Own"), term=Term.MONTH, billing=Billing.MONTHLY, segment=Segment.COMMERCIAL)
        actions.add_type(asks=[], name="Kind", vendor="", glyph="box")
        db.session.add(Category(code="one", name="One", words=[]))
    silent = []
    for name, verb in MEET:
        before = stamp_of(meridian)
        with meridian.office():
            verb()
            db.session.commit()
        silent += [name] if stamp_of(meridian) <= before else []
    before = stamp_of(meridian)
    with meridian.office():
        actions.undo(only(PriceSheet))
    carried_out(meridian)
    silent += ["undo"] if stamp_of(meridian) <= before else []
    assert silent == []


@pytest.mark.parametrize(
    "verb",
    [
        lambda one: actions.reword(one, version=0, name="Letterbox"),
        actions.hide,
        lambda one: actions.sort_into(one, only(Category, Category.code == "mine")),
    ],
)
def test_every_word_of_ones_own_raises_the_stamp(chain: House, north: House, verb: Callable[[Product], None]) -> None:
    with north.office():
        db.session.add(Category(code="mine", name="Mine"))
    before = stamp_of(north)
    with north.office():
        verb(product("Lumen Mail 1"))
    assert stamp_of(north) > before


def arrived(house: House, method: str) -> Any:
    """A request of somebody who has arrived at the house's office."""
    with house.office():
        row = only(Tenant, Tenant.id == house.tenant_id)
        here = Here(door="office", host="", tenant_id=house.tenant_id, above=(), stamps=(row.stamp,))
    context = house.app.test_request_context("/", method=method)
    context.push()
    g.here = here
    enter(house.scope)
    return context


def test_a_request_that_writes_keeps_only_what_is_committed(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        price_list("Retail")
    context = arrived(meridian, "POST")
    listed("Retail").name = "Never"
    actions.archive_product(product("Lumen Mail Plan 1"))
    db.session.flush()
    facts = queries.range_facts(listed("Never"))
    db.session.rollback()
    context.pop()
    assert facts.priced == 1
    context = arrived(meridian, "GET")
    offers = prices.bought(Question(on=TODAY), prices.Market("US", "USD"))
    context.pop()
    assert [offer.name for offer in offers] == ["Lumen Mail Plan 1"]


def test_a_range_is_read_once_for_requests_that_write_too(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        price_list("Retail")
    counts = []
    for _ in range(2):
        context = arrived(meridian, "POST")
        with asking(meridian) as asked:
            queries.range_facts(listed("Retail"))
        counts.append(sum("purchase_price" in one for one in asked))
        context.pop()
    assert counts == [1, 0]
