"""Pages of categories: the tree, and what is done in it."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions, queries
from portal.catalogue.columns import category_columns
from portal.catalogue.models import Category
from portal.catalogue.office import catalogue
from portal.catalogue.type_forms import CategoryForm, RemovalForm, typed_category
from portal.core.db import get
from portal.core.errors import NotFound
from portal.core.exports import listed
from portal.core.here import here
from portal.core.listing import listing
from portal.core.web import needs, render, see, url


@catalogue.get("/categories")
@needs("catalogue.view")
def categories() -> ResponseReturnValue:
    asked, standing = listing(sorts={"place": None}, default="place"), queries.standing()
    words = {"page": queries.branches(), "standing": standing}
    return listed(
        "catalogue/categories.html", gettext("Categories"), category_columns(standing), listing=asked, **words
    )


@catalogue.route("/categories/new", methods=["GET", "POST"])
@needs("catalogue.edit")
def new_category() -> ResponseReturnValue:
    form = CategoryForm()
    if form.accepted():
        with form.catching():
            made = actions.add_category(**form.terms())
            flash(gettext("%(name)s is added.", name=made.title))
            return see(url("catalogue.categories"))
    return render("catalogue/category_form.html", form=form, category=None), form.status


@catalogue.route("/categories/<key>/edit", methods=["GET", "POST"])
@needs("catalogue.edit")
def category(key: str) -> ResponseReturnValue:
    row = _own(key)
    form = CategoryForm(row)
    if form.accepted():
        if form.read_version() != row.version:
            differences = form.differences(typed_category(row))
            return render("catalogue/category_conflict.html", form=form, category=row, differences=differences), 409
        with form.catching():
            actions.change_category(row, version=form.read_version(), **form.terms())
            flash(gettext("%(name)s is changed.", name=row.title))
            return see(url("catalogue.categories"))
    return render("catalogue/category_form.html", form=form, category=row), form.status


@catalogue.post("/categories/<key>/moves")
@needs("catalogue.edit")
def category_move(key: str) -> ResponseReturnValue:
    (actions.move_up if request.form.get("to") == "up" else actions.move_down)(_own(key))
    return see(f"{url('catalogue.categories')}#{key}")


@catalogue.route("/categories/<key>/removal", methods=["GET", "POST"])
@needs("catalogue.edit")
def category_removal(key: str) -> ResponseReturnValue:
    row = _own(key)
    form, count = RemovalForm(row), queries.stand_in(row)
    if form.accepted():
        with form.catching():
            name = str(row.title)
            actions.remove_category(row, target=form.chosen)
            flash(gettext("%(name)s is removed.", name=name))
            return see(url("catalogue.categories"))
    return render("catalogue/category_removal.html", form=form, category=row, count=count), form.status


def _own(key: str) -> Category:
    row = get(Category, key)
    if row.tenant_id != here.tenant_id:
        raise NotFound
    return row
