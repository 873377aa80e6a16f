"""Pages of product types."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions, queries
from portal.catalogue.columns import TYPES
from portal.catalogue.models import ProductType
from portal.catalogue.models.types import ANSWERS, WAYS
from portal.catalogue.office import OWN, catalogue
from portal.catalogue.pages.products import picture_page
from portal.catalogue.product_forms import PictureForm
from portal.catalogue.type_forms import TypeForm, typed_type
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.exports import listed
from portal.core.forms import Form
from portal.core.here import here
from portal.core.listing import listing
from portal.core.web import needs, render, see, url

WORDS: dict[str, Any] = {"answers": ANSWERS, "ways": WAYS}


@catalogue.get("/product-types")
@needs("catalogue.view", feature=OWN)
def product_types() -> ResponseReturnValue:
    asked = listing(request.args, sorts=queries.TYPE_SORTS, default="name")
    page = queries.product_types(asked)
    return listed("catalogue/product_types.html", gettext("Product Types"), TYPES, listing=asked, page=page)


@catalogue.route("/product-types/new", methods=["GET", "POST"])
@needs("catalogue.edit", feature=OWN)
def new_type() -> ResponseReturnValue:
    form = TypeForm.of(None)
    if request.form.get("do") != "more" and form.accepted():
        with form.catching():
            made = actions.add_type(**form.terms(None))
            db.session.flush()
            flash(gettext("%(name)s is added.", name=made.name))
            return see(url("catalogue.product_type", key=made.key))
    return render("catalogue/type_form.html", form=form, kind=None), form.status


@catalogue.get("/product-types/<key>")
@needs("catalogue.view", feature=OWN)
def product_type(key: str) -> ResponseReturnValue:
    row = get(ProductType, key)
    own = row.tenant_id == here.tenant_id
    return render("catalogue/product_type.html", kind=row, own=own, used=own and queries.is_used(row), **WORDS)


@catalogue.route("/product-types/<key>/edit", methods=["GET", "POST"])
@needs("catalogue.edit", feature=OWN)
def edit_type(key: str) -> ResponseReturnValue:
    row = _own(key)
    form = TypeForm.of(row)
    if request.form.get("do") != "more" and form.accepted():
        if form.read_version() != row.version:
            standing = {name: value for name, value in typed_type(row).items() if name in form}
            differences = form.differences({name: value for name, value in standing.items() if "code_" not in name})
            return render("catalogue/type_conflict.html", form=form, kind=row, differences=differences), 409
        with form.catching():
            actions.change_type(row, version=form.read_version(), **form.terms(row))
            flash(gettext("%(name)s is changed.", name=row.name))
            return see(url("catalogue.product_type", key=key))
    return render("catalogue/type_form.html", form=form, kind=row), form.status


@catalogue.route("/product-types/<key>/picture", methods=["GET", "POST"])
@needs("catalogue.edit", feature=OWN)
def type_picture(key: str) -> ResponseReturnValue:
    row, form = _own(key), PictureForm()
    if form.accepted():
        with form.catching():
            if (wanted := form.wanted()) is not None:
                actions.change_type(row, version=row.version, asks=row.asks, picture=wanted)
            return see(url("catalogue.product_type", key=key))
    way = [
        (gettext("Product Types"), url("catalogue.product_types")),
        (row.name, url("catalogue.product_type", key=key)),
    ]
    return picture_page(form, row.picture, *way), form.status


@catalogue.route("/product-types/<key>/removal", methods=["GET", "POST"])
@needs("catalogue.edit", feature=OWN)
def type_removal(key: str) -> ResponseReturnValue:
    row, form = _own(key), Form()
    if form.accepted():
        with form.catching():
            name = row.name
            actions.remove_type(row)
            flash(gettext("%(name)s is removed.", name=name))
            return see(url("catalogue.product_types"))
    return render("catalogue/type_removal.html", form=form, kind=row, used=queries.is_used(row)), form.status


def _own(key: str) -> ProductType:
    row = get(ProductType, key)
    if row.tenant_id != here.tenant_id:
        raise NotFound
    return row
