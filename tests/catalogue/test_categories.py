"""Categories: the shipped ones are rows, and every product stands in one."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.catalogue.actions import lay_out_categories
from portal.catalogue.categories import BY_CODE, OTHERS, SHIPPED
from portal.catalogue.models import Category, Product
from portal.core.db import db
from tests.catalogue.sheets import US, imported, sheet
from tests.world import House


def test_the_distributor_is_born_with_the_shipped_categories(meridian: House, north: House) -> None:
    with meridian.office():
        lay_out_categories()  # a second time changes nothing
        rows = db.session.scalars(select(Category).order_by(Category.position)).all()
        assert [row.code for row in rows] == list(BY_CODE)
    with north.office():
        assert db.session.scalar(select(func.count()).select_from(Category)) == len(BY_CODE)


def test_every_product_of_a_sheet_stands_where_its_name_puts_it(meridian: House) -> None:
    with meridian.office():
        imported(US)
        pairs = db.session.execute(select(Product.name, Category.code).outerjoin(Product.category)).all()
        assert len(pairs) > 100
        assert [(name, code) for name, code in pairs if code != told(name)] == []


def told(name: str) -> str:
    """The code of the first shipped category a word of which is in the name."""
    named = (one for one in SHIPPED if any(word in name.casefold() for word in one.words))
    return next(named, OTHERS).code


def test_a_category_with_new_words_takes_what_is_new(meridian: House) -> None:
    with meridian.office():
        db.session.add(Category(code="lumen", name="Lumen", words=["lumen"], position=0))
        db.session.commit()
        imported(sheet({}))
        product = db.session.scalars(select(Product)).one()
        assert product.category is not None
        assert product.category.code == "lumen"


def test_what_a_person_sorted_stays_there(meridian: House) -> None:
    with meridian.office():
        imported(sheet({}))
        product = db.session.scalars(select(Product)).one()
        product.category = db.session.scalars(select(Category).where(Category.code == "security")).one()
        db.session.commit()
        imported(sheet({"SkuTitle": "Lumen Mail Plan 1 renamed", "UnitPrice": "9.00"}), "again.csv")
        db.session.refresh(product)
        assert product.category.code == "security"
